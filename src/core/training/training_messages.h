// Messages of a training step: what is sent, how long it takes, and what compute does not hide. Private to core.
#pragma once
#include <algorithm>

#include "core/training/training_parts.h"

namespace kvx::core {

// Of a link's rate, what large messages reach (nccl-tests on B200 nodes).
double link_share(Estimate e);
// Seconds that compute does not hide.
inline double exposed(double time, double compute) {
    return std::max(0.0, time - compute);
}

// What one pass over a rank's layers sends; `attention`: seconds of attention in it.
PassMessages forward_messages(const TrainingInput& in, const std::vector<StageActivations>& stages, double attention);

// Each fills its part of `p.time`, for one step.
void time_group_messages(TrainingPlan& p,
                         const PassCost& cost);  // tensor, context and expert groups, inside the passes
void time_sharding(TrainingPlan& p);             // gradients and gathered weights
void time_pipeline_messages(TrainingPlan& p);    // between the stages

}  // namespace kvx::core
