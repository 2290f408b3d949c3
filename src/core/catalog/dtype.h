// Number formats of weights and cache, including their scales.
#pragma once
#include <span>
#include <string_view>

#include "core/units.h"

namespace kvx::core {

enum class Dtype : uint8_t { fp32, fp16, bf16, fp8, int8, int4, mxfp4, nvfp4 };

struct DtypeInfo {
    Dtype dtype;
    std::string_view id;           // "bf16": URL, command line
    std::string_view label;        // "BF16"
    double weight_bits;            // effective bits of a weight in a quantised matrix, scales included
    std::string_view weight_note;  // layout of the scales
    std::string_view kv_note;      // the same for a cached K or V vector
    std::string_view source;
};

std::span<const DtypeInfo> all_dtypes();
const DtypeInfo& info(Dtype d);
bool parse_dtype(std::string_view id, Dtype& out);
// At most 16 bits a value and not a float16: embeddings, output head, norms and routers then stay in 16 bits (as
// published checkpoints do).
bool is_quantised(Dtype d);
// Bytes of one cached vector (K or V of one head, one token) of `width` elements, its scales included, rounded up to
// whole bytes.
Bytes kv_vector_bytes(Dtype d, int64_t width);
// Bytes of one plain element without scales (0.5 for 4-bit formats).
double element_bytes(Dtype d);

}  // namespace kvx::core
