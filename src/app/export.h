// The figures of a page as tables that other programs open.
#pragma once
#include <string>

#include "app/state.h"

namespace kvx::app {

std::string figures_csv(const State& s);       // id, label, value, unit, shown, formula, numbers, source, note
std::string figures_markdown(const State& s);  // what the page says, its figures and their formulas

}  // namespace kvx::app
