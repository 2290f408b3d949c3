// Fingers on the stage: tap plays and pauses, a swipe goes to the next model, two fingers set the speed, a long press
// starts over (and offers to undo it).
#pragma once
#include "scenes/parts/page_frame.h"

namespace kvx::scenes {

void toggle_play(Page& p, const PageFrame::Transport& t);
// Before the stage is drawn: a control on it takes its own touches.
void take_stage_touch(Page& p, const ui::Rect& stage, const PageFrame::Transport& t);
// After it: what a gesture just changed, in words, for a moment.
void draw_stage_bubble(Page& p, const ui::Rect& stage);

}  // namespace kvx::scenes
