// What each layer keeps of a sequence: strips of cells, where a cell is one head's vector at one position.
#pragma once
#include <vector>

#include "core/memory/kv_cache.h"

namespace kvx::core {

enum class StripKind : uint8_t {
    keys,
    values,
    latent,   // MLA: one vector for keys and values of all heads
    indexer,  // the small keys of sparse attention, beside a latent
    entries,  // compressed: one for `tokens_per_cell` tokens
    window,   // compressed: the last tokens, whole
    state,    // recurrent: one block at any length
};

struct CacheStrip {
    StripKind kind;
    int64_t rows;                // KV heads; 1 where all heads share
    int64_t width;               // numbers in a cell; 0 if the catalog only gives bytes
    Bytes cell;                  // one cell, scales of a quantised format included
    int64_t tokens_per_cell;     // 1, or the ratio of a compressed cache
    int64_t first = 0, end = 0;  // kept positions [first, end) of the sequence; equal when nothing is
    Bytes bytes() const;         // of all kept cells
};

struct LayerCache {
    int64_t layer;  // from 1
    const Attention* attention;
    int64_t owner;                   // the layer whose cache is read: this one, an earlier one, 0 when there is none
    std::vector<CacheStrip> strips;  // of the owner; empty when nothing is kept
};

// Positions [first, end) that a layer keeps of a sequence of n tokens.
struct Kept {
    int64_t first, end;
};
Kept positions_kept(const Attention& a, Tokens n);
std::vector<CacheStrip> strips_of(const Attention& a, Tokens n, CacheFormat kv);
// Layer by layer. A layer without its own cache reads the nearest earlier one of its kind (Gemma 3n and 4 in
// transformers: the last layer of the same type before the shared ones; CLA: the layer before).
std::vector<LayerCache> cache_layers(const Model& m, Tokens n, CacheFormat kv);

// A model of equal layers of plain attention: a custom shape.
Model plain_shape(int64_t layers, int64_t kv_heads, int64_t head_dim);

std::string_view strip_name(StripKind k);  // "Keys", "Latent" …

}  // namespace kvx::core
