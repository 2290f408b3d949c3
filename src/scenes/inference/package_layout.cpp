#include "scenes/inference/package_layout.h"

#include <algorithm>
#include <cmath>

#include "core/deferred.h"
#include "scenes/chips/chips.h"

namespace kvx::scenes {

using ui::Rect;

namespace {

constexpr float kNatural = 9;               // pitch of the design
constexpr float kLabel = 16;                // line of a module's name
constexpr float kNames = 0.62f * kNatural;  // smaller pictures have no names

// Which modules stand where: as the real package has them, half on each side.
struct Sides {
    int modules, left, right, per_column, columns;
    bool spacer;
    float width, gap;  // at the natural pitch
};

Sides sides_of(const core::Device& d) {
    const bool hbm = d.kind == core::MemoryKind::hbm;
    Sides s{};
    s.modules = std::clamp(d.modules > 0 ? d.modules : 4, 1, 32);
    s.left = (s.modules + 1) / 2, s.right = s.modules - s.left;
    s.per_column = s.left <= 4 ? s.left : (s.left <= 6 && !hbm ? s.left : (s.left + 1) / 2);
    s.columns = (s.left + s.per_column - 1) / s.per_column;
    s.spacer = hbm && s.right < s.left && s.right > 0;
    s.width = s.columns > 1 ? 196 : (s.modules <= 2 ? 190 : 164);
    s.gap = s.columns > 1 ? 36 : 52;
    return s;
}

float margin_y(const core::Device& d) {
    return d.kind == core::MemoryKind::sram ? 22 : 12;
}

// Puts n modules on one side, in columns from the top.
void fill_side(PackageLayout& p, const Rect& side, const Sides& s, int n, float label_h, bool spacer) {
    for (int i = 0; i < n + (spacer ? 1 : 0); ++i) {
        const Rect col = side.column(i / s.per_column, s.columns, 8);
        const float slot_h = (col.h + 6) / static_cast<float>(s.per_column);
        Rect slot{col.x, col.y + static_cast<float>(i % s.per_column) * slot_h, col.w, slot_h - 6};
        const Rect label = label_h > 0 ? slot.cut_top(label_h) : Rect{};
        if (i < n) {
            p.modules.push_back(slot);
            p.labels.push_back(label);
        } else {
            p.spacers.push_back(slot);
        }
    }
}

// The modules' outlines fit their cells and lie on whole pixels.
void fit_modules(PackageLayout& p, float k, float pixel) {
    const auto whole = [pixel](float v) { return std::round(v / pixel) * pixel; };
    const Rect slot = p.modules.front();
    const float w = static_cast<float>(p.columns) * p.pitch, h = static_cast<float>(p.rows) * p.pitch;
    p.padding = std::clamp(std::min((slot.w - w) * 0.5f, (slot.h - h) * 0.5f), 1.5f, std::max(1.5f, 6 * k));
    for (Rect& m : p.modules) {
        const Rect c = m.centered(w + 2 * p.padding, h + 2 * p.padding);
        m = {whole(c.x), whole(m.y), c.w, c.h};
    }
    for (Rect& s : p.spacers) s = {p.modules.back().x, s.y, p.modules.back().w, p.modules.front().h};
}

}  // namespace

PackageGrid package_grid(const core::Device& d) {
    if (d.shape == core::Shape::board) return core::deferred(board_grid)(d);
    if (d.shape == core::Shape::wafer) return core::deferred(wafer_grid)(d);
    const Sides s = sides_of(d);
    PackageGrid g;
    g.modules = s.modules;
    const float names = s.per_column <= 4 ? kLabel : 0;
    const float slot_w = (s.width - 8 * static_cast<float>(s.columns - 1)) / static_cast<float>(s.columns);
    const float all = static_cast<float>(g.size.h) - 2 * margin_y(d) + 6;
    const float slot_h = all / static_cast<float>(s.per_column) - 6 - names;
    g.columns = std::clamp(static_cast<int>((slot_w - 10) / kNatural), 4, 16);
    g.rows = std::clamp(static_cast<int>((slot_h - 9) / kNatural), 3, 16);
    return g;
}

PackageLayout lay_out_package(const core::Device& d, const Rect& board, float pitch, float pixel) {
    if (d.shape == core::Shape::board) return core::deferred(lay_out_board)(d, board, pitch, pixel);
    if (d.shape == core::Shape::wafer) return core::deferred(lay_out_wafer)(d, board, pitch, pixel);
    PackageLayout p;
    const Sides s = sides_of(d);
    const PackageGrid g = package_grid(d);
    const float k = pitch / kNatural;
    p.board = board;
    p.pitch = pitch;
    p.columns = g.columns;
    p.rows = g.rows;
    p.memory_on_die = d.kind == core::MemoryKind::sram;
    const float label_h = pitch > kNames && s.per_column <= 4 ? kLabel : 0;

    Rect inner = p.memory_on_die ? p.board.inset(28 * k, 22 * k) : p.board.inset(20 * k, 12 * k);
    const Rect left_side = inner.cut_left(s.width * k, s.gap * k), right_side = inner.cut_right(s.width * k, s.gap * k);
    p.die = p.memory_on_die ? p.board.inset(10 * k) : inner.inset(0, 12 * k);
    if (d.shape == core::Shape::unified) p.processor = p.die.cut_top(p.die.h * 0.2f, 8 * k);
    fill_side(p, left_side, s, s.left, label_h, false);
    if (s.right > 0) fill_side(p, right_side, s, s.right, label_h, s.spacer);
    fit_modules(p, k, pixel);

    Rect body = p.memory_on_die ? inner.inset(0, 14 * k) : p.die.inset(12 * k, 12 * k);
    if (pitch > kNames && !p.memory_on_die) body.cut_top(20);
    const float side = std::min(body.w, body.h - 2 * 70 * k);
    p.well = {body.cx() - side * 0.5f, body.cy() - side * 0.5f, side, side};
    p.triangle_pitch = std::max(2.0f * pixel, std::floor((side - 14 * k) / 32 / pixel) * pixel);
    p.tiles_above = {body.x, body.y, body.w, p.well.y - body.y - 12 * k};
    p.tiles_below = {body.x, p.well.bottom() + 12 * k, body.w, body.bottom() - p.well.bottom() - 12 * k};
    return p;
}

}  // namespace kvx::scenes
