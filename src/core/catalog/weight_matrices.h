// The weight matrices of a model, one row per shape; needed by adapters and by optimizers with factored states.
#pragma once
#include <vector>

#include "core/catalog/model.h"

namespace kvx::core {

enum class MatrixRole : uint8_t { query, key, value, attention, mlp, expert, router, embedding, head };

struct WeightMatrix {
    MatrixRole role = MatrixRole::mlp;
    int64_t in = 0, out = 0;  // a vector of `in` values becomes one of `out`
    double count = 0;         // number of equal ones in the model
    WeightPart part = WeightPart::up;
    int64_t first_layer = -1, layers = 1;  // where they are; -1: in no layer
    double elements() const { return count * static_cast<double>(in) * static_cast<double>(out); }
};

// Every matrix of the model, without norms, biases and other vectors. Empty for models that cannot be counted.
std::vector<WeightMatrix> weight_matrices(const Model& m);
// The same of any model: those that its fields give.
std::vector<WeightMatrix> known_matrices(const Model& m);

enum class LoraTargets : uint8_t { query_value, all_linear };
// Trainable values of rank-r adapters: r × (in + out) each (Hu et al. 2021, LoRA, arXiv 2106.09685). Routers,
// embeddings and the head get none.
double lora_params(const Model& m, int64_t rank, LoraTargets targets);

}  // namespace kvx::core
