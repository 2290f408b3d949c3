// Content of the phone's bottom sheet on the training page.
#include "scenes/parts/sheet_frame.h"
#include "scenes/training/training.h"

namespace kvx::scenes {

using ui::Rect;

void draw_training_sheet(Training& t, const Rect& r, bool grab) {
    Page& p = t.p;
    ui::Ui& ui = p.ui;
    Rect body = draw_sheet_frame(p, r, grab);
    draw_sheet_tabs(p, body, {{"controls", "Controls"}, {"figures", "Figures"}, {"charts", "Charts"}});
    if (body.h < 24) return;
    if (p.memory.sheet_tab == "charts") {
        constexpr float kProfile = 230, kLoss = 250;
        Rect content = ui.begin_scroll("sheet.charts", body, kProfile + 12 + kLoss + 16);
        draw_step_profile(t, content.cut_top(kProfile, 12));
        draw_loss_card(t, content.cut_top(kLoss));
        ui.end_scroll();
    } else if (p.memory.sheet_tab == "figures") {
        const float memory = draw_training_memory(t, body, true), time = draw_training_time(t, body, true);
        Rect content = ui.begin_scroll("sheet.training.figures", body, memory + 12 + time + 16);
        draw_training_memory(t, content.cut_top(memory, 12), false);
        draw_training_time(t, content.cut_top(time), false);
        ui.end_scroll();
    } else {
        const float h = draw_training_controls(t, body, true) + 16;
        const Rect content = ui.begin_scroll("sheet.training", body, h);
        draw_training_controls(t, content, false);
        ui.end_scroll();
    }
}

}  // namespace kvx::scenes
