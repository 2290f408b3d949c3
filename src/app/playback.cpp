#include "app/playback.h"

#include <algorithm>
#include <cmath>

#include "sim/playback.h"

namespace kvx::app {
namespace {

double maximum(const State& s) {
    return static_cast<double>(s.in.context.value);
}

}  // namespace

void move_to(State& s, double tokens) {
    if (std::isnan(tokens)) return;
    s.position = std::clamp(tokens, 0.0, maximum(s));
    const int64_t rounded = std::llround(s.position);
    if (rounded == s.in.context.value) {
        s.in.at.reset();
    } else {
        s.in.at = core::Tokens{rounded};
    }
}

void follow_context(State& s) {
    const bool at_maximum = !s.in.at && !s.playing;
    move_to(s, at_maximum ? maximum(s) : s.position);
}

void play(State& s, bool on) {
    if (on && s.position >= maximum(s)) move_to(s, 0);
    s.playing = on;
}

void tick(State& s, double seconds) {
    if (!s.playing || !(seconds > 0) || !std::isfinite(seconds)) return;
    move_to(s, sim::advance(s.position, maximum(s), s.in.speed, seconds));
    if (s.position >= maximum(s)) s.playing = false;
}

}  // namespace kvx::app
