#include "core/catalog/import/layer_widths.h"

#include <algorithm>
#include <cmath>

#include "core/number.h"

namespace kvx::core::hf {

namespace {

using Kind = JsonValue::Kind;
constexpr double kWidest = 1048576;

int64_t whole(JsonValue v) {
    const double n = v.number(-1);
    return n >= 0 && n <= kWidest && n == std::floor(n) ? static_cast<int64_t>(n) : -1;
}

// DeciLM and Nemotron-NAS: two thirds of multiplier × hidden, rounded up to 256 (ffn_mult_to_intermediate_size).
int64_t multiplied(double times, int64_t hidden) {
    const double n = std::ceil(std::floor(2 * times * real(hidden) / 3) / 256) * 256;
    return n >= 1 && n <= kWidest ? static_cast<int64_t>(n) : 0;
}

// OpenELM: multiplier × hidden to the nearest multiple of the divisor, never below nine tenths (make_divisible).
int64_t divisible(double wanted, int64_t divisor) {
    const double d = real(std::max<int64_t>(divisor, 1));
    double n = std::max(d, std::floor((wanted + d / 2) / d) * d);
    if (n < 0.9 * wanted) n += d;
    return n >= 1 && n <= kWidest ? static_cast<int64_t>(n) : 0;
}

}  // namespace

LayerWidths::LayerWidths(Reader& r, int64_t hidden, int64_t layers)
    : q_heads_(r.each_layer(Size::q_heads, layers)),
      kv_heads_(r.each_layer(Size::kv_heads, layers)),
      width_(r.each_layer(Size::width, layers)),
      expert_width_(r.each_layer(Size::expert_width, layers)),
      experts_(r.each_layer(Size::experts, layers)),
      per_token_(r.each_layer(Size::experts_per_token, layers)),
      shared_(r.each_layer(Size::shared_experts, layers)) {
    if (const std::vector<JsonValue> own = r.list("num_attention_heads_per_layer");
        static_cast<int64_t>(own.size()) == layers)
        for (const JsonValue v : own) q_heads_.push_back(whole(v));
    const std::vector<JsonValue> times = r.list("ffn_multipliers");
    if (!times.empty() && static_cast<int64_t>(times.size()) != layers) r.lack("ffn_multipliers");
    for (const JsonValue v : times)
        width_.push_back(divisible(v.number(0) * real(hidden), r.whole("ffn_dim_divisor", 256)));
    read_blocks(r, hidden, layers);
    for (const std::vector<int64_t>* list : {&q_heads_, &kv_heads_})
        if (std::any_of(list->begin(), list->end(), [](int64_t n) { return n <= 0; }))
            r.lack(list == &q_heads_ ? Size::q_heads : Size::kv_heads);
}

void LayerWidths::read_blocks(Reader& r, int64_t hidden, int64_t layers) {
    const std::vector<JsonValue> list = r.list("block_configs");
    if (list.empty()) return;
    if (static_cast<int64_t>(list.size()) < layers) return r.lack("block_configs");
    const int64_t heads = r.number(Size::q_heads, 0);
    for (int64_t i = 0; i < layers; ++i) {
        const JsonValue attention = list[static_cast<size_t>(i)]["attention"],
                        mlp = list[static_cast<size_t>(i)]["ffn"];
        Block b;
        if (attention["mamba"].is(Kind::object) || mlp["moe"].is(Kind::object))
            return r.refuse(
                "Layer " + std::to_string(i) +
                " in block_configs has a state or experts of its own: how to count those is not known here.");
        b.attention = !attention["no_op"].boolean() && !attention["replace_with_linear"].boolean();
        b.mlp = !mlp["no_op"].boolean() && !mlp["replace_with_linear"].boolean();
        squares_ +=
            (attention["replace_with_linear"].boolean() ? 1 : 0) + (mlp["replace_with_linear"].boolean() ? 1 : 0);
        b.window = std::max<int64_t>(whole(attention["window_length"]), 0);
        b.kv_heads = std::max<int64_t>(whole(attention["num_key_value_heads"]), 0);
        if (const int64_t group = whole(attention["n_heads_in_group"]); group > 0) b.kv_heads = heads / group;
        b.width = std::max<int64_t>(whole(mlp["intermediate_size"]), 0);
        if (b.width == 0) b.width = multiplied(mlp["ffn_mult"].number(0), hidden);
        if ((b.attention && b.kv_heads <= 0) || (b.mlp && b.width <= 0)) return r.lack("block_configs");
        blocks_.push_back(b);
    }
}

void LayerWidths::apply(int64_t i, LayerGroup& g) const {
    const auto at = static_cast<size_t>(i);
    const auto given = [&](const std::vector<int64_t>& list, int64_t& to) {
        if (!list.empty()) to = list[at];
    };
    Attention& a = g.attention;
    if (a.kind == AttentionKind::full || a.kind == AttentionKind::sliding || a.kind == AttentionKind::chunked) {
        given(q_heads_, a.q_heads);
        given(kv_heads_, a.kv_heads);
        a.kv_heads = std::min(a.kv_heads, a.q_heads);
    }
    if (g.mlp.kind == MlpKind::gated || g.mlp.kind == MlpKind::plain) given(width_, g.mlp.width);
    if (g.mlp.kind == MlpKind::moe) {
        given(expert_width_, g.mlp.expert_width);
        given(experts_, g.mlp.experts);
        given(per_token_, g.mlp.experts_per_token);
        if (!shared_.empty()) g.mlp.shared_width = std::min<int64_t>(shared_[at], 4096) * g.mlp.expert_width;
    }
    if (blocks_.empty()) return;
    const Block& b = blocks_[at];
    if (!b.attention) {
        g.attention = {};
        g.attention.kind = AttentionKind::none;
    } else {
        a.kv_heads = b.kv_heads;
        if (b.window > 0) a.kind = AttentionKind::sliding, a.window = b.window;
    }
    if (b.mlp)
        g.mlp.width = b.width;
    else
        g.mlp = {}, g.mlp.kind = MlpKind::none;
}

}  // namespace kvx::core::hf
