// The rows of a list that a typed search finds: models, devices, systems.
#pragma once
#include <string_view>
#include <vector>

#include "app/params/params.h"

namespace kvx::app {

// The choices of a parameter that fit the query, best first; all of them, in their own order, for an empty one. A model
// is also found by its repository and its other names, a device by its other names.
std::vector<Choice> search_choices(const State& s, std::string_view id, std::string_view query);

}  // namespace kvx::app
