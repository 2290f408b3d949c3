// In which formats a checkpoint is published: one for each class of matrices, with rules by layer and exclusions.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/catalog/dtype.h"

namespace kvx::core {

// What checkpoints name separately, so that a number format can be given for it. `up` is the gate too.
enum class WeightPart : uint8_t {
    q,
    k,
    v,
    o,
    q_a,
    q_b,
    kv_a,
    kv_b,
    indexer,
    compressor,  // of a compressed cache (DeepSeek V4)
    state_in,
    state_gates,  // of an RG-LRU: kept as parameters, not linear modules
    state_out,
    up,
    down,
    latent,
    shared_up,
    shared_down,
    expert_up,
    expert_down,
    router,
    embedding,
    head,
    tower,  // vision and audio: named in exclusion lists, not counted here
};
using PartMask = uint32_t;
constexpr PartMask mask_of(WeightPart p) {
    return PartMask{1} << static_cast<unsigned>(p);
}

constexpr PartMask kAttentionParts =
    mask_of(WeightPart::q) | mask_of(WeightPart::k) | mask_of(WeightPart::v) | mask_of(WeightPart::o) |
    mask_of(WeightPart::q_a) | mask_of(WeightPart::q_b) | mask_of(WeightPart::kv_a) | mask_of(WeightPart::kv_b) |
    mask_of(WeightPart::indexer) | mask_of(WeightPart::compressor) | mask_of(WeightPart::state_in) |
    mask_of(WeightPart::state_gates) | mask_of(WeightPart::state_out);
constexpr PartMask kMlpParts = mask_of(WeightPart::up) | mask_of(WeightPart::down) | mask_of(WeightPart::latent);
constexpr PartMask kSharedParts = mask_of(WeightPart::shared_up) | mask_of(WeightPart::shared_down);
constexpr PartMask kExpertParts = mask_of(WeightPart::expert_up) | mask_of(WeightPart::expert_down);
constexpr PartMask kLinearParts = kAttentionParts | kMlpParts | kSharedParts | kExpertParts;

// What memory and time are counted by.
enum class WeightClass : uint8_t { attention, mlp, shared, experts, router, embedding, head, vectors };
constexpr size_t kWeightClasses = 8;

// Bytes of the tensors in the files themselves.
struct MeasuredWeights {
    std::array<double, kWeightClasses> bytes{};
    double beside = 0;  // in memory, but not read for a token: towers, multi-token prediction
    double total() const {
        double sum = beside;
        for (const double b : bytes) sum += b;
        return sum;
    }
    bool operator==(const MeasuredWeights&) const = default;
};

// Later rules hold over earlier ones; what none names stays in `kept`.
struct ReleaseRule {
    PartMask parts = 0;
    Format format;
    std::vector<bool> layers = {};  // by index; empty: all, and what is in no layer
    int64_t single = 0;             // experts that were named one by one, of all layers together; 0: not one by one
    bool operator==(const ReleaseRule&) const = default;
};

struct Release {
    std::string id, name, source;  // "fp8", "MXFP4 experts, BF16 rest"
    std::string repo;              // where it is published, if not where the model is
    double bytes = 0;              // of its published tensors; 0 unknown
    Dtype kept = Dtype::bf16;
    std::vector<ReleaseRule> rules;
    std::optional<MeasuredWeights> measured;  // then the rules only say what is computed in which format
    std::optional<Dtype> kv;                  // the cache format it asks for
    std::vector<std::string> unread;          // entries of its lists that name nothing known here
    bool operator==(const Release&) const = default;
};

}  // namespace kvx::core
