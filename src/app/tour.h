// The guided tour: ten steps, each a configuration, a question to predict, and what is revealed.
#pragma once
#include <span>
#include <string_view>

#include "app/learn/learn_state.h"

namespace kvx::app {

struct TourStep {
    std::string_view title, text, question;
    std::string_view answers[3];
    int right;  // from 1
    std::string_view reveal;
    LearnInputs (*setup)();  // what the step shows
};
std::span<const TourStep> tour_steps();
// The page as a step of the tour shows it; as it begins for 0.
LearnInputs tour_inputs(int step);

}  // namespace kvx::app
