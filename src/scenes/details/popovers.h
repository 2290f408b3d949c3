// What opens above the page; loaded later, so it is called through core::deferred only.
#pragma once
#include "scenes/parts/page.h"

namespace kvx::scenes {

void draw_explanation(Page& p, const ui::Rect& bounds);
void draw_picker(Page& p, const ui::Rect& bounds);

}  // namespace kvx::scenes
