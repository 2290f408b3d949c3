// Faults of a drawn frame that a person would see: overlaps, cut text, things outside, targets too small for a finger.
#pragma once
#include <string>

#include "ui/ui.h"

namespace kvx::platform {

std::string lint_layout(const ui::Ui& ui);  // JSON: [{"kind":"overlap","a":"…","b":"…","rect":[x,y,w,h]}]

}  // namespace kvx::platform
