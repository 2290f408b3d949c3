#include "app/playback.h"

#include <algorithm>
#include <cmath>

#include "app/pages.h"

namespace kvx::app {

void move_to(State& s, double tokens) {
    if (std::isnan(tokens)) return;
    s.position = std::clamp(tokens, 0.0, static_cast<double>(s.in.context.value));
    const int64_t rounded = std::llround(s.position);
    if (rounded == s.in.context.value) {
        s.in.at.reset();
    } else {
        s.in.at = core::Tokens{rounded};
    }
}

void follow_context(State& s) {
    const bool at_maximum = !s.in.at && !s.playing;
    move_to(s, at_maximum ? static_cast<double>(s.in.context.value) : s.position);
}

void seek(State& s, double to) {
    if (!std::isnan(to) && page_row(s).seek != nullptr) page_row(s).seek(s, to);
}

void play(State& s, bool on) {
    if (page_row(s).play != nullptr) page_row(s).play(s, on);
}

double next_tick(const State& s) {
    const PageRow& row = page_row(s);
    return row.next_tick != nullptr ? row.next_tick(s) : 0;
}

void tick(State& s, double seconds) {
    if (!s.playing || !(seconds > 0) || !std::isfinite(seconds) || page_row(s).tick == nullptr) return;
    page_row(s).tick(s, seconds);
}

}  // namespace kvx::app
