// Controls in a drawer from the right, if there is no room for a third column.
#pragma once
#include <functional>

#include "scenes/parts/page.h"

namespace kvx::scenes {

// `area`: all below the top bar, whose button opens the drawer; `content` draws into its body.
void draw_drawer(Page& p, const ui::Rect& area, const std::function<void(const ui::Rect&)>& content);

}  // namespace kvx::scenes
