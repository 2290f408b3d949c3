// The text of `kvx help` and docs/parameters.md, both from the registry.
#pragma once
#include <string>
#include <string_view>

#include "app/state.h"

namespace kvx::cli {

std::string general_help();
bool command_help(std::string_view command, std::string& out);  // false: no such command
std::string params_text(const app::State& s);
std::string params_markdown(const app::State& s);

}  // namespace kvx::cli
