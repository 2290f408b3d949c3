// What would make a workload fit: the cheapest changes first, each with what it costs and saves.
#pragma once
#include <string>
#include <vector>

#include "core/serving/cluster_plan.h"

namespace kvx::core {

// One way to make it fit. `id` and `value` are the parameter that does it.
struct Remedy {
    std::string cost, name, effect, id, value, button;
    Bytes before, after;  // needed on the fullest device
};

// What a remedy starts from.
struct RemedyInput {
    const InferenceInput* requested = nullptr;  // the whole model and batch
    const InferenceInput* input = nullptr;      // of the fullest device
    const InferencePlan* plan = nullptr;        // of that device
    Tokens fits_context;                        // longest context that fits this batch; 0: none does
    const Cluster* cluster = nullptr;
    std::string_view link, network;  // as chosen, "auto" or an id
};

// At most three, cheapest first: formats and switches add up, more devices stand alone and come last.
std::vector<Remedy> remedies(const RemedyInput& in, const ClusterCatalog& catalog);

}  // namespace kvx::core
