#include "scenes/parts/stream.h"

#include <algorithm>
#include <cmath>

namespace kvx::scenes {

Stream level_stream(float x0, float y0, float x1, float y1) {
    const float bend = (x1 - x0) * 0.5f;
    return {.a = {x0, y0}, .b = {x0 + bend, y0}, .c = {x1 - bend, y1}, .e = {x1, y1}};
}

void draw_stream(ui::Ui& ui, const Stream& s) {
    const ui::Theme& t = *ui.theme;
    ui.draw->AddBezierCubic(s.a, s.b, s.c, s.e, ui::fade(t.gold, 0.28f), 1, 14);
    const auto at = [&](float w) {
        if (s.reversed) w = 1 - w;
        const float q = 1 - w;
        return ImVec2{q * q * q * s.a.x + 3 * q * q * w * s.b.x + 3 * q * w * w * s.c.x + w * w * w * s.e.x,
                      q * q * q * s.a.y + 3 * q * q * w * s.b.y + 3 * q * w * w * s.c.y + w * w * w * s.e.y};
    };
    for (int i = 0; i < s.sparks; ++i) {
        float u = s.phase + static_cast<float>(i) / static_cast<float>(s.sparks);
        u -= std::floor(u);
        ImVec2 last = at(u);
        const ImVec2 head = last;
        for (int step = 1; step <= 4; ++step) {
            const ImVec2 back = at(std::max(0.0f, u - s.tail * static_cast<float>(step)));
            ui.draw->AddLine(last, back, ui::fade(t.gold, 0.75f - 0.17f * static_cast<float>(step)),
                             2.2f - 0.3f * static_cast<float>(step));
            last = back;
        }
        if (t.dark) ui.disc(head.x, head.y, 4, ui::fade(t.gold, 0.28f));
        ui.disc(head.x, head.y, 1.9f, t.gold_head);
    }
}

}  // namespace kvx::scenes
