// A model from a Hugging Face config.json.
#pragma once
#include <string>
#include <string_view>

#include "app/state.h"

namespace kvx::app {

// Chooses the model it describes, or returns one sentence that says what is wrong or missing; the state is then
// untouched.
std::string import_model(State& s, std::string_view json);

}  // namespace kvx::app
