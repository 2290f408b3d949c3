// With and without a cache, side by side: the triangle against the row.
#include <algorithm>

#include "core/format.h"
#include "scenes/learn/heat.h"
#include "scenes/learn/learn.h"

namespace kvx::scenes {

using ui::Align;
using ui::Rect;
using ui::Theme;

namespace {

struct Side {
    const char *title, *line, *kept;
    const char *rows, *total, *macs, *bytes, *time;
    bool cached;
};
constexpr Side kSides[2] = {{"Without a cache", "every row at every step", "recomputed", "rows_without",
                             "rows_total_without", "macs_without", "bytes_without", "time_without", false},
                            {"With the cache", "only the new row", "kept, not computed", "rows_with", "rows_total_with",
                             "macs_with", "bytes_with", "time_with", true}};

void draw_triangle(Learn& l, const Rect& r, const Side& side) {
    ui::Ui& ui = l.p.ui;
    const Theme& t = *ui.theme;
    const int n = l.view.count();
    const CellGrid g{r, n, n, 1};
    draw_cells(ui, g, [&](int column, int row) -> ui::Color {
        if (column > row) return 0;
        if (row >= l.token) return ui::fade(t.triangle_future, 0.5f);
        if (row == l.token - 1) return t.green;
        return side.cached ? t.triangle_future : ui::mix(t.triangle_future, t.green, 0.55f);
    });
    ui.record(std::string("triangle.") + side.rows, "image",
              std::string(side.title) + ", " + side.line + ", " + side.kept + ": " +
                  (side.cached ? "1 row" : core::group_digits(l.token) + " rows") + " computed at this step",
              r);
}

// A name with its value below; explains itself.
void draw_reading(Learn& l, Rect r, const char* id, const char* extra, ui::Color c) {
    Page& p = l.p;
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const core::Quantity& q = p.quantity(id);
    if (q.id.empty()) return;
    // The sum is what the tour asks for.
    const bool hidden = *extra && l.hides(app::TourHides::rows);
    const std::string words = hidden ? "?" : q.text;
    if (ui::figure_area(ui, std::string("figure.") + id, r.inset(-6, -1), q.label,
                        *extra && !hidden ? words + ", " + extra : words) &&
        !hidden)
        p.explain(id, r);
    if (hidden) extra = "";
    ui.text(r.cut_top(16), q.label, ui::type::caption, t.dim);
    const Rect value = r.cut_top(20);
    const float w = ui.text(value, words, ui::type::title_mono, c);
    if (*extra && w + ui.width(extra, ui::type::caption_mono) + 10 < value.w)
        ui.text({value.x + w + 10, value.y, value.w - w - 10, value.h}, extra, ui::type::caption_mono, t.faint);
}

void draw_side(Learn& l, Rect body, const Side& side) {
    Page& p = l.p;
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    constexpr float kReadings = 136;
    Rect right = body.w > 330 ? body.cut_right(kReadings, 16) : Rect{};
    ui::heading(ui, std::string("compare.") + side.rows, body.cut_top(20), side.title, ui::type::control_bold, t.text,
                2);
    ui.text(body.cut_top(16, 10), side.line, ui::type::caption, t.dim);
    if (right.w == 0) right = body.cut_right(kReadings, 12);
    const float edge = std::min(body.h, body.w);
    const Rect triangle{body.x, body.y + std::max(0.0f, (body.h - edge) * 0.5f), edge, edge};
    draw_triangle(l, triangle, side);
    if (edge > 110 && l.view.count() >= 6) {
        const Rect words{triangle.x + edge * 0.5f, triangle.y, edge * 0.5f, 34};
        const float w = ui.width("recomputed", ui::type::micro) + 2;
        ui.paragraph({words.right() - w, words.y, w, 34}, side.kept, ui::type::micro, t.faint);
    }
    const bool timed = !p.quantity(side.time).id.empty();
    const float step = std::clamp(right.h / 5, 38.0f, 48.0f);
    const ui::Color best = side.cached ? t.green : t.text;
    draw_reading(l, right.cut_top(step), side.rows, "", t.text);
    draw_reading(l, right.cut_top(step), side.total, side.cached ? "n" : "n(n+1)/2", best);
    draw_reading(l, right.cut_top(step), side.macs, "", t.text);
    if (right.h > 36) draw_reading(l, right.cut_top(std::min(step, right.h)), side.bytes, "", t.text);
    if (right.h < 30) return;
    if (timed) {
        draw_reading(l, right.cut_top(std::min(step, right.h)), side.time, "", best);
    } else if (side.cached) {
        const float h = ui.viewport.coarse ? 44 : 30;
        const bool busy = p.state.learn.measuring;
        if (ui::button(ui, "measure", Rect{right.x, right.y + 2, std::min(right.w, 120.0f), h},
                       busy ? "Measuring" : "Measure here", ui::ButtonLook::secondary) &&
            !busy)
            p.out.push_back(app::AskLab{app::LabRequest::measure});
    }
}

}  // namespace

void draw_compare(Learn& l, const Rect& r) {
    point_at(l, app::TourTarget::compare, r);
    for (int i = 0; i < 2; ++i) {
        const Rect c = r.column(i, 2, 12);
        ui::card(l.p.ui, c);
        draw_side(l, c.inset(16), kSides[i]);
    }
}

float draw_cost(Learn& l, Rect body, bool measure) {
    constexpr float kSide = 250;
    if (measure) return 2 * kSide + 16;
    for (const Side& side : kSides) {
        const Rect r = body.cut_top(kSide, 16);
        // The tour speaks of one side at a time.
        if (l.tour_moved && side.cached == (l.in().keep != app::Keep::none)) l.p.ui.reveal(r);
        draw_side(l, r, side);
    }
    return 0;
}

}  // namespace kvx::scenes
