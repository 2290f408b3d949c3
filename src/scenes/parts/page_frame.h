// The layout every page shares: wide, medium with a drawer, phone with a sheet, low phone with the sheet on the right.
#pragma once
#include <functional>

#include "scenes/parts/page.h"

namespace kvx::scenes {

struct PageFrame {
    using Part = std::function<void(const ui::Rect&)>;
    Part left;      // left column, 300 or 340 wide
    Part centre;    // stage with its title
    Part right;     // right column; the drawer's content if there is no room
    Part timeline;  // wide and medium
    Part present;   // a presentation's picture with its figures; none: strip and centre
    // phones
    Part bar;                                          // fixed at the bottom
    Part stage;                                        // what is above the sheet
    std::function<void(const ui::Rect&, bool)> sheet;  // with a handle to drag?
    float bar_height = 92;
    // What keys and gestures on the stage move through, in the units of Seek.
    struct Transport {
        double now = 0, step = 0, first = 0, last = 0;
        std::function<void()> toggle;  // play or pause; unset: plain
        bool on = false;               // there is something to play
        bool pinch_zooms = false;      // two fingers zoom the picture; otherwise they set the speed
    } transport;
    // 768 to 1279: above the stage, if the left column has no room; 0: none
    float strip_height = 0;
    Part strip;
};
inline constexpr float kPresentFrom = 1000;  // narrower, and the top bar has no room for the button of presentations
// Also handles play, seek and move by keys and gestures.
void draw_page_frame(Page& p, const ui::Rect& area, const PageFrame& f);
bool is_phone(const ui::Ui& ui);   // sheet instead of columns
bool is_low(const ui::Ui& ui);     // a phone on its side
bool is_narrow(const ui::Ui& ui);  // neither: no room for the left column, which goes into the drawer

}  // namespace kvx::scenes
