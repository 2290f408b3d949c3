// What is wrong when the memory does not suffice, and the room for what helps.
#include <algorithm>

#include "app/inference/memory_alert.h"
#include "scenes/inference/inference.h"

namespace kvx::scenes {

using ui::Rect;
using ui::Theme;

float alert_height(Page& p, float width) {
    const float cause =
        p.ui.paragraph({0, 0, width - 76, 0}, app::memory_alert(p.view).cause, ui::type::label, 0, true);
    return std::clamp(20 + 22 + cause + 8, 68.0f, 90.0f);
}

void draw_alert(Page& p, const Rect& r) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const auto [title, short_title, cause] = app::memory_alert(p.view);
    ui.fill(r, t.alert_surface, ui::radius::card);
    ui.stroke(r, t.alert_line, ui::radius::card);
    ui.fill({r.x, r.y + 10, 4, r.h - 20}, t.red, 2);
    Rect body = r.inset(16, 10);
    ui::icon(ui, ui::Icon::warning, body.cut_left(32, 12), t.red, 1.5f);
    const float cause_h = ui.paragraph({0, 0, body.w, 0}, cause, ui::type::label, 0, true);
    const bool whole = 22 + cause_h <= body.h + 8;  // a low card keeps the title alone
    const float y = body.cy() - (whole ? 22 + cause_h : 20.0f) * 0.5f;
    ui.text({body.x, y, body.w, 20}, ui.width(title, ui::type::title) > body.w ? short_title : title, ui::type::title,
            t.text);
    if (whole) ui.paragraph({body.x, y + 22, body.w, cause_h}, cause, ui::type::label, t.dim);
    ui.record("alert", "status", "Memory alert", r, title + " " + cause);
}

float remedies_height(float room) {
    return room > 560 ? kRemedyCards : (room > 330 ? kRemedyRows : 0);
}

}  // namespace kvx::scenes
