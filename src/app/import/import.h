// Imports models and devices: config.json, checkpoint files, rows of JSON, names of repositories.
#pragma once
#include <string>
#include <string_view>

#include "app/state.h"
#include "core/catalog/checkpoint/opened.h"

namespace kvx::app {

// Adds the model and selects it; "" or a sentence that names what is missing or wrong.
std::string import_model(State& s, std::string_view json);
// {"name": "…", "memory_gib": 80, "bandwidth_gbs": 3350, "bf16_tflops": 989, …}, or a row of devices.json.
std::string import_device(State& s, std::string_view json);
// Either of the two; an index, params.json or anything else of a checkpoint that is text; or the name or address of a
// Hugging Face repository that is in the list.
std::string import_any(State& s, std::string_view text);
// What files turned out to be; the last one is shown.
std::string import_opened(State& s, const core::OpenedFiles& files);
void forget_model(State& s, std::string_view id);

}  // namespace kvx::app
