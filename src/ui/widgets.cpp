#include "ui/widgets.h"

#include <algorithm>
#include <cmath>

namespace kvx::ui {

namespace {

std::string text_of(std::string_view s) {
    return std::string(s);
}

// A press by pointer or by semantic element.
bool pressed(Ui& ui, std::string_view id, const Hit& h) {
    return h.clicked || ui.take(id, ActKind::press) != nullptr;
}

Rect touch_rect(const Ui& ui, const Rect& r) {
    constexpr float kLeast = 44;
    if (!ui.viewport.coarse) return r;
    const float dx = std::max(0.0f, kLeast - r.w) * 0.5f, dy = std::max(0.0f, kLeast - r.h) * 0.5f;
    return r.inset(-dx, -dy);
}

}  // namespace

void card(Ui& ui, const Rect& r) {
    ui.fill(r, ui.theme->surface, radius::card);
    ui.stroke(r, ui.theme->line, radius::card);
}

void heading(Ui& ui, std::string_view id, const Rect& r, std::string_view name, const TextStyle& st, Color c,
             int level) {
    ui.text(r, name, st, c);
    if (ui.recording) ui.node(make_node(id, "heading", name, r).with_level(level));
}

bool button(Ui& ui, std::string_view id, const Rect& r, std::string_view label, ButtonLook look,
            std::string_view accessible_name, std::string_view hint) {
    const Theme& t = *ui.theme;
    const Hit h = ui.hit(id, r);
    const float glow = ui.animate(text_of(id) + "~h", h.hovered ? 1.0f : 0.0f, duration::hover);
    Color ground = t.raised_hover, ink = t.text;
    if (look == ButtonLook::primary) {
        ground = mix(t.accent, t.dark ? 0xFFFFFFFFu : 0xFF000000u, (h.held ? 0.16f : 0.08f) * glow);
        ink = t.accent_ink;
    } else {
        ground = mix(look == ButtonLook::quiet ? t.raised : t.raised_hover, t.accent, 0.12f * glow);
    }
    ui.fill(r, ground, radius::control);
    ui.text(r.inset(8, 0), label, type::control_bold, ink, Align::center);
    ui.control_box(r, label);
    if (ui.recording)
        ui.node(make_node(id, "button", accessible_name.empty() ? label : accessible_name, r).with_hint(hint));
    return pressed(ui, id, h);
}

bool icon_button(Ui& ui, std::string_view id, const Rect& r, Icon i, std::string_view name, bool primary) {
    const Theme& t = *ui.theme;
    const Rect area = touch_rect(ui, r);
    const Hit h = ui.hit(id, area);
    const float glow = ui.animate(text_of(id) + "~h", h.hovered ? 1.0f : 0.0f, duration::hover);
    if (primary) {
        ui.disc(r.cx(), r.cy(), r.w * 0.5f, mix(t.accent, t.dark ? 0xFFFFFFFFu : 0xFF000000u, 0.1f * glow));
        icon(ui, i, r, t.accent_ink, r.w / 44 * 1.15f);
    } else {
        ui.fill(r, fade(t.raised_hover, glow * 0.9f), radius::control);
        icon(ui, i, r, mix(t.dim, t.text, glow));
    }
    ui.control_box(area, name);
    ui.record(id, "button", name, area);
    return pressed(ui, id, h);
}

bool link_button(Ui& ui, std::string_view id, const Rect& r, std::string_view label, const TextStyle& st, Color c,
                 std::string_view accessible_name) {
    const Rect area = touch_rect(ui, r);
    const Hit h = ui.hit(id, area);
    const float w = ui.text(r, label, st, h.hovered ? ui.theme->text : c);
    const float y = ui.px(r.cy() + st.size * 0.62f);
    if (h.hovered) {
        ui.line(r.x, y, r.x + w, y, ui.theme->accent);
    } else {
        ui.dashed(r.x, y + 0.5f, r.x + w, y + 0.5f, fade(c, 0.7f), 1.5f, 2.5f);
    }
    ui.control_box(area, label);
    ui.record(id, "button", accessible_name.empty() ? label : accessible_name, area);
    return pressed(ui, id, h);
}

void external_link(Ui& ui, std::string_view id, const Rect& r, std::string_view label, std::string_view href) {
    ui.control_box(touch_rect(ui, r), label);
    // The browser draws it, so that it can be opened in a new tab and copied.
    if (ui.recording) ui.node(make_node(id, "link", label, r).with_href(href).drawn_by_browser("caption"));
}

bool switch_row(Ui& ui, std::string_view id, const Rect& r, std::string_view name, std::string_view effect, bool on) {
    const Theme& t = *ui.theme;
    const bool big = ui.viewport.coarse;
    const float w = big ? 44 : 36, hgt = big ? 26 : 20;
    const Hit h = ui.hit(id, r);
    const Rect body{r.right() - w, ui.px(r.cy() - hgt * 0.5f), w, hgt};
    const Rect words{r.x, r.y, r.w - w - 12, r.h};
    const float line_h = 18 + 16;
    ui.text({words.x, ui.px(words.cy() - line_h * 0.5f), words.w, 18}, name, type::label_bold, t.text);
    ui.text({words.x, ui.px(words.cy() - line_h * 0.5f) + 18, words.w, 16}, effect, type::caption, t.faint);
    const float k = ui.animate(text_of(id) + "~on", on ? 1.0f : 0.0f, duration::toggle);
    ui.fill(body, mix(h.hovered ? t.raised_hover : t.line2, t.accent, k), hgt * 0.5f);
    if (k < 1) ui.stroke(body, fade(t.edge, 1 - k), hgt * 0.5f);
    const float knob = hgt * 0.5f - 3;
    ui.disc(body.x + hgt * 0.5f + (w - hgt) * k, body.cy(), knob, mix(t.dark ? t.dim : 0xFFFFFFFFu, t.accent_ink, k));
    ui.control_box(r, name);
    if (ui.recording) ui.node(make_node(id, "switch", name, r).with_checked(on).with_hint(effect));
    return pressed(ui, id, h);
}

SliderChange slider(Ui& ui, std::string_view id, const Rect& r, const Slider& s) {
    const Theme& t = *ui.theme;
    SliderChange out;
    const float inset = s.knob * 0.5f, x0 = r.x + inset, span = std::max(1.0f, r.w - 2 * inset), y = ui.px(r.cy());
    const Rect area = touch_rect(ui, {r.x, y - std::max(12.0f, s.knob * 0.7f), r.w, std::max(24.0f, s.knob * 1.4f)});
    const Hit h = ui.hit(id, area);
    double value = std::clamp(s.value, 0.0, 1.0);
    if (h.held) {
        ui.lock_drag();
        value = std::clamp(static_cast<double>((ui.pointer_x() - x0) / span), 0.0, 1.0);
        out.changed = true;
    }
    if (h.clicked) {
        out.released = true;
        value = std::clamp(static_cast<double>((ui.pointer_x() - x0) / span), 0.0, 1.0);
        out.changed = true;
    }
    if (const Act* a = ui.take(id, ActKind::set)) {
        value = std::clamp(std::atof(a->value.c_str()), 0.0, 1.0);
        out.changed = out.released = true;
    }
    for (const ActKind kind : {ActKind::increment, ActKind::decrement})
        while (const Act* a = ui.take(id, kind)) {
            const double step = s.step * (a->value == "page" ? 10 : 1);
            value = std::clamp(value + (kind == ActKind::increment ? step : -step), 0.0, 1.0);
            out.changed = out.released = true;
        }
    out.value = value;

    const float th = s.thickness, kx = x0 + static_cast<float>(value) * span;
    const Rect track{r.x, y - th * 0.5f, r.w, th};
    ui.fill(track, t.line2, th * 0.5f);
    ui.stroke(track, t.edge, th * 0.5f);
    const auto at = [&](double v) { return x0 + static_cast<float>(std::clamp(v, 0.0, 1.0)) * span; };
    if (s.muted_from < 1) {
        const Rect m{at(s.muted_from), track.y, track.right() - at(s.muted_from), th};
        ui.fill(m, t.reserved);
        ui.stripes(m, t.reserved_stripe, 5, 1.4f);
    }
    ui.fill({track.x, track.y, kx - track.x, th}, t.accent, th * 0.5f);
    if (s.danger_from < 1) {
        const Rect m{at(s.danger_from), track.y, track.right() - at(s.danger_from), th};
        ui.fill(m, mix(t.bg, t.red, 0.25f), 0);
        ui.stripes(m, t.red, 5, 2);
    }
    for (const SliderMark& m : s.marks) {
        const float mx = at(m.at);
        const Color c = m.color ? m.color : t.faint;
        if (m.tick) ui.fill({ui.px(mx) - 0.75f, y - th * 0.5f - 6, 1.5f, th + 12}, c);
        const float w = ui.width(m.label, type::caption) + 1;
        const float tx = std::clamp(mx - w * 0.5f, r.x, r.right() - w);
        if (!m.label.empty()) ui.text({tx, y + (m.tick ? -30.0f : 12.0f), w, 16}, m.label, type::caption, c);
    }
    const float grow = ui.animate(text_of(id) + "~k", h.held ? 1.15f : (h.hovered ? 1.06f : 1.0f), duration::hover);
    ui.disc(kx, y, (s.knob * 0.5f + 3), t.surface);
    ui.disc(kx, y, s.knob * 0.5f * grow, t.knob);
    ui.control_box(area, s.name);
    if (ui.recording) {
        // What its marks say in words; plain ticks are numbers.
        std::string marks;
        const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
        for (const SliderMark& m : s.marks)
            if (std::any_of(m.label.begin(), m.label.end(), letter)) marks += (marks.empty() ? "" : ", ") + m.label;
        ui.node(make_node(id, "slider", s.name, area, s.spoken).with_range(0, 1, value, s.step).with_hint(marks));
    }
    return out;
}

int segmented(Ui& ui, std::string_view id, const Rect& r, std::string_view name, const Choices& choices,
              std::string_view selected, bool mono, std::string_view hint) {
    const Theme& t = *ui.theme;
    int chosen = -1;
    ui.fill(r, t.well, radius::control);
    ui.stroke(r, t.line, radius::control);
    const std::string group = text_of(id);
    if (ui.recording) ui.node(make_node(id, "radiogroup", name, r).with_hint(hint));
    const int n = static_cast<int>(choices.size());
    const Rect inner = r.inset(2);
    for (int i = 0; i < n; ++i) {
        const auto& [value, label] = choices[static_cast<size_t>(i)];
        const std::string part = group + "." + value;
        const Rect c = inner.column(i, n);
        const Hit h = ui.hit(part, c);
        const bool on = value == selected;
        const float k = ui.animate(part + "~s", on ? 1.0f : 0.0f, duration::toggle);
        if (k > 0.01f) {  // the line marks it: the ground's contrast is faint
            ui.fill(c, fade(t.selected, k), radius::segment);
            ui.fill({c.x + c.w * 0.25f, c.bottom() - 2, c.w * 0.5f, 2}, fade(t.accent, k), 1);
        }
        const TextStyle st = mono ? type::caption_mono : type::label;
        ui.text(c.inset(2, 0), label, st, on || h.hovered ? t.text : t.dim, Align::center);
        ui.control_box(c.inset(0, -2), label);
        if (ui.recording) ui.node(make_node(part, "radio", label, c).with_parent(group).with_checked(on));
        if (pressed(ui, part, h) && !on) chosen = i;
    }
    return chosen;
}

int chips(Ui& ui, std::string_view id, const Rect& r, std::string_view name, const Choices& choices,
          std::string_view selected) {
    const Theme& t = *ui.theme;
    int chosen = -1;
    const std::string group = text_of(id);
    ui.record(id, "radiogroup", name, r);
    const std::string scroll = group + "~x";
    float total = 0, selected_x = 0;
    for (const auto& [value, label] : choices) {
        if (value == selected) selected_x = total;
        total += std::max(58.0f, ui.width(label, type::control_mono) + 28) + 8;
    }
    const float limit = std::max(0.0f, total - 8 - r.w);
    // The row follows the finger sideways; at rest it shows the selected chip and part of its neighbour.
    float offset = ui.animate(scroll + "rest", std::clamp(selected_x - r.w * 0.35f, 0.0f, limit), duration::sheet);
    const std::string drag_key = scroll + "drag";
    const Hit row = ui.hit(drag_key, r);
    Ui::SidewaysDrag& drag = ui.sideways;
    if (row.pressed) drag = {ui.pointer_x(), offset, 0};
    ui.clip(r.inset(-4, 0));
    float x = r.x - offset;
    for (size_t i = 0; i < choices.size(); ++i) {
        const auto& [value, label] = choices[i];
        const std::string part = group + "." + value;
        const float w = std::max(58.0f, ui.width(label, type::control_mono) + 28);
        const Rect c{x, r.y, w, r.h};
        x += w + 8;
        const bool on = value == selected;
        const Hit h = ui.hit(part, c);
        if (h.pressed) drag = {ui.pointer_x(), offset, 0};
        if (h.held) {
            drag.moved = std::max(drag.moved, std::fabs(ui.pointer_x() - drag.from));
            if (drag.moved > 6)
                ui.lock_drag(),
                    ui.settle(scroll + "rest", std::clamp(drag.offset + drag.from - ui.pointer_x(), 0.0f, limit));
        }
        ui.fill(c, on ? t.chip_selected : t.surface, 10);
        ui.stroke(c, on ? t.accent : t.line2, 10, on ? 1.5f : 1);
        ui.text(c, label, type::control_mono, on ? t.text : t.dim, Align::center);
        if (c.inside(r, 1)) ui.control_box(c, label);
        if (ui.recording) ui.node(make_node(part, "radio", label, c).with_parent(group).with_checked(on));
        const bool tapped = h.clicked && drag.moved <= 6;
        if ((tapped || ui.take(part, ActKind::press)) && !on) chosen = static_cast<int>(i);
    }
    ui.unclip();
    return chosen;
}

SelectResult select(Ui& ui, std::string_view id, const Rect& r, std::string_view name, std::string_view shown,
                    std::string_view value, const Choices& choices, bool expanded, bool searches) {
    const Theme& t = *ui.theme;
    SelectResult out;
    const Hit h = ui.hit(id, r);
    const float glow = ui.animate(text_of(id) + "~h", h.hovered || expanded ? 1.0f : 0.0f, duration::hover);
    ui.fill(r, mix(t.raised, t.raised_hover, glow), radius::control);
    ui.stroke(r, expanded ? t.accent : t.line2, radius::control);
    const bool tight = r.w < 90;
    Rect inner = r.inset(tight ? 7.0f : 12.0f, 0);
    const Rect arrow = tight ? inner.cut_right(14, 2) : inner.cut_right(18, 6);
    icon(ui, expanded ? Icon::up : Icon::chevron, arrow, t.dim, tight ? 0.8f : 1.0f);
    ui.text(inner, shown, type::control, t.text);
    ui.control_box(r, name);
    out.open = h.clicked;
    if (const Act* a = ui.take(id, ActKind::set)) out.chosen = a->value;
    if (searches)
        while (const Act* a = ui.take(id, ActKind::press)) out.open = true, out.typed += a->value;
    if (ui.recording) {
        Node n = make_node(id, "select", name, r, value).with_options(choices);
        ui.node(searches ? std::move(n).with_typing().with_hint("Type to search") : std::move(n));
    }
    return out;
}

const std::string* text_field(Ui& ui, std::string_view id, const Rect& r, std::string_view name, std::string_view value,
                              std::string_view style, std::string_view hint) {
    ui.control_box(r, name);
    if (ui.recording) {
        Node n = make_node(id, "textbox", name, r, value).drawn_by_browser(style).with_hint(hint);
        n.invalid = !ui.invalid.empty() && (id == ui.invalid || id == ui.invalid + ".field");
        ui.node(std::move(n));
    }
    const Act* a = ui.take_last(id, ActKind::set);
    return a ? &a->value : nullptr;
}

SearchResult search_field(Ui& ui, std::string_view id, const Rect& r, std::string_view name, std::string_view value,
                          std::string_view id_of_list, std::string_view id_of_row) {
    ui.control_box(r, name);
    if (ui.recording)
        ui.node(make_node(id, "searchbox", name, r, value).drawn_by_browser("search").with_list(id_of_list, id_of_row));
    SearchResult out;
    while (ui.take(id, ActKind::increment)) ++out.move;
    while (ui.take(id, ActKind::decrement)) --out.move;
    out.take = ui.take(id, ActKind::press) != nullptr;
    if (const Act* a = ui.take_last(id, ActKind::set)) out.text = &a->value;
    return out;
}

bool figure_area(Ui& ui, std::string_view id, const Rect& r, std::string_view label, std::string_view value,
                 float corner) {
    const Rect area = touch_rect(ui, r);
    const Hit h = ui.hit(id, area);
    const float glow = ui.animate(text_of(id) + "~h", h.hovered ? 1.0f : 0.0f, duration::hover);
    ui.figure_box(r, label);
    if (glow > 0.01f) ui.stroke(r, fade(ui.theme->text, 0.7f * glow), std::min(corner, r.h * 0.5f), 1.5f);
    if (ui.recording) ui.node(make_node(id, "figure", label, area, value).with_explanation());
    return pressed(ui, id, h) || h.long_pressed;
}

bool figure_row(Ui& ui, const Rect& r, const FigureRow& f, bool selected) {
    const Theme& t = *ui.theme;
    const Rect ground = r.inset(-10, 0);
    if (selected) ui.fill(ground, t.raised, 6);
    std::string spoken;
    for (const std::string_view part : {f.mark, f.number, f.unit}) {
        if (part.empty()) continue;
        if (!spoken.empty()) spoken += ' ';
        spoken += part;
    }
    const std::string id = "figure." + text_of(f.id);
    const bool asked = figure_area(ui, id, ground, f.label, spoken);
    Rect row = r;
    if (f.swatch || f.many_colors || f.ghost) {
        const Rect s = row.cut_left(10, 8).centered(10, 10);
        if (f.many_colors) {
            ui.fill(s, t.sequence[0], radius::swatch);
            ui.fill({s.x + 3.4f, s.y, 3.2f, 10}, t.sequence[1]);
            ui.fill({s.x + 6.6f, s.y, 3.4f, 10}, t.sequence[2], radius::swatch);
        } else if (f.ghost) {
            ui.fill(s, t.ghost_fill, radius::swatch);
            ui.stripes(s, t.ghost, 4, 1.5f);
        } else {
            ui.fill(s, f.swatch, radius::swatch);
        }
    }
    if (!f.unit.empty()) {
        const float w = ui.width(f.unit, type::value);
        ui.text(row.cut_right(w + 1, 6), f.unit, type::value, t.faint);
    }
    const float nw = ui.width(f.number, type::value);
    ui.text(row.cut_right(nw + 1, 4), f.number, type::value, f.color ? f.color : t.text);
    if (!f.mark.empty()) ui.text(row.cut_right(ui.width(f.mark, type::value) + 1, 6), f.mark, type::value, t.faint);
    ui.text(row, f.label, type::label, t.dim);
    return asked;
}

}  // namespace kvx::ui
