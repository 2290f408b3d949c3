// What an engine keeps besides weights and cache while it computes. An estimate.
#pragma once
#include "core/catalog/device.h"
#include "core/catalog/model.h"

namespace kvx::core {

struct ActivationEstimate {
    Bytes peak, runtime;
    int64_t max_sequences = 0, batched_tokens = 0, width = 0;  // the engine's limits that were assumed
    bool sampler = false;                                      // the sampler's buffers dominate, not the layers
};

// max(sampler, one layer's transients) + what the driver and libraries take. Fit of the sampler: 38.7 B × max_num_seqs
// × vocabulary, within ±4 % of the profile peaks that vLLM 0.11 logs for text models; limits are vLLM's defaults by
// memory size.
// `vocab`: of the logits, which every tensor-parallel rank gathers whole; 0 the model's own.
ActivationEstimate estimate_activations(const Model& m, const Device& d, int64_t batch, int64_t vocab = 0);

}  // namespace kvx::core
