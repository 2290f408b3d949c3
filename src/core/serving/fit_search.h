// "What fits?": found by trying every device and count with automatic parallelism.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "core/serving/cluster_plan.h"

namespace kvx::core {

struct FitAnswer {
    std::string id, question, answer;
    std::string detail;  // runner-up or limit, one line
    std::vector<std::pair<std::string, std::string>>
        changes;  // parameters that load this answer; empty: nothing to load
};
struct FitReport {
    std::vector<FitAnswer> answers;
    std::vector<std::string> failures;  // devices that cannot hold the workload, each with its reason
};

// `in` at the maximum context; `cluster` and `layout` as they are now. Price in dollars an hour and device replaces the
// rows' own when positive (for the present device only).
FitReport what_fits(const InferenceInput& in, const std::vector<Device>& devices, const ClusterCatalog& catalog,
                    const Cluster& cluster, const ClusterPlan& plan, double price);

}  // namespace kvx::core
