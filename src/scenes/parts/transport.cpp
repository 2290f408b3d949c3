#include "scenes/parts/transport.h"
#include "scenes/parts/fields.h"

#include <algorithm>

#include "core/format.h"

namespace kvx::scenes {

std::string tick_label(int64_t tokens) {
    if (tokens > 0 && tokens % 1024 == 0 && tokens < 1'000'000) return std::to_string(tokens / 1024) + "K";
    return core::short_tokens(core::Tokens{tokens});
}

bool draw_play(Page& p, const ui::Rect& r) {
    const bool on = p.state.playing;
    const bool clicked =
        ui::icon_button(p.ui, "play", r, on ? ui::Icon::pause : ui::Icon::play, on ? "Pause" : "Play", true);
    if (clicked) p.out.push_back(app::Play{!on});
    return clicked;
}

void draw_restart(Page& p, const ui::Rect& r) {
    if (ui::icon_button(p.ui, "restart", r, ui::Icon::restart, "Restart")) p.out.push_back(app::Restart{});
}

void draw_speeds(Page& p, const ui::Rect& r, bool all) {
    ui::Choices shown;
    for (const auto& c : p.choices("speed"))
        if (all || c.first == "0.5" || c.first == "1" || c.first == "5" || c.first == "20" || c.first == "100")
            shown.push_back(c);
    draw_segments(p, "speed", r.centered(r.w, segment_height(p)), true, shown);
}

void draw_next_speed(Page& p, const ui::Rect& r) {
    if (ui::button(p.ui, "speed.next", r, p.get("speed") + "×", ui::ButtonLook::quiet))
        p.set("speed", app::neighbour(*app::find_param("speed"), p.state, 1).value);
}

void draw_timeline_bar(Page& p, const ui::Rect& r, bool phone, const Timeline& timeline) {
    const ui::Viewport& window = p.ui.viewport;
    p.ui.fill(r, p.ui.theme->bar);
    p.ui.fill({r.x, r.y, r.w, 1}, p.ui.theme->line);
    ui::Rect bar{r.x + 16 + window.safe_left, r.y, r.w - 32 - window.safe_left - window.safe_right, r.h};
    if (phone) bar = ui::Rect{r.x, r.y, r.w, r.h - window.safe_bottom}.inset(timeline.phone_inset, 8);
    const float size = phone ? std::min(60.0f, bar.h) : 44;
    const ui::Rect play = bar.cut_left(size, phone ? timeline.phone_gap : 12).centered(size, size);
    if (timeline.play)
        timeline.play(play);
    else
        draw_play(p, play);
    if (timeline.steps)
        timeline.steps(bar);
    else if (!phone)
        draw_restart(p, bar.cut_left(36, 12).centered(36, 36));
    if (!phone) timeline.reading(bar);
    timeline.rate(bar);
    timeline.line(bar);
}

void draw_reading(Page& p, const ui::Rect& r, std::string_view big, std::string_view small, bool expose) {
    p.ui.text({r.x, r.cy() - 19, r.w, 20}, big, ui::type::title_mono, p.ui.theme->text);
    p.ui.text({r.x, r.cy() + 2, r.w, 16}, small, ui::type::caption, p.ui.theme->dim);
    if (expose)
        p.ui.record("timeline.reading", "text", std::string(big) + " " + std::string(small),
                    {r.x, r.cy() - 19, r.w, 37});
}

ui::Rect scrubber_track(const ui::Rect& bar) {
    return {bar.x, bar.y + 22, bar.w, 32};
}

PhoneLine phone_line(const ui::Rect& bar) {
    const bool tall = bar.h >= 76;
    return {tall,
            {bar.x, bar.y + (tall ? 2.0f : -4.0f), bar.w, 18},
            {bar.x, bar.y + (tall ? 24.0f : 14.0f), bar.w, tall ? 36.0f : bar.h - 18}};
}

}  // namespace kvx::scenes
