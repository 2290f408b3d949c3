// Shared by the parts of the training plan. Private to core.
#pragma once
#include <vector>

#include "core/catalog/layer_kinds.h"
#include "core/training/training_plan.h"

namespace kvx::core {

struct ShardGroups {
    double dense = 1, expert = 1;  // ranks that share the states of a dense, of an expert parameter
    double copies = 1;             // hybrid: groups that hold the same
};
ShardGroups shard_groups(const TrainingInput& in);

struct StageActivations {  // of one micro-batch
    int stage = 0;
    int64_t layers = 0;
    Model model;  // the stage, undivided by tensor parallelism
    Bytes stored, working, logits;
};
struct RankParts {
    std::vector<StageActivations> stages;
    bool has(int stage) const {
        for (const StageActivations& a : stages)
            if (a.stage == stage) return true;
        return false;
    }
};

struct Flops {
    double linear = 0, attention = 0;
};

// What one pass over a rank's layers sends inside its groups: forward; backward sends the same, and a recomputed
// forward once more.
struct PassMessages {
    double tensor = 0, context = 0, expert = 0;                 // seconds not hidden
    double context_wire = 0, expert_wire = 0;                   // seconds on the wire
    double tensor_sent = 0, context_sent = 0, expert_sent = 0;  // bytes
    int64_t tensor_count = 0, context_count = 0, expert_count = 0;
};

// Work of the slowest rank for one micro-batch, without messages.
struct RankWork {
    Flops flops;
    PassTimes pass;
    size_t rank = 0;
};
struct PassCost {
    RankWork work;
    PassMessages forward;
    double again = 1;  // forward messages repeated by recomputation
};
// Times of a pass and the replayed pipeline; then what a step waits for; then what a run costs.
// `at_hand`: a replay, reused if it is of the same pipeline.
PassCost time_passes(TrainingPlan& p, const std::vector<RankParts>& parts, const PipelineRun* at_hand);
void time_step(TrainingPlan& p, const PassCost& cost);
void account(TrainingPlan& p);

// plan_training() of a model whose kinds of layers are known.
TrainingPlan plan_training(const TrainingInput& in, const LayerKinds& kinds, const PipelineRun* at_hand);

}  // namespace kvx::core
