// Replaces a page whose small model is not loaded: says that it is loading, or why it failed.
#pragma once
#include "scenes/parts/page.h"

namespace kvx::scenes {

void draw_waiting(Page& p, const ui::Rect& area, std::string_view page);  // "learn", "layout"

}  // namespace kvx::scenes
