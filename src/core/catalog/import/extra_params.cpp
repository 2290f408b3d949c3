#include "core/catalog/import/extra_params.h"

#include <algorithm>

#include "core/number.h"

namespace kvx::core::hf {

namespace {

template <class F>
double over_layers(const Model& m, F each) {
    double sum = 0;
    for (const LayerGroup& g : m.layers) sum += real(g.count) * each(g);
    return sum;
}

// Per-layer embeddings (Gemma 3n and 4): one table, its projection, and a gate per layer.
double layer_embeddings(Reader& r, const Model& m) {
    const auto layers = real(m.layer_count());
    const double beside = real(r.number(Size::layer_embedding, 0)), h = real(m.hidden);
    if (beside <= 0) return 0;
    const double words = real(r.number(Size::layer_embedding_vocab, m.vocab));
    return words * layers * beside + h * layers * beside + beside + layers * (2 * h * beside + h);
}

// Gemma3nTextModel: LAuReL, AltUp, and the unused K and V projections of the layers that share a cache.
double gemma3n(Reader& r, const Model& m) {
    const double h = real(m.hidden), rank = real(r.whole("laurel_rank", 64)), n = real(r.whole("altup_num_inputs", 4));
    const double laurel = 2 * h * rank + h, altup = n * n * n + n * n + h * n + 2 * h;
    return real(m.layer_count()) * (laurel + altup) + 2 * (n - 1) * h * h + over_layers(m, [&](const LayerGroup& g) {
               const Attention& a = g.attention;
               return a.owns_cache ? 0.0 : h * real(a.kv_heads * (a.k_dim + a.v_dim));
           });
}

// Zamba2HybridLayer: the shared blocks once (attention over hidden and embedding together, an MLP, two norms), and for
// each use of one a projection and its low-rank adapters.
double shared_blocks(Reader& r, const Model& m) {
    const double h = real(m.hidden), blocks = real(std::max<int64_t>(r.whole("num_mem_blocks", 1), 1));
    const double width = real(r.number(Size::width, 4 * m.hidden)), rank = real(r.whole("adapter_rank", 128));
    double uses = 0, attention = 0, queries = 0;
    for (const LayerGroup& g : m.layers)
        if (g.attention.beside != AttentionKind::none) {
            uses += real(g.count);
            queries = real(g.attention.q_heads * g.attention.k_dim);
            attention = 2 * h * (queries + 2 * real(g.attention.kv_heads * g.attention.k_dim)) + queries * h;
        }
    double adapters = h * h;
    if (r.flag("use_shared_mlp_adapter", true)) adapters += h * rank + rank * 2 * width;
    if (r.flag("use_shared_attention_adapter")) adapters += 3 * (2 * h * rank + rank * queries);
    return blocks * (attention + 3 * h * width + 3 * h) + uses * adapters;
}

// NgramEmbedding of LongCat: (neighbours - 1) × splits tables, each with its projection to hidden.
double ngram_embeddings(const Reader& r, const Model& m) {
    const double tables = real((r.whole("emb_neighbor_num", 4, 64) - 1) * r.whole("emb_split_num", 4, 64));
    if (tables < 1) return 0;
    const double rows = real(r.whole("ngram_vocab_size_ratio", 78)) * real(m.vocab) + tables;  // odd numbers on average
    const double width = real(m.hidden / static_cast<int64_t>(tables));
    return tables * (rows * width + width * real(m.hidden));
}

// A gate for each head beside the query (Step-3.5, Laguna).
double head_gates(const Model& m) {
    return over_layers(m, [&](const LayerGroup& g) { return real(m.hidden * g.attention.q_heads); });
}

double moe_layers(const Model& m) {
    return over_layers(m, [](const LayerGroup& g) { return g.mlp.kind == MlpKind::moe ? 1.0 : 0.0; });
}

// Manifold-constrained hyper-connections: mixing matrices over hc_mult residual streams, before and after both halves
// of a layer, and once at the end (arXiv 2512.24880; DeepSeek-V4 inference code).
double hyper_connections(const Reader& r, const Model& m) {
    const double n = real(r.whole("hc_mult", 0, 64));
    if (n <= 1) return 0;
    const double mix = (2 + n) * n;
    return real(m.layer_count()) * 2 * (mix * n * real(m.hidden) + mix + 3) + n * n * real(m.hidden) + n + 1;
}

}  // namespace

double extra_params(Reader& r, const Model& m, const Architecture& arch) {
    const double h = real(m.hidden);
    double sum = layer_embeddings(r, m) + hyper_connections(r, m);
    if (arch.type == "bloom") sum += 2 * h;  // word_embeddings_layernorm
    if (arch.type == "gemma3n" || arch.type == "gemma3n_text") sum += gemma3n(r, m);
    if (arch.has(kSharedBlocks)) sum += shared_blocks(r, m);
    if (arch.type == "step3p5" && r.flag("use_head_wise_attn_gate", true)) sum += head_gates(m);
    if (arch.type == "laguna" && r.flag("gating", true)) sum += head_gates(m);
    if (arch.type == "klear") sum += moe_layers(m) * (2 * h + 2);  // KlearMoE: a learned weighting of both parts
    if (arch.has(kDoubled)) sum += moe_layers(m) * real(r.whole("zero_expert_num", 0)) * (h + 1);  // rows of the router
    if (arch.type == "longcat_flash_ngram") sum += ngram_embeddings(r, m);
    if (arch.type == "mllama_text_model") {
        sum += 8 * h;  // embed_tokens has eight rows for images
        sum += over_layers(m, [](const LayerGroup& g) { return g.attention.kind == AttentionKind::cross ? 2.0 : 0.0; });
    }
    if (arch.type == "baichuan_m1") {  // conv_k and conv_v: taps of each head
        const double taps = 2 * real(r.whole("conv_window", 2, 64));
        sum += over_layers(m, [&](const LayerGroup& g) { return taps * real(g.attention.kv_heads); });
    }
    return sum;
}

}  // namespace kvx::core::hf
