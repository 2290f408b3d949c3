// Number formats of weights and cache, including their scales: the rows of assets/formats.json as a table of the
// program (tools/formats.mjs writes it), and one of them with parameters of its own ("GPTQ in 3 bits, groups of 64").
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "core/units.h"

namespace kvx::core {

// A row of the table. Those up to nvfp4 are what a model can be converted to.
enum class Dtype : uint8_t {
#define KVX_FORMAT(id, ...) id,
#include "core/catalog/formats.inc"
#undef KVX_FORMAT
};

// What the matrix units of a device are used with.
enum class Arithmetic : uint8_t { bf16, fp32, fp8, int8, fp4 };

struct DtypeInfo {
    Dtype dtype;
    std::string_view id;              // "bf16": URL, command line
    std::string_view label;           // "BF16"
    bool stores_weights, parametric;  // parametric: checkpoints choose bits or groups
    double bits;                      // of a stored value, without scales
    int block;                        // values of a matrix that share `overhead`: 0 the tensor (neglected), -1 a row
    double overhead;                  // bits of a block beside its values: scales and zero points
    double scale;  // bits of one scale, and of one zero point (-1: as a value), where groups can be chosen
    double zero;
    Arithmetic arithmetic;
    double kv_bits;                // of a cached value; 0: no cache format
    int kv_group;                  // values of a cached vector that share `kv_overhead`; 0: all
    double kv_overhead;            // bits
    bool kv_whole;                 // only whole groups are stored
    std::string_view weight_note;  // layout of the scales
    std::string_view kv_note;      // the same for a cached K or V vector
    std::string_view source;
    bool stores_blocks;  // whole blocks in a row: a type of GGUF
    double weight_bits;  // effective bits of a weight in a quantised matrix, scales included
};

std::span<const DtypeInfo> all_dtypes();   // what a model can be converted to
std::span<const DtypeInfo> all_formats();  // every row
const DtypeInfo& info(Dtype d);
bool parse_dtype(std::string_view id, Dtype& out);  // any row, by id or common alias
// At most 16 bits a value and not a float16: embeddings, output head, norms and routers then stay in 16 bits (as
// published checkpoints do).
bool is_quantised(Dtype d);
bool stores_cache(Dtype d);
// Bytes of one cached vector (K or V of one head, one token) of `width` elements, its scales included, rounded up to
// whole bytes or whole blocks.
Bytes kv_vector_bytes(Dtype d, int64_t width);
// Bytes of one plain element without scales (0.5 for 4-bit formats).
double element_bytes(Dtype d);

// How keys and values are cached.
struct CacheFormat {
    Dtype k = Dtype::bf16, v = Dtype::bf16;
    CacheFormat() = default;
    CacheFormat(Dtype both) : k(both), v(both) {}  // NOLINT(google-explicit-constructor): nearly always the same
    CacheFormat(Dtype keys, Dtype values) : k(keys), v(values) {}
    bool operator==(const CacheFormat&) const = default;
};
std::string label_of(CacheFormat f);  // "FP8", "Q8_0 keys, Q4_0 values"

// A row with its parameters: what the matrices of a checkpoint are stored in.
struct Format {
    Dtype row = Dtype::bf16;
    double bits = 16;     // of a value
    int64_t block = 0;    // as in the row
    double overhead = 0;  // bits of a block
    bool operator==(const Format&) const = default;
};
Format format_of(Dtype d);  // as the row says
// A row whose groups can be chosen: `group` values in a row share a scale and, where the format has them or
// `zero_point` asks for it, a zero point; -1 for a whole row, 0 for the whole tensor.
Format grouped_format(Dtype d, double bits, int64_t group, bool zero_point);
// Bytes of a matrix of `out` rows of `in` values; the last block of a row may be shorter.
double matrix_bytes(const Format& f, int64_t in, int64_t out);
double weight_bits(const Format& f);    // of one value, scales included; scales of whole rows and tensors are neglected
std::string label_of(const Format& f);  // "FP8", "GPTQ 4 bits (groups of 128)"

}  // namespace kvx::core
