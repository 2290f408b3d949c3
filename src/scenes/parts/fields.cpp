#include "scenes/parts/fields.h"

#include <algorithm>
#include <cmath>

#include "core/format.h"

namespace kvx::scenes {

using ui::Choices;
using ui::Rect;
using ui::Theme;

Stops stops_of(const Page& p, std::string_view id) {
    Stops s;
    for (auto& [value, label] : p.choices(id)) {
        core::Tokens n;
        if (!core::parse_tokens(value, n)) continue;
        s.values.push_back(static_cast<double>(n.value));
        s.texts.push_back(value);
        s.labels.push_back(label);
    }
    return s;
}

float row_height(const Page& p) {
    return p.ui.viewport.coarse ? 44 : 28;
}
float segment_height(const Page& p) {
    return p.ui.viewport.coarse ? 44 : 36;
}
float select_height(const Page& p) {
    return p.ui.viewport.coarse ? 44 : 36;
}

std::string field_text(const Page& p, std::string_view id) {
    const app::Param* param = app::find_param(id);
    return param && param->kind == app::ParamKind::tokens ? app::shown_value(*param, p.state) : p.get(id);
}

void draw_value_field(Page& p, std::string_view id, const Rect& line) {
    draw_value_field(p, id, line, field_text(p, id), p.unit(id));
}

void draw_value_field(Page& p, std::string_view id, const Rect& line, std::string_view text, std::string_view unit) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const std::string_view label = p.label(id);
    Rect row = line;
    if (!unit.empty()) ui.text(row.cut_right(ui.width(unit, ui::type::label) + 1, 6), unit, ui::type::label, t.faint);
    const float field_w = ui.viewport.coarse ? 96 : 84;
    const Rect field = row.cut_right(field_w, 8).centered(field_w, ui.viewport.coarse ? 44.0f : 28.0f);
    ui.text(row, label, ui::type::label, t.dim);
    if (const std::string* s =
            ui::text_field(ui, std::string(id) + ".field", field, std::string(label) + ", number", text, "value", unit))
        p.set(id, *s);
}

std::vector<const app::Param*> fields_of(const Page& p, app::Section section) {
    std::vector<const app::Param*> fields;
    for (const app::Param& param : app::params())
        if (param.section == section && param.kind != app::ParamKind::choice && param.kind != app::ParamKind::toggle &&
            app::concerns(param, p.state.in.page))
            fields.push_back(&param);
    return fields;
}

float section_fields_height(const Page& p, app::Section section) {
    return static_cast<float>(fields_of(p, section).size()) * (row_height(p) + 4);
}

void draw_section_fields(Page& p, app::Section section, Rect& body) {
    for (const app::Param* field : fields_of(p, section))
        draw_value_field(p, field->id, body.cut_top(row_height(p), 4));
}

void draw_switch(Page& p, std::string_view id, const Rect& r, std::string_view effect) {
    const bool on = p.get(id) == "1";
    if (ui::switch_row(p.ui, id, r, p.label(id), effect, on)) p.set(id, on ? "0" : "1");
}

void draw_select(Page& p, std::string_view id, const Rect& r) {
    const Choices choices = p.choices(id);
    const std::string now = p.get(id);
    std::string shown = now;
    for (const auto& [value, label] : choices)
        if (value == now) shown = label;
    const ui::SelectResult s =
        ui::select(p.ui, id, r, p.label(id), shown, now, choices, p.memory.picker == id, has_search(id));
    if (s.open) {
        const bool closes = p.memory.picker == id && s.typed.empty();
        if (p.memory.picker != id) p.memory.picker_filter.clear(), p.memory.picker_row = PageMemory::kNoRow;
        p.memory.picker = closes ? std::string() : std::string(id);
        p.memory.picker_filter += s.typed;
    }
    if (!s.chosen.empty()) p.set(id, s.chosen);
}

void draw_labelled_select(Page& p, std::string_view id, Rect column) {
    p.ui.text(column.cut_top(kLine, 4), p.label(id), ui::type::label, p.ui.theme->dim);
    draw_select(p, id, column.cut_top(select_height(p)));
}

void draw_segments(Page& p, std::string_view id, const Rect& r, bool mono, const Choices& shown,
                   std::string_view hint) {
    const Choices choices = shown.empty() ? p.choices(id) : shown;
    const int k = ui::segmented(p.ui, id, r, p.label(id), choices, p.get(id), mono, hint);
    if (k >= 0) p.set(id, choices[static_cast<size_t>(k)].first);
}

void draw_chips(Page& p, std::string_view id, const Rect& r, const Choices& shown) {
    const Choices choices = shown.empty() ? p.choices(id) : shown;
    const int k = ui::chips(p.ui, std::string(id) + ".chips", r, p.label(id), choices, p.get(id));
    if (k >= 0) p.set(id, choices[static_cast<size_t>(k)].first);
}

float labelled_segments_height(const Page& p) {
    return kLine + 6 + segment_height(p);
}

namespace {
// "MXFP4 experts, BF16 rest" -> "MXFP4 experts": whole parts, as many as there is room for.
std::string_view shortened(const ui::Ui& ui, std::string_view words, float room) {
    while (ui.width(words, ui::type::caption) + 1 > room) {
        const size_t end = words.find_last_of(",(");
        if (end == std::string_view::npos || end == 0) break;
        words = words.substr(0, words[end - 1] == ' ' ? end - 1 : end);
    }
    return words;
}
}  // namespace

void draw_labelled_segments(Page& p, std::string_view id, std::string_view note, Rect r, const Choices& shown,
                            bool mono) {
    ui::Ui& ui = p.ui;
    Rect line = r.cut_top(kLine, 6);
    ui.text(line.cut_left(ui.width(p.label(id), ui::type::label) + 1, 8), p.label(id), ui::type::label, ui.theme->dim);
    const std::string_view words = shortened(ui, note, line.w);
    ui.text(line, words, ui::type::caption, ui.theme->faint, ui::Align::right);
    draw_segments(p, id, r.cut_top(segment_height(p)), mono, shown, note);
}

float stops_height(const Page& p) {
    return row_height(p) + (p.ui.viewport.coarse ? 44 : 24);
}

void draw_stops(Page& p, std::string_view id, Rect r) {
    const Stops stops = stops_of(p, id);
    const double value = std::atof(p.get(id).c_str());
    draw_value_field(p, id, r.cut_top(row_height(p)));
    if (p.ui.viewport.coarse) {
        draw_chips(p, id, r.cut_top(44));
        return;
    }
    const ui::Slider s{.value = stops.position(value),
                       .step = 1.0 / static_cast<double>(std::max<size_t>(2, stops.values.size()) - 1),
                       .name = std::string(p.label(id)),
                       .spoken = field_text(p, id) + " " + std::string(p.unit(id))};
    const ui::SliderChange c = ui::slider(p.ui, id, r.cut_top(24), s);
    const size_t stop = stops.nearest(c.value);
    if (c.changed && stops.values[stop] != value) p.set(id, stops.texts[stop]);
}

void draw_caption(Page& p, std::string_view id, const Rect& r, std::string_view words, const ui::TextStyle& style,
                  ui::Color c, ui::Align align) {
    p.ui.text(r, words, style, c, align);
    if (!words.empty()) p.ui.record(id, "text", words, r);
}

void draw_note(Page& p, std::string_view id, Rect& body, const std::string& words, ui::Color c) {
    const float h = p.ui.paragraph(body, words, ui::type::caption, c);
    p.ui.record(id, "text", words, {body.x, body.y, body.w, h});
    body.cut_top(h, 8);
}

}  // namespace kvx::scenes
