#include "scenes/parts/sections.h"

#include "scenes/parts/page_frame.h"

namespace kvx::scenes {

using ui::Rect;

void draw_page_sections(ui::Ui& ui, const Rect& r, std::string_view id, const std::vector<PageSection>& sections) {
    const bool sheet = is_phone(ui);
    const float pad = sheet ? 0 : 16, gap = sheet ? 18 : 12, w = r.w - 2 * pad;
    std::vector<float> heights;
    float total = -gap;
    for (const PageSection& draw : sections) {
        const float h = draw({0, 0, w, 0}, true);
        heights.push_back(h);
        if (h > 0) total += h + 2 * pad + gap;
    }
    Rect content = ui.begin_scroll(id, r, total + (sheet ? 16 : 0));
    for (size_t i = 0; i < sections.size(); ++i) {
        if (heights[i] <= 0) continue;
        const Rect c = content.cut_top(heights[i] + 2 * pad, gap);
        if (!sheet) ui::card(ui, c);
        sections[i](c.inset(pad), false);
    }
    ui.end_scroll();
}

}  // namespace kvx::scenes
