#include "core/training/training_activations.h"

#include <algorithm>

#include "core/number.h"
#include "core/serving/parallel.h"

namespace kvx::core {

namespace {

// Hugging Face eager against fused, measured on Llama 3.1 8B: 28 copies of the hidden states against 17
// (stas00/ml-engineering, training/performance).
constexpr double kEager = 56.0 / 34.0;
constexpr double kLossChunks = 8;  // torchtune's default

// Bytes per token, by what divides them.
struct PerToken {
    double whole = 0;                       // inputs of norms and matrices, masks: divided only by sequence parallelism
    double divided = 0;                     // divided by tensor parallelism
    double expert = 0, expert_divided = 0;  // for each of the k copies of a token
    double scores = 0;                      // recomputed by `selective`
    bool estimated = false;
};

// Projections, convolution, gate and output of a recurrent mixer, derived from what its matrices take and give.
double recurrent_bytes(const Attention& a) {
    const double k = real(a.state_k_heads * a.state_k_dim);
    const double v = a.state_inner > 0 ? real(a.state_inner) : real(a.state_heads * a.state_v_dim);
    return 2 * (2 * (2 * k + v) + 2 * v);
}

// 16-bit elements: 2 B each.
void add_attention(PerToken& t, const Attention& a, int64_t h, double sequence, const ActivationChoice& c,
                   const ActivationShare& s) {
    const double heads = real(a.q_heads);
    if (a.kind == AttentionKind::none) return;
    t.whole += 4 * real(h) + (c.dropout ? real(h) : 0);  // norm input, input of the projections, mask
    bool scores = true;
    switch (a.kind) {
        case AttentionKind::none:
            break;
        case AttentionKind::full:
        case AttentionKind::sliding:
        case AttentionKind::chunked:
        case AttentionKind::cross: {
            const double kv = real(a.owns_cache ? kv_heads_on_rank(a, s.tp) * s.tp : 0);
            t.divided += 2 * heads * real(a.k_dim + a.v_dim) + 2 * kv * real(a.k_dim + a.v_dim);
            break;
        }
        case AttentionKind::mla:
            // Unabsorbed: expanded queries, keys, values and output are divided, latents and their norms are not.
            // `selective` computes the expansion again, as DeepSeek-V3 does (arXiv 2412.19437, section 3.2.3).
            t.scores += 2 * heads * (2 * real(a.nope_dim + a.rope_dim) + real(a.v_dim));
            t.divided += 2 * heads * real(a.v_dim);
            t.whole += 4 * real(a.q_lora_rank + a.kv_lora_rank) + 2 * real(a.rope_dim);
            t.estimated = true;
            break;
        case AttentionKind::compressed:
            t.divided += 4 * heads * real(a.k_dim);
            t.estimated = true;
            break;
        default:
            t.divided += recurrent_bytes(a);
            t.estimated = true;
            scores = false;
            break;
    }
    if (a.beside != AttentionKind::none) t.divided += recurrent_bytes(a), t.estimated = true;
    if (!scores || heads <= 0) return;
    const double seen = a.window > 0 && a.kind != AttentionKind::full ? std::min(sequence, real(a.window)) : sequence;
    // Unfused: softmax output 2 B, with dropout also its mask and output; flash: one FP32 sum a query.
    t.scores += c.flash ? 4 * heads : heads * seen * (c.dropout ? 5 : 2);
}

void add_mlp(PerToken& t, const Mlp& p, int64_t h, const ActivationChoice& c) {
    if (p.kind == MlpKind::none) return;
    t.whole += 4 * real(h) + (c.dropout ? real(h) : 0);
    switch (p.kind) {
        case MlpKind::none:
            break;
        case MlpKind::gated:
            t.divided += 6 * real(p.width);  // gate, up and their product
            break;
        case MlpKind::plain:
            t.divided += 4 * real(p.width);  // before and after the activation
            break;
        case MlpKind::moe: {
            const double width = real(p.latent > 0 ? p.latent : h);
            t.expert = real(p.experts_per_token) * 4 * width;  // dealt-out token and what the expert returned
            t.expert_divided = real(p.experts_per_token) * real(p.expert_width) * (p.plain_experts ? 4 : 6);
            t.divided += real(p.shared_width) * (p.plain_experts ? 4 : 6);
            t.whole += 4 * real(p.experts);  // FP32 router logits
            break;
        }
    }
}

}  // namespace

LayerActivations layer_activations(const Model& m, const LayerGroup& g, double tokens, double sequence,
                                   const ActivationChoice& c, const ActivationShare& s) {
    PerToken t;
    add_attention(t, g.attention, m.hidden, sequence, c, s);
    add_mlp(t, g.mlp, m.hidden, c);
    t.whole +=
        2 * real(m.hidden) * real(std::max<int64_t>(0, m.norms_per_layer - 2));  // norms after a block keep its output
    const double shard = s.sequence_parallel ? s.tp : 1;
    double layer = t.whole / shard + t.divided / s.tp + (t.expert * s.etp + t.expert_divided) / shard;
    double scores = t.scores / s.tp;
    switch (info(c.recipe).compute_bits == 8 ? Recipe::fp8 : c.recipe) {
        case Recipe::fp32:
            layer *= 2;
            scores *= c.flash ? 1 : 2;
            break;
        case Recipe::autocast:
            // The residual stream stays FP32: the two norm inputs are twice as wide.
            layer += 4 * real(m.hidden) / shard;
            break;
        case Recipe::fp8:
            // Inputs of matrices in FP8; attention's output is kept in both (arXiv 2412.19437; derived).
            layer -= real(m.hidden) / shard +
                     (g.mlp.kind == MlpKind::moe ? t.expert_divided / 6 / shard : real(g.mlp.width) / s.tp);
            t.estimated = true;
            break;
        default:
            break;
    }
    if (c.kernels == Kernels::eager) {
        layer *= kEager;
        t.estimated = true;
    }
    LayerActivations out;
    out.estimated = t.estimated;
    out.working = {(layer + scores) * tokens};
    const double input = real(m.hidden) * (c.recipe == Recipe::fp32 || c.recipe == Recipe::autocast ? 4 : 2) / shard;
    switch (c.recompute) {
        case Recompute::none:
            out.stored = out.working;
            break;
        case Recompute::selective:
            out.stored = {layer * tokens};
            break;
        case Recompute::full:
            out.stored = {input * tokens};
            break;
    }
    return out;
}

Bytes logits_bytes(const Model& m, double tokens, const ActivationChoice& c, int tp) {
    const double each = c.recipe == Recipe::fp32 ? 8 : 6;
    return {each * tokens * real(m.vocab) / tp / (c.chunked_loss ? kLossChunks : 1)};
}

}  // namespace kvx::core
