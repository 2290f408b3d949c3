// Touch on the stage: a tap plays or pauses, a swipe goes to the next model, two fingers set the speed, a long press
// starts over (with an offer to undo).
#pragma once
#include "scenes/parts/page_frame.h"

namespace kvx::scenes {

void toggle_play(Page& p, const PageFrame::Transport& t);
// Call before drawing the stage, so that controls on it get their own touches.
void take_stage_touch(Page& p, const ui::Rect& stage, const PageFrame::Transport& t);
// Call after it: briefly says what a gesture just changed.
void draw_stage_bubble(Page& p, const ui::Rect& stage);

}  // namespace kvx::scenes
