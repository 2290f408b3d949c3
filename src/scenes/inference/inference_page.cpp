#include "scenes/inference/inference_page.h"

#include <algorithm>

#include "app/inference/device_words.h"
#include "app/inference/inference_view.h"
#include "core/deferred.h"
#include "core/format.h"
#include "scenes/answers/answers.h"
#include "scenes/cluster/serving_cluster.h"
#include "scenes/details/inference_details.h"
#include "scenes/inference/inference.h"
#include "scenes/parts/fields.h"
#include "scenes/parts/page_frame.h"
#include "scenes/parts/scale_bar.h"

namespace kvx::scenes {

using ui::Align;
using ui::Rect;
using ui::Theme;

namespace {

constexpr float kScaleBar = 20 + 4 + 24 + 6 + 34;

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

// What the fastest playback leaves out, from the estimate of a decode step.
std::string ludicrous_words(const Page& p, float width) {
    const std::string brief = "Ludicrous speed. A real " + p.state.device().short_name + " would take " +
                              core::format_seconds(app::real_run(p.view)).text(),
                      words = brief + " for these " + core::short_tokens(p.view.requested.context_max) + " tokens.";
    return p.ui.width(words, ui::type::label) > width ? brief + "." : words;
}

std::string lower_first(std::string s) {
    if (!s.empty() && s[0] >= 'A' && s[0] <= 'Z') s[0] = static_cast<char>(s[0] - 'A' + 'a');
    return s;
}

void draw_stage_title(Page& p, Rect r, core::Bytes stage_cell, const std::string& scale) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const core::Device& d = p.state.device();
    const core::InferencePlan& plan = p.view.plan;
    const bool over = plan.pressure > 1;
    Rect right = r.cut_right(150, 12);
    const std::string percent = core::fixed(100 * plan.pressure, plan.pressure >= 10 ? 0 : 1) + " %";
    const std::string of = over                   ? "of usable: overflows"
                           : plan.pressure >= 0.8 ? "of usable: nearly full"
                           : p.view.many()        ? "of usable memory, each"
                                                  : "of usable memory";
    if (ui::figure_area(ui, "figure.pressure", right.inset(-6, 0), "Memory pressure",
                        (p.quantity("pressure").approximate ? "≈ " : "") + percent + " " + of))
        p.explain("pressure", right);
    ui.text(right.cut_top(22, 2), percent, ui::type::title_mono,
            over ? t.red_text : (plan.pressure >= 0.8 ? t.amber : t.text), Align::right);
    ui.text(right.cut_top(18), of, ui::type::label, over ? t.red_text : (plan.pressure >= 0.8 ? t.amber : t.dim),
            Align::right);
    if (p.view.many()) {
        const core::Cluster& c = p.view.cluster;
        const std::string inside =
            c.inside ? std::string(core::wiring_words(c.wiring)) + " on " + short_name(*c.inside) : std::string();
        std::string title = core::group_digits(c.devices) + " × " + d.short_name;
        title += c.nodes > 1 ? " in " + core::group_digits(c.nodes) + " nodes" : " " + inside;
        ui::heading(ui, "stage", r.cut_top(22, 2), title, ui::type::title, t.text, 2);
        draw_caption(
            p, "stage.caption", r.cut_top(18),
            (r.w > 420 && stage_cell.value > 0 ? "One cell is " + tidy(core::format_bytes(stage_cell).text()) + " · "
                                               : std::string()) +
                (c.nodes > 1 && !inside.empty() ? core::group_digits(c.per_node) + " a node, " + inside
                                                : parallelism_words(p.view.spread.parallelism)),
            ui::type::label, t.dim);
        return;
    }
    ui::heading(ui, "stage", r.cut_top(22, 2), d.name, ui::type::title, t.text, 2);
    std::string caption = app::memory_words(d);
    if (p.state.in.speed >= 100) {
        caption = ludicrous_words(p, r.w);
    } else if (over) {
        caption = scale;  // what stands outside needs it most
    } else if (ui.width(caption + " · " + scale, ui::type::label) <= r.w) {
        caption += " · " + lower_first(scale);
    }
    draw_caption(p, "stage.caption", r.cut_top(18), caption, ui::type::label, t.dim);
}

}  // namespace

namespace {

constexpr float kWide = 560;  // of the centre: room for three things beside one another

Rect room_for_remedies(Rect& area) {
    const float h = area.w >= kWide ? remedies_height(area.h) : 0;
    return h > 0 ? area.cut_bottom(h, 16) : Rect{};
}

}  // namespace

void InferencePage::draw_cluster(Page& p, const Rect& r) {
    core::deferred(draw_serving_cluster)(cluster_, p, r);
}

// What no machine holds is another picture. Its size does not matter to `false`.
bool InferencePage::draw_hall_if_needed(Page& p, const Rect& r) {
    if (!app::takes_hall(p.state, p.view)) {
        hall_.leave();
        return false;
    }
    if (!r.empty()) core::deferred(draw_hall)(hall_, p, r);
    return true;
}

// Many devices: the cluster, what must fit into each, one step.
void InferencePage::draw_devices(Page& p, Rect area) {
    const bool over = p.view.plan.pressure > 1;
    if (over) draw_alert(p, area.cut_top(alert_height(p, area.w), 12));
    draw_stage_title(p, area.cut_top(44, 12), cluster_.cell_bytes(), {});
    if (over && area.w >= kWide && area.h > 330) {
        const Rect remedies = room_for_remedies(area);
        Rect right = area.cut_right(area.w * 0.38f, 20);
        draw_scale_bar(p, area.cut_bottom(kScaleBar, 12));
        draw_cluster(p, area);
        beyond_.count(p, p.view.plan.capacity * (1.0 / 1024));
        Rect words = right.cut_top(20, 8);
        const std::string scale = beyond_.scale_words(p);
        const float scale_w = p.ui.width(scale, ui::type::caption) + 1;
        const bool beside = scale_w + 120 < words.w;
        p.ui.text(beside ? words.cut_right(scale_w, 8) : right.cut_bottom(18, 2), scale, ui::type::caption,
                  p.ui.theme->dim, beside ? Align::right : Align::left);
        ui::heading(p.ui, "overflow", words, "What does not fit", ui::type::label_bold, p.ui.theme->text, 2);
        beyond_.arrange_squares(p, right);
        beyond_.draw(p, area, 0, 0);
        if (!remedies.empty() && details_there(p)) core::deferred(draw_remedies)(p, remedies);
        return;
    }
    if (area.h > 420) draw_step_bar(p, area.cut_bottom(step_bar_height(), 14));
    if (area.h > 300) draw_scale_bar(p, area.cut_bottom(kScaleBar, 12));
    draw_cluster(p, area);
}

// Full, and more: the chip steps back so that what has no room stands beside it, at the same scale.
void InferencePage::draw_full_device(Page& p, Rect area, const Rect& title) {
    const Rect remedies = room_for_remedies(area);
    const Rect legend = area.cut_bottom(20, 8);
    stage_.arrange(p, area);
    const Rect line = stage_.outside().draw_amounts(p, title);
    draw_stage_title(p, line, {}, stage_.outside().scale_words(p));
    stage_.draw(p);
    stage_.outside().draw_legend(p, {legend.x, std::min(legend.y, stage_.bottom() + 8), legend.w, legend.h});
    if (!remedies.empty() && details_there(p)) core::deferred(draw_remedies)(p, remedies);
}

// The stage, the memory bar, the model and a fact: as much as there is room for.
void InferencePage::draw_device(Page& p, Rect area) {
    const bool over = p.view.plan.pressure > 1, wide = area.w >= kWide;
    if (over) draw_alert(p, area.cut_top(alert_height(p, area.w), 12));
    const Rect title = area.cut_top(44, 12);
    cluster_.note_single(area);
    if (over && wide && area.h > 330) {
        draw_full_device(p, area, title);
        return;
    }
    const bool has_bar = area.h > 300;
    Rect bar = has_bar ? area.cut_bottom(kScaleBar, 12) : Rect{};
    const float natural = area.w * 548 / 776;
    const float card_h = model_card_height(p, wide ? (area.w - 24) * 0.5f : area.w);
    const bool has_cards = wide && area.h - card_h - 12 > natural * 0.74f;
    const Rect lower = area.cut_bottom(has_cards ? card_h + 2 : 0, has_cards ? 12.0f : 0.0f);
    stage_.arrange(p, {area.x, area.y, area.w, std::min(area.h, natural)});
    const Rect line = stage_.outside().draw_amounts(p, title);
    draw_stage_title(p, line, {}, stage_.outside().scale_words(p));
    stage_.draw(p);
    float y = stage_.bottom() + 12;
    if (has_bar) {
        bar.y = y;
        draw_scale_bar(p, bar);
        y = bar.bottom() + 14;
    }
    if (!has_cards) return;
    Rect cards{area.x, std::min(y, lower.y + kScaleBar + 12), area.w, card_h};
    draw_model_card(p, cards.cut_left((cards.w - 24) * 0.5f, 24));
    if (details_there(p)) core::deferred(draw_fact)(p, cards);
}

void InferencePage::draw_centre(Page& p, Rect area) {
    if (area.h > 360 && !p.state.in.present && (!p.ui.picture || p.state.in.show != "stage")) {
        const float h = p.ui.viewport.coarse ? 44 : 34;
        Rect tabs = area.cut_top(h, 12);
        if (tabs.w > 620) tabs = tabs.cut_left(620);
        draw_segments(p, "show", tabs);
        if (p.state.in.show != "stage") {
            core::deferred(draw_answers_scrolled)(p, area);
            return;
        }
    }
    if (app::takes_hall(p.state, p.view)) {
        draw_alert(p, area.cut_top(alert_height(p, area.w), 12));
        const Rect remedies = room_for_remedies(area);
        draw_hall_if_needed(p, area);
        if (!remedies.empty() && details_there(p)) core::deferred(draw_remedies)(p, remedies);
        return;
    }
    hall_.leave();
    if (p.view.many())
        draw_devices(p, area);
    else
        draw_device(p, area);
}

// Fills the screen: the package, what has no room beside it, and one sentence about both.
void InferencePage::draw_presentation(Page& p, Rect area) {
    if (draw_hall_if_needed(p, area)) return;
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const bool over = p.view.plan.pressure > 1;
    area.cut_top(4);
    draw_figure_strip(p, area.cut_top(46, 6), 6);
    Rect caption = area.cut_bottom(44, 4);
    std::string words, more;
    if (p.view.many()) {
        draw_cluster(p, area);
    } else {
        stage_.arrange(p, area);
        stage_.draw(p);
        caption = stage_.outside().draw_amounts(p, caption);
        more = stage_.outside().scale_words(p) + ".";
    }
    const std::string needed = core::format_bytes(p.view.plan.needed).text();
    const std::string usable = core::format_bytes(p.view.plan.usable).text();
    if (over)
        words = needed + " do not fit into " + usable + ": the rest spills out.";
    else
        words = needed + " of " + usable + (p.view.many() ? " on each device" : "") + " are in use.";
    const std::string who = p.state.in.batch > 1 ? "Purple is the model, each other colour one user’s cache. "
                                                 : "Purple is the model, blue the cache. ";
    ui.text(caption.cut_top(24), words, ui::type::title, over ? t.red_text : t.text);
    ui.text(caption.cut_top(18), who + more, ui::type::label, t.dim);
    ui.record("present.caption", "status", "Caption", caption, words + " " + who + more);
}

// Above the phone's sheet: alerts, the stage, the figures that matter.
void InferencePage::draw_phone_stage(Page& p, Rect r) {
    if (r.h <= 150) {
        if (r.h > 48) draw_figure_strip(p, r.cut_top(48), 3);
        return;
    }
    const Rect strip = r.cut_bottom(48, 8);
    if (!is_low(p.ui) && p.view.plan.pressure > 1 && r.h > 240) draw_alert(p, r.cut_top(48, 8));
    if (draw_hall_if_needed(p, r)) {
    } else if (p.view.many()) {
        draw_cluster(p, r);
    } else {
        cluster_.note_single(r);
        stage_.arrange(p, r);
        stage_.draw(p);
    }
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
    f.present = [&](const Rect& r) { draw_presentation(p, r); };
    f.timeline = [&](const Rect& r) { draw_timeline(p, r, false); };
    f.strip_height = 48;
    f.strip = [&](const Rect& r) { draw_figure_strip(p, r, 6); };
    f.stage = [&](const Rect& r) { draw_phone_stage(p, r); };
    f.sheet = [&](const Rect& r, bool grab) { draw_sheet(p, r, grab); };
    f.bar = [&](const Rect& r) { draw_timeline(p, r, true); };
    const auto last = static_cast<double>(view.requested.context_max.value);
    f.transport = {state.position, last / 100, 0, last, {}, true};
    draw_page_frame(p, area, f);
    draw_open_details(p, area);
    if (state.playing) ui.ask_frame();
}

std::unique_ptr<PageScene> make_inference_page() {
    return std::make_unique<InferencePage>();
}

}  // namespace kvx::scenes
