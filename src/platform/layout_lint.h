// What a drawn frame holds: its texts, and its faults: overlaps, clipped text, anything outside the window, touch
// targets that are too small, and text that is missing from the semantic tree.
#pragma once
#include <string>

#include "ui/ui.h"

namespace kvx::platform {

std::string lint_layout(const ui::Ui& ui);  // JSON: [{"kind":"overlap","a":"…","b":"…","rect":[x,y,w,h]}]

}  // namespace kvx::platform
