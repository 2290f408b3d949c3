// The mixtures of number formats that llama-quantize makes of a model: "Q4_K_M" is not one format.
#pragma once
#include <span>
#include <string_view>

#include "core/catalog/model.h"

namespace kvx::core {

struct GgufMix {
    std::string_view id, label;  // "q4_k_m", "GGUF Q4_K_M"
};
std::span<const GgufMix> gguf_mixes();
const GgufMix* gguf_mix(std::string_view id);  // nullptr when unknown
// The formats of its tensors (llama-quant.cpp, llama_tensor_get_type, without an importance matrix); vectors and
// routers in FP32.
Release gguf_release(const Model& m, const GgufMix& mix);

}  // namespace kvx::core
