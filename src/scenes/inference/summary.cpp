// Below the stage: the model in three lines.
#include <algorithm>
#include <cmath>

#include "core/format.h"
#include "scenes/inference/inference.h"

namespace kvx::scenes {

using ui::Align;
using ui::Rect;
using ui::Theme;

float model_card_height(Page& p, float width) {
    float h = 20;
    for (const std::string& line : core::model_card(p.state.model()))
        h += p.ui.paragraph({0, 0, width, 0}, line, ui::type::caption, 0, true);
    return h;
}

void draw_model_card(Page& p, const Rect& r) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    Rect body = r;
    const core::Model& m = p.state.model();
    ui::heading(ui, "model.card", body.cut_top(18, 2), m.name, ui::type::caption_bold, t.dim, 2);
    int i = 0;
    for (const std::string& line : core::model_card(m)) {
        const float h = ui.paragraph(body, line, ui::type::caption, t.faint);
        ui.record("model.card." + std::to_string(i++), "text", line, {body.x, body.y, body.w, h});
        body.cut_top(h);
    }
}

}  // namespace kvx::scenes
