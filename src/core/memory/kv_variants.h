// KV savings: what this model's cache would need with another kind of attention or format.
#pragma once
#include <string>
#include <vector>

#include "core/memory/inference_plan.h"

namespace kvx::core {

struct KvVariant {
    std::string id, name;
    std::string what;  // one line: what is changed
    std::string source;
    Bytes bytes;           // of all sequences at their current lengths, contiguous
    double ratio = 1;      // relative to the model as it is
    bool current = false;  // the model as it is
};

// Each variant is the same model with its layers rewritten (same query heads, widths and layers), counted by the same
// functions. The model as it is comes first. Empty for models whose layers keep no tokens.
std::vector<KvVariant> kv_variants(const InferenceInput& in);

}  // namespace kvx::core
