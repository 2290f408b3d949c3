// Left column: the main figure, the rows behind it, the current formula.
#include <algorithm>

#include "app/inference/memory_alert.h"
#include "core/format.h"
#include "scenes/inference/inference.h"
#include "scenes/parts/fields.h"

namespace kvx::scenes {

using core::Quantity;
using ui::Align;
using ui::Rect;
using ui::Theme;

namespace {

constexpr float kPadding = 16;

struct RowSpec {
    std::string_view id, label;
    ui::Color swatch = 0;
    bool many = false, ghost = false;
};

// The same colours and order as the stage: weights, cache, activations, scores.
void draw_stacked_bar(ui::Ui& ui, const Rect& r, const app::View& v) {
    const Theme& t = *ui.theme;
    const core::InferencePlan& p = v.plan;
    ui.fill(r, t.line, ui::radius::bar);
    if (p.pressure > 1) {
        ui.fill(r, ui::mix(t.bg, t.red, 0.25f), ui::radius::bar);
        ui.stripes(r.inset(1, 0), t.ghost, 5, 2);
        return;
    }
    const double whole = p.usable.value;
    if (whole <= 0) return;
    float x = r.x;
    const auto part = [&](core::Bytes b, ui::Color c) {
        const float w = static_cast<float>(b.value / whole) * r.w;
        ui.fill({x, r.y, w, r.h}, c, w > 4 ? 1.0f : 0);
        x += w;
    };
    part(p.weights, t.weights);
    const size_t shown = std::min<size_t>(p.sequences.size(), 64);
    for (size_t i = 0; i < shown; ++i) part(p.sequences[i].allocated, t.sequence[i % 8]);
    part(p.activations + p.runtime, t.activations);
    if (!v.fa) part(p.scores, t.red);
}

void draw_main_figure(Page& p, Rect& body) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const core::InferencePlan& plan = p.view.plan;
    const Quantity& q = p.quantity("needed");
    const bool over = plan.pressure > 1, warm = plan.pressure >= 0.8;
    ui.text(body.cut_top(16, 2), "Memory needed", ui::type::caption_bold, t.dim);
    Rect big = body.cut_top(48, 6);
    const core::Reading needed = core::format_bytes_in_gib(plan.needed);
    const core::Reading usable = core::format_bytes_in_gib(plan.usable);
    const ui::Color c = over ? t.red_text : (warm ? t.amber : t.text);
    ui::TextStyle st = ui::type::main;
    const std::string rest = "GiB of " + usable.number + (body.w > 250 && needed.number.size() < 7 ? " usable" : "");
    const float rest_w = ui.width(rest, ui::type::control) + 10;
    while (st.size > 24 && ui.width(needed.number, st) + rest_w > big.w) st.size -= 2;
    const std::string beyond =
        plan.pressure < 2
            ? core::format_bytes(plan.needed - plan.usable).text() + " more than this device can use"
            : core::significant(plan.pressure, plan.pressure < 10 ? 2 : 3) + " times what this device can use";
    if (ui::figure_area(ui, "figure.needed", big.inset(-8, 0), "Memory needed",
                        q.shown() + " of " + usable.number + " usable" + (over ? ", " + beyond : std::string())))
        p.explain("needed", big);
    const float w = ui.text(big, needed.number, st, c);
    ui.text({big.x + w + 8, big.y + 9 + (40 - st.size) * 0.2f, rest_w, 30}, rest, ui::type::control, t.dim);
    draw_stacked_bar(ui, body.cut_top(6, 8), p.view);
    // One line of comparison: what would be needed without FlashAttention, or the pressure in words.
    Rect line = body.cut_top(18, 10);
    if (over) {
        ui.text(line, beyond, ui::type::label, t.dim);
    } else if (p.view.fa && plan.scores_avoided.value > 0) {
        const core::Reading without = core::format_bytes_in_gib(plan.needed_without_flash);
        const double saved = 100 * (1 - plan.needed / plan.needed_without_flash);
        const std::string percent = "−" + core::fixed(saved, saved < 10 || saved > 99 ? 1 : 0) + " %";
        if (ui::figure_area(ui, "figure.needed_without_flash", line.inset(-8, 0), "Without FlashAttention",
                            without.text() + ", " + percent))
            p.explain("needed_without_flash", line);
        ui.text(line.cut_right(ui.width(percent, ui::type::value) + 1, 8), percent, ui::type::value, t.green);
        const std::string struck = without.number + " GiB";
        const float sw = ui.width(struck, ui::type::value);
        const Rect s = line.cut_right(sw + 1, 8);
        ui.text(s, struck, ui::type::value, t.faint);
        ui.fill({s.x, ui.px(s.cy()), sw, 1}, t.red);
        ui.text(line,
                line.w >= ui.width("Without FlashAttention", ui::type::label) ? "Without FlashAttention" : "Without FA",
                ui::type::label, t.dim);
    } else {
        ui.text(line, core::fixed(100 * plan.pressure, 1) + " % of what the engine may use", ui::type::label, t.dim);
    }
}

}  // namespace

float draw_memory_card(Page& p, const Rect& r, bool measure) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const app::View& v = p.view;
    std::vector<RowSpec> rows = {{"context_now", "Context"},
                                 {"weights", "Weights", t.weights},
                                 {"kv_used", "KV cache", 0, true},
                                 {"overhead", "Activations, runtime", t.activations}};
    if (!v.fa) rows.push_back({"scores", "Attention scores", 0, false, true});
    if (v.plan.kv_wasted.value > 0.5)
        rows.push_back({"kv_wasted", v.plan.wasted_reservation.value > 0.5 ? "Reserved, unused" : "Wasted in blocks",
                        t.reserved_stripe});
    rows.push_back({"allocation_unit", "Allocation unit"});
    rows.push_back({"kv_efficiency", "Cache efficiency"});
    rows.push_back({"decode_floor", "Decode step"});
    rows.push_back({"fits_context", "Fits up to"});
    rows.push_back({"devices_needed", "Devices needed"});
    const float fixed = 2 * kPadding + 16 + 2 + 48 + 6 + 6 + 8 + 18 + 10 + 1 + 6;
    const float needed = fixed + row_height(p) * static_cast<float>(rows.size());
    if (measure) return needed;

    ui::card(ui, r);
    Rect body = r.inset(kPadding);
    draw_main_figure(p, body);
    ui.fill(body.cut_top(1, 6), t.line);
    for (const RowSpec& spec : rows) {
        const Quantity& q = p.quantity(spec.id);
        const Rect row = body.cut_top(row_height(p));
        Split reading = split_reading(q.text);
        ui::FigureRow f{.id = spec.id,
                        .label = spec.label,
                        .mark = mark_of(q),
                        .number = reading.number,
                        .unit = reading.unit,
                        .swatch = spec.swatch};
        std::string number;
        if (spec.id == "context_now") {
            number = core::group_digits(v.now.value) + " / " + core::short_tokens(v.requested.context_max);
            f.number = number;
            f.unit = "";
        } else if (spec.id == "allocation_unit") {
            f.number = q.text;
            f.unit = "";
        }
        f.many_colors = spec.many;
        f.ghost = spec.ghost;
        if (spec.id == "devices_needed" && app::devices_needed(v) > v.cluster.devices) f.color = t.red_text;
        if (ui::figure_row(ui, row, f, p.memory.explained == spec.id)) p.explain(spec.id, row);
    }
    return needed;
}

float draw_formula_card(Page& p, const Rect& r, bool measure) {
    ui::Ui& ui = p.ui;
    const std::vector<std::string> lines = core::formula_lines(p.view.input, p.view.plan);
    const Rect inner{r.x + kPadding, r.y + kPadding, r.w - 2 * kPadding, 0};
    float h = 2 * kPadding + 16 + 8;
    for (const std::string& l : lines) h += ui.paragraph(inner, l, ui::type::caption_mono, 0, true);
    if (measure) return h;
    ui::card(ui, r);
    Rect body = r.inset(kPadding);
    const Rect title = body.cut_top(16, 8);
    ui::heading(ui, "formula", title, "KV cache, current values", ui::type::caption_bold, ui.theme->dim, 2);
    const Rect area{body.x, body.y, body.w, h - 2 * kPadding - 24};
    std::string spoken;
    for (const std::string& l : lines) spoken += (spoken.empty() ? "" : "; ") + l;
    if (ui::figure_area(ui, "figure.kv_formula", area.grow(6), "KV cache formula", spoken))
        p.explain("kv_per_token", area);
    bool first = true;
    for (const std::string& l : lines) {
        body.cut_top(ui.paragraph(body, l, ui::type::caption_mono, first ? ui.theme->dim : ui.theme->text));
        first = false;
    }
    return h;
}

void draw_figures(Page& p, const Rect& column) {
    const float memory_h = draw_memory_card(p, column, true), formula_h = draw_formula_card(p, column, true);
    const float speed_h = draw_speed_card(p, column, true);
    const float least_curve = 190, total = memory_h + 12 + speed_h + 12 + formula_h + 12 + least_curve;
    const bool scrolls = total > column.h;
    Rect content = p.ui.begin_scroll("figures", column, scrolls ? total : column.h);
    draw_memory_card(p, content.cut_top(memory_h, 12), false);
    draw_curve_card(p, content.cut_top(scrolls ? least_curve : least_curve + column.h - total, 12));
    draw_speed_card(p, content.cut_top(speed_h, 12), false);
    draw_formula_card(p, content.cut_top(formula_h), false);
    p.ui.end_scroll();
}

void draw_figure_strip(Page& p, const Rect& r, int count) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    struct Item {
        std::string_view id, label;
        ui::Color edge;
    };
    const Item items[6] = {{"needed", "Memory", t.text},
                           {"kv_used", "KV cache", t.sequence[0]},
                           {"weights", "Weights", t.weights},
                           {"kv_efficiency", "Efficiency", t.green},
                           {"decode_floor", "Decode step", t.gold},
                           {"devices_needed", "Devices", t.accent}};
    for (int i = 0; i < count; ++i) {
        const Item& item = items[i];
        Rect c = r.column(i, count, 8);
        if (count == 3) {  // the first carries its capacity as well
            const float first = r.w * 0.42f, rest = (r.w - first - 16) * 0.5f;
            c = i == 0 ? Rect{r.x, r.y, first, r.h}
                       : Rect{r.x + first + 8 + static_cast<float>(i - 1) * (rest + 8), r.y, rest, r.h};
        }
        const Quantity& q = p.quantity(item.id);
        const bool over = i == 0 && p.view.plan.pressure > 1;
        if (ui::figure_area(ui, "strip." + std::string(item.id), c, item.label, q.shown())) p.explain(item.id, c);
        ui.fill(c.cut_left(2, 10), over ? t.red : item.edge);
        Split s = split_reading(q.text);
        if (i == 0 && count <= 3)
            s.number = core::format_bytes_in_gib(p.view.plan.needed).number;  // its capacity is in GiB
        const std::string mark(mark_of(q));
        ui.text({c.x, c.y + 2, c.w, 16}, item.label, ui::type::caption, t.dim);
        const Rect line{c.x, c.y + 18, c.w, 26};
        ui::TextStyle st = ui::type::second;
        std::string tail = s.unit;
        if (i == 0 && count <= 3) tail = "of " + core::format_bytes_in_gib(p.view.plan.usable).number;
        while (st.size > 13 && ui.width(mark + s.number, st) + ui.width(tail, ui::type::caption) + 6 > line.w)
            st.size -= 1;
        const float w = ui.text(line, mark + s.number, st,
                                over ? t.red_text : (i == 0 && p.view.plan.pressure >= 0.8 ? t.amber : t.text));
        ui.text({line.x + w + 5, line.y + 1, std::max(0.0f, line.w - w - 5), 26}, tail, ui::type::caption, t.dim);
    }
}

}  // namespace kvx::scenes
