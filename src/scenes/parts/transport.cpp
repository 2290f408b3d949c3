#include "scenes/parts/transport.h"
#include "scenes/parts/fields.h"

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

}  // namespace kvx::scenes
