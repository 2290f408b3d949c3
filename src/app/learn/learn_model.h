// The learn page's model: its weights and the report of its training, whether shipped or trained in the page.
#pragma once
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lm/skills.h"
#include "lm/train.h"

namespace kvx::app {

struct PolicyScores {
    lm::CachePolicy policy;
    lm::SkillScores scores;
};

// What training reported so far.
struct LearnReport {
    lm::TrainConfig config;
    int step = 0;
    std::vector<std::pair<int, float>> loss;                                // step, nats
    std::vector<std::pair<int, std::array<float, lm::kSkills>>> skills;     // step, shares
    std::vector<std::pair<int, std::array<float, lm::kRoles>>> best_heads;  // step, the best score of any head
    std::vector<lm::HeadScores> heads;                                      // [layers × heads]
    std::vector<PolicyScores> policies;
    lm::ByKind measured, predicted;  // at the peak of a step
    double steps_per_second = 0;     // where it is trained now
    const lm::SkillScores* under(const lm::CachePolicy& p) const;
};
std::string to_json(const LearnReport& r);
// "" or one sentence; `out` is then left alone.
std::string read_report(std::string_view json, LearnReport& out);

// The settings of the cache that the report measures.
std::vector<lm::CachePolicy> measured_policies();

struct LearnModel {
    lm::Weights weights;
    LearnReport report;
};

// Trains from nothing and keeps the report: `make train` and the page's training lab are this.
class TrainingSession {
  public:
    explicit TrainingSession(const lm::TrainConfig& config);
    void step();
    bool done() const { return trainer_.done() >= trainer_.config().steps; }
    const LearnReport& report() const { return report_; }
    LearnReport& report() { return report_; }
    const lm::Weights& weights() const { return trainer_.weights(); }
    // Skills and heads of the present weights; every kMeasureEvery steps by itself.
    void measure(int lines);
    static constexpr int kMeasureEvery = 25, kLossEvery = 5;

  private:
    lm::Trainer trainer_;
    LearnReport report_;
};
// Skills under every policy of these weights.
std::vector<PolicyScores> measure_policies(const lm::Weights& w, int lines);

}  // namespace kvx::app
