// When memory is full: what is missing and why, and what would help, as large as there is room for.
#include <algorithm>

#include "app/inference/inference_view.h"
#include "app/inference/memory_alert.h"
#include "core/format.h"
#include "scenes/details/inference_details.h"
#include "scenes/inference/inference.h"

namespace kvx::scenes {

using ui::Align;
using ui::Rect;
using ui::Theme;

namespace {

constexpr float kRow = 64;  // in a sheet

// The search for the fewest devices is made four times a second while it plays: nobody reads the cards faster than
// that.
const std::vector<core::Remedy>& remedies_of(Page& p) {
    PageMemory& m = p.memory;
    constexpr double kEvery = 0.25;
    if (!p.state.playing || p.ui.time < m.remedies_at || p.ui.time - m.remedies_at > kEvery)
        m.remedies = app::remedies(p.view, p.state), m.remedies_at = p.ui.time;
    return m.remedies;
}

struct Words {
    std::string id, before, after, accessible_name;
    bool fits = false;
};
Words words_of(const Page& p, const core::Remedy& k) {
    Words w;
    w.id = "remedy." + k.changes.front().first + k.changes.front().second;
    w.before = core::format_bytes_in_gib(k.before).number;
    w.after = core::format_bytes_in_gib(k.after).number;
    w.fits = k.after <= p.view.plan.usable;
    w.accessible_name = k.button + ": " + k.name + ", " + w.before + " → " + w.after + " GiB, " + k.cost;
    return w;
}

void apply(Page& p, const core::Remedy& k) {
    for (const auto& [id, value] : k.changes) p.set(id, value);
    p.out.push_back(app::ReportResult{k.name});
}

// "456.3 → 296.3 GiB", the first struck; returns its width.
float draw_change(Page& p, const Rect& r, const Words& w, const ui::TextStyle& large) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    Rect line = r;
    const float bw = ui.text(line, w.before, ui::type::control_mono, t.faint);
    ui.fill({line.x, ui.px(line.cy()), bw, 1}, t.red);
    line.cut_left(bw + 8);
    const float aw = ui.width("→", ui::type::control);
    ui.text(line.cut_left(aw + 2, 6), "→", ui::type::control, t.dim);
    const float nw = ui.text(line, w.after, large, w.fits ? t.green : t.text);
    ui.text({line.x + nw + 6, line.y + 1, 30, line.h}, "GiB", ui::type::caption, t.faint);
    return line.x + nw + 36 - r.x;
}

void draw_card(Page& p, const Rect& c, const core::Remedy& k, size_t number) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const bool first = number == 0;
    ui::card(ui, c);
    if (first) ui.stroke(c, ui::fade(t.accent, 0.6f), ui::radius::card);
    Rect in = c.inset(16, 14);
    Rect head = in.cut_top(18, 4);
    ui.text(head.cut_right(ui.width(k.cost, ui::type::caption) + 1, 8), k.cost, ui::type::caption, t.faint);
    ui.text(head, "Option " + std::to_string(number + 1), ui::type::caption, t.faint);
    ui.text(in.cut_top(20, 2), k.name, ui::type::control_bold, t.text);
    if (in.h > 100) ui.text(in.cut_top(18, 8), k.effect, ui::type::label, t.dim);
    const Rect button = in.cut_bottom(40, 8);
    const Words w = words_of(p, k);
    draw_change(p, in.centered(in.w, std::min(in.h, 28.0f)), w, ui::type::second);
    if (ui::button(ui, w.id, button, k.button, first ? ui::ButtonLook::primary : ui::ButtonLook::secondary,
                   w.accessible_name, k.effect))
        apply(p, k);
}

// Two lines, pressed as a whole.
void draw_compact(Page& p, const Rect& c, const core::Remedy& k, bool first) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const Words w = words_of(p, k);
    const ui::Hit hit = ui.hit(w.id, c);
    ui.fill(c, hit.hovered ? t.raised_hover : t.raised, ui::radius::control);
    if (first) ui.stroke(c, t.accent, ui::radius::control, 1.5f);
    Rect in = c.inset(c.w < 210 ? 10.0f : 14.0f, 8);
    ui.text(in.cut_top(20, 2), k.name, c.w < 210 ? ui::type::label_bold : ui::type::control_bold, t.text);
    const float used = draw_change(p, in, w, ui::type::value);
    const float cost = ui.width(k.cost, ui::type::caption) + 1;
    if (used + 10 + cost < in.w) ui.text(in.cut_right(cost), k.cost, ui::type::caption, t.faint, Align::right);
    ui.control_box(c, k.name);
    if (ui.recording) ui.node(ui::make_node(w.id, "button", w.accessible_name, c).with_hint(k.effect));
    if (hit.clicked || ui.take(w.id, ui::ActKind::press)) apply(p, k);
}

}  // namespace

void draw_remedies(Page& p, const Rect& r) {
    const std::vector<core::Remedy>& list = remedies_of(p);
    if (list.empty() || r.h < kRemedyRows || p.ui.picture) return;
    ui::Ui& ui = p.ui;
    const bool cards = r.h >= kRemedyCards;
    Rect body = r;
    ui::heading(ui, "remedies", body.cut_top(20, cards ? 12.0f : 8.0f),
                list.size() == 1 ? "What helps" : "What helps, cheapest first",
                cards ? ui::type::title : ui::type::label_bold, ui.theme->text, 2);
    body.h = std::min(body.h, cards ? 190.0f : kRemedyRows - 28);
    for (size_t i = 0; i < list.size(); ++i) {
        const Rect c = body.column(static_cast<int>(i), 3, 12);
        if (cards)
            draw_card(p, c, list[i], i);
        else
            draw_compact(p, c, list[i], i == 0);
    }
}

float draw_remedy_rows(Page& p, Rect body, bool measure) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const std::vector<core::Remedy>& list = remedies_of(p);
    if (list.empty()) return 0;
    const app::MemoryAlert alert = app::memory_alert(p.view);
    const float cause_h = ui.paragraph({0, 0, body.w, 0}, alert.cause, ui::type::caption, 0, true);
    const float height = 24 + cause_h + 10 + (kRow + 8) * static_cast<float>(list.size());
    if (measure) return height;
    ui::heading(ui, "remedies", body.cut_top(22, 2),
                ui.width(alert.title, ui::type::control_bold) > body.w ? alert.short_title : alert.title,
                ui::type::control_bold, t.red_text, 2);
    ui.paragraph(body, alert.cause, ui::type::caption, t.dim);
    ui.record("remedies.cause", "text", alert.cause, {body.x, body.y, body.w, cause_h});
    body.cut_top(cause_h, 10);
    for (size_t i = 0; i < list.size(); ++i) draw_compact(p, body.cut_top(kRow, 8), list[i], i == 0);
    return height;
}

}  // namespace kvx::scenes
