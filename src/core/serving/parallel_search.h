// The split of a model over its devices: the fastest one that holds the workload, and the fewest devices that do.
#pragma once
#include <string>
#include <vector>

#include "core/serving/cluster_plan.h"
#include "core/serving/step_time.h"

namespace kvx::core {

// Every split that uses all devices and that engines accept (refuse_parallelism). Tensor parallelism stays inside a
// node: its messages wait in every layer (vLLM documentation, "Parallelism and scaling").
std::vector<Parallelism> legal_parallelism(const Model& m, const Cluster& cluster);

struct ParallelismChoice {
    Parallelism parallelism;
    std::string reason;  // one or two sentences
    bool fits = false;
    int legal = 0, fitting = 0;  // splits looked at, and those that hold the workload
};
// The fastest decode step of those that hold the workload; the one that needs least if none does.
ParallelismChoice choose_parallelism(const InferenceInput& in, const Cluster& cluster);

// Whether this split, or any split of this cluster, holds the workload.
bool holds(const InferenceInput& in, const Parallelism& l);
bool holds(const InferenceInput& in, const Cluster& cluster);

struct FewestDevices {
    int count = 1;            // 0: none
    Parallelism parallelism;  // a split that holds the workload
};
// Counts that machines come in: 1, 2, 3, 4, 6, 8, then whole nodes of 8 up to 128, then doubled.
int next_count(int devices);
// The first of these counts, not below that of `from`, that holds the workload; none: no count up to `most` does.
// `from`: what held a smaller workload of the same model; its split is tried before all others.
FewestDevices fewest_devices(const InferenceInput& in, const ClusterCatalog& catalog, std::string_view link,
                             std::string_view network, int most = kMostDevices, const FewestDevices& from = {});

}  // namespace kvx::core
