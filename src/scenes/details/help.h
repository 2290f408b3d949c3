// How to read and use the page: prose, keys, gestures.
#pragma once
#include <vector>

#include "app/action.h"
#include "ui/ui.h"

namespace kvx::scenes {

// Covers the window; false when it was closed.
bool draw_help(ui::Ui& ui, const app::State& state, std::vector<app::Action>& out, const ui::Rect& area);

}  // namespace kvx::scenes
