#include "scenes/inference/package_layout.h"

#include <algorithm>
#include <cmath>

namespace kvx::scenes {

using ui::Rect;

namespace {

constexpr float kDesignW = 776, kDesignH = 548;

float whole_pixels(float css, float scale, float least) {
    return std::max(std::round(css * scale), std::ceil(least * scale)) / scale;
}

// Puts n modules on one side, in columns from the top; returns the rows of one column.
void fill_side(PackageLayout& p, const Rect& side, int n, int per_column, int columns, float label_h, bool spacer) {
    for (int i = 0; i < n + (spacer ? 1 : 0); ++i) {
        const Rect col = side.column(i / per_column, columns, 8);
        const float slot_h = (col.h + 6) / static_cast<float>(per_column);
        Rect slot{col.x, col.y + static_cast<float>(i % per_column) * slot_h, col.w, slot_h - 6};
        const Rect label = label_h > 0 ? slot.cut_top(label_h) : Rect{};
        if (i < n) {
            p.modules.push_back(slot);
            p.labels.push_back(label);
        } else {
            p.spacers.push_back(slot);
        }
    }
}

}  // namespace

PackageLayout lay_out_package(const core::Device& d, const Rect& area, float scale) {
    PackageLayout p;
    const float k = std::min({area.w / kDesignW, area.h / kDesignH, 1.5f});
    p.board = area.centered(kDesignW * k, kDesignH * k);
    if (area.h < kDesignH * k * 1.35f) p.board = area.centered(kDesignW * k, std::min(area.h, kDesignH * k));
    p.board.x = std::round(p.board.x * scale) / scale;
    p.board.y = std::round(area.y * scale) / scale;
    p.memory_on_die = d.kind == core::MemoryKind::sram;

    const int n = std::clamp(d.modules > 0 ? d.modules : (p.memory_on_die ? 4 : 4), 1, 32);
    const int left = (n + 1) / 2, right = n - left;
    const int per_column = left <= 4 ? left : (left <= 6 && d.kind != core::MemoryKind::hbm ? left : (left + 1) / 2);
    const int columns = (left + per_column - 1) / per_column;
    const float margin = 20 * k, side_w = (columns > 1 ? 196 : (n <= 2 ? 190 : 164)) * k,
                gap = 52 * k * (columns > 1 ? 0.7f : 1.0f);
    const float label_h = k > 0.62f && per_column <= 4 ? 16 : 0;

    Rect inner = p.memory_on_die ? p.board.inset(margin + 8 * k, 22 * k) : p.board.inset(margin, 12 * k);
    Rect left_side = inner.cut_left(side_w, gap), right_side = inner.cut_right(side_w, gap);
    p.die = p.memory_on_die ? p.board.inset(10 * k) : inner.inset(0, 12 * k);
    if (n == 1) {  // a single field: on the left, so that the right is free for the die
        right_side = {};
    }
    fill_side(p, left_side, left, per_column, columns, label_h, false);
    if (right > 0)
        fill_side(p, right_side, right, per_column, columns, label_h, d.kind == core::MemoryKind::hbm && right < left);

    // All modules share one grid; it is shrunk to whole cells and centred in its slot.
    p.padding = std::max(3.0f, 6 * k);
    p.pitch = whole_pixels(9 * k, scale, 3);
    const Rect slot = p.modules.front();
    while (p.pitch > 3 && ((slot.h - 2 * p.padding) / p.pitch < 6 || (slot.w - 2 * p.padding) / p.pitch < 6))
        p.pitch -= 1 / scale;
    p.columns = std::max(4, static_cast<int>((slot.w - 2 * p.padding + 0.01f) / p.pitch));
    p.rows = std::max(3, static_cast<int>((slot.h - 2 * p.padding + 0.01f) / p.pitch));
    if (std::abs(p.columns - 16) <= 2 && std::abs(p.rows - 16) <= 1) p.columns = 16, p.rows = std::min(p.rows, 16);
    for (Rect& m : p.modules) {
        const Rect c = m.centered(static_cast<float>(p.columns) * p.pitch + 2 * p.padding,
                                  static_cast<float>(p.rows) * p.pitch + 2 * p.padding);
        m = {std::round(c.x * scale) / scale, std::round(m.y * scale) / scale, c.w, c.h};
    }
    for (Rect& s : p.spacers) s = {p.modules.back().x, s.y, p.modules.back().w, p.modules.front().h};

    Rect body = p.memory_on_die ? inner.inset(0, 14 * k) : p.die.inset(12 * k, 12 * k);
    if (k > 0.62f && !p.memory_on_die) body.cut_top(20);
    const float side = std::min(body.w, body.h - 2 * 70 * k);
    p.well = {body.cx() - side * 0.5f, body.cy() - side * 0.5f, side, side};
    p.triangle_pitch = std::max(2.0f, std::floor((side - 14 * k) / 32 * scale) / scale);
    p.tiles_above = {body.x, body.y, body.w, p.well.y - body.y - 12 * k};
    p.tiles_below = {body.x, p.well.bottom() + 12 * k, body.w, body.bottom() - p.well.bottom() - 12 * k};
    return p;
}

}  // namespace kvx::scenes
