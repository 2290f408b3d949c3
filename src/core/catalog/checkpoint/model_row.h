// A model as a row of models.json, in which links and sessions keep it.
#pragma once
#include <string>
#include <string_view>

#include "core/catalog/model.h"
#include "core/json.h"

namespace kvx::core {

// `measured`: see measured.h, or empty.
std::string model_row(const Model& m, std::string_view measured);
bool is_model_row(JsonValue root);
// "" or one sentence.
std::string read_own_row(JsonValue root, Model& out);

}  // namespace kvx::core
