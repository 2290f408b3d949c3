#include "scenes/parts/stage_touch.h"

#include <algorithm>
#include <cmath>

namespace kvx::scenes {

using ui::Rect;

namespace {

constexpr float kTapSlop = 10;           // CSS px that a tap may move
constexpr double kBubbleSeconds = 1.4;   // long enough to read a model's name
constexpr double kSpeedOfSpread = 1.75;  // fingers twice as far apart: 2^1.75 = 3.4 times the speed

void show_bubble(Page& p, std::string words) {
    p.memory.bubble = std::move(words);
    p.memory.bubble_until = p.ui.time + kBubbleSeconds;
    p.ui.ask_frame();
}

// The available speed nearest to `wanted`.
void set_speed(Page& p, double wanted) {
    std::string best, label;
    double least = 1e9;
    for (const auto& [value, shown] : p.choices("speed")) {
        const double off = std::fabs(std::log(std::strtod(value.c_str(), nullptr) / wanted));
        if (off < least) least = off, best = value, label = shown;
    }
    if (best != p.get("speed")) p.set("speed", best);
    show_bubble(p, "Speed " + label);
}

}  // namespace

void toggle_play(Page& p, const PageFrame::Transport& t) {
    if (t.toggle)
        t.toggle();
    else
        p.out.push_back(app::Play{!p.state.playing});
}

void take_stage_touch(Page& p, const Rect& stage, const PageFrame::Transport& t) {
    ui::Ui& ui = p.ui;
    if (!ui.touch()) return;
    const ui::Gestures& g = ui.gestures;
    const ui::Hit hit = ui.hit("stage.touch", stage);
    const bool wandered = std::hypot(ui.pointer_x() - g.start_x(), ui.pointer_y() - g.start_y()) > kTapSlop;
    if (hit.clicked && !wandered && g.swipe() == 0) toggle_play(p, t);
    if (hit.long_pressed) p.out.push_back(app::Reset{});
    if (g.swipe() != 0 && !ui.dragged() && stage.contains(g.start_x(), g.start_y()) && app::has_model(p.state)) {
        const app::Choice next = app::neighbour(*app::find_param("model"), p.state, -g.swipe());
        p.set("model", next.value);
        show_bubble(p, next.label);
    }
    if (t.pinch_zooms || !g.pinching() || !stage.contains(g.centre_x(), g.centre_y())) return;
    if (p.memory.pinch != g.pinches()) {
        p.memory.pinch = g.pinches();
        p.memory.pinch_speed = p.state.in.speed;
    }
    if (g.scale() != 1) set_speed(p, p.memory.pinch_speed * std::pow(static_cast<double>(g.scale()), kSpeedOfSpread));
}

void draw_stage_bubble(Page& p, const Rect& stage) {
    ui::Ui& ui = p.ui;
    if (p.memory.bubble.empty()) return;
    const double left = p.memory.bubble_until - ui.time;
    if (left <= 0) {
        p.memory.bubble.clear();
        return;
    }
    ui.ask_after(left);
    const ui::Theme& t = *ui.theme;
    const float w = std::min(stage.w, ui.width(p.memory.bubble, ui::type::title) + 40);
    const Rect r = Rect{stage.x, stage.y, stage.w, std::min(stage.h, 120.0f)}.centered(w, 48);
    ui.begin_layer(r, 4);
    ui.fill(r, t.raised, 24);
    ui.stroke(r, t.line2, 24);
    ui.text(r.inset(12, 0), p.memory.bubble, ui::type::title, t.text, ui::Align::center);
    ui.end_layer();
}

}  // namespace kvx::scenes
