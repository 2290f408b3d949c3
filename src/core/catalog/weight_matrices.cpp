#include "core/catalog/weight_matrices.h"

#include <algorithm>

#include "core/number.h"

namespace kvx::core {

namespace {

MatrixRole role_of(WeightPart p) {
    switch (p) {
        case WeightPart::q:
        case WeightPart::q_b:
            return MatrixRole::query;
        case WeightPart::k:
        case WeightPart::kv_a:
            return MatrixRole::key;
        case WeightPart::v:
        case WeightPart::kv_b:
            return MatrixRole::value;
        case WeightPart::up:
        case WeightPart::down:
        case WeightPart::latent:
        case WeightPart::shared_up:
        case WeightPart::shared_down:
            return MatrixRole::mlp;
        case WeightPart::expert_up:
        case WeightPart::expert_down:
            return MatrixRole::expert;
        case WeightPart::router:
            return MatrixRole::router;
        case WeightPart::embedding:
            return MatrixRole::embedding;
        case WeightPart::head:
            return MatrixRole::head;
        default:
            return MatrixRole::attention;
    }
}

class MatrixList {
  public:
    std::vector<WeightMatrix> list;
    int64_t first_layer = -1, layers = 1;
    void add(WeightPart part, int64_t in, int64_t out, double count) {
        if (in > 0 && out > 0 && count > 0) list.push_back({role_of(part), in, out, count, part, first_layer, layers});
    }
};

void add_compressed(MatrixList& m, const Attention& a, int64_t h, double n) {
    if (a.q_lora_rank <= 0) return;  // not countable from the row
    const int64_t overlap = a.ratio == 4 ? 2 : 1;
    m.add(WeightPart::q_a, h, a.q_lora_rank, n);
    m.add(WeightPart::q_b, a.q_lora_rank, a.q_heads * a.k_dim, n);
    m.add(WeightPart::kv_a, h, a.k_dim, n);
    if (a.o_groups > 0) m.add(WeightPart::o, a.q_heads * a.k_dim / a.o_groups, a.o_lora_rank, n * real(a.o_groups));
    m.add(WeightPart::o, a.o_groups * a.o_lora_rank, h, n);
    if (a.ratio > 0) m.add(WeightPart::compressor, h, overlap * a.k_dim, 2 * n);
    if (a.index_dim > 0) {
        m.add(WeightPart::indexer, a.q_lora_rank, a.index_heads * a.index_dim, n);
        m.add(WeightPart::indexer, h, a.index_heads, n);
        m.add(WeightPart::compressor, h, overlap * a.index_dim, 2 * n);
    }
}

void add_attention(MatrixList& m, const Attention& a, int64_t h, double n) {
    const int64_t k = a.state_k_heads * a.state_k_dim, v = a.state_heads * a.state_v_dim;
    switch (a.kind) {
        case AttentionKind::none:
            break;
        case AttentionKind::compressed:
            add_compressed(m, a, h, n);
            break;
        case AttentionKind::full:
        case AttentionKind::sliding:
        case AttentionKind::chunked:
        case AttentionKind::cross:
            if (!a.owns_weights) break;
            if (a.q_lora_rank > 0) m.add(WeightPart::q_a, h, a.q_lora_rank, n);
            m.add(a.q_lora_rank > 0 ? WeightPart::q_b : WeightPart::q, a.q_lora_rank > 0 ? a.q_lora_rank : h,
                  a.q_heads * a.k_dim * (a.output_gate ? 2 : 1), n);
            if (a.owns_cache) {
                m.add(WeightPart::k, h, a.kv_heads * a.k_dim, n);
                if (!a.v_is_k) m.add(WeightPart::v, h, a.kv_heads * a.v_dim, n);
            }
            m.add(WeightPart::o, a.q_heads * a.v_dim, h, n);
            break;
        case AttentionKind::mla: {
            const int64_t q = a.q_heads * (a.nope_dim + a.rope_dim);
            if (a.q_lora_rank > 0) m.add(WeightPart::q_a, h, a.q_lora_rank, n);
            m.add(a.q_lora_rank > 0 ? WeightPart::q_b : WeightPart::q, a.q_lora_rank > 0 ? a.q_lora_rank : h, q, n);
            m.add(WeightPart::kv_a, h, a.kv_lora_rank + a.rope_dim, n);
            m.add(WeightPart::kv_b, a.kv_lora_rank, a.q_heads * (a.nope_dim + a.v_dim), n);
            m.add(WeightPart::o, a.q_heads * a.v_dim, h, n);
            if (a.index_dim > 0) {
                m.add(WeightPart::indexer, a.q_lora_rank > 0 ? a.q_lora_rank : h, a.index_heads * a.index_dim, n);
                m.add(WeightPart::indexer, h, a.index_dim + a.index_heads, n);
            }
            break;
        }
        case AttentionKind::gated_deltanet:
            m.add(WeightPart::state_in, h, 2 * k + 2 * v, n);
            m.add(WeightPart::state_in, h, 2 * a.state_heads, n);
            m.add(WeightPart::state_out, v, h, n);
            break;
        case AttentionKind::kda:
            m.add(WeightPart::state_in, h, 2 * k + v, n);
            m.add(WeightPart::state_in, h, a.state_k_dim, n);
            m.add(WeightPart::state_in, a.state_k_dim, k, n);
            m.add(WeightPart::state_in, h, a.state_v_dim, n);
            m.add(WeightPart::state_in, a.state_v_dim, v, n);
            m.add(WeightPart::state_in, h, a.state_heads, n);
            m.add(WeightPart::state_out, v, h, n);
            break;
        case AttentionKind::lightning:
            m.add(WeightPart::state_in, h, 2 * k + 2 * v, n);
            m.add(WeightPart::state_out, v, h, n);
            break;
        case AttentionKind::mamba1:
            m.add(WeightPart::state_in, h, 2 * a.state_inner, n);
            m.add(WeightPart::state_in, a.state_inner, a.state_rank + 2 * a.state_k_dim, n);
            m.add(WeightPart::state_in, a.state_rank, a.state_inner, n);
            m.add(WeightPart::state_out, a.state_inner, h, n);
            break;
        case AttentionKind::mamba2:
            m.add(WeightPart::state_in, h, 2 * v + 2 * a.state_groups * a.state_k_dim + a.state_heads, n);
            m.add(WeightPart::state_out, v, h, n);
            break;
        case AttentionKind::short_conv:
            m.add(WeightPart::state_in, h, 3 * a.state_inner, n);
            m.add(WeightPart::state_out, a.state_inner, h, n);
            break;
        case AttentionKind::rg_lru: {
            const int64_t blocks = std::max<int64_t>(a.state_heads, 1);
            m.add(WeightPart::state_in, h, 2 * a.state_inner, n);
            m.add(WeightPart::state_gates, a.state_inner / blocks, a.state_inner / blocks, n * 2 * real(blocks));
            m.add(WeightPart::state_out, a.state_inner, h, n);
            break;
        }
    }
    if (a.beside != AttentionKind::none) add_attention(m, beside(a), h, n);
}

void add_mlp(MatrixList& m, const Mlp& p, int64_t h, double n) {
    switch (p.kind) {
        case MlpKind::none:
            break;
        case MlpKind::gated:
        case MlpKind::plain:
            m.add(WeightPart::up, h, p.width, n * (p.kind == MlpKind::gated ? 2 : 1));
            m.add(WeightPart::down, p.width, h, n);
            break;
        case MlpKind::moe: {
            const int64_t width = p.latent > 0 ? p.latent : h;
            const double experts = n * real(p.experts), up = p.plain_experts ? 1 : 2;
            m.add(WeightPart::expert_up, width, p.expert_width, experts * up);
            m.add(WeightPart::expert_down, p.expert_width, width, experts);
            m.add(WeightPart::shared_up, h, p.shared_width, n * up);
            m.add(WeightPart::shared_down, p.shared_width, h, n);
            if (p.latent > 0) {
                m.add(WeightPart::latent, h, p.latent, n);
                m.add(WeightPart::latent, p.latent, h, n);
            }
            m.add(WeightPart::router, h, p.experts, n);
            break;
        }
    }
}

}  // namespace

std::vector<WeightMatrix> weight_matrices(const Model& m) {
    return m.params_counted ? known_matrices(m) : std::vector<WeightMatrix>();
}

std::vector<WeightMatrix> known_matrices(const Model& m) {
    MatrixList out;
    out.add(WeightPart::embedding, m.vocab, m.hidden, 1);
    out.add(WeightPart::embedding, m.position_rows, m.hidden, 1);
    if (!m.tied) out.add(WeightPart::head, m.hidden, m.vocab, 1);
    out.first_layer = 0;
    for (const LayerGroup& g : m.layers) {
        const auto n = real(g.count);
        out.layers = g.count;
        add_attention(out, g.attention, m.hidden, n);
        add_mlp(out, g.mlp, m.hidden, n);
        out.first_layer += g.count;
    }
    return std::move(out.list);
}

double lora_params(const Model& m, int64_t rank, LoraTargets targets) {
    double sum = 0;
    for (const WeightMatrix& w : weight_matrices(m)) {
        const bool taken =
            targets == LoraTargets::query_value
                ? w.role == MatrixRole::query || w.role == MatrixRole::value
                : w.role != MatrixRole::embedding && w.role != MatrixRole::head && w.role != MatrixRole::router;
        if (taken) sum += w.count * real(rank) * real(w.in + w.out);
    }
    return sum;
}

}  // namespace kvx::core
