#include "core/memory/kv_variants.h"

#include <algorithm>

#include "core/format.h"
#include "core/memory/kv_cache.h"

namespace kvx::core {

namespace {

constexpr int64_t kWindow = 4096;  // Mistral 7B v0.1, Gemma 2

bool keeps_tokens(const Attention& a) {
    return a.kind == AttentionKind::full || a.kind == AttentionKind::sliding || a.kind == AttentionKind::chunked ||
           a.kind == AttentionKind::mla || a.kind == AttentionKind::compressed;
}

// The equivalent plain attention: every query head with its own keys and values.
Attention plain_of(const Attention& a, const Model& m) {
    Attention out;
    out.q_heads = std::max<int64_t>(1, a.q_heads);
    out.kv_heads = out.q_heads;
    out.k_dim = a.kind == AttentionKind::mla ? a.nope_dim + a.rope_dim : a.k_dim;
    if (out.k_dim <= 0) out.k_dim = std::max<int64_t>(1, m.hidden / out.q_heads);
    out.v_dim = a.v_dim > 0 ? a.v_dim : out.k_dim;
    return out;
}

// Every layer that keeps tokens, one by one, rewritten by `change(layer number, attention)`.
template <class Change>
Model rewritten(const Model& m, Change change) {
    Model out = m;
    out.layers.clear();
    int64_t number = 0;
    for (const LayerGroup& g : m.layers) {
        if (!keeps_tokens(g.attention)) {
            out.layers.push_back(g);
            continue;
        }
        for (int64_t i = 0; i < g.count; ++i, ++number) {
            LayerGroup one = g;
            one.count = 1;
            one.attention = change(number, plain_of(g.attention, m));
            if (!out.layers.empty() && out.layers.back().attention == one.attention && out.layers.back().mlp == one.mlp)
                ++out.layers.back().count;
            else
                out.layers.push_back(one);
        }
    }
    return out;
}

Bytes total(const Model& m, const std::vector<Tokens>& lengths, CacheFormat kv) {
    Bytes sum, last;
    int64_t length = -1;
    for (const Tokens t : lengths) {
        if (t.value != length) {
            length = t.value;
            last = kv_bytes(m, t, kv);
        }
        sum += last;
    }
    return sum;
}

// Each makes one layer's attention from the model's own, as plain_of() gives it. `shared`: cached heads where they are
// grouped.
Attention with_heads(Attention a, int64_t heads) {
    a.kv_heads = std::min(heads, a.q_heads);
    return a;
}
Attention latent(Attention a) {  // DeepSeek-V2
    a.kind = AttentionKind::mla;
    a.kv_lora_rank = 512;
    a.rope_dim = 64;
    a.nope_dim = a.k_dim;
    return a;
}
Attention five_of_six_windowed(int64_t layer, Attention a, int64_t shared) {
    a.kv_heads = shared;
    if (layer % 6 != 5) a.kind = AttentionKind::sliding, a.window = kWindow;
    return a;
}
Attention three_of_four_linear(int64_t layer, Attention a, int64_t shared) {
    a.kv_heads = shared;
    if (layer % 4 == 3) return a;
    Attention s;  // the layer of Qwen3-Next
    s.kind = AttentionKind::gated_deltanet;
    s.state_heads = 32;
    s.state_k_heads = 16;
    s.state_k_dim = s.state_v_dim = 128;
    s.conv_kernel = 4;
    return s;
}
Attention every_second_cached(int64_t layer, Attention a, int64_t shared) {
    a.kv_heads = shared;
    a.owns_cache = layer % 2 == 0;
    return a;
}

const Attention* first_that_keeps_tokens(const Model& m) {
    for (const LayerGroup& g : m.layers)
        if (keeps_tokens(g.attention)) return &g.attention;
    return nullptr;
}

// At most 8 groups of equal size (Ainslie et al. 2023).
int64_t grouped_heads(int64_t q_heads) {
    for (int64_t h = std::min<int64_t>(8, q_heads); h > 1; --h)
        if (q_heads % h == 0) return h;
    return 1;
}

}  // namespace

std::vector<KvVariant> kv_variants(const InferenceInput& in) {
    std::vector<KvVariant> out;
    const Model& m = in.whole ? *in.whole : *in.model;
    const Attention* first = first_that_keeps_tokens(m);
    if (!first) return out;
    const int64_t q_heads = plain_of(*first, m).q_heads, shared = grouped_heads(q_heads);
    const Bytes now = total(m, in.lengths, in.cache());
    out.push_back({"now", "As it is", attention_summary(m) + ", " + label_of(in.cache()), "the model’s own config", now,
                   1, true});
    const auto add = [&](const char* id, std::string name, std::string what, const char* source, const Model& model,
                         CacheFormat kv) {
        const Bytes b = total(model, in.lengths, kv);
        out.push_back({id, std::move(name), std::move(what), source, b, now.value > 0 ? b / now : 1, false});
    };
    const auto add_attention = [&](const char* id, const std::string& name, const std::string& what, const char* source,
                                   auto change) { add(id, name, what, source, rewritten(m, change), in.cache()); };
    const auto heads = [](int64_t n) { return [n](int64_t, Attention a) { return with_heads(a, n); }; };
    const auto grouped = [shared](Attention (*change)(int64_t, Attention, int64_t)) {
        return [=](int64_t layer, Attention a) { return change(layer, a, shared); };
    };
    const std::string q = group_digits(q_heads), s = group_digits(shared);
    add_attention("mha", "Multi-head", "Keys and values for each of " + q + " query heads",
                  "Vaswani et al. 2017, arXiv 1706.03762", heads(q_heads));
    add_attention("gqa", "Grouped, " + s + " heads", q + " query heads share " + s,
                  "Ainslie et al. 2023, GQA, arXiv 2305.13245", heads(shared));
    add_attention("mqa", "Multi-query", q + " query heads share one", "Shazeer 2019, arXiv 1911.02150", heads(1));
    add_attention("mla", "Latent", "One vector of 512 + 64 for keys and values", "DeepSeek-V2, arXiv 2405.04434",
                  [](int64_t, Attention a) { return latent(a); });
    add_attention("window", "Sliding window",
                  "5 of 6 layers keep " + short_tokens({kWindow}) + " tokens, heads grouped",
                  "Gemma 3, arXiv 2503.19786", grouped(five_of_six_windowed));
    add_attention("linear", "Hybrid linear", "3 of 4 layers keep a constant state, heads grouped",
                  "Gated DeltaNet, arXiv 2412.06464; Qwen3-Next", grouped(three_of_four_linear));
    add_attention("shared", "Shared between layers", "Every second layer reuses the one before, heads grouped",
                  "Brandon et al. 2024, CLA, arXiv 2405.12981", grouped(every_second_cached));
    add("fp8", "In FP8", "As it is, one byte a value", "vLLM, fp8 KV cache", m, Dtype::fp8);
    add("int4", "In INT4", "As it is, half a byte and a scale", "Liu et al. 2024, KIVI, arXiv 2402.02750", m,
        Dtype::int4);
    return out;
}

}  // namespace kvx::core
