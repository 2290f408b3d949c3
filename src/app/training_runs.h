// Training runs with a published configuration and result.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "app/state.h"

namespace kvx::app {

struct TrainingRun {
    std::string_view id, name, model, device;
    std::string_view link;                           // its parameters, as in a link
    double flops = 0;                                // published FLOP/s per device; 0 if only another figure is known
    double mfu = 0;                                  // published share of the peak; 0 if unknown
    double tokens_per_second = 0, step_seconds = 0;  // of all devices
    std::string_view result;                         // as published, in words
    std::string_view source;
    double device_hours = 0;  // of the whole run
    core::Bytes memory{};     // published peak of a device; 0 if unknown
    std::string_view gap{};   // why the computed memory is larger than what the run had; empty if it is not
};

std::span<const TrainingRun> training_runs();
const TrainingRun* find_run(std::string_view id);
std::string take_run(State& s, std::string_view id);  // sets the state; "" or one sentence
std::string present_run(const State& s);              // id of the run that the state matches, or "none"

}  // namespace kvx::app
