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

void draw_scrubber(Page& p, const Rect& r, bool wide) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const auto max = static_cast<double>(p.view.input.context_max.value);
    if (max <= 0) return;
    ui::Slider s{.value = p.state.position / max,
                 .step = 0.01,
                 .name = "Position",
                 .spoken = core::group_digits(p.view.now.value) + " of " +
                           core::short_tokens(p.view.input.context_max) + " tokens",
                 .thickness = 6};
    const auto full = static_cast<double>(p.view.full_at.value),
               limit = static_cast<double>(p.state.model().max_context);
    const double full_at = full / max, limit_at = limit / max;
    const bool has_full = full_at < 0.9999, has_limit = limit_at < 0.9999;
    if (has_full) {
        const std::string words = full <= 0
                                      ? std::string("does not fit")
                                      : (wide ? "memory full at " : "full at ") + core::short_tokens(p.view.full_at);
        s.marks.push_back({full_at, words, t.red_text, true});
        s.danger_from = full_at;
    }
    if (has_limit) {
        const bool clear = !has_full || std::fabs(limit_at - full_at) * static_cast<double>(r.w) > 150;
        s.marks.push_back({limit_at, clear && wide ? "model limit" : "", t.dim, true});
        s.muted_from = std::min(limit_at, has_full ? full_at : 1.0) < limit_at ? 2 : limit_at;
    }
    const int steps = !wide ? 1 : (r.w > 620 ? 8 : (r.w > 330 ? 4 : 2));
    for (int i = 0; i <= steps; ++i) {
        const double f = static_cast<double>(i) / steps;
        const auto tokens = static_cast<int64_t>(max * f + 0.5);
        s.marks.push_back({f, tick_label(tokens)});
    }
    const ui::SliderChange c = ui::slider(ui, "at", r, s);
    if (c.changed) p.out.push_back(app::Seek{std::round(c.value * max)});
}

}  // namespace

void draw_timeline(Page& p, const Rect& r) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    ui.fill(r, t.bar);
    ui.fill({r.x, r.y, r.w, 1}, t.line);
    Rect bar{r.x + 16 + ui.view.safe_left, r.y, r.w - 32 - ui.view.safe_left - ui.view.safe_right, r.h};
    draw_play(p, bar.cut_left(44, 12).centered(44, 44));
    draw_restart(p, bar.cut_left(36, 12).centered(36, 36));
    const Rect reading = bar.cut_left(156, 20);
    const Rect at{reading.x, reading.cy() - 19, reading.w, 20};
    if (ui::figure_area(ui, "figure.position", {reading.x - 6, reading.cy() - 22, reading.w, 44}, "Longest sequence",
                        core::group_digits(p.view.now.value) + " tokens"))
        p.explain("context_now", reading);
    ui.text(at, core::group_digits(p.view.now.value), ui::type::title_mono, t.text);
    ui.text({at.x, at.bottom() + 1, at.w, 16},
            p.state.in.batch > 1 ? "longest sequence, tokens" : "tokens in the sequence", ui::type::caption, t.dim);
    const bool many = bar.w > 900;
    draw_speeds(p, bar.cut_right(many ? 400 : 240, 24), many);
    draw_scrubber(p, {bar.x, r.y + 22, bar.w, 32}, true);
}

void draw_phone_timeline(Page& p, const Rect& r) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    ui.fill(r, t.bar);
    ui.fill({r.x, r.y, r.w, 1}, t.line);
    Rect bar = Rect{r.x, r.y, r.w, r.h - ui.view.safe_bottom}.inset(14, 8);
    const float play = std::min(60.0f, bar.h);
    draw_play(p, bar.cut_left(play, 14).centered(play, play));
    draw_next_speed(p, bar.cut_right(52, 12).centered(52, 44));
    const bool tall = bar.h >= 76;
    Rect line{bar.x, bar.y + (tall ? 2.0f : -4.0f), bar.w, 18};
    const std::string reading = core::group_digits(p.view.now.value) + (bar.w > 190 ? " tokens" : "");
    const float w = ui.text(line, reading, ui::type::value, t.text);
    const bool full = p.view.full_at.value < p.view.input.context_max.value;
    if (full && line.w - w > 96)
        ui.text({line.x + w + 8, line.y, line.w - w - 8, 18},
                p.view.full_at.value > 0 ? "full at " + core::short_tokens(p.view.full_at) : "does not fit",
                ui::type::caption, t.red_text, Align::right);
    ui::Ui& u = p.ui;
    const auto max = static_cast<double>(p.view.input.context_max.value);
    ui::Slider s{.value = max > 0 ? p.state.position / max : 0,
                 .step = 0.01,
                 .name = "Position",
                 .spoken = reading + " tokens",
                 .thickness = 6};
    s.knob = 22;
    if (full && max > 0) s.danger_from = static_cast<double>(p.view.full_at.value) / max;
    const Rect track{bar.x, tall ? bar.y + 24 : bar.y + 14, bar.w, tall ? 36.0f : bar.h - 18};
    const ui::SliderChange c = ui::slider(u, "at", track, s);
    if (c.changed) p.out.push_back(app::Seek{std::round(c.value * max)});
    if (tall) {
        const Rect ends{bar.x, track.bottom(), bar.w, 16};
        ui.text(ends, "0", ui::type::micro_mono, t.faint);
        ui.text(ends, core::short_tokens(p.view.input.context_max), ui::type::micro_mono, t.faint, Align::right);
    }
}

}  // namespace kvx::scenes
