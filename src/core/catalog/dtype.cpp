#include "core/catalog/dtype.h"

#include <array>

namespace kvx::core {

namespace {

constexpr std::array<DtypeInfo, 8> kDtypes{{
    {Dtype::fp32, "fp32", "FP32", 32, "4 bytes per parameter", "4 bytes per element", "IEEE 754 binary32"},
    {Dtype::fp16, "fp16", "FP16", 16, "2 bytes per parameter", "2 bytes per element", "IEEE 754 binary16"},
    {Dtype::bf16, "bf16", "BF16", 16, "2 bytes per parameter", "2 bytes per element", "bfloat16"},
    {Dtype::fp8, "fp8", "FP8", 8.0 + 32.0 / 16384.0, "one FP32 scale for each block of 128 x 128",
     "1 byte per element, one scale per tensor (neglected)",
     "DeepSeek-V3 report 2412.19437 section 3.3; vLLM kv_cache_dtype fp8"},
    {Dtype::int8, "int8", "INT8", 8, "one scale per output channel (neglected, below 0.1 %)",
     "1 byte per element, one FP32 scale per head and token", "vLLM int8_per_token_head"},
    {Dtype::int4, "int4", "INT4", 4.0 + 20.0 / 128.0, "groups of 128 with an FP16 scale and a 4-bit zero (GPTQ, AWQ)",
     "4 bits per element, one FP16 scale for 32 (4.5 bits)", "GPTQ and AWQ layouts; llama.cpp q4_0"},
    {Dtype::mxfp4, "mxfp4", "MXFP4", 4.25, "one 8-bit exponent for 32 values",
     "one 8-bit exponent for 32 values (4.25 bits)", "OCP Microscaling Formats 1.0"},
    {Dtype::nvfp4, "nvfp4", "NVFP4", 4.5, "one FP8 scale for 16 values", "one FP8 scale for 16 values (4.5 bits)",
     "NVIDIA NVFP4; vLLM"},
}};

}  // namespace

std::span<const DtypeInfo> all_dtypes() {
    return kDtypes;
}
const DtypeInfo& info(Dtype d) {
    return kDtypes[static_cast<size_t>(d)];
}

bool parse_dtype(std::string_view id, Dtype& out) {
    char lower[12];
    size_t n = 0;
    for (const char c : id) {
        if (c == '-' || c == '_') continue;
        if (n + 1 >= sizeof lower) return false;
        lower[n++] = (c >= 'A' && c <= 'Z') ? static_cast<char>(c + 32) : c;
    }
    const std::string_view s(lower, n);
    for (const DtypeInfo& d : kDtypes)
        if (d.id == s) {
            out = d.dtype;
            return true;
        }
    struct Alias {
        std::string_view name;
        Dtype dtype;
    };
    static constexpr Alias aliases[] = {{"float32", Dtype::fp32},
                                        {"float16", Dtype::fp16},
                                        {"half", Dtype::fp16},
                                        {"bfloat16", Dtype::bf16},
                                        {"float8", Dtype::fp8}};
    for (const Alias& a : aliases)
        if (a.name == s) {
            out = a.dtype;
            return true;
        }
    return false;
}

bool is_quantised(Dtype d) {
    return info(d).weight_bits < 16;
}

Bytes kv_vector_bytes(Dtype d, int64_t width) {
    const auto groups = [width](int64_t g) { return (width + g - 1) / g; };
    const int64_t nibbles = (width + 1) / 2;
    int64_t bytes = 0;
    switch (d) {
        case Dtype::fp32:
            bytes = 4 * width;
            break;
        case Dtype::fp16:
        case Dtype::bf16:
            bytes = 2 * width;
            break;
        case Dtype::fp8:
            bytes = width;
            break;
        case Dtype::int8:
            bytes = width + 4;
            break;
        case Dtype::int4:
            bytes = nibbles + 2 * groups(32);
            break;
        case Dtype::mxfp4:
            bytes = nibbles + groups(32);
            break;
        case Dtype::nvfp4:
            bytes = nibbles + groups(16);
            break;
    }
    return {width > 0 ? static_cast<double>(bytes) : 0.0};
}

double element_bytes(Dtype d) {
    switch (d) {
        case Dtype::fp32:
            return 4;
        case Dtype::fp16:
        case Dtype::bf16:
            return 2;
        case Dtype::fp8:
        case Dtype::int8:
            return 1;
        case Dtype::int4:
        case Dtype::mxfp4:
        case Dtype::nvfp4:
            return 0.5;
    }
    return 2;
}

}  // namespace kvx::core
