// The layout page's timeline: one column per interval, and a scrubber over the sequence length.
#include <algorithm>
#include <cmath>

#include "core/format.h"
#include "scenes/layout/layout.h"
#include "scenes/parts/transport.h"

namespace kvx::scenes {

using ui::Rect;
using ui::Theme;

namespace {

std::string_view slider_id(const Layout& l) {
    switch (l.p.state.in.layout.source) {
        case app::LayoutSource::shape:
            return "seq-len";
        case app::LayoutSource::small:
            return "token";
        default:
            return "at";
    }
}

void draw_scrubber(Layout& l, const Rect& r, bool wide) {
    Page& p = l.p;
    const auto last = static_cast<double>(layout_last(l)), first = l.v.learn ? 1.0 : 0.0;
    if (last <= first) return;
    ui::Slider s{.value = (static_cast<double>(l.v.length.value) - first) / (last - first),
                 .step = std::max(1.0, static_cast<double>(app::column_tokens(l.v.max))) / (last - first),
                 .name = "Sequence length",
                 .spoken = core::group_digits(l.v.length.value) + " of " + core::group_digits(l.v.max.value) +
                           " positions cached",
                 .thickness = 6};
    if (!wide) s.knob = 22;
    if (wide) {
        const int steps = r.w > 620 ? 8 : r.w > 330 ? 4 : 2;
        for (int i = 0; i <= steps; ++i) {
            const double f = static_cast<double>(i) / steps;
            s.marks.push_back({f, tick_label(std::llround(first + (last - first) * f))});
        }
    }
    const ui::SliderChange c = ui::slider(p.ui, slider_id(l), r, s);
    if (c.changed) p.out.push_back(app::Seek{std::round(first + c.value * (last - first))});
}

void draw_play_columns(Layout& l, const Rect& r) {
    Page& p = l.p;
    if (ui::icon_button(p.ui, "play", r, p.state.playing ? ui::Icon::pause : ui::Icon::play,
                        p.state.playing ? "Pause" : "Play", true))
        toggle_layout_play(l);
    if (l.v.learn && p.state.playing && l.v.length.value >= layout_last(l)) {
        p.out.push_back(app::Seek{static_cast<double>(layout_last(l))});  // playback may have run beyond the line
        p.out.push_back(app::Play{false});
    }
}

// Phones and tablets: one button that cycles through the intervals.
void draw_next_interval(Page& p, const Rect& r) {
    const std::string now = p.get("interval");
    std::string label = now + " ms";
    for (const auto& [value, shown] : p.choices("interval"))
        if (value == now) label = shown;
    if (ui::button(p.ui, "interval.next", r, label, ui::ButtonLook::quiet))
        p.set("interval", app::neighbour(*app::find_param("interval"), p.state, 1).value);
}

}  // namespace

int64_t layout_last(const Layout& l) {
    return l.v.learn ? l.v.learn->count() : l.v.max.value;
}

void toggle_layout_play(Layout& l) {
    Page& p = l.p;
    if (!p.state.playing && l.v.learn)  // from what is shown; at the end, from the start
        p.out.push_back(app::Seek{static_cast<double>(l.v.length.value >= layout_last(l) ? 1 : l.v.length.value)});
    p.out.push_back(app::Play{!p.state.playing});
}

void draw_layout_timeline(Layout& l, const Rect& r, bool phone) {
    Page& p = l.p;
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    ui.fill(r, t.bar);
    ui.fill({r.x, r.y, r.w, 1}, t.line);
    const std::string big = core::group_digits(l.v.length.value);
    const ui::Choices intervals = p.choices("interval");
    if (phone) {
        Rect bar = Rect{r.x, r.y, r.w, r.h - ui.view.safe_bottom}.inset(14, 8);
        const float play = std::min(60.0f, bar.h);
        draw_play_columns(l, bar.cut_left(play, 14).centered(play, play));
        draw_next_interval(p, bar.cut_right(64, 10).centered(64, 44));
        const bool tall = bar.h >= 76;
        ui.text({bar.x, bar.y + (tall ? 2.0f : -4.0f), bar.w, 18}, big + " of " + core::short_tokens(l.v.max),
                ui::type::caption, t.text);
        draw_scrubber(l, {bar.x, tall ? bar.y + 24 : bar.y + 14, bar.w, tall ? 36.0f : bar.h - 18}, false);
        return;
    }
    Rect bar{r.x + 16 + ui.view.safe_left, r.y, r.w - 32 - ui.view.safe_left - ui.view.safe_right, r.h};
    draw_play_columns(l, bar.cut_left(44, 12).centered(44, 44));
    draw_restart(p, bar.cut_left(36, 12).centered(36, 36));
    const Rect at = bar.cut_left(150, 16);
    ui.text({at.x, at.cy() - 19, at.w, 20}, big, ui::type::title_mono, t.text);
    ui.text({at.x, at.cy() + 2, at.w, 16}, "positions cached", ui::type::caption, t.dim);
    if (bar.w < 640) {
        draw_next_interval(p, bar.cut_right(72, 20).centered(72, 44));
    } else {
        const Rect every = bar.cut_right(bar.w > 800 ? 320.0f : 280.0f, 24);
        const int k = ui::segmented(ui, "interval", every.centered(every.w, ui.view.coarse ? 44.0f : 36.0f),
                                    "A column every", intervals, p.get("interval"), true);
        if (k >= 0) p.set("interval", intervals[static_cast<size_t>(k)].first);
    }
    draw_scrubber(l, {bar.x, r.y + 22, bar.w, 32}, true);
}

}  // namespace kvx::scenes
