// A card: memory chips on the board around the die, traces between them, an edge connector. 4-3-4-1 as on cards with
// twelve chips.
#include <algorithm>
#include <cmath>

#include "scenes/chips/chips.h"
#include "scenes/parts/stream.h"

namespace kvx::scenes {

using ui::Rect;

namespace {

constexpr float kNatural = 9, kSide = 66, kEnd = 26, kPad = 6, kConnector = 16;

struct Places {
    int left, top, right, bottom;
};

Places places_of(int n) {
    const int side = n <= 2 ? 1 : (n + 2) / 3;
    const int rest = std::max(0, n - 2 * side);
    // The twelfth chip stands below the die; more of them share both ends.
    const int top = n == 12 ? 3 : (rest <= 3 ? rest : (rest + 1) / 2);
    return {side, top, std::min(side, n - side), rest - top};
}

int chips_of(const core::Device& d) {
    return std::clamp(d.modules, 1, 32);
}

}  // namespace

PackageGrid board_grid(const core::Device& d) {
    const Places at = places_of(chips_of(d));
    PackageGrid g;
    g.modules = chips_of(d);
    const float high = (static_cast<float>(g.size.h) - 2 * kEnd - kConnector) / static_cast<float>(at.left);
    const float wide = 450.0f / static_cast<float>(std::max({at.top, at.bottom, 1}));
    g.rows = std::clamp(static_cast<int>((high - 12 - 2 * kPad) / kNatural), 3, 8);
    g.columns = std::clamp(static_cast<int>((wide - 12 - 2 * kPad) / kNatural), 3, 8);
    return g;
}

PackageLayout lay_out_board(const core::Device& d, const Rect& board, float pitch, float pixel) {
    const PackageGrid g = board_grid(d);
    const Places at = places_of(g.modules);
    const float k = pitch / kNatural;
    const auto whole = [pixel](float v) { return std::round(v / pixel) * pixel; };
    PackageLayout p;
    p.board = board;
    p.pitch = pitch;
    p.padding = kPad * k;
    p.columns = g.columns;
    p.rows = g.rows;
    const float w = static_cast<float>(g.columns) * pitch + 2 * p.padding,
                h = static_cast<float>(g.rows) * pitch + 2 * p.padding;
    Rect inner = board;
    inner.h -= kConnector * k;
    const auto column = [&](int n, float x) {
        const float step = std::min((inner.h - 2 * kEnd * k) / static_cast<float>(std::max(1, n)), h + 16 * k);
        const float y = inner.cy() - step * static_cast<float>(n) * 0.5f + (step - h) * 0.5f;
        for (int i = 0; i < n; ++i) p.modules.push_back({whole(x), whole(y + step * static_cast<float>(i)), w, h});
    };
    const auto row = [&](int n, float y) {
        const float step = std::min(450 * k / static_cast<float>(std::max(1, n)), w + 16 * k);
        const float x = inner.cx() - step * static_cast<float>(n) * 0.5f + (step - w) * 0.5f;
        for (int i = 0; i < n; ++i) p.modules.push_back({whole(x + step * static_cast<float>(i)), whole(y), w, h});
    };
    column(at.left, board.x + kSide * k);
    row(at.top, inner.y + kEnd * k);
    column(at.right, board.right() - kSide * k - w);
    row(at.bottom, inner.bottom() - kEnd * k - h);
    p.labels.resize(p.modules.size());

    const float side = std::min(196 * k, inner.h - 2 * (kEnd + 20) * k - (at.bottom > 0 ? 2 : 1) * h);
    p.die = inner.centered(side, side);
    if (at.top > 0 && at.bottom == 0) p.die.y += h * 0.4f;
    const Rect body = p.die.inset(10 * k);
    const float well = body.h - 2 * 24 * k;
    p.well = {body.cx() - well * 0.5f, body.cy() - well * 0.5f, well, well};
    p.triangle_pitch = std::max(pixel, std::floor((well - 10 * k) / 32 / pixel) * pixel);
    p.tiles_above = {body.x, body.y, body.w, p.well.y - body.y - 6 * k};
    p.tiles_below = {body.x, p.well.bottom() + 6 * k, body.w, body.bottom() - p.well.bottom() - 6 * k};
    return p;
}

void draw_board(Page& p, const PackageLayout& l, float flow, double sparks) {
    ui::Ui& ui = p.ui;
    const ui::Theme& t = *ui.theme;
    const float k = l.pitch / kNatural;
    const Rect pcb{l.board.x, l.board.y, l.board.w, l.board.h - kConnector * k};
    ui.gradient(pcb, t.board_top, t.board_bottom, ui::radius::control);
    ui.stroke(pcb, p.view.plan.pressure > 1 ? t.alert_line : t.board_line, ui::radius::control);
    // The edge connector, with the notch that keeps it from being turned round.
    const Rect edge{pcb.x + pcb.w * 0.14f, pcb.bottom(), pcb.w * 0.5f, kConnector * k};
    ui.fill({edge.x, edge.y - 1, edge.w, edge.h}, t.board_bottom, 2);
    const int pins = std::max(8, static_cast<int>(edge.w / (8 * k)));
    for (int i = 0; i < pins; ++i)
        if (i != pins / 6)
            ui.fill({edge.x + edge.w * (static_cast<float>(i) + 0.2f) / static_cast<float>(pins), edge.y + 1,
                     edge.w * 0.6f / static_cast<float>(pins), edge.h - 4},
                    t.port);
    ui.fill(l.die.grow(22 * k), t.substrate, ui::radius::control);
    ui.stroke(l.die.grow(22 * k), t.board_line, ui::radius::control);
    ui.gradient(l.die, t.die_top, t.die_bottom, ui::radius::control);
    ui.stroke(l.die, t.die_line, ui::radius::control);
    const Places at = places_of(static_cast<int>(l.modules.size()));
    for (size_t m = 0; m < l.modules.size(); ++m) {
        const Rect& c = l.modules[m];
        const int i = static_cast<int>(m);
        const bool left = i < at.left, top = !left && i < at.left + at.top,
                   right = !left && !top && i < at.left + at.top + at.right;
        for (int trace = 0; trace < 2; ++trace) {
            const float f = 0.35f + 0.3f * static_cast<float>(trace);
            Stream s;
            if (left || right) {
                const int n = left ? at.left : at.right, place = left ? i : i - at.left - at.top;
                const float y =
                    l.die.y + l.die.h * (0.08f + 0.84f * (static_cast<float>(place) + f) / static_cast<float>(n));
                s = left ? level_stream(c.right(), c.y + c.h * f, l.die.x, y)
                         : level_stream(c.x, c.y + c.h * f, l.die.right(), y);
            } else {
                const int n = top ? at.top : at.bottom, place = top ? i - at.left : i - at.left - at.top - at.right;
                const float x =
                    l.die.x + l.die.w * (0.1f + 0.8f * (static_cast<float>(place) + f) / static_cast<float>(n));
                const float y0 = top ? c.bottom() : c.y, y1 = top ? l.die.y : l.die.bottom(), bend = (y1 - y0) * 0.5f;
                s.a = {c.x + c.w * f, y0}, s.e = {x, y1};
                s.b = {s.a.x, y0 + bend}, s.c = {x, y1 - bend};
            }
            s.phase = flow + static_cast<float>((m * 37 + static_cast<size_t>(trace) * 17) % 23) / 23;
            s.sparks = static_cast<int>(std::min(sparks, 4.0) + 0.5);
            draw_stream(ui, s);
        }
    }
    if (l.pitch < 6 || at.left > 4) return;
    ui.text({pcb.x + 14, pcb.y + 8, 170, 16}, "No stacks, no interposer:", ui::type::micro, t.dim);
    ui.text({pcb.x + 14, pcb.y + 24, 170, 16}, "traces on the board", ui::type::micro, t.dim);
}

}  // namespace kvx::scenes
