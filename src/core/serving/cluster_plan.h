// Memory of many devices: the most loaded rank and the total.
#pragma once
#include <vector>

#include "core/catalog/cluster.h"
#include "core/serving/parallel.h"

namespace kvx::core {

// What one rank of a stage holds. Ranks of one stage and replica are alike.
struct StageMemory {
    int64_t first_layer = 0, layers = 0;  // counted from 0
    Bytes weights, kv_allocated, needed;
};

struct ClusterPlan {
    Parallelism parallelism;
    Model share;           // the most loaded rank's part; `input.model` of `rank` points to a copy kept by the caller
    InferenceInput input;  // of that rank; `model` is null until the caller sets it to its own copy of `share`
    InferencePlan rank;    // memory of that rank
    std::vector<StageMemory> stages;
    Bytes weights_all, kv_all;                // of every device together, copies included
    Bytes weights_copied, kv_copied;          // of those, the part that is stored more than once
    double kv_copies = 1;                     // of each cached vector within its replica
    int64_t kv_heads_rank = 0, kv_heads = 0;  // of the first attention layer with heads; 0 for latents
    int64_t sequences_rank = 0;               // of the replica with most
    bool fits = false;
};

// Each stage is planned as a model of its own; the plan is that of the largest one.
ClusterPlan plan_cluster(const InferenceInput& in, const Parallelism& parallelism);

// The same without the undivided model beside it and without what plan_memory() leaves out: for searches.
// `lengths`: share_of(in.lengths, parallelism), which many splits have in common.
ClusterPlan plan_cluster_memory(const InferenceInput& in, const Parallelism& parallelism,
                                const std::vector<Tokens>& lengths);

}  // namespace kvx::core
