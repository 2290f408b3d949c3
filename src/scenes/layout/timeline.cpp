// The layout page's timeline: a column every interval, and a scrubber over the sequence length.
#include <algorithm>
#include <cmath>

#include "core/format.h"
#include "scenes/layout/layout.h"
#include "scenes/parts/transport.h"

namespace kvx::scenes {

using ui::Rect;

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
        p.out.push_back(app::Seek{static_cast<double>(layout_last(l))});  // playing may have gone on beyond the line
        p.out.push_back(app::Play{false});
    }
}

// Phones and tablets: one button that goes through the intervals.
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
    if (!p.state.playing && l.v.learn)  // from what is shown, at the end anew
        p.out.push_back(app::Seek{static_cast<double>(l.v.length.value >= layout_last(l) ? 1 : l.v.length.value)});
    p.out.push_back(app::Play{!p.state.playing});
}

void draw_layout_timeline(Layout& l, const Rect& r, bool phone) {
    Page& p = l.p;
    const std::string big = core::group_digits(l.v.length.value);
    Timeline timeline;
    timeline.play = [&](const Rect& button) { draw_play_columns(l, button); };
    timeline.reading = [&](Rect& bar) { draw_reading(p, bar.cut_left(150, 16), big, "positions cached"); };
    timeline.rate = [&](Rect& bar) {
        if (phone) return draw_next_interval(p, bar.cut_right(64, 10).centered(64, 44));
        if (bar.w < 640) return draw_next_interval(p, bar.cut_right(72, 20).centered(72, 44));
        const ui::Choices intervals = p.choices("interval");
        const Rect every = bar.cut_right(bar.w > 800 ? 320.0f : 280.0f, 24);
        const int k = ui::segmented(p.ui, "interval", every.centered(every.w, p.ui.viewport.coarse ? 44.0f : 36.0f),
                                    "A column every", intervals, p.get("interval"), true);
        if (k >= 0) p.set("interval", intervals[static_cast<size_t>(k)].first);
    };
    timeline.line = [&](const Rect& bar) {
        if (!phone) return draw_scrubber(l, scrubber_track(bar), true);
        const PhoneLine line = phone_line(bar);
        p.ui.text(line.words, big + " of " + core::short_tokens(l.v.max), ui::type::caption, p.ui.theme->text);
        draw_scrubber(l, line.track, false);
    };
    draw_timeline_bar(p, r, phone, timeline);
}

}  // namespace kvx::scenes
