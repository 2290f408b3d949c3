// Instead of a page whose small model is not there: it loads, or it cannot, and then why.
#pragma once
#include "scenes/parts/page.h"

namespace kvx::scenes {

void draw_waiting(Page& p, const ui::Rect& area, std::string_view page);  // "learn", "layout"

}  // namespace kvx::scenes
