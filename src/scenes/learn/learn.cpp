#include "scenes/learn/learn.h"

#include <algorithm>
#include <cmath>

#include "scenes/parts/sections.h"

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
    // Few numbers reach the maximum, so half of it is already full colour.
    return {s.key * 0.5f, s.value * 0.5f, s.stream * 0.5f};
}

std::string glyph(lm::Token t) {
    if (t == lm::kEnd) return "¶";
    if (t == lm::token_of(' ')) return "·";
    return t >= lm::kReplacement ? "¤" : lm::text_of(t);
}

void draw_sections(Learn& l, const Rect& r, std::string_view id, const std::vector<Section>& sections) {
    std::vector<PageSection> bound;
    for (const Section draw : sections)
        bound.push_back([&l, draw](const Rect& body, bool measure) { return draw(l, body, measure); });
    draw_page_sections(l.p.ui, r, id, bound);
}

}  // namespace kvx::scenes
