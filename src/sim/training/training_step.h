// One training step of one pipeline rank as a picture: what runs when, and what is in memory at any moment.
#pragma once
#include <vector>

#include "core/training/training_plan.h"

namespace kvx::sim {

enum class StepKind : uint8_t { forward, backward, weight_gradients, waiting, messages, update };

struct StepPart {
    StepKind kind = StepKind::waiting;
    double start = 0, end = 0;       // seconds
    int micro_batch = 0, stage = 0;  // of a pass; micro_batch counts from 0 among those shown
    core::Bytes before, after;       // activations kept, when it starts and when it ends
    core::Bytes logits, working;     // while it runs
};

// With one stage the last micro-batch and the update; with several the replayed pipeline and the update: steps with
// more micro-batches repeat its middle.
struct StepPicture {
    std::vector<StepPart> parts;  // in order, without gaps
    double length = 0, passes_end = 0;
    size_t rank = 0;
    core::Bytes peak;  // activations, logits and working memory together, at their most
};
StepPicture picture_step(const core::TrainingPlan& plan, size_t rank);

struct StepMoment {
    StepPart part;
    double time = 0, within = 0;  // within: 0 … 1 of the part
    core::Bytes activations, logits, working;
    int64_t layer = 0;     // that runs now, counted from 1 in the whole network; 0 none
    double gradients = 0;  // share of the rank's gradients that this micro-batch has added
};
// `phase`: 0 … 1 of the picture.
StepMoment moment_at(const core::TrainingPlan& plan, const StepPicture& s, double phase);

}  // namespace kvx::sim
