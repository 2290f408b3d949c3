// The guided tour: steps that are each a configuration, a question to predict, and what is revealed.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "app/learn/learn_state.h"
#include "core/units.h"

namespace kvx::app {

struct State;

// What a step points at.
enum class TourTarget : uint8_t { none, next_token, heads, pipeline, compare, kept, shared, real_model };
// What would give the answer away, hidden until it is given.
enum class TourHides : uint8_t { nothing, next_token, rows };

struct TourStep {
    std::string_view title, text, question;
    std::string_view answers[3];
    int right;  // from 1
    std::string_view reveal;
    TourTarget target;
    LearnInputs (*setup)();         // what the step shows
    std::string_view formula = {};  // after the idea, so shown with the answer
    TourHides hides = TourHides::nothing;
};
std::span<const TourStep> tour_steps();
// The page as a tour step shows it; its initial state for 0.
LearnInputs tour_inputs(int step);

TourTarget tour_target(const State& s);
int tour_answer(const State& s);  // chosen in this step, from 1; 0: none yet
bool tour_hides(const State& s, TourHides what);

// The last step: what the small model keeps a token, multiplied to a real model on a real device.
struct RealModel {
    std::string model, device;           // names
    std::string small_rule, model_rule;  // "2 × 3 × 4 × 16 × 4 B": K and V, layers, heads, numbers, bytes
    core::Bytes small_per_token, per_token, weights, sequence, usable;
    double times = 0;  // per_token / small_per_token
    core::Tokens context;
    int64_t fits = 0;   // sequences of that context beside the weights
    std::string query;  // the link that opens it
};
RealModel tour_real_model(const State& s);

// A step in words; the last one's are computed.
struct TourWords {
    std::string title, text, question, answers[3], reveal, formula;
    int right = 0;
};
TourWords tour_words(const State& s);
// The step in one sentence, then its answer; empty without a tour.
std::string tour_announcement(const State& s);

}  // namespace kvx::app
