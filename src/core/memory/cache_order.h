// Where a cell of the cache lies in memory, and how scattered the read of a decode step is.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/units.h"

namespace kvx::core {

// The axes of one layer's cache tensor, before the numbers of a vector, which are always contiguous.
enum class CacheAxis : uint8_t {
    part,
    block,
    slot,
    head
};  // part: keys or values; slot: the position of a token in its block

struct CacheOrder {
    std::string_view id, shape, used_by, source;
    std::array<CacheAxis, 4> axes;  // outermost first
    bool paged;                     // false: one run of max tokens per sequence instead of blocks
};
std::span<const CacheOrder> cache_orders();

// One layer's tensor. A cell is one head's key or value of one token.
struct CachePool {
    int64_t parts = 2, blocks = 1, block_size = 16, heads = 1;
    Bytes cell;
    int64_t size(CacheAxis a) const;
    int64_t cells() const { return parts * blocks * block_size * heads; }
    Bytes bytes() const { return cell * static_cast<double>(cells()); }
};
struct CacheCell {
    int64_t part = 0, block = 0, slot = 0, head = 0;
    bool operator==(const CacheCell&) const = default;
};
int64_t cell_index(const CacheOrder& o, const CachePool& p, const CacheCell& c);  // in cells from the tensor's start
CacheCell cell_at(const CacheOrder& o, const CachePool& p, int64_t index);        // its inverse

// Which physical block holds a sequence's logical block: blocks are taken from a fresh pool in order while `sequences`
// sequences grow together; a windowed layer takes the block it freed longest ago again, so `ring` of them are enough.
struct BlockTable {
    int64_t sequences = 1, sequence = 0;
    int64_t ring = 0;  // 0: nothing is freed
    int64_t physical(int64_t logical) const { return (ring > 0 ? logical % ring : logical) * sequences + sequence; }
};
// Blocks a layer needs for sequences of up to max tokens, each keeping at most `window` (0: all).
int64_t pool_blocks(Tokens max, int64_t window, int64_t block_size, int64_t sequences);

// How many separate runs of memory hold what is read.
struct ReadPattern {
    Bytes bytes;
    int64_t runs = 0;
    Bytes mean() const { return runs > 0 ? bytes * (1.0 / static_cast<double>(runs)) : Bytes{}; }
};
// Reads of parts × positions [first, end) × heads [head, head_end) of one sequence.
struct ReadBox {
    int64_t first = 0, end = 0, head = 0, head_end = 1;
};
ReadPattern read_pattern(const CacheOrder& o, const CachePool& p, const BlockTable& t, const ReadBox& b);

}  // namespace kvx::core
