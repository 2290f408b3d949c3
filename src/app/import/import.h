// What people bring along: a model's config.json, or a device as JSON.
#pragma once
#include <string>
#include <string_view>

#include "app/state.h"

namespace kvx::app {

// Adds the model and makes it the present one; "" or a sentence that names what is missing or wrong.
std::string import_model(State& s, std::string_view json);
// {"name": "…", "memory_gib": 80, "bandwidth_gbs": 3350, "bf16_tflops": 989, …}, or a row of devices.json.
std::string import_device(State& s, std::string_view json);
// Whichever it is.
std::string import_any(State& s, std::string_view json);
void forget_model(State& s, std::string_view id);

}  // namespace kvx::app
