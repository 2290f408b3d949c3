#include "core/training/training_states.h"

#include <array>

#include "core/catalog/weight_matrices.h"
#include "core/number.h"

namespace kvx::core {

namespace {

constexpr double kFp8Scale = 4.0 / (128 * 128);  // one FP32 scale for 128 × 128 weights, arXiv 2412.19437
constexpr double kAdam8Bit = 1 + 4.0 / 256;      // one byte and an FP32 maximum for each 256, bitsandbytes
constexpr double kSmallTensor = 4096;            // bitsandbytes keeps smaller ones in 32 bits
constexpr int64_t kSoapLargestSide = 10'000;     // SOAP max_precond_dim: longer sides are not preconditioned

constexpr std::array kRecipes = {
    RecipeInfo{Recipe::fp32, "fp32", "FP32", "FP32", "FP32", 4, 4, 0, 4, 32, false,
               "4 + 4 + 8 B with Adam: Megatron-LM, distributed optimizer"},
    RecipeInfo{Recipe::autocast, "autocast", "FP32 with autocast", "FP32", "FP32", 4, 4, 0, 4, 16, true,
               "PyTorch AMP: FP32 weights, cast to 16 bits and cached while the step runs"},
    RecipeInfo{Recipe::bf16, "bf16", "BF16, FP32 gradients", "BF16", "FP32", 2, 4, 4, 4, 16, false,
               "2 + 4 + 4 + 8 B with Adam: Megatron-LM, distributed optimizer"},
    RecipeInfo{Recipe::bf16_grad, "bf16-grad", "BF16, BF16 gradients", "BF16", "BF16", 2, 2, 4, 4, 16, false,
               "2 + 2 + 12 B with Adam: Rajbhandari et al. 2019, ZeRO, arXiv 1910.02054"},
    RecipeInfo{Recipe::fp16, "fp16", "FP16, loss scaling", "FP16", "FP16 and FP32", 2, 6, 4, 4, 16, false,
               "20 B with Adam: Megatron-LM, distributed optimizer"},
    RecipeInfo{Recipe::bf16_pure, "bf16-pure", "BF16 only", "BF16", "BF16", 2, 2, 0, 2, 16, false,
               "2 + 2 + 4 B with Adam: Zhao et al. 2024, GaLore, arXiv 2403.03507"},
    RecipeInfo{Recipe::fp8, "fp8", "FP8 compute, BF16 weights", "BF16", "BF16", 2, 2, 4, 4, 8, false,
               "16 B with Adam: Ultra-Scale Playbook; Transformer Engine keeps FP8 copies, so weights do not shrink"},
    RecipeInfo{Recipe::fp8_v3, "fp8-v3", "FP8, as DeepSeek-V3", "FP8 and BF16", "FP32", 3 + kFp8Scale, 4, 4, 2, 8,
               false, "DeepSeek-V3, arXiv 2412.19437 section 3.3; 15 B as the Ultra-Scale Playbook counts it"},
};

constexpr std::array kOptimizers = {
    OptimizerInfo{Optimizer::sgd, "sgd", "SGD", "no state"},
    OptimizerInfo{Optimizer::momentum, "momentum", "SGD with momentum", "one buffer: torch.optim.SGD"},
    OptimizerInfo{Optimizer::adamw, "adamw", "AdamW", "two moments: Loshchilov and Hutter 2017, arXiv 1711.05101"},
    OptimizerInfo{Optimizer::adam8bit, "adam8bit", "8-bit Adam",
                  "two bytes and two FP32 maxima for each 256: bitsandbytes"},
    OptimizerInfo{Optimizer::lion, "lion", "Lion", "one momentum: Chen et al. 2023, arXiv 2302.06675"},
    OptimizerInfo{Optimizer::adafactor, "adafactor", "Adafactor",
                  "a row and a column for each matrix: Shazeer and Stern 2018, arXiv 1804.04235"},
    OptimizerInfo{Optimizer::muon, "muon", "Muon",
                  "one momentum for hidden matrices, AdamW for the rest: Jordan et al. 2024"},
    OptimizerInfo{Optimizer::soap, "soap", "SOAP",
                  "two moments and two matrices for each side: Vyas et al. 2024, arXiv 2409.11321"},
};

double square(int64_t n) {
    return real(n) * real(n);
}

bool hidden_matrix(MatrixRole r) {
    return r != MatrixRole::embedding && r != MatrixRole::head;
}

}  // namespace

std::span<const RecipeInfo> all_recipes() {
    return kRecipes;
}
const RecipeInfo& info(Recipe r) {
    return kRecipes[static_cast<size_t>(r)];
}
std::span<const OptimizerInfo> all_optimizers() {
    return kOptimizers;
}
const OptimizerInfo& info(Optimizer o) {
    return kOptimizers[static_cast<size_t>(o)];
}

Bytes optimizer_bytes(const Model& share, Optimizer o, double moment) {
    const double all = total_params(share);
    switch (o) {
        case Optimizer::sgd:
            return {};
        case Optimizer::momentum:
        case Optimizer::lion:
            return {all * moment};
        case Optimizer::adamw:
            return {all * 2 * moment};
        default:
            break;
    }
    double vectors = all, bytes = 0;
    for (const WeightMatrix& w : weight_matrices(share)) {
        const double n = w.elements();
        vectors -= n;
        switch (o) {
            case Optimizer::adam8bit:
                bytes += n * 2 * (real(w.in) * real(w.out) < kSmallTensor ? 4 : kAdam8Bit);
                break;
            case Optimizer::adafactor:
                bytes += w.count * real(w.in + w.out) * moment;
                break;
            case Optimizer::muon:
                bytes += n * moment * (hidden_matrix(w.role) ? 1 : 2);
                break;
            default:  // SOAP: statistics and eigenvectors of each side that is short enough
                bytes += n * 2 * moment;
                for (const int64_t side : {w.in, w.out})
                    if (side <= kSoapLargestSide) bytes += w.count * 2 * square(side) * moment;
                break;
        }
    }
    // The rest are vectors; a model that cannot be counted is treated as all matrices.
    const double each = o == Optimizer::adafactor ? moment : o == Optimizer::adam8bit ? 8 : 2 * moment;
    if (!share.params_counted)
        bytes = all * (o == Optimizer::adam8bit ? 2 * kAdam8Bit
                       : o == Optimizer::muon   ? moment
                                                : 2 * moment),
        vectors = 0;
    return {bytes + vectors * each};
}

ParamSplit split_params(const Model& share) {
    ParamSplit p;
    const double all = total_params(share);
    if (share.params_counted) {
        p.expert = count_params(share).experts;
    } else {
        for (const LayerGroup& g : share.layers)
            p.expert += real(g.count * g.mlp.experts) * expert_params(g.mlp, share.hidden);
        p.expert = p.expert < all ? p.expert : all;
    }
    p.dense = all - p.expert;
    return p;
}

StateBytes training_states(const Model& share, Recipe r, Optimizer o, Sharding z, double dense_ranks,
                           double expert_ranks) {
    const RecipeInfo& recipe = info(r);
    const ParamSplit p = split_params(share);
    const double all = p.total();
    // The parameters of each kind on this rank: all, or its shard.
    const double part = p.dense / dense_ranks + p.expert / expert_ranks;
    const bool zero3 = z == Sharding::zero3 || z == Sharding::hybrid;
    StateBytes s;
    s.weights = {recipe.weight * (zero3 ? part : all)};
    s.gradients = {recipe.grad * (zero3 || z == Sharding::zero2 ? part : all)};
    s.master = {recipe.master * (z == Sharding::none ? all : part)};
    s.optimizer = optimizer_bytes(share, o, recipe.moment) * (z == Sharding::none || all <= 0 ? 1 : part / all);
    return s;
}

}  // namespace kvx::core
