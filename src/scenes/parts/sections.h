// Stacked cards that scroll together; plain sections on a phone.
#pragma once
#include <functional>
#include <vector>

#include "ui/widgets.h"

namespace kvx::scenes {

// Draws into body; with `measure`, only returns its height; 0 leaves it out.
using PageSection = std::function<float(const ui::Rect& body, bool measure)>;
void draw_page_sections(ui::Ui& ui, const ui::Rect& r, std::string_view id, const std::vector<PageSection>& sections);

}  // namespace kvx::scenes
