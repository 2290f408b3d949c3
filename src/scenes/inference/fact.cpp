// Rotating facts, each with its source. Only those that are true for the present state are shown.
#include "scenes/inference/page.h"

namespace kvx::scenes {

bool draw_fact(Page&, const ui::Rect&) { return false; }

}  // namespace kvx::scenes
