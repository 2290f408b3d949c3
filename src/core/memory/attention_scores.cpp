#include "core/memory/attention_scores.h"

#include <algorithm>

namespace kvx::core {

namespace {

bool has_scores(const Attention& a) {
    switch (a.kind) {
        case AttentionKind::full:
        case AttentionKind::sliding:
        case AttentionKind::chunked:
        case AttentionKind::mla:
        case AttentionKind::compressed:
            return true;
        default:
            return false;
    }
}

int64_t most_heads(const Model& m) {
    int64_t heads = 0;
    for (const LayerGroup& g : m.layers)
        if (has_scores(g.attention)) heads = std::max(heads, g.attention.q_heads);
    return heads;
}

}  // namespace

int64_t score_heads(const Model& m) {
    return most_heads(m);
}

Bytes score_bytes(const Model& m, Tokens n) {
    const double t = static_cast<double>(std::max<int64_t>(n.value, 0));
    return {static_cast<double>(most_heads(m)) * t * t * 2};
}

Bytes flash_statistics_bytes(const Model& m, Tokens n) {
    return {static_cast<double>(most_heads(m)) * static_cast<double>(std::max<int64_t>(n.value, 0)) * 4};
}

int64_t score_width(const Model& m) {
    int64_t width = 0;
    for (const LayerGroup& g : m.layers) {
        const Attention& a = g.attention;
        if (!has_scores(a)) continue;
        width = std::max(width, a.kind == AttentionKind::mla ? a.nope_dim + a.rope_dim : std::max(a.k_dim, a.v_dim));
    }
    return width;
}

Tile flash_tile(const Model& m, const Device& d) {
    const int64_t width = score_width(m);
    const auto elements = static_cast<int64_t>(d.sram_per_unit.value / 2);
    if (width <= 0 || elements < 4 * width) return {};
    const int64_t columns = (elements + 4 * width - 1) / (4 * width);
    return {std::min(columns, width), columns, true};
}

}  // namespace kvx::core
