#include "core/serving/parallel.h"

#include <algorithm>
#include <cmath>

#include "core/format.h"
#include "core/memory/weights.h"
#include "core/number.h"

namespace kvx::core {

namespace {

int64_t over(int64_t n, int64_t parts) {
    return (n + parts - 1) / parts;
}

bool has_heads(const Attention& a) {
    return a.kind == AttentionKind::full || a.kind == AttentionKind::sliding || a.kind == AttentionKind::chunked;
}

Attention share_attention(Attention a, int tp) {
    if (tp <= 1) return a;
    if (has_heads(a)) {
        a.kv_heads = kv_heads_on_rank(a, tp);
        a.q_heads = over(a.q_heads, tp);
    } else if (a.kind == AttentionKind::mla) {
        a.q_heads = over(a.q_heads, tp);
    } else if (a.state_heads > 0 || a.state_inner > 0) {
        a.state_heads = over(a.state_heads, tp);
        a.state_k_heads = over(a.state_k_heads, tp);
        a.state_groups =
            over(a.state_groups, tp);  // padded if groups do not divide evenly (vLLM MambaStateShapeCalculator)
        a.state_inner = over(a.state_inner, tp);
    }
    return a;
}

Mlp share_mlp(Mlp m, const Parallelism& l) {
    m.width = over(m.width, l.tp);
    if (m.kind == MlpKind::moe) {
        m.shared_width = m.shared_width > 0 ? over(m.shared_width, l.tp) : 0;
        // Experts are distributed over the ep ranks; a larger tensor-parallel group also splits their columns.
        const int columns = std::max(1, l.tp / std::max(1, l.ep));
        m.experts = over(m.experts, l.ep);
        m.experts_per_token = std::min(m.experts_per_token, m.experts);
        m.expert_width = over(m.expert_width, columns);
    }
    return m;
}

}  // namespace

std::string refuse_parallelism(const Parallelism& l, const Model& m) {
    const auto number = [](int64_t n) { return group_digits(n); };
    if (l.tp < 1 || l.pp < 1 || l.dp < 1 || l.ep < 1 || l.dcp < 1) return "Every degree is at least 1.";
    if (l.pp > m.layer_count())
        return number(l.pp) + " pipeline stages cannot share " + number(m.layer_count()) + " layers.";
    int64_t experts = 0, copies = 1;
    bool moe = false;
    for (const LayerGroup& g : m.layers) {
        const Attention& a = g.attention;
        if (l.tp > 1 && (has_heads(a) || a.kind == AttentionKind::mla) && a.q_heads % l.tp != 0)
            return number(a.q_heads) + " query heads cannot be divided by a tensor-parallel degree of " + number(l.tp) +
                   ".";
        if (l.tp > 1 && has_heads(a) && a.kv_heads % l.tp != 0 && l.tp % a.kv_heads != 0)
            return number(a.kv_heads) + " KV heads and a tensor-parallel degree of " + number(l.tp) +
                   " do not divide each other.";
        if (a.owns_cache && a.kind != AttentionKind::none)
            copies = std::max<int64_t>(copies, std::llround(kv_copies(a, l.tp)));
        if (g.mlp.kind == MlpKind::moe) {
            moe = true;
            experts = experts == 0 ? g.mlp.experts : std::min(experts, g.mlp.experts);
        }
    }
    if (l.ep > 1 && !moe) return "This model has no experts to spread.";
    if (l.ep > 1 && (l.tp * l.dp) % l.ep != 0)
        return "An expert-parallel degree of " + number(l.ep) + " does not divide the " + number(l.tp * l.dp) +
               " ranks of a stage.";
    if (l.ep > 1 && l.ep < l.tp && l.tp % l.ep != 0)
        return "Expert-parallel and tensor-parallel degrees do not divide each other.";
    if (l.ep > experts && moe) return number(experts) + " experts cannot be spread over " + number(l.ep) + " ranks.";
    if (l.dcp > 1 && (l.tp % l.dcp != 0 || l.dcp > copies))
        return "Decode-context parallelism divides what tensor parallelism copies: at most " + number(copies) +
               " here, and a divisor of " + number(l.tp) + ".";
    return {};
}

LayerSpan stage_span(int64_t layers, int stages, int stage) {
    const int64_t n = std::max(stages, 1), each = layers / n, more = layers % n;
    const int64_t before_more = n - 1 - more;  // stages before those that hold one more
    return {stage * each + std::clamp<int64_t>(stage - before_more, 0, more),
            each + (stage >= before_more && stage < n - 1 ? 1 : 0)};
}

std::vector<int64_t> stage_layers(int64_t layers, int stages) {
    std::vector<int64_t> out;
    for (int i = 0; i < std::max(stages, 1); ++i) out.push_back(stage_span(layers, stages, i).count);
    return out;
}

int64_t kv_heads_on_rank(const Attention& a, int tp) {
    return std::max<int64_t>(1, over(a.kv_heads, tp));
}

double kv_copies(const Attention& a, int tp) {
    if (tp <= 1) return 1;
    if (has_heads(a)) return real(tp) * real(kv_heads_on_rank(a, tp)) / real(a.kv_heads);
    return a.kind == AttentionKind::mla || a.kind == AttentionKind::compressed ? tp : 1;
}

double most_kv_copies(const Model& m, const Parallelism& l) {
    double most = 1;
    for (const LayerGroup& g : m.layers)
        if (g.attention.owns_cache && g.attention.kind != AttentionKind::none)
            most = std::max(most, kv_copies(g.attention, l.tp) / l.dcp);
    return most;
}

std::vector<LayerGroup> layers_in(const std::vector<LayerGroup>& layers, const LayerSpan& span) {
    std::vector<LayerGroup> out;
    out.reserve(std::min(layers.size(), static_cast<size_t>(std::max<int64_t>(span.count, 0))));
    const int64_t end = span.first + span.count;
    int64_t at = 0;
    for (const LayerGroup& g : layers) {
        const int64_t count = std::min(end, at + g.count) - std::max(span.first, at);
        if (count > 0) out.push_back({count, g.attention, g.mlp});
        at += g.count;
        if (at >= end) break;
    }
    return out;
}

Model share_of(const Model& m, const Parallelism& l, int stage) {
    Model out = share_of(m, layers_in(m.layers, stage_span(m.layer_count(), l.pp, stage)), l, stage);
    static_cast<ModelNames&>(out) = m;
    return out;
}

Model share_of(const ModelNumbers& m, const std::vector<LayerGroup>& layers, const Parallelism& l, int stage) {
    Model out;
    static_cast<ModelNumbers&>(out) = m;
    out.layers.reserve(layers.size());
    double routers = 0;  // values that the fields cannot express: routers are whole on every rank
    for (const LayerGroup& g : layers) {
        LayerGroup part{g.count, share_attention(g.attention, l.tp), share_mlp(g.mlp, l)};
        routers += static_cast<double>(g.count * (g.mlp.experts - part.mlp.experts)) *
                   static_cast<double>(m.hidden + (g.mlp.router_bias ? 1 : 0));
        out.layers.push_back(part);
    }
    const bool first = stage == 0, last = stage + 1 == l.pp;
    // Rows of the vocabulary are padded to 64 (vLLM VocabParallelEmbedding) before they are divided.
    if (l.tp > 1) out.vocab = over(over(m.vocab, 64) * 64, l.tp);
    if (!first && !last) out.vocab = 0;
    if (!(first && last)) out.tied = true;  // one matrix here: the embedding on the first stage, the head on the last
    if (!first) out.position_rows = 0;
    // The norm before the head is on the last stage only; count_params() gives every model one.
    if (!last) routers -= real(m.hidden * (m.norm_bias ? 2 : 1));
    out.extra_params = m.extra_params / real(l.tp * l.pp) + routers;
    if (!m.params_counted) {
        const double share = real(std::max(l.tp, l.ep)) * l.pp;
        out.published_params = m.published_params / share;
    }
    return out;
}

std::vector<Tokens> share_of(const std::vector<Tokens>& lengths, const Parallelism& l) {
    std::vector<Tokens> best;
    int64_t most = -1;
    for (int r = 0; r < l.dp && static_cast<size_t>(r) < lengths.size(); ++r) {
        std::vector<Tokens> mine;
        int64_t sum = 0;
        for (size_t i = static_cast<size_t>(r); i < lengths.size(); i += static_cast<size_t>(l.dp)) {
            mine.push_back({over(lengths[i].value, l.dcp)});
            sum += mine.back().value;
        }
        if (sum > most) {
            most = sum;
            best = std::move(mine);
        }
    }
    return best;
}

Bytes rank_weights_read(const InferenceInput& in, const Model& share, const Parallelism& l, int64_t tokens) {
    const int64_t reaching = tokens * std::max(1, l.ep / std::max(1, l.tp));
    double experts = 0, all = 0;
    for (size_t i = 0, whole = 0; i < share.layers.size(); ++i) {
        const LayerGroup& g = share.layers[i];
        if (g.mlp.kind != MlpKind::moe) continue;
        while (in.model->layers[whole].mlp.kind != MlpKind::moe) ++whole;
        const Mlp& mlp = in.model->layers[whole].mlp;
        const double part = distinct_experts(mlp, reaching) / real(std::max<int64_t>(mlp.experts, 1));
        const double held = real(g.count * g.mlp.experts) * expert_params(g.mlp, share.hidden);
        all += held;
        experts += held * part;
    }
    ParamCount p = count_params(share);
    if (!share.params_counted) {
        return published_bytes_read(share, in.weights(), std::min(all - experts, share.published_params * 0.98));
    }
    p.experts = experts;
    if (share.tied && l.pp == 1) p.head = real(share.vocab) * real(share.hidden);
    // On a later stage the one matrix is the output head, which is read completely.
    if (l.pp == 1) p.embedding = real(tokens) * real(share.hidden);
    return weight_bytes(p, in.weights());
}

}  // namespace kvx::core
