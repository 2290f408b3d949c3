// What transformers fills in where a nested description of a language model leaves fields out.
#pragma once
#include <cstdint>
#include <string_view>

#include "core/catalog/import/size_names.h"

namespace kvx::core::hf {

// -1: no default is known.
int64_t family_default(std::string_view model_type, Size s);
// The type of the language model inside a multimodal file that does not name it: "llava" -> "llama". "" if unknown.
std::string_view text_type_of(std::string_view model_type);

}  // namespace kvx::core::hf
