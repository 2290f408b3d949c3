// The answers as text, and the two lists as JSON.
#pragma once
#include <string>
#include <vector>

#include "app/state.h"
#include "core/quantity.h"

namespace kvx::cli {

std::string figures_table(const app::State& s);
std::string explain_text(const app::State& s, const std::vector<core::Quantity>& all,
                         const std::vector<std::string>& ids);
std::string models_table(const app::State& s);
std::string devices_table(const app::State& s);
std::string models_json(const app::State& s);
std::string devices_json(const app::State& s);

}  // namespace kvx::cli
