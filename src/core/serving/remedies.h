// What would make a workload fit: the cheapest changes first, each with what it costs and saves.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "core/serving/cluster_plan.h"

namespace kvx::core {

// One way to make it fit.
struct Remedy {
    std::string cost, name, effect, button;
    std::vector<std::pair<std::string, std::string>> changes;  // the parameters that do it
    Bytes before, after;                                       // needed on the fullest device
};

// What a remedy starts from.
struct RemedyInput {
    const InferenceInput* requested = nullptr;  // the whole model and batch
    const InferenceInput* input = nullptr;      // of the fullest device
    const InferencePlan* plan = nullptr;        // of that device
    Tokens fits_context;                        // longest context that fits this batch; 0: none does
    const Cluster* cluster = nullptr;
    int fewest = 0;                  // devices that hold it with the best split; 0: no number that was tried
    std::string_view link, network;  // as chosen, "auto" or an id
};

// At most three, cheapest first: another split of the same devices, then formats and switches, which add up; more
// devices stand alone and come last.
std::vector<Remedy> remedies(const RemedyInput& in, const ClusterCatalog& catalog);

}  // namespace kvx::core
