// Controls for the figures of a custom device, and for an imported model that can be removed.
#pragma once
#include "scenes/parts/page.h"

namespace kvx::scenes {

// Below the selects of model and device; nothing unless one of them is custom. With `measure`, only returns the height.
float draw_own_things(Page& p, ui::Rect body, bool measure);
// Copies the device's figures to the custom device and selects that, as a starting point.
void start_own_device(Page& p);

}  // namespace kvx::scenes
