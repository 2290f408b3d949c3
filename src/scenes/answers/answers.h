// Beside the stage: savings, what fits, insights, a comparison or tables, whichever `show` names.
#pragma once
#include "scenes/parts/page.h"

namespace kvx::scenes {

float draw_answers(Page& p, const ui::Rect& r, bool measure);
void draw_answers_scrolled(Page& p, const ui::Rect& r);

}  // namespace kvx::scenes
