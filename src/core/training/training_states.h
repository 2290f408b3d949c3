// The cost of a trained parameter: weight, gradient, master copy and optimizer state, by recipe, optimizer and
// sharding.
#pragma once
#include <span>
#include <string_view>

#include "core/catalog/model.h"

namespace kvx::core {

// Number formats while training.
enum class Recipe : uint8_t {
    fp32,       // everything in 32 bits
    autocast,   // 32-bit weights, 16-bit matrix products (PyTorch AMP)
    bf16,       // BF16 weights, FP32 gradients and master weights (Megatron-LM)
    bf16_grad,  // BF16 weights and gradients, FP32 master weights (ZeRO paper, DeepSpeed)
    fp16,       // FP16 weights and gradients, FP32 gradients again at the step (Megatron-LM)
    bf16_pure,  // everything in BF16
    fp8,        // FP8 matrix products, BF16 weights (Transformer Engine)
    fp8_v3,     // FP8 weights, BF16 moments (DeepSeek-V3)
};
enum class Optimizer : uint8_t { sgd, momentum, adamw, adam8bit, lion, adafactor, muon, soap };
// What data-parallel ranks shard (Rajbhandari et al. 2019, ZeRO, arXiv 1910.02054).
enum class Sharding : uint8_t { none, zero1, zero2, zero3, hybrid };  // hybrid: zero3 inside a node, copies between
enum class StateOffload : uint8_t { none, optimizer, all };           // to the CPU's memory

struct RecipeInfo {
    Recipe recipe;
    std::string_view id, label, weight_label, grad_label;
    double weight, grad, master;  // bytes a parameter
    double moment;                // bytes of an optimizer state element
    double compute_bits;          // of the matrix products
    bool autocast_cache;          // a 16-bit copy of the weights while the step runs
    std::string_view source;
};
std::span<const RecipeInfo> all_recipes();
const RecipeInfo& info(Recipe r);

struct OptimizerInfo {
    Optimizer optimizer;
    std::string_view id, label, source;
};
std::span<const OptimizerInfo> all_optimizers();
const OptimizerInfo& info(Optimizer o);

// Bytes of optimizer state for the part of a model that one rank updates. `moment`: bytes of one state element.
Bytes optimizer_bytes(const Model& share, Optimizer o, double moment);

// Values of a rank's share apart: routed experts have other copies than the rest.
struct ParamSplit {
    double dense = 0, expert = 0;
    double total() const { return dense + expert; }
};
ParamSplit split_params(const Model& share);

struct StateBytes {
    Bytes weights, gradients, master, optimizer;
    Bytes total() const { return weights + gradients + master + optimizer; }
};

// What a rank keeps between two steps. `dense_ranks`, `expert_ranks`: data-parallel ranks that share those states.
// weight_bytes: 0 what the recipe says.
StateBytes training_states(const Model& share, Recipe r, Optimizer o, Sharding z, double dense_ranks,
                           double expert_ranks);

}  // namespace kvx::core
