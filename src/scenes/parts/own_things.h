// Controls for what people bring along: the figures of their own device, and a model that can be forgotten.
#pragma once
#include "scenes/parts/page.h"

namespace kvx::scenes {

// Below the selects of model and device; nothing when neither is one's own. With `measure` only its height is wanted.
float draw_own_things(Page& p, ui::Rect body, bool measure);
// The device's figures become those of the own one, which is chosen: a start to change from.
void start_own_device(Page& p);

}  // namespace kvx::scenes
