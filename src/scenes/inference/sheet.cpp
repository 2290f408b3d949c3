// The phone's bottom sheet: controls, figures, formula; its height follows the finger and rests at three places.
#include <algorithm>
#include <cmath>

#include "scenes/inference/page.h"

namespace kvx::scenes {

using ui::Rect;

void draw_sheet(Page& p, const Rect& r, bool grab) {
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
        if (h.held) {
            ui.lock_drag();
            p.memory.sheet = std::clamp((ui.view.h - ui.pointer_y() + p.memory.sheet_grab) / ui.view.h, 0.25f, 0.92f);
            ui.settle("sheet", p.memory.sheet);
        }
        const auto rest = [&](float f) { return std::fabs(p.memory.sheet - f); };
        if (!h.held && !h.pressed) {
            const float stop = rest(0.25f) < rest(0.51f) ? 0.25f : (rest(0.92f) < rest(0.51f) ? 0.92f : 0.51f);
            if (stop != p.memory.sheet) p.memory.sheet = stop, ui.ask_frame();
        }
        if (ui.recording) {
            ui::Node n;
            n.id = "sheet.handle";
            n.role = "button";
            n.name = p.memory.sheet > 0.6f ? "Lower the panel" : "Raise the panel";
            n.rect = {r.cx() - 40, r.y, 80, 24};
            ui.node(std::move(n));
        }
        if (ui.take("sheet.handle", 0)) p.memory.sheet = p.memory.sheet > 0.6f ? 0.51f : 0.92f;
        body.cut_top(22);
    } else {
        body.cut_top(10);
    }
    const ui::Choices tabs = {
        {"controls", "Controls"}, {"figures", "Figures"}, {"formula", "Formula"}, {"answers", "Answers"}};
    const float tab_h = ui.view.coarse ? 48 : 40;
    const int k = ui::segmented(ui, "sheet.tab", body.cut_top(tab_h, 12), "Panel", tabs, p.memory.sheet_tab);
    if (k >= 0) p.memory.sheet_tab = tabs[static_cast<size_t>(k)].first, ui.ask_frame();
    if (body.h < 24) return;

    if (p.memory.sheet_tab == "controls") {
        const float h = draw_controls_content(p, body, true) + 16;
        const Rect content = ui.begin_scroll("sheet.controls", body, h);
        draw_controls_content(p, content, false);
        ui.end_scroll();
    } else if (p.memory.sheet_tab == "answers") {
        ui::Choices shown = p.choices("show");
        shown.erase(shown.begin());  // the stage stands above
        const int at = ui.view.coarse
                           ? ui::chips(ui, "show", body.cut_top(44, 12), "Shown", shown, p.state.in.show)
                           : ui::segmented(ui, "show", body.cut_top(40, 12), "Shown", shown, p.state.in.show);
        if (at >= 0) p.set("show", shown[static_cast<size_t>(at)].first);
        if (p.state.in.show == "stage") p.set("show", "insights");
        draw_answers_scrolled(p, body);
    } else if (p.memory.sheet_tab == "figures") {
        const float h = draw_memory_card(p, body, true), speed = draw_speed_card(p, body, true), curve = 220;
        Rect content = ui.begin_scroll("sheet.figures", body, h + 12 + speed + 12 + curve + 16);
        draw_memory_card(p, content.cut_top(h, 12), false);
        draw_speed_card(p, content.cut_top(speed, 12), false);
        draw_curve_card(p, content.cut_top(curve));
        ui.end_scroll();
    } else {
        const float formula = draw_formula_card(p, body, true), model = model_card_height(p, body.w);
        Rect content = ui.begin_scroll("sheet.formula", body, formula + 16 + model + 16 + 70);
        draw_formula_card(p, content.cut_top(formula, 16), false);
        draw_model_card(p, content.cut_top(model, 16));
        draw_fact(p, content.cut_top(64));
        ui.end_scroll();
    }
}

}  // namespace kvx::scenes
