// Sentences about what was refused.
#pragma once
#include <string>
#include <string_view>

#include "app/params/params.h"
#include "app/state.h"

namespace kvx::app {

void notice(State& s, std::string sentence);      // once each, and not without end
std::string unknown_name(std::string_view name);  // "gpus is not a parameter (nearest: gpu)."
std::string refused(const State& s,
                    const Refusal& r);  // "context=banana is not a number of tokens (1 to 100M); kept 128K."

}  // namespace kvx::app
