// The columns of the layout page: figures, the selected cell, settings, the size estimator.
#include <algorithm>
#include <cmath>

#include "core/format.h"
#include "scenes/layout/layout.h"
#include "scenes/parts/fields.h"

namespace kvx::scenes {

using core::Quantity;
using ui::Align;
using ui::Rect;
using ui::Theme;

namespace {

void draw_rows(Page& p, Rect& body, std::initializer_list<const char*> ids) {
    for (const char* id : ids) {
        const Quantity& q = p.quantity(id);
        if (q.id.empty()) continue;
        const Rect row = body.cut_top(row_height(p));
        Split reading = split_reading(q.text);
        if (q.unit == core::Unit::count || q.id == "layout_address") reading = {q.text, ""};
        if (ui::figure_row(
                p.ui, row,
                {.id = q.id, .label = q.label, .mark = mark_of(q), .number = reading.number, .unit = reading.unit},
                p.memory.explained == q.id))
            p.explain(q.id, row);
    }
}
float rows_height(const Page& p, std::initializer_list<const char*> ids) {
    float h = 0;
    for (const char* id : ids) h += p.quantity(id).id.empty() ? 0 : row_height(p);
    return h;
}

void draw_title(Page& p, Rect& body, std::string_view id, std::string_view words) {
    ui::heading(p.ui, id, body.cut_top(kLine, 4), words, ui::type::caption_bold, p.ui.theme->dim, 2);
}

// A value in the largest type that fits, its unit beside it.
void draw_big(Page& p, Rect big, const Quantity& q) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const Split reading = split_reading(q.text);
    ui::TextStyle st = ui::type::main;
    const float unit_w = ui.width(reading.unit, ui::type::control) + 10;
    while (st.size > 22 && ui.width(reading.number, st) + unit_w > big.w) st.size -= 2;
    if (ui::figure_area(ui, "figure." + q.id, big.inset(-8, 0), q.label, q.shown())) p.explain(q.id, big);
    const float w = ui.text(big, reading.number, st, t.text);
    ui.text({big.x + w + 8, big.y + 9 + (40 - st.size) * 0.2f, unit_w, 30}, reading.unit, ui::type::control, t.dim);
}

// Numbers of a shape in full.
void draw_number(Page& p, Rect& body, std::string_view id) {
    draw_value_field(p, id, body.cut_top(row_height(p), 4), p.get(id), "");
}

}  // namespace

float draw_layout_figures(Layout& l, Rect body, bool measure) {
    Page& p = l.p;
    const auto rows = {"layout_batch", "layout_layer", "layout_step", "layout_reserved"};
    const float height = 16 + 2 + 48 + 8 + 1 + 6 + rows_height(p, rows);
    if (measure) return height;
    ui::Ui& ui = p.ui;
    const Quantity& q = p.quantity("layout_total");
    ui::heading(ui, "layout.figures", body.cut_top(16, 2), q.label, ui::type::caption_bold, ui.theme->dim, 2);
    draw_big(p, body.cut_top(48, 8), q);
    ui.fill(body.cut_top(1, 6), ui.theme->line);
    draw_rows(p, body, rows);
    return height;
}

float draw_layout_cell(Layout& l, Rect body, bool measure) {
    Page& p = l.p;
    const app::LayoutView& v = l.v;
    const bool two = v.strip != nullptr && v.picked().strips.size() > 1;
    const bool cells = v.strip != nullptr && v.strip->kind != core::StripKind::state;
    const auto rows = {"layout_cell", "layout_address"};
    const float note_w = body.w, field = row_height(p) + 4;
    std::string words = app::layer_name(v.picked()) + ": " + app::layer_kept_text(v, v.picked()) + ".";
    if (cells && v.position > 0 && !v.kept)
        words += v.position > v.length.value ? " Position " + core::group_digits(v.position) + " is not filled yet."
                                             : " Position " + core::group_digits(v.position) + " is no longer kept.";
    const float words_h = p.ui.paragraph({0, 0, note_w, 0}, words, ui::type::caption, 0, true);
    const float height = kLine + 4 + field * (cells ? 3.0f : 1.0f) + (two ? segment_height(p) + 8 : 0) + words_h + 8 +
                         rows_height(p, rows);
    if (measure) return height;
    ui::Ui& ui = p.ui;
    draw_title(p, body, "layout.cell", "Selected cell");
    draw_value_field(p, "current-layer", body.cut_top(row_height(p), 4), std::to_string(v.layer),
                     "of " + core::group_digits(static_cast<int64_t>(v.layers.size())));
    if (cells) {
        draw_value_field(p, "cell-head", body.cut_top(row_height(p), 4), std::to_string(v.head),
                         "of " + core::group_digits(v.strip->rows));
        draw_value_field(p, "cell-position", body.cut_top(row_height(p), 4), std::to_string(v.position), "");
    }
    if (two) {
        ui::Choices parts;
        for (size_t i = 0; i < 2; ++i)
            parts.emplace_back(i == 0 ? "k" : "v", std::string(core::strip_name(v.picked().strips[i].kind)));
        draw_segments(p, "cell-part", body.cut_top(segment_height(p), 8), false, parts);
    }
    draw_note(p, "layout.cell.words", body, words, ui.theme->faint);
    draw_rows(p, body, rows);
    return height;
}

float draw_layout_order(Layout& l, Rect body, bool measure) {
    Page& p = l.p;
    const auto rows = {"layout_read", "layout_read_head", "layout_write"};
    const std::string words = std::string(l.v.order->used_by) + ".";
    const float words_h = p.ui.paragraph({0, 0, body.w, 0}, words, ui::type::caption, 0, true);
    const float height = kLine + 4 + select_height(p) + 6 + words_h + 8 + rows_height(p, rows);
    if (measure) return height;
    draw_title(p, body, "layout.order", "A decode step in memory");
    draw_select(p, "order", body.cut_top(select_height(p), 6));
    draw_note(p, "layout.order.words", body, words, p.ui.theme->faint);
    draw_rows(p, body, rows);
    return height;
}

float draw_layout_source(Layout& l, Rect body, bool measure) {
    Page& p = l.p;
    ui::Ui& ui = p.ui;
    const app::LayoutSource source = p.state.in.layout.source;
    const float field = row_height(p) + 4;
    float height = kLine + 4 + segment_height(p) + 12;
    if (source == app::LayoutSource::model)
        height += kLine + 4 + select_height(p) + 12 + stops_height(p) + 12 + kLine + 4 + select_height(p);
    else if (source == app::LayoutSource::shape)
        height += 5 * field - 4;
    else
        height += kLine + 4 + select_height(p) + 8 + 32;
    if (measure) return height;
    draw_title(p, body, "layout.source", p.label("source"));
    draw_segments(p, "source", body.cut_top(segment_height(p), 12));
    if (source == app::LayoutSource::model) {
        draw_labelled_select(p, "model", body.cut_top(kLine + 4 + select_height(p), 12));
        draw_stops(p, "context", body.cut_top(stops_height(p), 12));
        Rect line = body.cut_top(kLine + 4 + select_height(p));
        draw_labelled_select(p, "kv", line.column(0, 3, 8));
        draw_labelled_select(p, "block", line.column(1, 3, 8));
        draw_labelled_select(p, "batch", line.column(2, 3, 8));
    } else if (source == app::LayoutSource::shape) {
        draw_number(p, body, "num-layers");
        draw_number(p, body, "num-heads");
        draw_number(p, body, "head-dim");
        draw_number(p, body, "max-seq-len");
        draw_number(p, body, "seq-len");
    } else {
        ui.text(body.cut_top(kLine, 4), p.label("text"), ui::type::label, ui.theme->dim);
        if (const std::string* s =
                ui::text_field(ui, "text", body.cut_top(select_height(p), 8), p.label("text"), p.get("text"), "mono"))
            p.set("text", *s);
        draw_note(p, "layout.small", body,
                  "Real keys and values of the learn page’s model: blue is above zero, sand below.", ui.theme->faint);
    }
    return height;
}

float draw_estimator(Layout& l, Rect body, bool measure) {
    Page& p = l.p;
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const bool own = p.state.in.layout.source == app::LayoutSource::shape;  // its fields are above
    const Quantity& q = p.quantity("estimate");
    const float field = row_height(p) + 4;
    const float formula_h = ui.paragraph({0, 0, body.w, 0}, q.formula, ui::type::caption, 0, true);
    const float numbers_h = ui.paragraph({0, 0, body.w, 0}, "= " + q.substituted, ui::type::caption_mono, 0, true);
    const bool plain =
        l.v.model->layers.size() == 1 && l.v.model->layers.front().attention.kind == core::AttentionKind::full && !own;
    const float button = ui.viewport.coarse ? 44 : 36;
    const float height =
        kLine + 4 + (own ? 0 : 4 * field) + 36 + 6 + formula_h + 4 + numbers_h + (plain ? 10 + button : 0);
    if (measure) return height;
    draw_title(p, body, "layout.estimator", "Size estimator");
    if (!own) {
        draw_number(p, body, "num-layers");
        draw_number(p, body, "num-heads");
        draw_number(p, body, "head-dim");
        draw_number(p, body, "seq-len");
    }
    Rect big = body.cut_top(36, 6);
    const Split reading = split_reading(q.text);
    const float w = ui.text(big, reading.number, ui::type::second, t.text);
    ui.text({big.x + w + 8, big.y + 2, 60, 36}, reading.unit, ui::type::control, t.dim);
    const std::string gib = core::format_bytes_in_gib({q.value}).text();
    std::string note = std::string(core::info(p.state.in.kv).label) + ", " + core::group_digits(p.state.in.batch) +
                       (p.state.in.batch == 1 ? " sequence" : " sequences");
    if (gib != q.text) note = "= " + gib;
    if (ui::figure_area(ui, "figure.estimate", big.inset(-8, 0), q.label, q.text + ", " + note)) p.explain(q.id, big);
    const float note_w = ui.width(note, ui::type::caption) + 1;
    if (w + 60 + note_w < big.w) ui.text(big, note, ui::type::caption, t.faint, Align::right);
    const Rect formula = body.cut_top(formula_h, 4), numbers = body.cut_top(numbers_h);
    ui.paragraph(formula, q.formula, ui::type::caption, t.faint);
    ui.paragraph(numbers, "= " + q.substituted, ui::type::caption_mono, t.dim);
    ui.record("estimate.formula", "text", q.formula + " = " + q.substituted,
              {formula.x, formula.y, formula.w, numbers.bottom() - formula.y});
    if (plain) {
        body.cut_top(10);
        if (ui::button(ui, "estimate.model", body.cut_top(button), "Use the model’s values")) {
            const core::Attention& a = l.v.model->layers.front().attention;
            p.set("num-layers", std::to_string(l.v.model->layer_count()));
            p.set("num-heads", std::to_string(a.kv_heads));
            p.set("head-dim", std::to_string(a.k_dim));
            p.set("seq-len", std::to_string(l.v.length.value));
        }
    }
    return height;
}

}  // namespace kvx::scenes
