// Parts of the inference page that come a moment after its first picture; called through core::deferred only.
#pragma once
#include "scenes/parts/page.h"

namespace kvx::scenes {

void draw_remedies(Page& p, const ui::Rect& r);
float draw_remedy_rows(Page& p, ui::Rect body,
                       bool measure);  // in a sheet, with what the alert says; returns its height
void draw_fact(Page& p, const ui::Rect& r);

}  // namespace kvx::scenes
