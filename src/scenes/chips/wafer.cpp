// A wafer: a square of 215 mm cut from a circle of 300 mm, both true to scale, in 12 × 7 fields of memory over the
// cores among which it lies.
#include <algorithm>
#include <cmath>

#include "scenes/chips/chips.h"

namespace kvx::scenes {

using ui::fade;
using ui::mix;
using ui::Rect;

namespace {

constexpr float kNatural = 5, kWafer = 548;  // its diameter at the natural pitch
constexpr float kSquare = 215.0f / 300.0f;   // Cerebras, WSE-3: 46,225 mm²
constexpr int kAcross = 12, kDown = 7, kColumns = 6, kRows = 8;

Rect square_of(const PackageLayout& l) {
    const float side = kWafer * kSquare * l.pitch / kNatural;
    return l.board.centered(side, side);
}

}  // namespace

PackageGrid wafer_grid(const core::Device&) {
    PackageGrid g;
    g.modules = kAcross * kDown;
    g.columns = kColumns;
    g.rows = kRows;
    g.size = {kWafer + 12, kWafer, kNatural, 0.035};
    return g;
}

PackageLayout lay_out_wafer(const core::Device&, const Rect& board, float pitch, float pixel) {
    PackageLayout p;
    p.board = board;
    p.pitch = pitch;
    p.padding = 0;
    p.columns = kColumns;
    p.rows = kRows;
    p.memory_on_die = true;
    const Rect square = square_of(p);
    p.die = square;
    const float w = square.w / kAcross, h = square.h / kDown;
    for (int i = 0; i < kAcross * kDown; ++i) {
        const float x = square.x + w * static_cast<float>(i % kAcross) + (w - kColumns * pitch) * 0.5f,
                    y = square.y + h * static_cast<float>(i / kAcross) + pitch * 0.4f;
        p.modules.push_back(
            {std::round(x / pixel) * pixel, std::round(y / pixel) * pixel, kColumns * pitch, kRows * pitch});
    }
    p.labels.resize(p.modules.size());
    return p;
}

namespace {

void draw_silicon(Page& p, const PackageLayout& l, const Rect& square) {
    ui::Ui& ui = p.ui;
    const ui::Theme& t = *ui.theme;
    const float radius = kWafer * 0.5f * l.pitch / kNatural, cx = l.board.cx(), cy = l.board.cy();
    // A slanting sheen from teal over blue to violet.
    const int from = ui.draw->VtxBuffer.Size;
    ui.draw->AddCircleFilled({cx, cy}, radius, 0xFFFFFFFFu, 96);
    for (int i = from; i < ui.draw->VtxBuffer.Size; ++i) {
        ImDrawVert& v = ui.draw->VtxBuffer[i];
        const float u = std::clamp(((v.pos.x - cx) + (v.pos.y - cy)) / radius * 0.36f + 0.5f, 0.0f, 1.0f);
        const ui::Color c =
            u < 0.5f ? mix(t.wafer_teal, t.wafer_blue, u * 2) : mix(t.wafer_blue, t.wafer_violet, u * 2 - 1);
        v.col = (c & 0x00FFFFFFu) | (v.col & 0xFF000000u);
    }
    ui.draw->AddCircle({cx, cy}, radius, t.wafer_rim, 96, 2);
    ui.draw->AddCircle({cx, cy}, radius - 5, fade(t.wafer_rim, 0.25f), 96, 1);
    const float notch = radius * 0.02f + 3;  // tells the crystal's direction
    ui.draw->AddTriangleFilled({cx - notch, cy + radius + 1}, {cx + notch, cy + radius + 1},
                               {cx, cy + radius - notch * 1.4f}, t.bg);
    ui.fill(square, t.stack_well, 3);
    ui.stroke(square, p.view.plan.pressure > 1 ? t.red : t.wafer_chip, 3, 2);
}

// A usual graphics package of 60 × 50 mm at the same scale says what is missing here.
void draw_comparison(Page& p, const PackageLayout& l, const Rect& room, const Rect& square) {
    ui::Ui& ui = p.ui;
    const ui::Theme& t = *ui.theme;
    const float mm = square.w / 215;
    const Rect gpu{room.right() - 50 * mm, l.board.bottom() - 60 * mm, 50 * mm, 60 * mm};
    const float radius = kWafer * 0.5f * l.pitch / kNatural;
    if (room.w * 0.5f < radius + 60 || ui.viewport.w < 700) return;
    ui.gradient(gpu, t.package_top, t.package_bottom, 4);
    ui.stroke(gpu, t.package_edge, 4);
    ui.fill(gpu.centered(26 * mm, 33 * mm), mix(t.tile_idle, t.green, 0.3f), 2);
    for (int i = 0; i < 5; ++i) {
        const bool left = i < 3;
        ui.fill({left ? gpu.x + 1.5f * mm : gpu.right() - 10.5f * mm,
                 gpu.y + (6 + 17 * static_cast<float>(left ? i : i - 3)) * mm, 9 * mm, 12 * mm},
                t.weights, 1);
    }
    const float w = room.right() - l.board.cx() - radius * 0.78f;
    ui.text({room.right() - w, gpu.y - 36, w, 16}, "A GPU with HBM", ui::type::micro, t.dim, ui::Align::right);
    ui.text({room.right() - w, gpu.y - 20, w, 16}, "at the same scale", ui::type::micro, t.dim, ui::Align::right);
    ui.text({room.x, l.board.y + 8, w, 16}, "215 mm square,", ui::type::micro, t.dim);
    ui.text({room.x, l.board.y + 24, w, 16}, "cut from one", ui::type::micro, t.dim);
    ui.text({room.x, l.board.y + 40, w, 16}, "300 mm wafer", ui::type::micro, t.dim);
    ui.text({room.right() - w, l.board.y + 8, w, 16}, "activations travel,", ui::type::micro, t.dim, ui::Align::right);
    ui.text({room.right() - w, l.board.y + 24, w, 16}, "weights and cache stay", ui::type::micro, t.dim,
            ui::Align::right);
}

}  // namespace

void draw_wafer_thread(Page& p, const PackageLayout& l, float wave) {
    ui::Ui& ui = p.ui;
    const ui::Theme& t = *ui.theme;
    if (p.view.now.value <= 0 || p.view.plan.pressure > 1) return;
    const Rect square = square_of(l);
    float at = wave + 0.5f;
    at -= std::floor(at);
    const float x = square.x + square.w * at, y = square.y + square.h * 3.5f / kDown + l.pitch * 0.2f;
    ui.line(square.x - 12, y, x, y, fade(t.gold, 0.8f), 1.5f);
    for (int i = 3; i >= 1; --i) ui.disc(x, y, 3.0f * static_cast<float>(i), fade(t.green, 0.14f));
    ui.disc(x, y, 3.2f, mix(t.green, 0xFFFFFFFFu, t.dark ? 0.75f : 0.2f));
}

void draw_wafer(Page& p, const PackageLayout& l, const Rect& room, float wave) {
    ui::Ui& ui = p.ui;
    const ui::Theme& t = *ui.theme;
    const Rect square = square_of(l);
    draw_silicon(p, l, square);
    const bool working = p.view.now.value > 0 && p.view.plan.pressure <= 1;
    for (size_t i = 0; i < l.modules.size(); ++i) {
        const Rect& m = l.modules[i];
        float level = 0;
        if (working) {  // a green front from layer to layer
            const float x = static_cast<float>(i % kAcross) / kAcross - wave, at = x - std::floor(x);
            level = std::pow(std::max(0.0f, 1 - std::fabs(at - 0.5f) * 3.2f), 1.4f) * 0.85f;
        }
        ui.fill({m.x, m.bottom() + l.pitch * 0.4f, m.w, l.pitch * 2}, mix(t.tile_idle, t.green, level), 1);
    }
    draw_comparison(p, l, room, square);
}

}  // namespace kvx::scenes
