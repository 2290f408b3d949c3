// What the page shows beside its stage, in a terminal: systems, savings, what fits, insights, reference tables.
#pragma once
#include <string>
#include <string_view>

#include "app/state.h"

namespace kvx::cli {

// "systems", "savings", "fits", "insights" or "tables"; plain text, JSON, or Markdown for tables.
bool answers(std::string_view command);
std::string answer_text(std::string_view command, const app::State& s, bool json, bool markdown);

}  // namespace kvx::cli
