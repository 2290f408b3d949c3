#include "core/catalog/gguf_mix.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/catalog/dtype.h"

namespace kvx::core {

namespace {

constexpr PartMask kValues = mask_of(WeightPart::v) | mask_of(WeightPart::kv_b);
constexpr PartMask kDown =
    mask_of(WeightPart::down) | mask_of(WeightPart::shared_down) | mask_of(WeightPart::expert_down);
constexpr PartMask kHead = mask_of(WeightPart::head), kEmbedding = mask_of(WeightPart::embedding);

// Which layers get the finer of two formats.
enum class Finer : uint8_t { none, all, some, first_sixteenth, first_two };

struct Recipe {
    GgufMix mix;
    Dtype base, head;
    Dtype values, values_finer;
    Finer values_where;
    Dtype down, down_finer;
    Finer down_where;
    Dtype output;  // of attention
};
constexpr std::array kRecipes = {
    Recipe{{"q8_0", "GGUF Q8_0"},
           Dtype::q8_0,
           Dtype::q8_0,
           Dtype::q8_0,
           Dtype::q8_0,
           Finer::none,
           Dtype::q8_0,
           Dtype::q8_0,
           Finer::none,
           Dtype::q8_0},
    Recipe{{"q6_k", "GGUF Q6_K"},
           Dtype::q6_k,
           Dtype::q6_k,
           Dtype::q6_k,
           Dtype::q6_k,
           Finer::none,
           Dtype::q6_k,
           Dtype::q6_k,
           Finer::none,
           Dtype::q6_k},
    Recipe{{"q5_k_m", "GGUF Q5_K_M"},
           Dtype::q5_k,
           Dtype::q6_k,
           Dtype::q5_k,
           Dtype::q6_k,
           Finer::some,
           Dtype::q5_k,
           Dtype::q6_k,
           Finer::some,
           Dtype::q5_k},
    Recipe{{"q4_k_m", "GGUF Q4_K_M"},
           Dtype::q4_k,
           Dtype::q6_k,
           Dtype::q4_k,
           Dtype::q6_k,
           Finer::some,
           Dtype::q4_k,
           Dtype::q6_k,
           Finer::some,
           Dtype::q4_k},
    Recipe{{"q3_k_m", "GGUF Q3_K_M"},
           Dtype::q3_k,
           Dtype::q6_k,
           Dtype::q4_k,
           Dtype::q5_k,
           Finer::first_two,
           Dtype::q4_k,
           Dtype::q5_k,
           Finer::first_sixteenth,
           Dtype::q4_k},
    Recipe{{"q2_k", "GGUF Q2_K"},
           Dtype::q2_k,
           Dtype::q6_k,
           Dtype::q3_k,
           Dtype::q4_k,
           Finer::all,
           Dtype::q3_k,
           Dtype::q3_k,
           Finer::none,
           Dtype::q3_k},
};
constexpr std::array kMixes = [] {
    std::array<GgufMix, kRecipes.size()> out{};
    for (size_t i = 0; i < kRecipes.size(); ++i) out[i] = kRecipes[i].mix;
    return out;
}();

// `use_more_bits` and its like, of layer i of n that have such a matrix.
bool finer(Finer where, int64_t i, int64_t n) {
    switch (where) {
        case Finer::some:
            return i < n / 8 || i >= 7 * n / 8 || (i - n / 8) % 3 == 2;
        case Finer::first_sixteenth:
            return i < n / 16;
        case Finer::first_two:
            return i < 2;
        case Finer::all:
            return true;
        case Finer::none:
            break;
    }
    return false;
}

// A rule for one of a kind of matrices; `has`: which layers have one, in order.
ReleaseRule finer_rule(PartMask parts, Dtype d, Finer where, const std::vector<bool>& has) {
    ReleaseRule rule{parts, format_of(d), std::vector<bool>(has.size())};
    const auto n = std::count(has.begin(), has.end(), true);
    int64_t i = 0;
    for (size_t layer = 0; layer < has.size(); ++layer)
        if (has[layer]) rule.layers[layer] = finer(where, i++, n);
    return rule;
}

struct Shape {
    std::vector<bool> attention, mlp;
    int64_t experts = 0, groups = 1;  // groups: query heads that share a KV head
};

Shape shape_of(const Model& m) {
    Shape s;
    for (const LayerGroup& g : m.layers) {
        const bool attends =
            g.attention.kind != AttentionKind::none && g.attention.kv_heads + g.attention.kv_lora_rank > 0;
        s.attention.insert(s.attention.end(), static_cast<size_t>(g.count), attends);
        s.mlp.insert(s.mlp.end(), static_cast<size_t>(g.count), g.mlp.kind != MlpKind::none);
        s.experts = std::max(s.experts, g.mlp.experts);
        if (g.attention.kv_heads > 0) s.groups = std::max(s.groups, g.attention.q_heads / g.attention.kv_heads);
    }
    return s;
}

// Models with 8 experts keep small attention matrices finer (Mixtral), those with 80 layers and grouped heads theirs
// (Llama 70B).
void add_exceptions(const Recipe& r, const Shape& s, Release& out) {
    const bool coarse = r.base == Dtype::q2_k || r.base == Dtype::q3_k || r.base == Dtype::q4_k;
    if (s.experts == 8) {
        out.rules.push_back({kValues | mask_of(WeightPart::k), format_of(Dtype::q8_0)});
        if (coarse) out.rules.push_back({mask_of(WeightPart::o), format_of(Dtype::q5_k)});
    } else if (s.attention.size() == 80 && s.groups >= 8 && coarse) {
        std::vector<bool> left(80);
        for (size_t i = 0; i < 80; ++i) left[i] = !finer(r.values_where, static_cast<int64_t>(i), 80);
        out.rules.push_back({kValues, format_of(Dtype::q5_k), std::move(left)});
    }
}

}  // namespace

std::span<const GgufMix> gguf_mixes() {
    return kMixes;
}
const GgufMix* gguf_mix(std::string_view id) {
    const auto found = std::find_if(kMixes.begin(), kMixes.end(), [&](const GgufMix& m) { return m.id == id; });
    return found == kMixes.end() ? nullptr : &*found;
}

Release gguf_release(const Model& m, const GgufMix& mix) {
    Release out;
    out.id = mix.id;
    out.name = mix.label;
    out.source = "llama.cpp llama-quant.cpp, llama_tensor_get_type";
    out.kept = Dtype::fp32;
    for (const Recipe& r : kRecipes) {
        if (r.mix.id != mix.id) continue;
        const Shape s = shape_of(m);
        const bool grouped = r.base != Dtype::q2_k || s.groups >= 4;
        out.rules.push_back({kLinearParts | kEmbedding, format_of(r.base)});
        out.rules.push_back({mask_of(WeightPart::o), format_of(r.output)});
        out.rules.push_back({kValues, format_of(r.values)});
        if (r.values_where != Finer::none && grouped)
            out.rules.push_back(finer_rule(kValues, r.values_finer, r.values_where, s.attention));
        out.rules.push_back({kDown, format_of(r.down)});
        if (r.down_where != Finer::none) out.rules.push_back(finer_rule(kDown, r.down_finer, r.down_where, s.mlp));
        out.rules.push_back({m.tied ? kEmbedding : kHead, format_of(r.head)});
        add_exceptions(r, s, out);
    }
    return out;
}

}  // namespace kvx::core
