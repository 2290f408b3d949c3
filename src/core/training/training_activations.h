// What a layer keeps for its backward pass, and what the loss needs.
#pragma once
#include "core/training/training_states.h"

namespace kvx::core {

enum class Recompute : uint8_t { none, selective, full };  // selective: attention scores only (the core of attention)
enum class Kernels : uint8_t { fused, eager };             // eager: a kernel for each operation, as Hugging Face does

struct ActivationChoice {
    Recipe recipe = Recipe::bf16;
    Recompute recompute = Recompute::none;
    Kernels kernels = Kernels::fused;
    bool flash = true;          // attention without a matrix of scores
    bool dropout = false;       // one-byte masks
    bool chunked_loss = false;  // logits in eighths of the sequence
};

// How one layer is split inside a replica.
struct ActivationShare {
    int tp = 1, etp = 1;
    bool sequence_parallel = true;  // norms and inputs are divided by tp as well
};

struct LayerActivations {
    Bytes stored;            // from forward to backward, as the recompute choice leaves it
    Bytes working;           // all of one layer while it runs backward
    bool estimated = false;  // a kind of attention whose kernels were not measured
};

// `whole`: a layer of the whole model; `tokens`: of one micro-batch on this rank; `sequence`: tokens of one sequence,
// of which every token sees half on average. Korthikanti et al. 2022, arXiv 2205.05198, and its extension to gated
// MLPs, GQA and experts, measured within +2 to −8 % (docs/accuracy.md).
LayerActivations layer_activations(const Model& m, const LayerGroup& whole, double tokens, double sequence,
                                   const ActivationChoice& c, const ActivationShare& s);

// BF16 logits and their FP32 copy: 6 B × tokens × vocabulary / tp.
Bytes logits_bytes(const Model& m, double tokens, const ActivationChoice& c, int tp);

}  // namespace kvx::core
