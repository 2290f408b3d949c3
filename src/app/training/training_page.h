// The training page: memory, time and cost of a run; it plays one step or the whole run.
#pragma once
#include <string>
#include <vector>

#include "app/pages.h"

namespace kvx::app {

View derive_training(const State& s, const std::shared_ptr<const Subject>& subject, const View* last);
std::vector<core::Quantity> training_quantities(const View& v, const State& s);
// Whether the step fits, in one line: what is missing, or that the published run fitted all the same.
std::string training_fit_words(const TrainingView& t);
std::string training_headline(const State& s, const View& v);
void seek_training(State& s, double share);  // of the step or the run, 0 to 1
void play_training(State& s, bool on);
void tick_training(State& s, double seconds);
std::string training_paused(const State& s, const View& v);
Pressure training_pressure(const View& v);
std::string training_status(const State& s, const View& v);
TextReport training_appendix(const State& s, const View& v);

}  // namespace kvx::app
