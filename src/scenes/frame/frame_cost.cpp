#include "scenes/frame/frame_cost.h"

#include "core/format.h"

namespace kvx::scenes {

std::vector<std::string> cost_lines(const FrameCost& c) {
    const auto ms = [](double v) { return core::fixed(v, 2) + " ms"; };
    return {"frame " + core::group_digits(c.frames) + ": " + ms(c.derive + c.draw + c.submit),
            "  figures " + ms(c.derive) + ", " + std::to_string(c.plans) + " plans",
            "  picture " + ms(c.draw) + ", " + std::to_string(c.nodes) + " nodes",
            "  WebGL " + ms(c.submit) + ", " + std::to_string(c.commands) + " calls",
            core::group_digits(c.vertices) + " vertices",
            core::group_digits(c.allocations) + " allocations",
            core::fixed(c.heap / 1048576, 1) + " MiB of memory"};
}

void draw_cost(ui::Ui& ui, const FrameCost& c, const ui::Rect& area) {
    const ui::Theme& t = *ui.theme;
    const std::vector<std::string> lines = cost_lines(c);
    const float w = 250, line = 17;
    const ui::Rect r{area.right() - w - 12, area.y + 64, w, line * static_cast<float>(lines.size()) + 16};
    ui.begin_layer(r, 7);
    ui.fill(r, ui::fade(t.well, 0.94f), 6);
    ui.stroke(r, t.line2, 6);
    ui::Rect body = r.inset(10, 8);
    std::string all;
    for (const std::string& words : lines) {
        ui.text(body.cut_top(line), words, ui::type::caption_mono, t.dim);
        all += (all.empty() ? "" : ", ") + words;
    }
    // Readable on demand, never announced.
    ui.record("debug.cost", "group", "Frame timing: " + all, r);
    ui.end_layer();
}

}  // namespace kvx::scenes
