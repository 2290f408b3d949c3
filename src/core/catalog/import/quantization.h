// The quantisation fields of a checkpoint, in the dialects of the tools that write them -> Release.
#pragma once
#include <optional>
#include <string>

#include "core/catalog/release_formats.h"
#include "core/json.h"

namespace kvx::core {

struct QuantizationRead {
    std::optional<Release> release;  // none: nothing is quantised
    std::string error;               // one sentence when the fields cannot be read: never silently 16 bits
};
// `root`: a config.json, hf_quant_config.json or quantize_config.json, or what stands in one's quantization_config.
// Reads gptq, awq, bitsandbytes, fp8, fbgemm_fp8, compressed-tensors, mxfp4, modelopt, hqq, eetq, quark, torchao,
// auto-round, exl2, exl3 and MLX. The release has no name yet, see name_of().
QuantizationRead release_from_quantization(JsonValue root);
// A config.json together with the file beside it that holds its quantisation fields; the config alone if it has them.
std::string with_quantization(std::string_view config, std::string_view beside);
// Reads them into the model's releases; "" or one sentence.
std::string add_release(JsonValue outer, JsonValue inner, Model& m);

}  // namespace kvx::core
