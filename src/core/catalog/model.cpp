#include "core/catalog/model.h"

#include <algorithm>

#include "core/format.h"
#include "core/number.h"

namespace kvx::core {

namespace {

struct Parts {
    double linear = 0, small = 0;
};

// Gated linear recurrence (De et al. 2024, Griffin, arXiv 2402.19427, section 2.4): two branches, a convolution, two
// gates in blocks, a decay, and biases everywhere.
Parts rg_lru_params(const Attention& a, double h) {
    const double w = real(a.state_inner), blocks = std::max(real(a.state_heads), 1.0);
    return {h * 2 * w + w * h + 2 * w * (w / blocks), 2 * w + h + w * real(a.conv_kernel + 1) + 2 * w + w};
}

Parts state_params(const Attention& a, double h) {
    const double k = real(a.state_k_heads * a.state_k_dim), v = real(a.state_heads * a.state_v_dim);
    switch (a.kind) {
        case AttentionKind::gated_deltanet:
            return {h * (2 * k + 2 * v) + h * 2 * real(a.state_heads) + v * h,
                    (2 * k + v) * real(a.conv_kernel) + 2 * real(a.state_heads) + real(a.state_v_dim)};
        case AttentionKind::kda: {
            const double gates =
                h * real(a.state_k_dim) + real(a.state_k_dim) * k + h * real(a.state_v_dim) + real(a.state_v_dim) * v;
            return {h * (2 * k + v) + gates + h * real(a.state_heads) + v * h,
                    (2 * k + v) * real(a.conv_kernel) + k + real(a.state_heads) + real(a.state_v_dim)};
        }
        case AttentionKind::lightning:
            return {h * (2 * k + v) + h * v + v * h, v};
        case AttentionKind::mamba1: {
            const double inner = real(a.state_inner), n = real(a.state_k_dim), r = real(a.state_rank);
            return {h * 2 * inner + inner * (r + 2 * n) + r * inner + inner * h,
                    inner * real(a.conv_kernel) + inner + inner + inner * n + inner + (a.bare_state ? 0 : r + 2 * n)};
        }
        case AttentionKind::mamba2: {
            const double groups = 2 * real(a.state_groups * a.state_k_dim);
            return {h * (2 * v + groups + real(a.state_heads)) + v * h,
                    (v + groups) * real(a.conv_kernel + 1) + 3 * real(a.state_heads) + (a.bare_state ? 0 : v)};
        }
        case AttentionKind::short_conv:
            return {h * 3 * real(a.state_inner) + real(a.state_inner) * h, real(a.state_inner * a.conv_kernel)};
        case AttentionKind::rg_lru:
            return rg_lru_params(a, h);
        default:
            return {};
    }
}

Parts head_params(const Attention& a, double h) {
    Parts p;
    const double q = real(a.q_heads * a.k_dim), k = real(a.kv_heads * a.k_dim), v = real(a.kv_heads * a.v_dim);
    const double rank = real(a.q_lora_rank);
    p.linear = (rank > 0 ? h * rank + rank * q : h * q) * (a.output_gate ? 2 : 1) + real(a.q_heads * a.v_dim) * h;
    p.small = rank;
    if (a.owns_cache) p.linear += h * k + (a.v_is_k ? 0 : h * v);
    if (a.qkv_bias) p.small += q + (a.owns_cache ? k + v : 0);
    if (a.o_bias) p.small += h;
    if (a.qk_norm) p.small += real(a.k_dim) * (a.owns_cache ? 2 : 1);
    if (a.qk_norm_wide) p.small += q + (a.owns_cache ? k : 0);
    if (a.sinks) p.small += real(a.q_heads);
    return p;
}

Parts latent_params(const Attention& a, double h) {
    Parts p;
    const double heads = real(a.q_heads), q_width = heads * real(a.nope_dim + a.rope_dim);
    p.linear = a.q_lora_rank > 0 ? h * real(a.q_lora_rank) + real(a.q_lora_rank) * q_width : h * q_width;
    p.linear += h * real(a.kv_lora_rank + a.rope_dim) + real(a.kv_lora_rank) * heads * real(a.nope_dim + a.v_dim) +
                heads * real(a.v_dim) * h;
    p.small = real(a.q_lora_rank + a.kv_lora_rank);
    if (a.index_dim > 0) {
        const double query_in = a.q_lora_rank > 0 ? real(a.q_lora_rank) : h;
        p.linear += query_in * real(a.index_heads * a.index_dim) + h * real(a.index_dim + a.index_heads);
        p.small += 2 * real(a.index_dim);
    }
    return p;
}

// Compressed attention (DeepSeek-V4 inference code): one key that is also the value, queries and output of low rank, a
// compressor with a gate for each ratio (two overlapping windows where the ratio is 4), and one more for the indexer.
Parts compressed_params(const Attention& a, double h) {
    Parts p;
    if (a.q_lora_rank <= 0) return p;  // a row without its ranks carries its published size
    const double heads = real(a.q_heads * a.k_dim), rank = real(a.q_lora_rank), key = real(a.k_dim);
    p.linear = h * rank + rank * heads + h * key + heads * real(a.o_lora_rank) + real(a.o_groups * a.o_lora_rank) * h;
    p.small = rank + key + real(a.q_heads);
    const double overlap = a.ratio == 4 ? 2 : 1;
    const auto compressor = [&](double width) {
        p.linear += 2 * h * overlap * width;
        p.small += real(a.ratio) * overlap * width + width;
    };
    if (a.ratio > 0) compressor(key);
    if (a.index_dim > 0) {
        p.linear += rank * real(a.index_heads * a.index_dim) + h * real(a.index_heads);
        compressor(real(a.index_dim));
    }
    return p;
}

Parts attention_params(const Attention& a, int64_t hidden) {
    const double h = real(hidden);
    Parts p;
    switch (a.kind) {
        case AttentionKind::none:
            break;
        case AttentionKind::compressed:
            p = compressed_params(a, h);
            break;
        case AttentionKind::full:
        case AttentionKind::sliding:
        case AttentionKind::chunked:
        case AttentionKind::cross:
            if (a.owns_weights) p = head_params(a, h);
            break;
        case AttentionKind::mla:
            p = latent_params(a, h);
            break;
        default:
            p = state_params(a, h);
            break;
    }
    if (a.beside != AttentionKind::none) {
        const Parts state = state_params(beside(a), h);
        p.linear += state.linear;
        p.small += state.small;
    }
    return p;
}

ParamCount count(const Model& m, bool active) {
    ParamCount c;
    const double h = real(m.hidden);
    const double norm = h * (m.norm_bias ? 2 : 1);
    c.embedding = real(m.vocab) * h + real(m.position_rows) * h + m.extra_params;
    c.head = m.tied ? 0 : real(m.vocab) * h;
    if (m.head_bias) c.norms += real(m.vocab);
    c.norms += norm;
    for (const LayerGroup& g : m.layers) {
        const double n = real(g.count);
        const Parts a = attention_params(g.attention, m.hidden);
        c.attention += n * a.linear;
        c.norms += n * (a.small + real(m.norms_per_layer) * norm);
        const Mlp& p = g.mlp;
        switch (p.kind) {
            case MlpKind::none:
                break;
            case MlpKind::gated:
            case MlpKind::plain:
                c.mlp += n * h * real(p.width) * (p.kind == MlpKind::gated ? 3 : 2);
                if (p.bias) c.norms += n * (real(p.width) * (p.kind == MlpKind::gated ? 2 : 1) + h);
                break;
            case MlpKind::moe: {
                const double used = real(active ? std::min(p.experts_per_token, p.experts) : p.experts);
                c.experts += n * used * expert_params(p, m.hidden);
                c.norms += n * used * real(p.expert_bias);
                c.shared += n * real(p.shared_width) * h * (p.plain_experts ? 2 : 3);
                if (p.latent > 0) c.mlp += n * 2 * h * real(p.latent);
                c.router += n * (h * real(p.experts) + (p.shared_gate ? h : 0));
                if (p.router_bias) c.router += n * real(p.experts);
                break;
            }
        }
    }
    return c;
}

bool keeps_all(const Attention& a) {
    return a.kind == AttentionKind::full || a.kind == AttentionKind::mla;
}

}  // namespace

int64_t Model::layer_count() const {
    int64_t n = 0;
    for (const LayerGroup& g : layers) n += g.count;
    return n;
}

double expert_params(const Mlp& m, int64_t hidden) {
    if (m.kind != MlpKind::moe) return 0;
    return real(m.latent > 0 ? m.latent : hidden) * real(m.expert_width) * (m.plain_experts ? 2 : 3);
}

ParamCount count_params(const Model& m) {
    return count(m, false);
}
ParamCount count_active_params(const Model& m) {
    return count(m, true);
}
double total_params(const Model& m) {
    return m.params_counted ? count_params(m).total() : m.published_params;
}
double active_params(const Model& m) {
    if (!m.params_counted && m.published_active > 0) return m.published_active;
    const double counted = count_active_params(m).total();
    return m.params_counted ? counted : std::min(counted, m.published_params);
}

Attention beside(const Attention& a) {
    Attention state = a;
    state.kind = a.beside;
    state.beside = AttentionKind::none;
    return state;
}

void put_beside(Attention& a, const Attention& state) {
    a.beside = state.kind;
    a.state_heads = state.state_heads;
    a.state_k_heads = state.state_k_heads;
    a.state_k_dim = state.state_k_dim;
    a.state_v_dim = state.state_v_dim;
    a.conv_kernel = state.conv_kernel;
    a.state_groups = state.state_groups;
    a.state_inner = state.state_inner;
    a.state_rank = state.state_rank;
    a.bare_state = state.bare_state;
    a.state_fp32 = state.state_fp32;
}

std::string_view kind_id(AttentionKind k) {
    switch (k) {
        case AttentionKind::none:
            return "none";
        case AttentionKind::full:
            return "full";
        case AttentionKind::sliding:
            return "sliding";
        case AttentionKind::chunked:
            return "chunked";
        case AttentionKind::mla:
            return "mla";
        case AttentionKind::compressed:
            return "compressed";
        case AttentionKind::gated_deltanet:
            return "gated_deltanet";
        case AttentionKind::kda:
            return "kda";
        case AttentionKind::lightning:
            return "lightning";
        case AttentionKind::mamba1:
            return "mamba1";
        case AttentionKind::mamba2:
            return "mamba2";
        case AttentionKind::short_conv:
            return "short_conv";
        case AttentionKind::rg_lru:
            return "rg_lru";
        case AttentionKind::cross:
            return "cross";
    }
    return "";
}

namespace {

std::string num(int64_t n) {
    return group_digits(n);
}

// Layers by what they keep.
struct Census {
    int64_t total = 0, full = 0, mla = 0, sliding = 0, chunked = 0, compressed = 0, recurrent = 0, shared = 0,
            attention = 0, moe = 0, window = 0;
    const Attention* main = nullptr;  // the attention with the longest reach: full or MLA if there is one
    const Attention* bounded = nullptr;
    const Attention* state = nullptr;
    const Mlp* experts = nullptr;
    bool sparse = false;
};

int rank_of(const Attention& a) {
    if (keeps_all(a)) return 3;
    if (a.kind == AttentionKind::compressed && a.ratio > 0) return 2;
    return 1;
}

Census census(const Model& m) {
    Census c;
    for (const LayerGroup& g : m.layers) {
        const Attention& a = g.attention;
        c.total += g.count;
        if (g.mlp.kind == MlpKind::moe) {
            c.moe += g.count;
            c.experts = &g.mlp;
        }
        bool attention = true;
        switch (a.kind) {
            case AttentionKind::none:
            case AttentionKind::cross:
                attention = false;
                break;
            case AttentionKind::full:
                c.full += g.count;
                break;
            case AttentionKind::mla:
                c.mla += g.count;
                c.sparse = c.sparse || a.index_dim > 0;
                break;
            case AttentionKind::sliding:
            case AttentionKind::chunked:
                (a.kind == AttentionKind::sliding ? c.sliding : c.chunked) += g.count;
                c.bounded = &a;
                break;
            case AttentionKind::compressed:
                c.compressed += g.count;
                break;
            default:
                c.recurrent += g.count;
                c.state = &a;
                attention = false;
                break;
        }
        if (!attention) continue;
        c.attention += g.count;
        if (!a.owns_cache) c.shared += g.count;
        if (!c.main || rank_of(a) > rank_of(*c.main)) c.main = &a;
    }
    return c;
}

std::string grouping(const Attention& a) {
    if (a.kv_heads == a.q_heads) return "MHA " + num(a.q_heads);
    if (a.kv_heads == 1) return "MQA " + num(a.q_heads) + ":1";
    return "GQA " + num(a.q_heads) + ":" + num(a.kv_heads);
}

std::string width_of(const Attention& a) {
    std::string s = num(a.k_dim);
    if (a.v_dim != a.k_dim) s += "/" + num(a.v_dim);
    return s + " wide";
}

std::string_view state_name(AttentionKind k) {
    switch (k) {
        case AttentionKind::gated_deltanet:
            return "Gated DeltaNet";
        case AttentionKind::kda:
            return "Kimi Delta Attention";
        case AttentionKind::lightning:
            return "lightning attention";
        case AttentionKind::mamba1:
            return "Mamba";
        case AttentionKind::short_conv:
            return "short convolutions";
        case AttentionKind::rg_lru:
            return "RG-LRU";
        default:
            return "Mamba-2";
    }
}

}  // namespace

std::string attention_summary(const Model& m) {
    const Census c = census(m);
    std::string s;
    if (!c.main) {
        s = std::string(c.state ? state_name(c.state->kind) : "no attention");
        return s + ", " + num(c.total) + " layers";
    }
    const Attention& a = *c.main;
    switch (a.kind) {
        case AttentionKind::mla:
            s = "MLA " + num(a.kv_lora_rank) + "+" + num(a.rope_dim) + (c.sparse ? " with sparse indexer" : "");
            break;
        case AttentionKind::compressed:
            s = "compressed attention, window " + num(a.window);
            break;
        default:
            s = grouping(a) + ", " + width_of(a);
            break;
    }
    if (c.sliding > 0)
        s += ", window " + num(c.bounded->window) + (c.sliding == c.total ? "" : " on " + num(c.sliding));
    if (c.chunked > 0) s += ", chunks of " + num(c.bounded->window) + " on " + num(c.chunked);
    if (c.recurrent > 0) s += ", " + std::string(state_name(c.state->kind)) + " on " + num(c.recurrent);
    return s + ", " + num(c.total) + " layers";
}

std::vector<std::string> model_card(const Model& m) {
    const Census c = census(m);
    std::vector<std::string> lines;
    const Reading total = format_params(total_params(m));
    // 1: size and experts
    std::string one = total.text() + " parameters in " + num(c.total) + " layers";
    if (c.experts) {
        one += "; each token uses " + num(c.experts->experts_per_token) + " of " + num(c.experts->experts) + " experts";
        if (c.moe < c.total) one += " in " + num(c.moe) + " layers";
        one += " (" + format_params(active_params(m)).text() + " active), yet all must be in memory.";
    } else {
        one += ", all used for every token.";
    }
    lines.push_back(one);
    // 2: what is special about its attention
    std::string two;
    if (!c.main) {
        two = "No attention: " + std::string(c.state ? state_name(c.state->kind) : "only MLPs") + ".";
    } else {
        const Attention& a = *c.main;
        if (a.kind == AttentionKind::mla)
            two = "Latent attention (MLA): all " + num(a.q_heads) + " heads share one vector of " +
                  num(a.kv_lora_rank) + " + " + num(a.rope_dim) + " values per token" +
                  (c.sparse ? "; an indexer picks the " + num(a.index_topk) + " tokens to read." : ".");
        else if (a.kind == AttentionKind::compressed)
            two =
                "Compressed attention: one entry for several tokens, and a window of " + num(a.window) + " exact ones.";
        else if (a.kv_heads == a.q_heads)
            two = "Multi-head attention: each of " + num(a.q_heads) + " heads keeps its own K and V, " + width_of(a) +
                  ".";
        else if (a.kv_heads == 1)
            two = "Multi-query attention: " + num(a.q_heads) + " query heads share one K and V head, " + width_of(a) +
                  ".";
        else
            two = "Grouped-query attention: " + num(a.q_heads) + " query heads share " + num(a.kv_heads) +
                  " K and V heads, " + width_of(a) + ".";
    }
    if (c.recurrent > 0 && c.main)
        two += " " + num(c.recurrent) + " of " + num(c.total) + " layers are " +
               std::string(state_name(c.state->kind)) + ".";
    else if (c.sliding > 0 && c.sliding < c.attention)
        two += " " + num(c.sliding) + " of " + num(c.attention) + " layers see only the last " +
               num(c.bounded->window) + " tokens.";
    else if (c.sliding > 0)
        two += " Every layer sees only the last " + num(c.bounded->window) + " tokens.";
    else if (c.chunked > 0)
        two += " " + num(c.chunked) + " of " + num(c.attention) + " layers see only their chunk of " +
               num(c.bounded->window) + " tokens.";
    lines.push_back(two);
    // 3: what that does to the cache
    std::string three;
    if (!c.main) {
        three = "No cache grows: only a constant state per sequence.";
    } else if (c.recurrent > 0) {
        three = "Only " + num(c.full + c.mla) +
                " layers grow with the context; the others keep a constant state per sequence.";
    } else if (c.compressed > 0) {
        three = "The cache grows by a small fraction of a token's keys and values; windows stay bounded.";
    } else if (c.sliding + c.chunked > 0 && c.full + c.mla == 0) {
        three = "The cache stops growing once the window is full.";
    } else if (c.sliding + c.chunked > 0) {
        three =
            "Beyond " + num(c.bounded->window) + " tokens only " + num(c.full + c.mla - 0) + " layers keep growing.";
    } else if (c.main->kind == AttentionKind::mla) {
        const double per_head = real(2 * c.main->q_heads) * real(std::max<int64_t>(c.main->v_dim, 1));
        three = "One vector instead of K and V per head: a token costs " +
                fixed(per_head / real(c.main->kv_lora_rank + c.main->rope_dim), 0) +
                " times less than with full heads.";
    } else if (c.main->kv_heads < c.main->q_heads) {
        three = "Sharing makes the cache " + significant(real(c.main->q_heads) / real(c.main->kv_heads), 2) +
                " times smaller than with as many K and V heads as queries.";
    } else {
        three = "Nothing is shared: the cache is as large as it gets for this width and depth.";
    }
    if (c.shared > 0) three += " " + num(c.shared) + " layers reuse the cache of an earlier one.";
    lines.push_back(three);
    return lines;
}

}  // namespace kvx::core
