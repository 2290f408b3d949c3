// The figures of a page as tables for other programs.
#pragma once
#include <string>

#include "app/state.h"

namespace kvx::app {

std::string figures_csv(const State& s);       // id, label, value, unit, shown, formula, numbers, source, note
std::string figures_markdown(const State& s);  // headline, figures and formulas

}  // namespace kvx::app
