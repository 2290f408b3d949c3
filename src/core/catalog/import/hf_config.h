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
    std::string error;                       // one sentence when not ok
    std::vector<std::string> missing;        // required fields that are absent or of the wrong type
    std::vector<std::string> assumptions;    // what the file does not say and was taken as usual, in words
    std::vector<std::string> unread_fields;  // fields that look like a part of the shape and were not read
    std::vector<std::string> left_out;       // parts of the checkpoint that are not counted: towers, MTP layers
};
// Limits: 16 MiB of text, 500,000 values, nesting of 32, 4,096 layers, no number above 2^40.
ConfigImport import_config(std::string_view json);
// The fewest fields that give the same model, for a link; the text itself if fields cannot be separated. "" if it is no
// config.json.
std::string compact_config(std::string_view json);

}  // namespace kvx::core
