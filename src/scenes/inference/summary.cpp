// Around the stage: the model in three lines, a fact, and what happens if it does not fit.
#include <algorithm>
#include <cmath>

#include "app/inference/inference_view.h"
#include "app/inference/memory_alert.h"
#include "core/format.h"
#include "scenes/inference/inference.h"

namespace kvx::scenes {

using ui::Align;
using ui::Rect;
using ui::Theme;

float model_card_height(Page& p, float width) {
    float h = 20;
    for (const std::string& line : core::model_card(p.state.model()))
        h += p.ui.paragraph({0, 0, width, 0}, line, ui::type::caption, 0, true);
    return h;
}

void draw_model_card(Page& p, const Rect& r) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    Rect body = r;
    const core::Model& m = p.state.model();
    ui::heading(ui, "model.card", body.cut_top(18, 2), m.name, ui::type::caption_bold, t.dim, 2);
    int i = 0;
    for (const std::string& line : core::model_card(m)) {
        const float h = ui.paragraph(body, line, ui::type::caption, t.faint);
        ui.record("model.card." + std::to_string(i++), "text", line, {body.x, body.y, body.w, h});
        body.cut_top(h);
    }
}

void draw_alert(Page& p, const Rect& r) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const app::View& v = p.view;
    const auto [title, short_title, cause] = app::memory_alert(v);
    ui.fill(r, t.alert_surface, ui::radius::card);
    ui.stroke(r, t.alert_line, ui::radius::card);
    ui.fill({r.x, r.y + 10, 4, r.h - 20}, t.red, 2);
    Rect body = r.inset(16, 10);
    ui::icon(ui, ui::Icon::warning, body.cut_left(32, 12), t.red, 1.5f);
    const bool two = ui.paragraph({0, 0, body.w, 0}, cause, ui::type::label, 0, true) > 20;
    const float y = body.cy() - (two ? 29.0f : 20.0f);
    ui.text({body.x, y, body.w, 20}, ui.width(title, ui::type::title) > body.w ? short_title : title, ui::type::title,
            t.text);
    ui.paragraph({body.x, y + 22, body.w, 40}, cause, ui::type::label, t.dim);
    ui.record("alert", "status", "Memory alert", r, title + " " + cause);
}

void draw_remedies(Page& p, const Rect& r) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    // The search for the fewest devices is made ten times a second while it plays, as the elements beside the picture
    // are.
    PageMemory& m = p.memory;
    constexpr double kEvery = 0.1;
    if (!p.state.playing || ui.time < m.remedies_at || ui.time - m.remedies_at > kEvery)
        m.remedies = app::remedies(p.view, p.state), m.remedies_at = ui.time;
    const std::vector<core::Remedy>& list = m.remedies;
    if (list.empty() || r.h < 150) return;
    Rect body = r;
    ui::heading(ui, "remedies", body.cut_top(20, 12), list.size() == 1 ? "What helps" : "What helps, cheapest first",
                ui::type::title, t.text, 2);
    body.h = std::min(body.h, 190.0f);
    for (size_t i = 0; i < list.size(); ++i) {
        const core::Remedy& k = list[i];
        const Rect c = body.column(static_cast<int>(i), 3, 12);
        ui::card(ui, c);
        if (i == 0) ui.stroke(c, ui::fade(t.accent, 0.6f), ui::radius::card);
        Rect in = c.inset(16, 14);
        Rect head = in.cut_top(18, 4);
        ui.text(head.cut_right(ui.width(k.cost, ui::type::caption) + 1, 8), k.cost, ui::type::caption, t.faint);
        ui.text(head, "Way " + std::to_string(i + 1), ui::type::caption, t.faint);
        ui.text(in.cut_top(20, 2), k.name, ui::type::control_bold, t.text);
        if (in.h > 100) ui.text(in.cut_top(18, 8), k.effect, ui::type::label, t.dim);
        const Rect button = in.cut_bottom(40, 8);
        Rect numbers = in.centered(in.w, std::min(in.h, 28.0f));
        const core::Reading before = core::format_bytes_in_gib(k.before), after = core::format_bytes_in_gib(k.after);
        const float bw = ui.text(numbers, before.number, ui::type::control_mono, t.faint);
        ui.fill({numbers.x, ui.px(numbers.cy()), bw, 1}, t.red);
        numbers.cut_left(bw + 10);
        const float aw = ui.width("→", ui::type::control);
        ui.text(numbers.cut_left(aw + 2, 8), "→", ui::type::control, t.dim);
        const float nw =
            ui.text(numbers, after.number, ui::type::second, k.after <= p.view.plan.usable ? t.green : t.text);
        ui.text({numbers.x + nw + 6, numbers.y + 2, 40, numbers.h}, "GiB", ui::type::caption, t.faint);
        if (ui::button(ui, "remedy." + k.changes.front().first + k.changes.front().second, button, k.button,
                       i == 0 ? ui::ButtonLook::primary : ui::ButtonLook::secondary,
                       k.button + ": " + k.name + ", " + before.number + " → " + after.number + " GiB, " + k.cost))
            for (const auto& [id, value] : k.changes) p.set(id, value);
    }
}

}  // namespace kvx::scenes
