// The layout page: the cache in detail and the whole as the inference page counts it; it plays column by column.
#pragma once
#include <string>
#include <vector>

#include "app/pages.h"

namespace kvx::app {

View derive_layout_page(const State& s, const View* last);
std::vector<core::Quantity> layout_quantities(const View& v, const State& s);
std::string layout_headline(const State& s, const View& v);
void seek_layout(State& s, double to);
void play_layout(State& s, bool on);
void tick_layout(State& s, double seconds);
double next_tick_layout(const State& s);
std::string layout_paused(const State& s, const View& v);
TextReport layout_report(const State& s, const View& v);

}  // namespace kvx::app
