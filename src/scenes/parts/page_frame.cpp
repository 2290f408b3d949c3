#include "scenes/parts/page_frame.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "scenes/parts/drawer.h"
#include "scenes/parts/stage_touch.h"

namespace kvx::scenes {

using ui::Rect;

namespace {

constexpr float kTimeline = 76;

// A named part of the page, as F6 and screen readers go through it.
template <class Draw>
void named_region(Page& p, std::string_view id, std::string_view name, const Rect& r, const Draw& draw) {
    ui::Ui& ui = p.ui;
    ui.record(id, "region", name, r);
    const std::string outer = std::exchange(ui.parent, std::string(id));
    draw(r);
    ui.parent = outer;
}

// The stage: gestures first, so that controls drawn on it take precedence.
void draw_centre(Page& p, const Rect& r, const PageFrame::Part& part, const PageFrame::Transport& transport) {
    p.ui.stage = r;
    if (transport.on) take_stage_touch(p, r, transport);
    named_region(p, "region.stage", "Stage", r, part);
    draw_stage_bubble(p, r);
}

// A presentation: the stage, its figures and the progress, nothing to press.
void draw_presentation(Page& p, Rect area, const PageFrame& f) {
    const Rect timeline = area.cut_bottom(kTimeline + p.ui.viewport.safe_bottom, 12);
    area = area.inset(24, 0);
    if (!f.present) {
        area.cut_top(8);
        if (f.strip_height > 0) named_region(p, "region.figures", "Figures", area.cut_top(f.strip_height, 14), f.strip);
    }
    draw_centre(p, area, f.present ? f.present : f.centre, f.transport);
    named_region(p, "region.timeline", "Timeline", timeline, f.timeline);
}

void take_keys(Page& p, const PageFrame::Transport& t) {
    ui::Ui& ui = p.ui;
    if (!t.on || ui.dialog_open()) return;
    if (ui.took_key(" ")) toggle_play(p, t);
    const auto seek = [&](std::string_view key, double to) {
        if (ui.took_key(key)) p.out.push_back(app::Seek{std::clamp(to, t.first, t.last)});
    };
    seek("Home", t.first);
    seek("End", t.last);
    seek("ArrowRight", t.now + t.step);
    seek("ArrowLeft", t.now - t.step);
}

void draw_wide(Page& p, Rect area, const PageFrame& f) {
    const Rect timeline = area.cut_bottom(kTimeline + p.ui.viewport.safe_bottom, 12);
    area = area.inset(16, 0);
    area.cut_top(16);
    const float side = area.w > 1640 ? 340 : 300;
    named_region(p, "region.figures", "Figures", area.cut_left(side, 24), f.left);
    named_region(p, "region.controls", "Controls", area.cut_right(side, 24), f.right);
    draw_centre(p, area.w > 1200 ? area.centered(1200, area.h) : area, f.centre, f.transport);
    named_region(p, "region.timeline", "Timeline", timeline, f.timeline);
}

void draw_medium(Page& p, Rect area, const PageFrame& f) {
    const Rect timeline = area.cut_bottom(kTimeline + p.ui.viewport.safe_bottom, 12);
    const Rect whole = area;
    area = area.inset(16, 0);
    area.cut_top(14);
    if (!is_narrow(p.ui))
        named_region(p, "region.figures", "Figures", area.cut_left(300, 20), f.left);
    else if (f.strip_height > 0)
        named_region(p, "region.figures", "Figures", area.cut_top(f.strip_height, 14), f.strip);
    draw_centre(p, area, f.centre, f.transport);
    named_region(p, "region.timeline", "Timeline", timeline, f.timeline);
    draw_drawer(p, whole, [&](const Rect& r) { named_region(p, "region.controls", "Controls", r, f.right); });
}

void draw_phone(Page& p, Rect area, const PageFrame& f) {
    ui::Ui& ui = p.ui;
    const float bar_h = f.bar_height + ui.viewport.safe_bottom;
    const Rect bar = area.cut_bottom(bar_h);
    const float k = ui.animate("sheet", p.memory.sheet, ui::duration::sheet);
    const float sheet_h = std::clamp(ui.viewport.h * k, 120.0f, area.h - 8) - bar_h * 0.5f;
    const Rect sheet{area.x, area.bottom() - sheet_h, area.w, sheet_h};
    draw_centre(p, {area.x + 12, area.y + 8, area.w - 24, area.h - sheet_h - 16}, f.stage, f.transport);
    ui.begin_layer(sheet);
    named_region(p, "region.panel", "Panel", sheet, [&](const Rect& r) { f.sheet(r, true); });
    ui.end_layer();
    ui.begin_layer(bar);
    named_region(p, "region.timeline", "Timeline", bar, f.bar);
    ui.end_layer();
}

void draw_landscape(Page& p, Rect area, const PageFrame& f) {
    ui::Ui& ui = p.ui;
    area.cut_left(ui.viewport.safe_left);
    Rect right = area.cut_right(std::clamp(area.w * 0.44f, 316.0f, 420.0f) + ui.viewport.safe_right);
    const Rect bar = right.cut_bottom(72 + ui.viewport.safe_bottom);
    draw_centre(p, area.inset(12, 8), f.stage, f.transport);
    ui.begin_layer(right);
    named_region(p, "region.panel", "Panel", right, [&](const Rect& r) { f.sheet(r, false); });
    ui.end_layer();
    named_region(p, "region.timeline", "Timeline", bar, f.bar);
}

}  // namespace

bool is_phone(const ui::Ui& ui) {
    return ui.viewport.w < 768 || ui.viewport.h < 600;
}

bool is_low(const ui::Ui& ui) {
    return ui.viewport.h < 600 && ui.viewport.w >= 560;
}

bool is_narrow(const ui::Ui& ui) {
    return ui.viewport.w < 1280 && ui.viewport.w - 32 <= 960;
}

void draw_page_frame(Page& p, const Rect& area, const PageFrame& f) {
    const float w = p.ui.viewport.w;
    take_keys(p, f.transport);
    if (p.state.in.present && !is_phone(p.ui))
        draw_presentation(p, area, f);
    else if (is_low(p.ui))
        draw_landscape(p, area, f);
    else if (w < 768)
        draw_phone(p, area, f);
    else if (w < 1280)
        draw_medium(p, area, f);
    else
        draw_wide(p, area, f);
}

}  // namespace kvx::scenes
