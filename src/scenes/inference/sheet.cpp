// Content of the phone's bottom sheet on the inference page: controls, figures, formula, answers.
#include "core/deferred.h"
#include "scenes/answers/answers.h"
#include "scenes/details/inference_details.h"
#include "scenes/inference/inference.h"
#include "scenes/parts/sheet_frame.h"

namespace kvx::scenes {

using ui::Rect;

void draw_sheet(Page& p, const Rect& r, bool grab) {
    ui::Ui& ui = p.ui;
    if (p.memory.sheet_show != p.state.in.show) {  // a link or a key opens what it names
        p.memory.sheet_show = p.state.in.show;
        if (p.state.in.show != "stage") p.memory.sheet_tab = "answers";
    }
    Rect body = draw_sheet_frame(p, r, grab);
    const ui::Choices tabs = {
        {"controls", "Controls"}, {"figures", "Figures"}, {"formula", "Formula"}, {"answers", "Answers"}};
    draw_sheet_tabs(p, body, tabs);
    if (body.h < 24) return;

    if (p.memory.sheet_tab == "controls") {
        const float h = draw_controls_content(p, body, true) + 16;
        const Rect content = ui.begin_scroll("sheet.controls", body, h);
        draw_controls_content(p, content, false);
        ui.end_scroll();
    } else if (p.memory.sheet_tab == "answers") {
        ui::Choices shown = p.choices("show");
        shown.erase(shown.begin());  // the stage is above it
        const bool chips = ui.viewport.coarse || body.w < 320;
        const int at = chips ? ui::chips(ui, "show", body.cut_top(44, 12), p.label("show"), shown, p.state.in.show)
                             : ui::segmented(ui, "show", body.cut_top(40, 12), p.label("show"), shown, p.state.in.show);
        if (at >= 0) p.set("show", shown[static_cast<size_t>(at)].first);
        if (p.state.in.show == "stage") return p.set("show", "insights");  // with the code that draws it
        core::deferred(draw_answers_scrolled)(p, body);
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
        if (details_there(p)) core::deferred(draw_fact)(p, content.cut_top(64));
        ui.end_scroll();
    }
}

}  // namespace kvx::scenes
