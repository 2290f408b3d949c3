// Hugging Face config.json -> Model.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/catalog/model.h"

namespace kvx::core {

struct ConfigImport {
    bool ok = false;
    Model model;
    std::string error;                 // one sentence when not ok
    std::vector<std::string> missing;  // fields that are needed and absent or of the wrong type
    std::vector<std::string> assumed;  // fields taken from a documented default
};
// Limits: 1 MiB of text, nesting of 32, 4,096 layers, no number above 2^40.
ConfigImport import_config(std::string_view json);
// The fewest fields that give the same model, for a link; the text itself where fields cannot be taken apart. "" when
// it is no config.json.
std::string compact_config(std::string_view json);

}  // namespace kvx::core
