// What opens above the page: the explanation of a figure and the list of models or devices.
#include <algorithm>
#include <cctype>

#include "core/format.h"
#include "scenes/parts/own_things.h"
#include "scenes/parts/page.h"

namespace kvx::scenes {

using ui::Rect;
using ui::Theme;

namespace {

// Prose is the browser's: it can be selected, translated and read aloud. Its height is measured with the same fonts.
struct Prose {
    Page& p;
    float measure(float w, const std::string& text, const ui::TextStyle& st) const {
        return p.ui.paragraph({0, 0, w - 2, 0}, text, st, 0, true);
    }
    void put(std::string_view id, const Rect& r, const std::string& text, std::string_view style) const {
        if (p.ui.recording) p.ui.node(ui::make_node(id, "text", text, r).drawn_by_browser(style));
    }
};

std::string label_of(std::string_view id) {
    const app::Param* param = app::find_param(id);
    return param ? std::string(param->label) : std::string(id);
}

bool contains_folded(std::string_view text, std::string_view part) {
    const auto same = [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
    };
    return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

}  // namespace

void draw_explanation(Page& p, const Rect& bounds) {
    if (p.memory.explained.empty()) return;
    const core::Quantity q = p.quantity(p.memory.explained);
    if (q.id.empty()) {
        p.memory.explained.clear();
        return;
    }
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const Prose prose{p};
    const float w = std::min(380.0f, bounds.w - 24), inner = w - 32;
    const std::string equals = q.substituted.empty() ? "" : "= " + q.substituted;
    const float formula_h = q.formula.empty() ? 0 : prose.measure(inner, q.formula, ui::type::caption_mono);
    const float numbers_h = equals.empty() ? 0 : prose.measure(inner, equals, ui::type::caption_mono);
    const float note_h = q.note.empty() ? 0 : prose.measure(inner, q.note, ui::type::caption);
    const std::string source = "Source: " + q.source;
    const float source_h = q.source.empty() ? 0 : prose.measure(inner, source, ui::type::caption);
    const auto block = [](float h) { return h > 0 ? h + 10 : 0.0f; };
    const float h = 16 + 24 + 30 + block(formula_h) + block(numbers_h) + block(note_h) + block(source_h) + 10;
    const Rect& from = p.memory.explained_from;
    // Beside the figure where there is room, else below or above it.
    Rect r{from.right() + 16, from.cy() - h * 0.5f, w, h};
    if (r.right() > bounds.right() - 8) r.x = from.x - w - 16;
    if (r.x < bounds.x + 8) {
        r.x = std::clamp(from.cx() - w * 0.5f, bounds.x + 8, std::max(bounds.x + 8, bounds.right() - w - 8));
        r.y = from.bottom() + 8;
        if (r.bottom() > bounds.bottom() - 8) r.y = from.y - h - 8;
    }
    r.y = ui.px(std::clamp(r.y, bounds.y + 8, std::max(bounds.y + 8, bounds.bottom() - h - 8)));
    r.x = ui.px(r.x);

    ui.begin_layer(r, 4);
    ui.fill(r, t.surface, ui::radius::card);
    ui.stroke(r, t.line2, ui::radius::card);
    const std::string outer = ui.parent;
    ui.record("explanation", "dialog", q.label, r);
    ui.parent = "explanation";
    Rect body = r.inset(16, 14);
    Rect top = body.cut_top(24);
    const bool close =
        ui::icon_button(ui, "explanation.close", top.cut_right(28, 8).centered(28, 28), ui::Icon::close, "Close");
    ui::heading(ui, "explanation.title", top, q.label, ui::type::label_bold, t.dim, 2);
    Rect value = body.cut_top(30, 6);
    const std::string origin =
        q.approximate ? "estimate"
                      : (q.lower_bound ? "lower bound"
                                       : (q.origin == core::Origin::published
                                              ? "published"
                                              : (q.origin == core::Origin::simulated ? "simulated" : "exact")));
    const float ow = ui.width(origin, ui::type::caption) + 18;
    const Rect pill = value.cut_right(ow, 8).centered(ow, 20);
    ui.fill(pill, t.raised, 10);
    ui.text(pill, origin, ui::type::caption, q.approximate ? t.amber : t.green, ui::Align::center);
    ui.text(value, q.shown(), ui::type::second, t.text);
    const auto put = [&](const char* id, float height, const std::string& text, std::string_view style) {
        if (height <= 0) return;
        prose.put(id, body.cut_top(height, 10), text, style);
    };
    put("explanation.formula", formula_h, q.formula, "mono");
    put("explanation.numbers", numbers_h, equals, "mono");
    put("explanation.note", note_h, q.note, "caption");
    put("explanation.source", source_h, source, "caption");
    ui.parent = outer;
    ui.end_layer();
    if (close || ui.took_key("Escape") ||
        (ui.pressed_outside(r, 4) && !from.contains(ui.pointer_x(), ui.pointer_y()))) {
        p.memory.explained.clear();
        ui.ask_frame();
    }
}

void draw_picker(Page& p, const Rect& bounds) {
    if (p.memory.picker.empty()) return;
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const std::string id = p.memory.picker;
    const bool search = id == "model" || id == "device" || id == "system";
    const std::string name =
        id == "model"
            ? "Model"
            : (id == "device"
                   ? "Device"
                   : (id == "kv" ? "Cache in"
                                 : (id == "block" ? "Block" : (id == "weights" ? "Weights in" : label_of(id)))));
    const float row_h = ui.viewport.coarse ? 48 : (search ? 40 : 36);
    ui::Choices all = p.choices(id), list;
    for (auto& c : all)
        if (p.memory.picker_filter.empty() || contains_folded(c.second, p.memory.picker_filter) ||
            contains_folded(c.first, p.memory.picker_filter))
            list.push_back(c);
    const float w = std::min(search ? 380.0f : 240.0f, bounds.w - 24);
    const float head = search ? 96 : 44;
    const bool own = id == "model" || id == "device";  // what people bring along
    const float foot = own ? 52 : 0;
    const float rows = row_h * static_cast<float>(std::max<size_t>(search ? 8 : list.size(), 1));
    const float h = std::min(bounds.h - 24, head + rows + foot + 12);
    const bool narrow = bounds.w < 768;
    Rect r = narrow ? bounds.centered(w, h) : Rect{bounds.right() - w - 16, bounds.y + 16, w, h};
    if (!narrow && !search) r.y = std::min(bounds.y + bounds.h * 0.4f, bounds.bottom() - h - 12);
    r = {ui.px(r.x), ui.px(r.y), r.w, r.h};

    ui.begin_layer({0, 0, ui.viewport.w, ui.viewport.h}, 5);
    ui.fill({0, 0, ui.viewport.w, ui.viewport.h}, ui.scrim());
    ui.fill(r, t.surface, ui::radius::card);
    ui.stroke(r, t.line2, ui::radius::card);
    const std::string outer = ui.parent;
    ui.record("picker", "dialog", "Choose: " + name, r);
    ui.parent = "picker";
    Rect body = r.inset(12, 10);
    Rect top = body.cut_top(32, 8);
    const bool close =
        ui::icon_button(ui, "picker.close", top.cut_right(28, 8).centered(28, 28), ui::Icon::close, "Close");
    ui.text(top, name + (search ? " · " + std::to_string(list.size()) : ""), ui::type::title, t.text);
    if (search) {
        const Rect field = body.cut_top(ui.viewport.coarse ? 44.0f : 40.0f, 8);
        if (const std::string* s =
                ui::text_field(ui, "picker.search", field, "Search", p.memory.picker_filter, "search", true)) {
            p.memory.picker_filter = *s;
            ui.ask_frame();
        }
    }
    const std::string now = p.get(id);
    std::string chosen;
    bool left = false;
    if (own) {
        const Rect bar = body.cut_bottom(44, 8);
        const float half = id == "device" ? (bar.w - 8) * 0.5f : bar.w;
        if (ui::button(ui, "picker.open", {bar.x, bar.y, half, 44},
                       id == "model" ? "Open a config.json" : "Open a file"))
            p.memory.open_file = left = true;
        if (id == "device" && ui::button(ui, "picker.own", {bar.right() - half, bar.y, half, 44}, "My own figures"))
            start_own_device(p), left = true;
    }
    const Rect content = ui.begin_scroll("picker." + id, body, row_h * static_cast<float>(list.size()));
    ui.record("picker.list", "listbox", name, body);
    for (size_t i = 0; i < list.size(); ++i) {
        const Rect row{content.x, content.y + row_h * static_cast<float>(i), content.w - 8, row_h};
        if (row.bottom() < body.y || row.y > body.bottom()) continue;
        const std::string part = "picker." + list[i].first;
        const ui::Hit hit = ui.hit(part, row);
        const bool on = list[i].first == now;
        if (hit.hovered || on) ui.fill(row.inset(0, 1), on ? t.selected : t.raised, 8);
        Rect words = row.inset(10, 0);
        std::string note;
        if (id == "model") {
            const app::OwnModel* mine = p.state.own_model(list[i].first);
            if (const core::Model* m = mine ? &mine->model : p.state.catalog.model(list[i].first))
                note = core::format_params(core::total_params(*m)).text();
        } else if (id == "device") {
            if (const core::Device* d = p.state.catalog.device(list[i].first))
                note = core::format_bytes(d->memory).text();
        }
        if (!note.empty()) ui.text(words.cut_right(84, 8), note, ui::type::caption_mono, t.faint, ui::Align::right);
        ui.text(words, list[i].second, ui::type::control, t.text);
        if (row.inside(body, 1)) ui.control_box(row, list[i].second);
        if (ui.recording)
            ui.node(ui::make_node(part, "option", list[i].second, row).with_parent("picker.list").with_selected(on));
        if (hit.clicked || ui.take(part, ui::ActKind::press)) chosen = list[i].first;
    }
    if (list.empty()) ui.text(body.cut_top(40), "Nothing of that name", ui::type::label, t.dim);
    ui.end_scroll();
    ui.parent = outer;
    ui.end_layer();
    if (!chosen.empty()) p.set(id, chosen);
    if (close || left || !chosen.empty() || ui.took_key("Escape") || ui.pressed_outside(r, 5)) {
        p.memory.picker.clear();
        ui.ask_frame();
    }
}

}  // namespace kvx::scenes
