// The page in one line, for a talk and under a picture.
#pragma once
#include <string>
#include <string_view>

#include "app/view.h"

namespace kvx::app {

inline constexpr std::string_view kResetWords = "Everything is back to the start.";
// "Llama 3.1 8B on 8 × H100 · 65,536 tokens, batch 8"
std::string headline(const State& s, const View& v);
std::string devices_text(const State& s);  // "8 × H100"

}  // namespace kvx::app
