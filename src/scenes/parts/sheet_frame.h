// The phone's bottom sheet: its height follows the finger and snaps to three positions.
#pragma once
#include "scenes/parts/page.h"

namespace kvx::scenes {

// Draws background and handle; returns the rectangle of the content.
ui::Rect draw_sheet_frame(Page& p, const ui::Rect& r, bool grab);
void draw_sheet_tabs(Page& p, ui::Rect& body, const ui::Choices& tabs);

}  // namespace kvx::scenes
