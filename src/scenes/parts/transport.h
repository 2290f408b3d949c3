// Play, start over and speed: the ends of every page's timeline.
#pragma once
#include "scenes/parts/page.h"

namespace kvx::scenes {

bool draw_play(Page& p, const ui::Rect& r);
void draw_restart(Page& p, const ui::Rect& r);
// All speeds, or five of them where there is less room.
void draw_speeds(Page& p, const ui::Rect& r, bool all);
std::string tick_label(int64_t tokens);            // a mark of an axis: in K where they are whole
void draw_next_speed(Page& p, const ui::Rect& r);  // phones: one button that goes through them

}  // namespace kvx::scenes
