#include "core/catalog/layer_kinds.h"

#include <algorithm>

namespace kvx::core {

namespace {

// Kinds that differ seldom collide; equal ones always do.
uint64_t hash(const LayerGroup& g) {
    const Attention& a = g.attention;
    const Mlp& m = g.mlp;
    uint64_t h = static_cast<uint64_t>(a.kind) * 8 + static_cast<uint64_t>(m.kind) * 2 + (a.owns_cache ? 1 : 0);
    for (const int64_t n : {a.q_heads, a.kv_heads, a.k_dim, a.v_dim, a.window, a.kv_lora_rank, a.state_heads,
                            a.state_inner, a.ratio, m.width, m.experts, m.expert_width, m.shared_width})
        h = (h ^ static_cast<uint64_t>(n)) * 0x100000001b3;  // FNV-1a, a number at a time
    return h ^ (h >> 29);
}

bool same_kind(const LayerGroup& a, const LayerGroup& b) {
    return a.attention == b.attention && a.mlp == b.mlp;
}

}  // namespace

LayerKinds::LayerKinds(const Model& m) : kind_(m.layers.size()) {
    static_cast<ModelNames&>(model_) = m;
    static_cast<ModelNumbers&>(model_) = m;
    constexpr size_t kNone = ~size_t{0};
    size_t slots = 16;
    while (slots < 2 * m.layers.size()) slots *= 2;
    std::vector<size_t> table(slots, kNone);  // open addressing: kinds by their hash
    int64_t at = 0;
    for (size_t i = 0; i < m.layers.size(); ++i) {
        const LayerGroup& g = m.layers[i];
        size_t slot = hash(g) & (slots - 1);
        while (table[slot] != kNone && !same_kind(model_.layers[table[slot]], g)) slot = (slot + 1) & (slots - 1);
        if (table[slot] == kNone) {
            table[slot] = model_.layers.size();
            model_.layers.push_back({0, g.attention, g.mlp});
        }
        kind_[i] = table[slot];
        model_.layers[kind_[i]].count += g.count;
        end_.push_back(at += g.count);
    }
}

std::vector<std::pair<size_t, int64_t>> LayerKinds::cut(int64_t first, int64_t count) const {
    std::vector<std::pair<size_t, int64_t>> pieces, out;
    auto i = static_cast<size_t>(std::upper_bound(end_.begin(), end_.end(), first) - end_.begin());
    for (int64_t at = first; i < end_.size() && at < first + count; at = end_[i++])
        pieces.emplace_back(kind_[i], std::min(end_[i], first + count) - at);
    std::sort(pieces.begin(), pieces.end());
    for (const auto& [kind, layers] : pieces) {
        if (out.empty() || out.back().first != kind) out.emplace_back(kind, 0);
        out.back().second += layers;
    }
    return out;
}

std::vector<LayerGroup> LayerKinds::groups(const std::vector<std::pair<size_t, int64_t>>& cut) const {
    std::vector<LayerGroup> out;
    for (const auto& [kind, layers] : cut) {
        out.push_back(model_.layers[kind]);
        out.back().count = layers;
    }
    return out;
}

}  // namespace kvx::core
