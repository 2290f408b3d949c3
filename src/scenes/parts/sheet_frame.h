// The phone's bottom sheet: its height follows the finger and rests at three places.
#pragma once
#include "scenes/parts/page.h"

namespace kvx::scenes {

// Ground and handle; returns what is left for the content.
ui::Rect draw_sheet_frame(Page& p, const ui::Rect& r, bool grab);
void draw_sheet_tabs(Page& p, ui::Rect& body, const ui::Choices& tabs);

}  // namespace kvx::scenes
