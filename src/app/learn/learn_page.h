// The learn page: the small model run over a prompt, played token by token.
#pragma once
#include <string>
#include <vector>

#include "app/pages.h"

namespace kvx::app {

View derive_learn_page(const State& s, const View* last);  // nothing of a device
std::vector<core::Quantity> learn_quantities(const View& v, const State& s);
std::string learn_headline(const State& s, const View& v);
void seek_learn(State& s, double token);
void play_learn(State& s, bool on);
void tick_learn(State& s, double seconds);
double next_tick_learn(const State& s);
std::string learn_paused(const State& s, const View& v);
TextReport learn_report(const State& s, const View& v);

}  // namespace kvx::app
