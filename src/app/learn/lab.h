// Between the page and the lab, a worker with the same model code: requests, replies, what each does to the state.
#pragma once
#include <string>
#include <string_view>

#include "app/action.h"
#include "app/learn/learn_model.h"

namespace kvx::app {

void ask_lab(State& s, LabRequest what);
void provide_model(State& s, std::string_view weights, std::string_view report);
void take_reply(State& s, std::string_view json, std::string_view weights);

// The worker's side.
class Lab {
  public:
    explicit Lab(double (*clock)()) : clock_(clock) {}  // seconds
    // "train BATCH LENGTH STEPS OPTIMIZER RECOMPUTE", "pause", "resume", "weights", "measure TEXT".
    void request(std::string_view text);
    // Works for about a tenth of a second; what there is to tell, or empty.
    std::string work();
    bool busy() const { return session_ != nullptr && !paused_ && !session_->done(); }
    // The weights asked for, once.
    std::string take_weights();

  private:
    std::string measure(std::string_view text, const lm::Weights& w);
    double (*clock_)();
    std::unique_ptr<TrainingSession> session_;
    std::string reply_, weights_;
    bool paused_ = false;
    double last_told_ = 0;
};

}  // namespace kvx::app
