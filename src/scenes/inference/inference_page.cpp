#include "scenes/inference/inference_page.h"

#include <algorithm>

#include "core/deferred.h"
#include "core/format.h"
#include "scenes/answers/answers.h"
#include "scenes/cluster/serving_cluster.h"
#include "scenes/inference/inference.h"
#include "scenes/parts/fields.h"
#include "scenes/parts/page_frame.h"
#include "scenes/parts/scale_bar.h"

namespace kvx::scenes {

using ui::Align;
using ui::Rect;
using ui::Theme;

namespace {

// "tensor parallel 8", "8 copies, experts over 8".
std::string parallelism_words(const core::Parallelism& l) {
    std::string out;
    const auto add = [&](const std::string& words) { out += (out.empty() ? "" : ", ") + words; };
    if (l.tp > 1) add("tensor parallel " + core::group_digits(l.tp));
    if (l.pp > 1) add(core::group_digits(l.pp) + " pipeline stages");
    if (l.dp > 1) add(core::group_digits(l.dp) + " copies");
    if (l.ep > 1) add("experts over " + core::group_digits(l.ep));
    if (l.dcp > 1) add("tokens over " + core::group_digits(l.dcp));
    return out;
}

void draw_stage_title(Page& p, Rect r, core::Bytes stage_cell) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const core::Device& d = p.state.device();
    const core::InferencePlan& plan = p.view.plan;
    const bool over = plan.pressure > 1;
    const core::Quantity& q = p.quantity("pressure");
    Rect right = r.cut_right(150, 12);
    if (ui::figure_area(ui, "figure.pressure", right.inset(-6, 0), "Memory pressure", q.shown()))
        p.explain("pressure", right);
    const std::string percent = core::fixed(100 * plan.pressure, plan.pressure >= 10 ? 0 : 1) + " %";
    ui.text(right.cut_top(22, 2), percent, ui::type::title_mono,
            over ? t.red_text : (plan.pressure >= 0.8 ? t.amber : t.text), Align::right);
    ui.text(right.cut_top(18),
            over ? "of usable: overflows"
                 : (plan.pressure >= 0.8 ? "of usable: nearly full"
                                         : (p.view.many() ? "of usable memory, each" : "of usable memory")),
            ui::type::label, over ? t.red_text : (plan.pressure >= 0.8 ? t.amber : t.dim), Align::right);
    if (p.view.many()) {
        const core::Cluster& c = p.view.cluster;
        const std::string inside =
            c.inside ? std::string(core::wiring_words(c.wiring)) + " on " + short_name(*c.inside) : std::string();
        std::string title = core::group_digits(c.devices) + " × " + d.short_name;
        title += c.nodes > 1 ? " in " + core::group_digits(c.nodes) + " nodes" : " " + inside;
        ui::heading(ui, "stage", r.cut_top(22, 2), title, ui::type::title, t.text, 2);
        ui.text(
            r.cut_top(18),
            (r.w > 420 && stage_cell.value > 0 ? "One cell is " + tidy(core::format_bytes(stage_cell).text()) + " · "
                                               : std::string()) +
                (c.nodes > 1 && !inside.empty() ? core::group_digits(c.per_node) + " a node, " + inside
                                                : parallelism_words(p.view.spread.parallelism)),
            ui::type::label, t.dim);
        return;
    }
    ui::heading(ui, "stage", r.cut_top(22, 2), d.name, ui::type::title, t.text, 2);
    std::string caption = d.memory_label.empty() ? core::format_bytes(d.memory).text() : d.memory_label;
    caption += " " + d.memory_type;
    if (d.modules > 1 && r.w > 260)
        caption +=
            " in " + std::to_string(d.modules) +
            (d.kind == core::MemoryKind::hbm ? " stacks" : (d.kind == core::MemoryKind::sram ? " fields" : " chips"));
    if (r.w > 420) caption += " · one cell is " + tidy(core::format_bytes(stage_cell).text());
    ui.text(r.cut_top(18), caption, ui::type::label, t.dim);
}

}  // namespace

void InferencePage::draw_stage(Page& p, const Rect& r, bool compact) {
    if (p.view.many()) {
        core::deferred(draw_serving_cluster)(cluster_, p, r);
    } else {
        stage_.draw(p, r, compact);
        cluster_.note_single(r);
    }
}

// Stage, what does not fit, the memory bar, the model and a fact: as much as there is room for.
void InferencePage::draw_centre(Page& p, Rect area) {
    const bool over = p.view.plan.pressure > 1;
    const bool wide = area.w >= 640;
    if (area.h > 360 && !p.state.in.present) {
        const float h = p.ui.viewport.coarse ? 44 : 34;
        Rect tabs = area.cut_top(h, 12);
        if (tabs.w > 620) tabs = tabs.cut_left(620);
        draw_segments(p, "show", tabs);
        if (p.state.in.show != "stage") {
            core::deferred(draw_answers_scrolled)(p, area);
            return;
        }
    }
    if (over) draw_alert(p, area.cut_top(68, 12));
    draw_stage_title(p, area.cut_top(44, 12), cell_bytes(p));
    const float bar_h = 20 + 4 + 24 + 6 + 34;
    if (over && wide && area.h > 420) {
        const float lower = area.h > 560 ? 222 : 0;
        Rect upper = area;
        upper.h = area.h - lower - (lower > 0 ? 16 : 0);
        Rect right = upper.cut_right(upper.w * 0.38f, 20);
        draw_stage(p, {upper.x, upper.y, upper.w, upper.h - bar_h - 12}, true);
        draw_scale_bar(p, {upper.x, upper.bottom() - bar_h, upper.w, bar_h});
        draw_overflow(p, right);
        if (lower > 0) draw_remedies(p, {area.x, area.bottom() - lower, area.w, lower});
        return;
    }
    const float card_h = model_card_height(p, wide ? (area.w - 24) * 0.5f : area.w);
    const float natural = area.w * 548 / 776;
    const bool has_bar = area.h > 300;
    if (p.view.many()) {  // the step replaces the model's card
        if (area.h > 420) draw_step_bar(p, area.cut_bottom(step_bar_height(), 14));
        if (has_bar) draw_scale_bar(p, area.cut_bottom(bar_h, 12));
        draw_stage(p, area, false);
        return;
    }
    const bool has_cards = wide && area.h - bar_h - 12 - card_h - 12 > natural * 0.74f;
    if (has_cards) {
        Rect cards = area.cut_bottom(card_h, 14);
        draw_model_card(p, cards.cut_left((cards.w - 24) * 0.5f, 24));
        draw_fact(p, cards);
    }
    Rect bar = has_bar ? area.cut_bottom(bar_h, 12) : Rect{};
    const float used = std::min(area.h, natural);
    if (has_bar) bar.y = area.y + used + 12;
    if (has_bar && !has_cards && area.h > used) bar.y = area.y + used + 12;
    draw_stage(p, {area.x, area.y, area.w, used}, false);
    if (has_bar) draw_scale_bar(p, bar);
}

// Above the phone's sheet: alerts, the stage, the figures that matter.
void InferencePage::draw_phone_stage(Page& p, Rect r) {
    if (r.h <= 150) {
        if (r.h > 48) draw_figure_strip(p, r.cut_top(48), 3);
        return;
    }
    const Rect strip = r.cut_bottom(48, 8);
    if (!is_low(p.ui) && p.view.plan.pressure > 1 && r.h > 240) draw_alert(p, r.cut_top(80, 8));
    draw_stage(p, r, true);
    draw_figure_strip(p, strip, 3);
}

void InferencePage::draw(ui::Ui& ui, const app::State& state, const app::View& view, const Rect& area,
                         std::vector<app::Action>& out) {
    const std::vector<core::Quantity> quantities = app::quantities(view, state);
    Page p{ui, state, view, quantities, memory_, out};
    PageFrame f;
    f.left = [&](const Rect& r) { draw_figures(p, r); };
    f.centre = [&](const Rect& r) { draw_centre(p, r); };
    f.right = [&](const Rect& r) { draw_controls(p, r); };
    f.timeline = [&](const Rect& r) { draw_timeline(p, r, false); };
    f.strip_height = 48;
    f.strip = [&](const Rect& r) { draw_figure_strip(p, r, 6); };
    f.stage = [&](const Rect& r) { draw_phone_stage(p, r); };
    f.sheet = [&](const Rect& r, bool grab) { draw_sheet(p, r, grab); };
    f.bar = [&](const Rect& r) { draw_timeline(p, r, true); };
    const auto last = static_cast<double>(view.input.context_max.value);
    f.transport = {state.position, last / 100, 0, last, {}, true};
    draw_page_frame(p, area, f);
    draw_explanation(p, {area.x, area.y, area.w, area.h});
    draw_picker(p, area);
    if (state.playing) ui.ask_frame();
}

std::unique_ptr<PageScene> make_inference_page() {
    return std::make_unique<InferencePage>();
}

}  // namespace kvx::scenes
