// Play, scrub and speed. The axis is linear, like playback: the knob moves evenly and the picture fills with it.
#include <algorithm>
#include <cmath>

#include "core/format.h"
#include "scenes/parts/transport.h"

namespace kvx::scenes {

using ui::Align;
using ui::Rect;
using ui::Theme;

namespace {

void draw_scrubber(Page& p, const Rect& r) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const auto max = static_cast<double>(p.view.requested.context_max.value);
    if (max <= 0) return;
    ui::Slider s{.value = p.state.position / max,
                 .step = 0.01,
                 .name = std::string(p.label("at")),
                 .spoken = core::group_digits(p.view.now.value) + " of " +
                           core::short_tokens(p.view.requested.context_max) + " tokens",
                 .thickness = 6};
    const auto full = static_cast<double>(p.view.full_at.value),
               limit = static_cast<double>(p.state.model().max_context);
    const double full_at = full / max, limit_at = limit / max;
    const bool has_full = full_at < 0.9999, has_limit = limit_at < 0.9999;
    if (has_full) {
        const std::string words =
            full <= 0 ? std::string("does not fit") : "memory full at " + core::short_tokens(p.view.full_at);
        s.marks.push_back({full_at, words, t.red_text, true});
        s.danger_from = full_at;
    }
    if (has_limit) {
        const bool clear = !has_full || std::fabs(limit_at - full_at) * static_cast<double>(r.w) > 150;
        s.marks.push_back({limit_at, clear ? "model limit" : "", t.dim, true});
        s.muted_from = std::min(limit_at, has_full ? full_at : 1.0) < limit_at ? 2 : limit_at;
    }
    const int steps = r.w > 620 ? 8 : (r.w > 330 ? 4 : 2);
    for (int i = 0; i <= steps; ++i) {
        const double f = static_cast<double>(i) / steps;
        const auto tokens = static_cast<int64_t>(max * f + 0.5);
        s.marks.push_back({f, tick_label(tokens)});
    }
    const ui::SliderChange c = ui::slider(ui, "at", r, s);
    if (c.changed) p.out.push_back(app::Seek{std::round(c.value * max)});
}

void draw_phone_line(Page& p, const Rect& bar) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const auto [tall, line, track] = phone_line(bar);
    const std::string reading = core::group_digits(p.view.now.value) + (bar.w > 190 ? " tokens" : "");
    const float w = ui.text(line, reading, ui::type::value, t.text);
    const bool full = p.view.full_at.value < p.view.requested.context_max.value;
    if (full && line.w - w > 96)
        ui.text({line.x + w + 8, line.y, line.w - w - 8, 18},
                p.view.full_at.value > 0 ? "full at " + core::short_tokens(p.view.full_at) : "does not fit",
                ui::type::caption, t.red_text, Align::right);
    const auto max = static_cast<double>(p.view.requested.context_max.value);
    ui::Slider s{.value = max > 0 ? p.state.position / max : 0,
                 .step = 0.01,
                 .name = std::string(p.label("at")),
                 .spoken = reading + " tokens",
                 .thickness = 6};
    s.knob = 22;
    if (full && max > 0) s.danger_from = static_cast<double>(p.view.full_at.value) / max;
    const ui::SliderChange c = ui::slider(ui, "at", track, s);
    if (c.changed) p.out.push_back(app::Seek{std::round(c.value * max)});
    if (tall) {
        const Rect ends{bar.x, track.bottom(), bar.w, 16};
        ui.text(ends, "0", ui::type::micro_mono, t.faint);
        ui.text(ends, core::short_tokens(p.view.requested.context_max), ui::type::micro_mono, t.faint, Align::right);
    }
}

}  // namespace

void draw_timeline(Page& p, const Rect& r, bool phone) {
    Timeline timeline;
    timeline.reading = [&](Rect& bar) {
        const std::string now = core::group_digits(p.view.now.value);
        const Rect reading = bar.cut_left(156, 20);
        const char* of = p.state.in.batch > 1 ? "tokens, longest sequence" : "tokens in the sequence";
        if (ui::figure_area(p.ui, "figure.position", {reading.x - 6, reading.cy() - 22, reading.w, 44},
                            "Longest sequence", now + " " + of))
            p.explain("context_now", reading);
        draw_reading(p, reading, now, of, false);  // the figure says it
    };
    timeline.rate = [&](Rect& bar) {
        const bool many = bar.w > 900;
        if (phone)
            draw_next_speed(p, bar.cut_right(52, 12).centered(52, 44));
        else
            draw_speeds(p, bar.cut_right(many ? 400 : 240, 24), many);
    };
    timeline.line = [&](const Rect& bar) {
        if (phone)
            draw_phone_line(p, bar);
        else
            draw_scrubber(p, scrubber_track(bar));
    };
    draw_timeline_bar(p, r, phone, timeline);
}

}  // namespace kvx::scenes
