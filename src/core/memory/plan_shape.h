// The layers of a model grouped by equal attention, so that a plan costs kinds, not layers. Private to the plan.
#pragma once
#include <vector>

#include "core/memory/inference_plan.h"

namespace kvx::core {

struct PlanKind {
    const Attention* attention = nullptr;
    double owning = 0;     // layers with their own cache
    double layers = 0;     // all layers that read it
    double per_token = 0;  // bytes of one kept token in one layer
    double state = 0;      // bytes of one sequence in one layer, whatever its length
};

struct PlanShape {
    std::vector<PlanKind> kinds;
    int64_t block = 0;  // 0: contiguous

    explicit PlanShape(const InferenceInput& in);
    // Tokens that layers of this kind must be able to hold at length n; `peak` takes chunked layers at their fullest.
    static int64_t kept(const Attention& a, int64_t n, bool peak);
    double contiguous(int64_t n, bool peak) const;
    double allocated(int64_t n, bool peak) const;  // whole blocks when paged
    double read(int64_t n) const;                  // one decode step of one sequence of length n
    double written() const;                        // its new token
};

}  // namespace kvx::core
