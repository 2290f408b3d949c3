// Play, start over and speed, at the ends of every page's timeline.
#pragma once
#include "scenes/parts/page.h"

namespace kvx::scenes {

bool draw_play(Page& p, const ui::Rect& r);
void draw_restart(Page& p, const ui::Rect& r);
// All speeds, or five of them if space is tight.
void draw_speeds(Page& p, const ui::Rect& r, bool all);
std::string tick_label(int64_t tokens);            // an axis label: in K if whole
void draw_next_speed(Page& p, const ui::Rect& r);  // phones: one button that cycles through them

}  // namespace kvx::scenes
