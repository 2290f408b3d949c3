#include "scenes/learn/learn.h"

#include <algorithm>
#include <cmath>

#include "scenes/parts/page_frame.h"

namespace kvx::scenes {

using ui::Rect;

HeatScale scale_of(const app::LearnView& view) {
    HeatScale s{0, 0, 0};
    const auto most = [](const std::vector<float>& v, float& out) {
        for (const float x : v) out = std::max(out, std::fabs(x));
    };
    for (const lm::StepTrace& step : view.steps)
        for (const lm::LayerTrace& l : step.layers) {
            most(l.k, s.key);
            most(l.v, s.value);
            most(l.in, s.stream);
            most(l.out, s.stream);
        }
    // Few numbers reach the largest: half of it is full colour already.
    return {s.key * 0.5f, s.value * 0.5f, s.stream * 0.5f};
}

std::string glyph(lm::Token t) {
    if (t == lm::kEnd) return "¶";
    if (t == lm::token_of(' ')) return "·";
    return t >= lm::kReplacement ? "¤" : lm::text_of(t);
}

void record(ui::Ui& ui, std::string_view id, std::string_view role, std::string_view name, const Rect& r) {
    if (!ui.recording) return;
    ui::Node n;
    n.id = id;
    n.role = role;
    n.name = name;
    n.rect = r;
    ui.node(std::move(n));
}

void draw_sections(Learn& l, const Rect& r, std::string_view id, const std::vector<Section>& sections) {
    ui::Ui& ui = l.p.ui;
    const bool sheet = is_phone(ui);
    const float pad = sheet ? 0 : 16, gap = sheet ? 18 : 12, w = r.w - 2 * pad;
    std::vector<float> heights;
    float total = -gap;
    for (const Section draw : sections) {
        const float h = draw(l, {0, 0, w, 0}, true);
        heights.push_back(h);
        if (h > 0) total += h + 2 * pad + gap;
    }
    Rect content = ui.begin_scroll(id, r, total + (sheet ? 16 : 0));
    for (size_t i = 0; i < sections.size(); ++i) {
        if (heights[i] <= 0) continue;
        const Rect c = content.cut_top(heights[i] + 2 * pad, gap);
        if (!sheet) ui::card(ui, c);
        sections[i](l, c.inset(pad), false);
    }
    ui.end_scroll();
}

}  // namespace kvx::scenes
