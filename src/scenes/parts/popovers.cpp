// What opens above the page: the explanation of a figure and the list of models or devices.
#include <algorithm>

#include "app/search.h"
#include "core/format.h"
#include "scenes/parts/own_things.h"
#include "scenes/parts/page.h"

namespace kvx::scenes {

using ui::Rect;
using ui::Theme;

namespace {

// The browser draws prose, so that it can be selected, translated and read aloud. Its height is measured with the same
// fonts.
struct Prose {
    Page& p;
    float measure(float w, const std::string& text, const ui::TextStyle& st) const {
        return p.ui.paragraph({0, 0, w - 2, 0}, text, st, 0, true);
    }
    void put(std::string_view id, const Rect& r, const std::string& text, std::string_view style) const {
        if (p.ui.recording) p.ui.node(ui::make_node(id, "text", text, r).drawn_by_browser(style));
    }
};

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
    // Beside the figure if there is room, otherwise below or above it.
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
    ui.dialog();
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
    ui.record("explanation.value", "text", q.shown() + ", " + origin, value);
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

// --- the list of models, devices, and other long choices ---

namespace {

struct Picker {
    Page& p;
    std::string id, name;
    bool search = false, own = false;    // own: things can be imported into it
    std::vector<app::Choice> list = {};  // what the search leaves
    float row_h = 40;
    size_t row = 0;  // that Enter takes
};

// Right of a name: how large the model or the device is.
std::string size_note(const Page& p, const std::string& picker, const std::string& value) {
    if (picker == "model") {
        const app::OwnModel* mine = p.state.own_model(value);
        if (const core::Model* m = mine ? &mine->model : p.state.catalog.model(value))
            return core::format_params(core::total_params(*m)).text();
    } else if (picker == "device") {
        if (const core::Device* d = p.state.catalog.device(value)) return core::format_bytes(d->memory).text();
    }
    return {};
}

Picker open_picker(Page& p) {
    Picker k{p, p.memory.picker, std::string(p.label(p.memory.picker))};
    k.search = has_search(k.id);
    k.own = k.id == "model" || k.id == "device";
    k.row_h = p.ui.viewport.coarse ? 48 : (k.search ? 40 : 36);
    k.list = app::search_choices(p.state, k.id, p.memory.picker_filter);
    // Until the arrow keys move: the first that was found, or what is chosen now.
    if (p.memory.picker_row < k.list.size()) {
        k.row = p.memory.picker_row;
    } else if (p.memory.picker_filter.empty()) {
        const std::string now = p.get(k.id);
        const auto is_now = [&](const app::Choice& c) { return c.value == now; };
        const auto at = std::find_if(k.list.begin(), k.list.end(), is_now);
        if (at != k.list.end()) k.row = static_cast<size_t>(at - k.list.begin());
    }
    return k;
}

Rect picker_rect(const Picker& k, const Rect& bounds) {
    ui::Ui& ui = k.p.ui;
    constexpr float kAround = 2 * 12 + 2 * 10 + 8 + 2;  // of a row's words
    float widest = k.search ? 380.0f : 240.0f;
    if (!k.search)
        for (const app::Choice& c : k.list) widest = std::max(widest, ui.width(c.label, ui::type::control) + kAround);
    const float w = std::min(widest, bounds.w - 24);
    const float head = k.search ? 96 : 44, foot = k.own ? 52 : 0;
    const float rows = k.row_h * static_cast<float>(std::max<size_t>(k.search ? 8 : k.list.size(), 1));
    const float h = std::min(bounds.h - 24, head + rows + foot + 12);
    const bool narrow = bounds.w < 768;
    Rect r = narrow ? bounds.centered(w, h) : Rect{bounds.right() - w - 16, bounds.y + 16, w, h};
    if (!narrow && !k.search) r.y = std::min(bounds.y + bounds.h * 0.4f, bounds.bottom() - h - 12);
    return {ui.px(r.x), ui.px(r.y), r.w, r.h};
}

// The field above the list. True when Enter takes the marked row.
bool draw_picker_search(Picker& k, const Rect& r) {
    PageMemory& memory = k.p.memory;
    const std::string marked = k.row < k.list.size() ? "picker." + k.list[k.row].value : std::string();
    const ui::SearchResult s =
        ui::search_field(k.p.ui, "picker.search", r, "Search", memory.picker_filter, "picker.list", marked);
    if (s.text && *s.text != memory.picker_filter) {
        memory.picker_filter = *s.text;
        memory.picker_row = PageMemory::kNoRow;
        k.p.ui.scroll_to("picker." + k.id, 0);
        k.list = app::search_choices(k.p.state, k.id, memory.picker_filter);  // Enter may come in the same frame
        k.row = 0;
    }
    if (s.move != 0 && !k.list.empty()) {
        const auto last = static_cast<int>(k.list.size()) - 1;
        k.row = static_cast<size_t>(std::clamp(static_cast<int>(k.row) + s.move, 0, last));
        memory.picker_row = k.row;
        k.p.ui.scroll_to("picker." + k.id, k.row_h * (static_cast<float>(k.row) - 3));
    }
    return s.take && k.row < k.list.size();
}

// Import and own figures, below the list. True when one was pressed.
bool draw_picker_own(Picker& k, const Rect& bar) {
    ui::Ui& ui = k.p.ui;
    const bool device = k.id == "device";
    const float half = device ? (bar.w - 8) * 0.5f : bar.w;
    bool left = false;
    if (ui::button(ui, "picker.open", {bar.x, bar.y, half, 44}, device ? "Open a file" : "Open a model file"))
        k.p.memory.open_file = left = true;
    if (device && ui::button(ui, "picker.own", {bar.right() - half, bar.y, half, 44}, "My own figures"))
        start_own_device(k.p), left = true;
    return left;
}

// The value that was pressed, or "".
std::string draw_picker_rows(const Picker& k, const Rect& body) {
    ui::Ui& ui = k.p.ui;
    const Theme& t = *ui.theme;
    const std::string now = k.p.get(k.id);
    std::string chosen;
    const Rect content = ui.begin_scroll("picker." + k.id, body, k.row_h * static_cast<float>(k.list.size()));
    ui.record("picker.list", "listbox", k.name, body);
    for (size_t i = 0; i < k.list.size(); ++i) {
        const app::Choice& c = k.list[i];
        const Rect row{content.x, content.y + k.row_h * static_cast<float>(i), content.w - 8, k.row_h};
        if (row.bottom() < body.y || row.y > body.bottom()) continue;
        const std::string part = "picker." + c.value;
        const ui::Hit hit = ui.hit(part, row);
        const bool on = c.value == now;
        if (hit.hovered || on) ui.fill(row.inset(0, 1), on ? t.selected : t.raised, 8);
        if (k.search && i == k.row) ui.stroke(row.inset(0, 1), t.accent, 8, 1.5f);
        Rect words = row.inset(10, 0);
        const std::string note = size_note(k.p, k.id, c.value);
        if (!note.empty()) ui.text(words.cut_right(84, 8), note, ui::type::caption_mono, t.faint, ui::Align::right);
        ui.text(words, c.label, ui::type::control, t.text);
        if (row.inside(body, 1)) ui.control_box(row, c.label);
        if (ui.recording)
            ui.node(ui::make_node(part, "option", c.label, row).with_parent("picker.list").with_selected(on));
        if (hit.clicked || ui.take(part, ui::ActKind::press)) chosen = c.value;
    }
    ui.end_scroll();
    return chosen;
}

}  // namespace

bool has_search(std::string_view picker) {
    return picker == "model" || picker == "device" || picker == "system";
}

void draw_picker(Page& p, const Rect& bounds) {
    if (p.memory.picker.empty()) return;
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    Picker k = open_picker(p);
    const Rect r = picker_rect(k, bounds);

    ui.begin_layer({0, 0, ui.viewport.w, ui.viewport.h}, 5);
    ui.fill({0, 0, ui.viewport.w, ui.viewport.h}, ui.scrim());
    ui.fill(r, t.surface, ui::radius::card);
    ui.stroke(r, t.line2, ui::radius::card);
    const std::string outer = ui.parent;
    ui.dialog();
    ui.record("picker", "dialog", "Choose: " + k.name, r);
    ui.parent = "picker";
    Rect body = r.inset(12, 10);
    Rect top = body.cut_top(32, 8);
    bool closes = ui::icon_button(ui, "picker.close", top.cut_right(28, 8).centered(28, 28), ui::Icon::close, "Close");
    std::string chosen;
    if (k.search && draw_picker_search(k, body.cut_top(ui.viewport.coarse ? 44.0f : 40.0f, 8)))
        chosen = k.list[k.row].value;
    ui.text(top, k.name + (k.search ? " · " + std::to_string(k.list.size()) : ""), ui::type::title, t.text);
    if (k.own) closes = draw_picker_own(k, body.cut_bottom(44, 8)) || closes;
    const std::string pressed = draw_picker_rows(k, body);
    if (chosen.empty()) chosen = pressed;
    if (k.list.empty()) ui.text(body.cut_top(40), "No match", ui::type::label, t.dim);
    ui.parent = outer;
    ui.end_layer();
    if (!chosen.empty()) p.set(k.id, chosen);
    if (closes || !chosen.empty() || ui.took_key("Escape") || ui.pressed_outside(r, 5)) {
        p.memory.picker.clear();
        ui.ask_frame();
    }
}

}  // namespace kvx::scenes
