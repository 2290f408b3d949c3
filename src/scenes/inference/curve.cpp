// Memory needed against context, with a line at what this device can use.
#include <algorithm>
#include <cmath>

#include "core/format.h"
#include "scenes/inference/inference.h"
#include "ui/plot.h"

namespace kvx::scenes {

using ui::Align;
using ui::Rect;
using ui::Theme;

namespace {

std::string gib_tick(double gib) {
    if (gib >= 1e6) return core::significant(gib / 1e6, 2) + "M";
    if (gib >= 1000) return core::significant(gib / 1000, 3) + "K";
    return core::significant(gib, 2);
}

struct Series {
    const std::vector<core::CurvePoint>& points;
    const ui::Axis &x, &y;
    const Rect& plot;
    ImVec2 at(size_t i, bool flash) const {
        const core::CurvePoint& c = points[i];
        const double v = (flash ? c.needed : c.needed_without_flash).gib();
        const float px = plot.x + static_cast<float>(x.map(static_cast<double>(c.context.value))) * plot.w;
        return {px, plot.bottom() - static_cast<float>(std::clamp(y.map(v), 0.0, 1.0)) * plot.h};
    }

    // Where a line's label lies clearest of the curve: above or below the line, at its left or right end.
    Rect clear_of_curve(float line_y, float width) const {
        constexpr float kHeight = 16;
        const float left = plot.x + 4, right = plot.right() - 4 - width;
        Rect best{};
        float most = -1;
        for (const Rect& place : {Rect{left, line_y - 17, width, kHeight}, Rect{right, line_y - 17, width, kHeight},
                                  Rect{right, line_y + 2, width, kHeight}, Rect{left, line_y + 2, width, kHeight}}) {
            if (place.y < plot.y || place.bottom() > plot.bottom()) continue;
            float clearance = plot.h;
            for (size_t i = 0; i + 1 < points.size(); ++i) {
                const ImVec2 a = at(i, true), b = at(i + 1, true);
                if (b.x < place.x || a.x > place.right()) continue;
                const float gap = std::max(place.y - std::max(a.y, b.y), std::min(a.y, b.y) - place.bottom());
                clearance = std::min(clearance, std::max(0.0f, gap));
            }
            if (clearance <= most) continue;
            most = clearance;
            best = place;
        }
        return best;
    }
};

}  // namespace

void draw_curve_card(Page& p, const Rect& r) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const app::View& v = p.view;
    ui::card(ui, r);
    Rect body = r.inset(16);
    Rect title = body.cut_top(16, 12);
    const bool log = p.state.in.scale == app::CurveScale::log;
    const std::string scale_label = log ? "logarithmic" : "linear";
    const float sw = ui.width(scale_label, ui::type::caption) + 1;
    if (ui::link_button(ui, "curve.scale", title.cut_right(sw, 8), scale_label, ui::type::caption, t.faint,
                        scale_label + " scale of memory over context"))
        p.set("scale", log ? "linear" : "log");
    ui::heading(ui, "curve", title, "Memory over context", ui::type::caption_bold, t.dim, 2);
    if (body.h < 60) return;

    const std::vector<core::CurvePoint> points = core::memory_curve(v.input, 48, log);
    if (points.size() < 2) return;
    const double usable = v.plan.usable.gib(), last = points.back().needed.gib();
    ui::Axis x{0, static_cast<double>(v.requested.context_max.value), ui::Scale::linear};
    ui::Axis y{0, ui::nice_ceiling(std::max(usable, last) * 1.08), ui::Scale::linear};
    if (log) {
        x = {static_cast<double>(std::max<int64_t>(1, points.front().context.value)),
             static_cast<double>(v.requested.context_max.value), ui::Scale::log10};
        const double low = std::max(0.01, std::min(points.front().needed.gib(), usable) * 0.8);
        y = {std::pow(10.0, std::floor(std::log10(low))),
             std::pow(10.0, std::ceil(std::log10(std::max(usable, last) * 1.05))), ui::Scale::log10};
        if (x.min >= x.max) x.min = x.max * 0.5;
    }
    Rect plot = body;
    plot.cut_left(34);
    plot.cut_bottom(20);
    plot.cut_top(4);
    for (const double v_tick : ui::ticks(y, 4)) {
        const float py = plot.bottom() - static_cast<float>(y.map(v_tick)) * plot.h;
        ui.fill({plot.x, ui.px(py), plot.w, 1}, ui::fade(t.line, 0.8f));
        ui.text({body.x - 4, py - 8, 32, 16}, gib_tick(v_tick), ui::type::micro_mono, t.faint, Align::right);
    }
    const Series s{points, x, y, plot};
    const auto now = static_cast<double>(v.now.value);
    const float now_x = plot.x + static_cast<float>(std::clamp(x.map(now), 0.0, 1.0)) * plot.w;
    // The weights stay, whatever the context.
    const float wy = plot.bottom() - static_cast<float>(std::clamp(y.map(v.plan.weights.gib()), 0.0, 1.0)) * plot.h;
    ui.fill({plot.x, wy, now_x - plot.x, plot.bottom() - wy}, ui::fade(t.weights, 0.22f));
    for (size_t i = 0; i + 1 < points.size(); ++i) {
        const ImVec2 a = s.at(i, true), b = s.at(i + 1, true);
        const bool past = static_cast<double>(points[i + 1].context.value) <= now;
        if (past) {
            ui.draw->AddQuadFilled(a, b, {b.x, plot.bottom()}, {a.x, plot.bottom()}, ui::fade(t.accent, 0.12f));
            ui.draw->AddLine(a, b, t.accent, 2);
        } else if (i % 2 == 0) {
            ui.draw->AddLine(a, b, ui::fade(t.accent, 0.8f), 2);
        }
        if (!v.fa || !log || i % 2) continue;
        ui.draw->AddLine(s.at(i, false), s.at(i + 1, false), ui::fade(t.red, 0.7f), 1.5f);
    }
    const float uy = plot.bottom() - static_cast<float>(std::clamp(y.map(usable), 0.0, 1.0)) * plot.h;
    ui.dashed(plot.x, uy, plot.right(), uy, t.red, 4, 4);
    const std::string usable_words = "usable " + core::format_bytes_in_gib(v.plan.usable).text();
    ui.text(s.clear_of_curve(uy, ui.width(usable_words, ui::type::micro) + 1), usable_words, ui::type::micro,
            t.red_text);
    const double here = std::clamp(y.map(v.plan.needed.gib()), 0.0, 1.0);
    ui.disc(now_x, plot.bottom() - static_cast<float>(here) * plot.h, 4.5f, t.surface);
    ui.disc(now_x, plot.bottom() - static_cast<float>(here) * plot.h, 3.5f, t.text);
    const auto tick_x = [&](double f, Align a) {
        const auto value = static_cast<int64_t>(x.unmap(f) + 0.5);
        const float px = plot.x + static_cast<float>(f) * plot.w;
        ui.text({a == Align::left ? px : px - 60, plot.bottom() + 4, 60, 16}, core::short_tokens(core::Tokens{value}),
                ui::type::micro_mono, t.faint, a);
    };
    tick_x(0, Align::left);
    tick_x(1, Align::right);
    const std::string summary = "Needs " + core::format_bytes(points.back().needed).text() + " at " +
                                core::short_tokens(v.requested.context_max) + " tokens; " + usable_words + "; now " +
                                core::format_bytes(v.plan.needed).text();
    if (ui::figure_area(ui, "figure.curve", {plot.x, plot.y, plot.w, plot.h}, "Memory over context", summary, 0))
        p.explain("needed", plot);
}

}  // namespace kvx::scenes
