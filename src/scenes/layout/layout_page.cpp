#include "scenes/layout/layout_page.h"

#include <algorithm>

#include "core/format.h"
#include "scenes/parts/fields.h"
#include "scenes/parts/page_frame.h"
#include "scenes/parts/scale_bar.h"
#include "scenes/parts/sheet_frame.h"
#include "scenes/parts/waiting.h"

namespace kvx::scenes {

using ui::Rect;
using ui::Theme;

namespace {

PageSection bind(Layout& l, float (*draw)(Layout&, Rect, bool)) {
    return [&l, draw](const Rect& body, bool measure) { return draw(l, body, measure); };
}

// "32 layers × 8 KV heads × 131,072 positions × 128"
std::string shape_words(const app::LayoutView& v, bool brief) {
    const auto n = [](int64_t x) { return core::group_digits(x); };
    std::string words = n(static_cast<int64_t>(v.layers.size())) + " layers";
    const auto groups = app::layer_groups(v);
    if (groups.size() == 1 && !v.layers.front().strips.empty()) {
        const core::CacheStrip& s = v.layers.front().strips.front();
        if (s.kind == core::StripKind::keys) words += " × " + n(s.rows) + (s.rows == 1 ? " KV head" : " KV heads");
        words += " × " + n(v.max.value) + " positions";
        if (s.width > 0 && !brief) words += " × " + n(s.width);
        return words;
    }
    words += " of " + n(static_cast<int64_t>(groups.size())) + " kinds";
    return brief ? words : words + " × " + n(v.max.value) + " positions";
}

void draw_centre(Layout& l, Rect area) {
    Page& p = l.p;
    draw_layout_title(l, area.cut_top(44, 8));
    if (area.h > 480) {
        const Rect bar = area.cut_bottom(94);
        draw_scale_bar(p, bar);
        area.cut_bottom(14);
    }
    const Rect legend = area.cut_bottom(22, 6);
    if (p.state.in.layout.show == app::LayoutShow::memory)
        draw_layout_memory(l, area);
    else
        draw_layout_grid(l, area);
    draw_layout_legend(l, legend);  // shows what a column represented
}

void draw_sheet_of(Layout& l, const Rect& r, bool grab) {
    Page& p = l.p;
    Rect body = draw_sheet_frame(p, r, grab);
    draw_sheet_tabs(
        p, body, {{"cache", "Cache"}, {"figures", "Figures"}, {"cell", "Cell"}, {"order", "Memory"}, {"size", "Size"}});
    if (body.h < 24) return;
    const std::string tab = p.memory.sheet_tab;
    if (tab == "figures")
        draw_page_sections(p.ui, body, "sheet.figures",
                           {bind(l, draw_layout_figures), [&p](const Rect& b, bool measure) {
                                if (!measure) draw_scale_bar(p, b);
                                return 94.0f;
                            }});
    else if (tab == "cell")
        draw_page_sections(p.ui, body, "sheet.cell", {bind(l, draw_layout_cell)});
    else if (tab == "order")
        draw_page_sections(p.ui, body, "sheet.order", {bind(l, draw_layout_order)});
    else if (tab == "size")
        draw_page_sections(p.ui, body, "sheet.size", {bind(l, draw_estimator)});
    else
        draw_page_sections(p.ui, body, "sheet.cache", {bind(l, draw_layout_source)});
}

}  // namespace

void draw_layout_title(Layout& l, Rect r) {
    Page& p = l.p;
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const bool grid = p.state.in.layout.show == app::LayoutShow::grid;
    const float size = ui.viewport.coarse ? 44 : 36;
    Rect right = r;
    if (grid) {
        const float zoom = l.camera.zoom;
        if (ui::icon_button(ui, "layout.in", right.cut_right(size, 2).centered(size, size), ui::Icon::plus, "Zoom in"))
            l.camera.zoom = zoom + 1, ui.ask_frame();
        if (ui::icon_button(ui, "layout.out", right.cut_right(size, 2).centered(size, size), ui::Icon::minus,
                            "Zoom out"))
            l.camera.zoom = std::max(0.0f, zoom - 1), ui.ask_frame();
        if (ui::icon_button(ui, "layout.whole", right.cut_right(size, 12).centered(size, size), ui::Icon::whole,
                            "Whole cache"))
            l.camera = {}, ui.ask_frame();
    }
    const float kinds_w = std::min(200.0f, right.w);
    draw_segments(p, "arrangement", right.cut_right(kinds_w, 12).centered(kinds_w, size));
    const std::string name = p.state.in.layout.source == app::LayoutSource::small ? "The small model" : l.v.model->name;
    if (ui.width(name, ui::type::title) > right.w) return;
    ui::heading(ui, "layout.title", right.cut_top(22), name, ui::type::title, t.text, 2);
    for (const bool brief : {false, true}) {
        const std::string words = shape_words(l.v, brief);
        if (ui.width(words, ui::type::caption) > right.w) continue;
        draw_caption(p, "layout.shape", right, words, ui::type::caption, t.dim);
        break;
    }
}

void draw_layout_legend(Layout& l, const Rect& r) {
    ui::Ui& ui = l.p.ui;
    const Theme& t = *ui.theme;
    float x = r.x;
    const auto entry = [&](ui::Color fill, std::string_view words, int look) {
        const float w = ui.width(words, ui::type::caption);
        if (x + 16 + w > r.right()) return;
        const Rect swatch{x, r.cy() - 5, 10, 10};
        ui.fill(swatch, fill, 2);
        if (look == 1) ui.stripes(swatch, t.reserved_stripe, 4, 1.2f);
        if (look == 2) ui.fill({swatch.x, swatch.y, 3, 10}, t.sequence[6], 1);
        draw_caption(l.p, "layout.legend." + std::string(words), {x + 16, r.y, w + 1, r.h}, words, ui::type::caption,
                     t.dim);
        x += 16 + w + 18;
    };
    const bool grid = l.p.state.in.layout.show == app::LayoutShow::grid;
    const ui::Color key = ui::mix(t.free_cell, t.sequence[0], 0.85f);
    if (grid) {
        entry(key, "cached", l.v.learn ? 0 : 2);
        entry(ui::mix(t.sequence[0], t.dark ? ui::rgb(0xFFFFFF) : t.text, 0.5f), "newest", 0);
    } else {
        entry(t.sequence[0], l.v.strip != nullptr && l.v.strip->rows > 1 ? "read by this head" : "read", 0);
        if (l.v.strip != nullptr && l.v.strip->rows > 1)
            entry(ui::mix(t.bg, t.sequence[0], 0.42f), "by other heads", 0);
        if (l.v.batch > 1) entry(ui::mix(t.bg, t.sequence[0], 0.16f), "other sequences", 0);
    }
    entry(t.reserved, "reserved", 1);
    entry(t.free_cell, grid ? "unfilled" : "free", 0);
    if (!grid) return;
    const int64_t bin = l.camera.column;
    const std::string words =
        bin == 1 ? "a cell is a head’s vector at a position" : "a column is " + core::group_digits(bin) + " positions";
    const float w = ui.width(words, ui::type::caption) + 1;
    if (x + w <= r.right())
        draw_caption(l.p, "layout.column", {r.right() - w, r.y, w, r.h}, words, ui::type::caption, t.faint);
}

void LayoutPage::draw_view(Page& p, const Rect& area) {
    ui::Ui& ui = p.ui;
    const app::LayoutView& v = *p.view.layout;
    Layout l{p, v, camera_, field_};
    const std::string turned_on =
        p.get("source") + v.model->id + std::to_string(v.max.value) + "." + std::to_string(v.layers.size());
    if (turned_on != camera_of_) camera_ = {}, camera_of_ = turned_on;
    if (v.learn != loaded_) {
        loaded_ = v.learn;
        if (loaded_) load_layout_values(l);
    }
    PageFrame f;
    f.left = [&](const Rect& r) {
        draw_page_sections(ui, r, "layout.left",
                           {bind(l, draw_layout_figures), bind(l, draw_layout_cell), bind(l, draw_layout_order)});
    };
    f.centre = [&](const Rect& r) { draw_centre(l, r); };
    f.right = [&](const Rect& r) {
        if (is_narrow(ui))
            draw_page_sections(ui, r, "layout.drawer",
                               {bind(l, draw_layout_source), bind(l, draw_layout_figures), bind(l, draw_layout_cell),
                                bind(l, draw_layout_order), bind(l, draw_estimator)});
        else
            draw_page_sections(ui, r, "layout.right", {bind(l, draw_layout_source), bind(l, draw_estimator)});
    };
    f.timeline = [&](const Rect& r) { draw_layout_timeline(l, r, false); };
    f.bar = [&](const Rect& r) { draw_layout_timeline(l, r, true); };
    f.stage = [&](Rect r) {
        if (r.h > 150) draw_layout_title(l, r.cut_top(44, 4));
        if (r.h < 60) return;
        const Rect legend = r.h > 150 ? r.cut_bottom(22, 4) : Rect{};
        if (p.state.in.layout.show == app::LayoutShow::memory)
            draw_layout_memory(l, r);
        else
            draw_layout_grid(l, r);
        if (legend.h > 0) draw_layout_legend(l, legend);
    };
    f.sheet = [&](const Rect& r, bool grab) { draw_sheet_of(l, r, grab); };
    const auto last = static_cast<double>(layout_last(l)), now = static_cast<double>(v.length.value),
               step = static_cast<double>(app::column_tokens(v.max));
    f.transport = {now, step, 0, last, [&] { toggle_layout_play(l); }, true, true};
    draw_page_frame(p, area, f);
    if (p.state.in.layout.layer > 0 && p.memory.explained.empty() && p.memory.picker.empty() && ui.took_key("Escape"))
        p.set("current-layer", "0");
}

void LayoutPage::draw(ui::Ui& ui, const app::State& state, const app::View& view, const Rect& area,
                      std::vector<app::Action>& out) {
    const std::vector<core::Quantity> quantities = app::quantities(view, state);
    Page p{ui, state, view, quantities, memory_, out};
    if (view.layout)
        draw_view(p, area);
    else
        draw_waiting(p, area, "layout");
    draw_open_details(p, area);
}

std::unique_ptr<PageScene> make_layout_page() {
    return std::make_unique<LayoutPage>();
}

}  // namespace kvx::scenes
