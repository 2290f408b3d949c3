// "What fits?": found by trying every device and count with the fastest split.
#pragma once
#include <functional>
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

struct FitQuestion {
    const InferenceInput* in = nullptr;  // at the maximum context
    // How long the sequences of a batch of this size are, when the longest is at the maximum.
    std::function<std::vector<Tokens>(int64_t batch)> lengths;
    const std::vector<Device>* devices = nullptr;
    const ClusterCatalog* catalog = nullptr;
    const Cluster* cluster = nullptr;  // as it is now
    Parallelism parallelism;
    double price = 0;  // dollars an hour and device; replaces the present device's own when positive
};
FitReport what_fits(const FitQuestion& q);

}  // namespace kvx::core
