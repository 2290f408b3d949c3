// The timeline below every page: play at its left end, the rate at its right end, what the page scrubs through between.
#pragma once
#include <functional>
#include <string_view>

#include "scenes/parts/page.h"

namespace kvx::scenes {

bool draw_play(Page& p, const ui::Rect& r);
void draw_restart(Page& p, const ui::Rect& r);
// All speeds, or five of them if space is tight.
void draw_speeds(Page& p, const ui::Rect& r, bool all);
std::string tick_label(int64_t tokens);            // an axis label: in K if whole
void draw_next_speed(Page& p, const ui::Rect& r);  // phones: one button that cycles through them

// What a page's timeline has of its own, in the order in which it is drawn and read.
struct Timeline {
    std::function<void(const ui::Rect&)> play;      // none: the plain button
    std::function<void(ui::Rect& bar)> steps;       // beside it, from the left; none: restart, where there is room
    std::function<void(ui::Rect& bar)> reading;     // from the left, not on phones
    std::function<void(ui::Rect& bar)> rate;        // from the right
    std::function<void(const ui::Rect& bar)> line;  // what is left of the bar
    float phone_inset = 14, phone_gap = 14;
};
void draw_timeline_bar(Page& p, const ui::Rect& r, bool phone, const Timeline& timeline);
// Where we are, large, and what that counts below it.
void draw_reading(Page& p, const ui::Rect& r, std::string_view big, std::string_view small, bool expose = true);
ui::Rect scrubber_track(const ui::Rect& bar);
struct PhoneLine {
    bool tall;
    ui::Rect words, track;
};
PhoneLine phone_line(const ui::Rect& bar);

}  // namespace kvx::scenes
