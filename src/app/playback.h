// Where the scrubber stands: `position` and `in.at` always say the same.
#pragma once
#include "app/state.h"

namespace kvx::app {

void move_to(State& s, double tokens);  // clamped; the maximum is kept as "unset", so that it follows a new maximum
void seek(State& s, double to);         // in what the page plays through: tokens, a share of a step …
void follow_context(State& s);          // after the maximum context changed
void play(State& s, bool on);
// Seconds until playback changes something; 0: at once.
double next_tick(const State& s);
void tick(State& s, double seconds);

}  // namespace kvx::app
