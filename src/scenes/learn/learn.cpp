#include "scenes/learn/learn.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "scenes/parts/page_frame.h"
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

namespace {

constexpr float kCard = 16;  // from a section to the edge of its card

}  // namespace

std::string glyph(lm::Token t) {
    if (t == lm::kEnd) return "¶";
    if (t == lm::token_of(' ')) return "·";
    return t >= lm::kReplacement ? "¤" : lm::text_of(t);
}

float prose(ui::Ui& ui, std::string_view id, Rect& body, const std::string& words, std::string_view style,
            const ui::TextStyle& st, bool measure) {
    const float h = ui.paragraph({0, 0, body.w - 2, 0}, words, st, 0, true);
    const Rect r = body.cut_top(h);
    if (!measure && ui.recording) ui.node(ui::make_node(id, "text", words, r).drawn_by_browser(style));
    return h;
}

std::string shown_glyph(const Learn& l, int position) {
    if (position >= l.view.prompt && l.hides(app::TourHides::next_token)) return "?";
    return glyph(position < l.view.count() ? l.view.tokens[static_cast<size_t>(position)] : l.view.steps.back().best());
}

void draw_sections(Learn& l, const Rect& r, std::string_view id, const std::vector<Section>& sections) {
    constexpr std::pair<Section, app::TourTarget> kTargets[] = {
        {draw_next_token, app::TourTarget::next_token}, {draw_pipeline, app::TourTarget::pipeline},
        {draw_cost, app::TourTarget::compare},          {draw_skills, app::TourTarget::kept},
        {draw_shared, app::TourTarget::shared},         {draw_real_model, app::TourTarget::real_model}};
    std::vector<PageSection> bound;
    for (const Section draw : sections)
        bound.push_back([&l, draw, &kTargets](const Rect& body, bool measure) {
            const float h = draw(l, body, measure);
            for (const auto& [section, target] : kTargets)
                if (!measure && section == draw && !is_phone(l.p.ui)) point_at(l, target, body.grow(kCard));
            return h;
        });
    draw_page_sections(l.p.ui, r, id, bound);
}

}  // namespace kvx::scenes
