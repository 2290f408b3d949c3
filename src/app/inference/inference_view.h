// The inference page: memory, speed and cost of serving; it plays through the position in tokens.
#pragma once
#include <string>
#include <vector>

#include "app/pages.h"
#include "core/serving/fit_search.h"
#include "core/serving/remedies.h"

namespace kvx::app {

View derive_inference(const State& s, const std::shared_ptr<const Subject>& subject, const View* last);
std::vector<core::Quantity> inference_quantities(const View& v, const State& s);
std::string inference_headline(const State& s, const View& v);
void seek_tokens(State& s, double to);
void play_tokens(State& s, bool on);
void tick_tokens(State& s, double seconds);
std::string inference_paused(const State& s, const View& v);
Pressure inference_pressure(const View& v);
std::string inference_status(const State& s, const View& v);
// What the stage shows, for those who do not see it: does it fit, how full is it, what fills it.
std::string stage_in_words(const State& s, const View& v);
bool could_take_hall(const State& s);            // never too small: its picture is in a module of its own
bool takes_hall(const State& s, const View& v);  // more devices than boards and racks show
// How long a real run to the maximum context takes, token by token; at 100× it is said beside the picture.
core::Seconds real_run(const View& v);
std::vector<core::Remedy> remedies(const View& v, const State& s);  // what would make it fit; also where it does

core::FitReport what_fits(const State& s, const View& v);

}  // namespace kvx::app
