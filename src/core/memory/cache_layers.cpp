#include "core/memory/cache_layers.h"

#include <algorithm>

namespace kvx::core {

Kept positions_kept(const Attention& a, Tokens n) {
    const int64_t end = std::max<int64_t>(n.value, 0);
    return {end - tokens_kept(a, {end}).value, end};
}

Bytes CacheStrip::bytes() const {
    if (kind == StripKind::state) return end > first ? cell : Bytes{};
    const int64_t columns = (end - first) / tokens_per_cell;
    return cell * static_cast<double>(rows * columns);
}

std::vector<CacheStrip> strips_of(const Attention& a, Tokens n, CacheFormat kv) {
    const auto [first, end] = positions_kept(a, n);
    const int64_t all = std::max<int64_t>(n.value, 0);
    switch (a.kind) {
        case AttentionKind::full:
        case AttentionKind::sliding:
        case AttentionKind::chunked:
            return {{StripKind::keys, a.kv_heads, a.k_dim, kv_vector_bytes(kv.k, a.k_dim), 1, first, end},
                    {StripKind::values, a.kv_heads, a.v_dim, kv_vector_bytes(kv.v, a.v_dim), 1, first, end}};
        case AttentionKind::mla: {
            // The storage of an FP8 latent depends on a sparse indexer beside it: the total minus the indexer's key.
            const Bytes key = index_key_bytes(a);
            std::vector<CacheStrip> strips = {
                {StripKind::latent, 1, a.kv_lora_rank + a.rope_dim, layer_bytes_per_token(a, kv) - key, 1, first, end}};
            if (key.value > 0) strips.push_back({StripKind::indexer, 1, a.index_dim, key, 1, first, end});
            return strips;
        }
        case AttentionKind::compressed: {
            std::vector<CacheStrip> strips;
            if (a.ratio > 0)
                strips.push_back({StripKind::entries,
                                  1,
                                  0,
                                  {a.entry_bytes + a.index_entry_bytes},
                                  a.ratio,
                                  0,
                                  all / a.ratio * a.ratio});
            if (a.window > 0)
                strips.push_back({StripKind::window, 1, 0, {a.window_bytes}, 1, all - std::min(all, a.window), all});
            return strips;
        }
        case AttentionKind::none:
            return {};
        default:
            return {{StripKind::state, a.state_heads > 0 ? a.state_heads : 1, 0, layer_state_bytes(a), 1, 0,
                     std::min<int64_t>(all, 1)}};
    }
}

std::vector<LayerCache> cache_layers(const Model& m, Tokens n, CacheFormat kv) {
    std::vector<LayerCache> out;
    for (const LayerGroup& g : m.layers) {
        const Attention& a = g.attention;
        for (int64_t i = 0; i < g.count; ++i) {
            LayerCache layer{static_cast<int64_t>(out.size()) + 1, &a, 0, {}};
            if (a.kind == AttentionKind::none) {
                out.push_back(std::move(layer));
                continue;
            }
            if (a.owns_cache) {
                layer.owner = layer.layer;
                layer.strips = strips_of(a, n, kv);
            } else {
                const auto found = std::find_if(out.rbegin(), out.rend(), [&](const LayerCache& l) {
                    return l.owner == l.layer && l.attention->kind == a.kind;
                });
                if (found != out.rend()) {
                    layer.owner = found->layer;
                    layer.strips = found->strips;
                }
            }
            out.push_back(std::move(layer));
        }
    }
    return out;
}

Model plain_shape(int64_t layers, int64_t kv_heads, int64_t head_dim) {
    Model m;
    m.source = "a shape of your own";
    m.id = "shape";
    m.name = "Your shape";
    m.verified = true;
    LayerGroup g;
    g.count = layers;
    g.attention.q_heads = g.attention.kv_heads = kv_heads;
    g.attention.k_dim = g.attention.v_dim = head_dim;
    g.mlp.kind = MlpKind::none;
    m.layers = {g};
    return m;
}

std::string_view strip_name(StripKind k) {
    constexpr std::string_view kNames[] = {"Keys", "Values", "Latent", "Indexer keys", "Compressed", "Window", "State"};
    return kNames[static_cast<size_t>(k)];
}

}  // namespace kvx::core
