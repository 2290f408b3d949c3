// What the parts of the training plan tell each other. Private to core.
#pragma once
#include <vector>

#include "core/training_plan.h"

namespace kvx::core {

struct ShardGroups {
    double dense = 1, expert = 1;  // ranks that share the states of a dense, of an expert parameter
    double copies = 1;             // hybrid: groups that hold the same
};
ShardGroups shard_groups(const TrainingInput& in);

// Parts of the network in order: pp, or more where ranks hold several.
int network_stages(const TrainingInput& in);
std::vector<int> stages_of_rank(const TrainingInput& in, int rank);

struct StageActivations {  // of one micro-batch
    int stage = 0;
    int64_t layers = 0;
    Model model;  // the stage, undivided by tensor parallelism
    Bytes stored, working, logits;
};
struct RankParts {
    std::vector<StageActivations> stages;
    bool estimated = false;
    bool has(int stage) const {
        for (const StageActivations& a : stages)
            if (a.stage == stage) return true;
        return false;
    }
    const StageActivations& of(int stage) const {
        for (const StageActivations& a : stages)
            if (a.stage == stage) return a;
        return stages.front();
    }
};
RankParts rank_parts(const TrainingInput& in, int rank);

// Times of a pass and the replayed pipeline; then what a step waits for; then what a run costs.
void time_passes(TrainingPlan& p, const std::vector<RankParts>& parts);
void time_step(TrainingPlan& p, const std::vector<RankParts>& parts);
void account(TrainingPlan& p);

}  // namespace kvx::core
