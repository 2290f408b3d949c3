// params.json of Mistral's and Meta's own checkpoints -> the fields of a config.json.
#pragma once
#include <string>

#include "core/json.h"

namespace kvx::core {

bool is_params(JsonValue root);  // has their names: dim, n_layers, n_heads
std::string config_of_params(JsonValue root);

}  // namespace kvx::core
