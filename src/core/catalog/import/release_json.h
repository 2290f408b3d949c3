// A release as quantisation fields of our own, short enough for a link: {"quant_method": "kvx", "rules": […]}.
#pragma once
#include <optional>
#include <string>

#include "core/catalog/release.h"
#include "core/json.h"

namespace kvx::core {

// Without the names that meant nothing.
std::string release_json(const Release& r);
// Of such fields; none when they cannot be read.
std::optional<Release> release_from_json(JsonValue q);

}  // namespace kvx::core
