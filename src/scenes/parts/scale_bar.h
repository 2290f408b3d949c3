// The memory of a device as one bar: what takes how much of it.
#pragma once
#include "scenes/parts/page.h"

namespace kvx::scenes {

void draw_scale_bar(Page& p, const ui::Rect& r);

}  // namespace kvx::scenes
