// Rotating facts, each with its source. Shows only those that are true for the current state.
#include "core/memory/facts.h"
#include "scenes/details/inference_details.h"
#include "ui/widgets.h"

namespace kvx::scenes {

void draw_fact(Page& p, const ui::Rect& r) {
    ui::Ui& ui = p.ui;
    const ui::Theme& t = *ui.theme;
    if (r.h < 40) return;
    if (p.state.playing && ui.time - p.memory.fact_since > 8) {  // at rest the fact stays and nothing runs
        if (p.memory.fact_since > 0) ++p.memory.fact;
        p.memory.fact_since = ui.time;
    }
    std::vector<const core::Fact*> facts;
    for (const core::Fact& f : p.state.facts)
        if (core::holds(f, p.view.input, p.view.plan)) facts.push_back(&f);
    if (facts.empty()) return;
    const size_t index = p.memory.fact % facts.size();
    const core::Fact& fact = *facts[index];
    const std::string text = core::fill(fact.text, p.view.input, p.view.plan);
    if (text.empty()) {
        ++p.memory.fact;
        return;
    }
    ui::Rect body = r;
    ui::Rect head = body.cut_top(18, 2);
    constexpr std::string_view next = "Next fact";
    if (ui::link_button(ui, "fact.next", head.cut_right(ui.width(next, ui::type::caption) + 1, 8), next,
                        ui::type::caption, t.faint)) {
        ++p.memory.fact;
        p.memory.fact_since = ui.time;
        ui.ask_frame();
    }
    ui::heading(ui, "fact.title", head, "Did you know", ui::type::caption_bold, t.dim, 2);
    const float h = ui.paragraph(body, text, ui::type::caption, t.faint);
    body.cut_top(h);
    if (body.h >= ui.paragraph(body, fact.source, ui::type::micro, 0, true))
        ui.paragraph(body, fact.source, ui::type::micro, t.faint);
    ui.record("fact", "text", text + " (" + fact.source + ")", {r.x, r.y + 20, r.w, h});
}

}  // namespace kvx::scenes
