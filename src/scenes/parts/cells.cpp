#include "scenes/parts/cells.h"

#include <algorithm>

namespace kvx::scenes {

gfx::Palette cell_palette(const ui::Theme& t) {
    gfx::Palette p;
    p.free = t.free_cell;
    p.weights = t.weights;
    p.activations = t.activations;
    p.outside = t.reserved;
    p.outside_stripe = t.reserved_stripe;
    p.ghost_fill = t.ghost_fill;
    p.ghost = t.ghost;
    p.idle = t.tile_idle;
    p.green = t.green;
    p.future = t.triangle_future;
    p.white = t.dark ? 0xFFFFFFFFu : t.text;
    for (int i = 0; i < 8; ++i) p.sequence[i] = t.sequence[i];
    p.sequence_outline = t.dark ? 0.0f : 1.0f;
    return p;
}

uint8_t cell_code(const sim::Cell& c) {
    switch (c.kind) {
        case sim::CellKind::weights:
            return gfx::code::weights;
        case sim::CellKind::activations:
            return gfx::code::activations;
        case sim::CellKind::kv:
            return static_cast<uint8_t>(gfx::code::sequence + c.sequence % 16);
        case sim::CellKind::reserved:
            return static_cast<uint8_t>(gfx::code::reserved + c.sequence % 16);
        case sim::CellKind::outside:
            return gfx::code::outside;
        case sim::CellKind::ghost:
            return gfx::code::ghost;
        case sim::CellKind::scores:
            return gfx::code::scores;
        case sim::CellKind::free:
            break;
    }
    return gfx::code::free;
}

void draw_hint(ui::Ui& ui, const std::string& words) {
    if (words.empty() || ui.touch()) return;
    const ui::Theme& t = *ui.theme;
    const float w = std::min(ui.width(words, ui::type::caption) + 25, ui.viewport.w - 16), h = 28;
    ui::Rect tip{std::clamp(ui.pointer_x() + 14, 8.0f, std::max(8.0f, ui.viewport.w - w - 8)), ui.pointer_y() + 18, w,
                 h};
    if (tip.bottom() > ui.viewport.h - 8) tip.y = ui.pointer_y() - h - 10;
    ui.begin_layer({}, 7);
    ui.fill(tip, t.raised, ui::radius::control);
    ui.stroke(tip, t.line2, ui::radius::control);
    ui.text(tip.inset(12, 0), words, ui::type::caption, t.text);
    ui.end_layer();
}

}  // namespace kvx::scenes
