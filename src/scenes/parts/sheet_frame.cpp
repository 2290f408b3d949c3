#include "scenes/parts/sheet_frame.h"

#include <algorithm>
#include <cmath>

namespace kvx::scenes {

using ui::Rect;

namespace {

constexpr float kThrow = 0.18f;  // seconds that a flicked sheet glides

}  // namespace

ui::Rect draw_sheet_frame(Page& p, const Rect& r, bool grab) {
    ui::Ui& ui = p.ui;
    const ui::Theme& t = *ui.theme;
    ui.fill({r.x, r.y, r.w, r.h + ui::radius::sheet}, t.surface, ui::radius::sheet);
    ui.stroke({r.x, r.y, r.w, r.h + ui::radius::sheet}, t.line, ui::radius::sheet);
    Rect body = r.inset(16, 0);
    if (grab) {
        const Rect handle{r.x, r.y, r.w, 24};
        ui.fill({r.cx() - 18, r.y + 9, 36, 5}, t.line2, 2.5f);
        const ui::Hit h = ui.hit("sheet.handle", handle.inset(0, -10).moved(0, 6));
        if (h.pressed) p.memory.sheet_grab = ui.pointer_y() - r.y;
        if (h.pressed) p.memory.sheet_speed = 0;
        if (h.held) {
            ui.lock_drag();
            const float before = p.memory.sheet;
            p.memory.sheet =
                std::clamp((ui.viewport.h - ui.pointer_y() + p.memory.sheet_grab) / ui.viewport.h, 0.25f, 0.92f);
            if (ui.dt > 0) p.memory.sheet_speed += 0.4f * ((p.memory.sheet - before) / ui.dt - p.memory.sheet_speed);
            ui.settle("sheet", p.memory.sheet);
        } else if (p.memory.sheet_speed != 0) {  // flicked: continue to where it would have come to rest
            p.memory.sheet = std::clamp(p.memory.sheet + p.memory.sheet_speed * kThrow, 0.25f, 0.92f);
            p.memory.sheet_speed = 0;
        }
        const auto rest = [&](float f) { return std::fabs(p.memory.sheet - f); };
        if (!h.held && !h.pressed) {
            const float stop = rest(0.25f) < rest(0.51f) ? 0.25f : (rest(0.92f) < rest(0.51f) ? 0.92f : 0.51f);
            if (stop != p.memory.sheet) p.memory.sheet = stop, ui.ask_frame();
        }
        ui.record("sheet.handle", "button", p.memory.sheet > 0.6f ? "Lower the panel" : "Raise the panel",
                  {r.cx() - 40, r.y - 10, 80, 44});
        if (ui.take("sheet.handle", ui::ActKind::press)) p.memory.sheet = p.memory.sheet > 0.6f ? 0.51f : 0.92f;
        body.cut_top(22);
    } else {
        body.cut_top(10);
    }
    return body;
}

void draw_sheet_tabs(Page& p, Rect& body, const ui::Choices& tabs) {
    bool known = false;
    for (const auto& tab : tabs) known = known || tab.first == p.memory.sheet_tab;
    if (!known) p.memory.sheet_tab = tabs.front().first;
    const float height = p.ui.viewport.coarse ? 48 : 40;
    const int k = ui::segmented(p.ui, "sheet.tab", body.cut_top(height, 12), "Panel", tabs, p.memory.sheet_tab);
    if (k >= 0) p.memory.sheet_tab = tabs[static_cast<size_t>(k)].first, p.ui.ask_frame();
}

}  // namespace kvx::scenes
