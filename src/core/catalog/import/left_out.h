// Parts of a checkpoint that are named but not counted, and fields that were not read.
#pragma once
#include <string>
#include <vector>

#include "core/catalog/import/reader.h"

namespace kvx::core::hf {

// "the vision tower (vision_config)", "1 layer for multi-token prediction (num_nextn_predict_layers)"
std::vector<std::string> parts_left_out(JsonValue outer, JsonValue inner);
// Fields that look like a part of the model's shape and that nobody asked for.
std::vector<std::string> unread_fields(const Reader& r);

}  // namespace kvx::core::hf
