// Speed and money: the card of figures on the left and the bar of one decode step below the stage.
#include <algorithm>

#include "core/format.h"
#include "scenes/inference/inference.h"
#include "scenes/parts/fields.h"

namespace kvx::scenes {

using ui::Align;
using ui::Rect;
using ui::Theme;

namespace {

constexpr float kPadding = 16;

struct StepPart {
    const char* name;
    core::Seconds time;
    ui::Color color;
    bool hatched;
};

std::vector<StepPart> parts_of(const Page& p) {
    const core::StepTime& s = p.view.serving.decode;
    const Theme& t = *p.ui.theme;
    std::vector<StepPart> all = {{"Read weights", s.weights, t.weights, false},
                                 {"Compute", s.compute, t.green, false},
                                 {"Read cache", s.kv, t.sequence[0], false},
                                 {"Attention", s.attention_compute, ui::mix(t.green, t.text, 0.25f), false},
                                 {"Communication", s.communication, t.gold, false},
                                 {"Launch overhead", s.fixed, t.activations, false},
                                 {"Waiting", s.bubble, t.reserved, true}};
    all.erase(std::remove_if(all.begin(), all.end(), [](const StepPart& x) { return x.time.value <= 0; }), all.end());
    return all;
}

}  // namespace

float step_bar_height() {
    return 20 + 6 + 24 + 6 + 34;
}

void draw_step_bar(Page& p, const Rect& r) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const core::StepTime& s = p.view.serving.decode;
    if (s.total.value <= 0) return;
    Rect body = r;
    Rect title = body.cut_top(20, 6);
    const core::Quantity& q = p.quantity("decode_step");
    const std::string total = q.shown() + (title.w > 420 ? ", when nothing overlaps" : "");
    const Rect right = title.cut_right(ui.width(total, ui::type::caption) + 1, 8);
    ui.text(right, total, ui::type::caption, t.dim, Align::right);
    if (ui::figure_area(ui, "figure.decode_step", right.grow(3), q.label, total)) p.explain("decode_step", right);
    ui::heading(ui, "step", title, "One decode step", ui::type::label_bold, t.dim, 2);
    const Rect bar = body.cut_top(24, 6);
    float x = bar.x, free_from = bar.x;
    const std::vector<StepPart> parts = parts_of(p);
    for (size_t i = 0; i < parts.size(); ++i) {
        const StepPart& part = parts[i];
        const bool last = i + 1 == parts.size();
        const float w = static_cast<float>(part.time.value / s.total.value) * bar.w;
        const Rect seg{x, bar.y, std::max(0.5f, w - (last ? 0 : 1)), bar.h};
        x += w;
        ui.fill(seg, part.color, seg.w > 8 ? 3.0f : 0);
        if (part.hatched) ui.stripes(seg, t.reserved_stripe, 5, 1.4f);
        const std::string time = core::format_seconds(part.time).text(), id = std::string("step.") + part.name;
        if (ui::figure_area(ui, id, seg, part.name, time, 3)) p.explain("decode_step", seg);
        const float need = std::max(ui.width(part.name, ui::type::caption), ui.width(time, ui::type::caption_mono)) + 1;
        const float lx = std::max(seg.x, free_from);
        if (lx + need > bar.right() + 1 || lx > seg.right() - 8 || body.h < 32) continue;
        ui.text({lx, bar.bottom() + 5, need, 16}, part.name, ui::type::caption, t.dim);
        ui.text({lx, bar.bottom() + 21, need, 16}, time, ui::type::caption_mono, t.faint);
        free_from = lx + need + 10;
    }
}

float draw_speed_card(Page& p, const Rect& r, bool measure) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    struct Row {
        std::string_view id, label;
    };
    static constexpr Row all[] = {{"ttft", "First token"},
                                  {"decode_step", "Then a token every"},
                                  {"user_rate", "Each user"},
                                  {"cluster_rate", "All users"},
                                  {"bandwidth_used", "Bandwidth used"},
                                  {"compute_used", "Compute used"},
                                  {"critical_batch", "Compute-bound from"},
                                  {"experts_touched", "Experts a step reads"},
                                  {"sent_tensor", "All-reduce, sent"},
                                  {"sent_expert", "To experts, sent"},
                                  {"sent_pipeline", "To the next stage"},
                                  {"sent_context", "To merge attention"},
                                  {"speculation", "Speculation"},
                                  {"reuse_saves", "Prefix reuse saves"},
                                  {"offload_load", "Load an idle cache"},
                                  {"break_even", "Loading wins above"},
                                  {"transfer", "Cache transfer time"},
                                  {"price", "Price"},
                                  {"cost_output", "1M output tokens"},
                                  {"cost_input", "1M prompt tokens"},
                                  {"joules", "Energy per token"}};
    std::vector<const Row*> rows;
    for (const Row& row : all)
        if (!p.quantity(row.id).id.empty()) rows.push_back(&row);
    const bool meter = !p.quantity("link_use").id.empty();
    const float prompt_h = section_fields_height(p, app::Section::first_token);
    const float height = 2 * kPadding + 16 + 8 + prompt_h + row_height(p) * static_cast<float>(rows.size()) +
                         (meter ? 8 + 18 + 6 + 6 : 0);
    if (measure) return height;
    ui::card(ui, r);
    Rect body = r.inset(kPadding);
    Rect title = body.cut_top(16, 8);
    const bool moe = p.view.plan.params_active < 0.95 * p.view.plan.params_total;
    const std::string error =
        "token time ±" + core::fixed(core::error_band(p.state.in.serving.estimate, moe).median, 0) + " %";
    draw_caption(p, "speed.error", title.cut_right(ui.width(error, ui::type::caption) + 1, 8), error, ui::type::caption,
                 t.faint);
    ui::heading(ui, "speed.card", title, p.view.plan.pressure > 1 ? "Speed, if it fitted" : "Speed and money",
                ui::type::caption_bold, t.dim, 2);
    draw_section_fields(p, app::Section::first_token, body);
    for (const Row* row : rows) {
        const core::Quantity& q = p.quantity(row->id);
        const Split reading = split_reading(q.text);
        // "$1.42" and "$18.32 an hour" stay whole or get a short unit.
        const bool price = row->id == "price", split = !price && !reading.unit.empty();
        const std::string number = split ? reading.number : q.text.substr(0, q.text.find(' '));
        const ui::FigureRow f{.id = row->id,
                              .label = row->label,
                              .mark = mark_of(q),
                              .number = number,
                              .unit = price ? std::string_view("per hour") : std::string_view(reading.unit)};
        const Rect line = body.cut_top(row_height(p));
        if (ui::figure_row(ui, line, f, p.memory.explained == row->id)) p.explain(row->id, line);
    }
    if (!meter) return height;
    body.cut_top(8);
    const core::Quantity& use = p.quantity("link_use");
    Rect line = body.cut_top(18, 6);
    if (ui::figure_area(ui, "figure.link_use", line.inset(-8, 0), use.label, use.shown())) p.explain("link_use", line);
    ui.text(line.cut_right(ui.width(use.shown(), ui::type::value) + 1, 8), use.shown(), ui::type::value, t.text);
    ui.text(line, "Links in use", ui::type::label, t.dim);
    const Rect bar = body.cut_top(6);
    ui.fill(bar, t.line, ui::radius::bar);
    ui.fill({bar.x, bar.y, std::max(2.0f, bar.w * static_cast<float>(std::min(1.0, use.value / 100))), bar.h}, t.gold,
            ui::radius::bar);
    return height;
}

}  // namespace kvx::scenes
