#include "core/catalog/checkpoint/gguf_layers.h"

#include <algorithm>
#include <cmath>

#include "core/catalog/checkpoint/names.h"

namespace kvx::core {

namespace {

constexpr double kWidest = 1048576;           // 2^20: as of a config.json
constexpr double kLongest = 1099511627776.0;  // 2^40 tokens
constexpr int64_t kLlama4Chunk = 8192;        // llama.cpp, src/models/llama4.cpp

int64_t whole(double n, int64_t otherwise, double most) {
    return n >= 0 && n <= most && n == std::floor(n) ? static_cast<int64_t>(n) : otherwise;
}

int64_t narrow(uint64_t n) {
    return static_cast<int64_t>(std::min<uint64_t>(n, static_cast<uint64_t>(kWidest)));
}

}  // namespace

GgufFields::GgufFields(const GgufHeader& file) : file_(file) {
    const GgufValue* v = file.find("general.architecture");
    if (v != nullptr) architecture_ = shown_name(v->text, 60);
}

const GgufValue* GgufFields::find(std::string_view field) const {
    return file_.find(architecture_ + "." + std::string(field));
}

int64_t GgufFields::number(std::string_view field, int64_t otherwise, double most) const {
    const GgufValue* v = find(field);
    return v != nullptr && v->kind == GgufValue::Kind::number ? whole(v->number, otherwise, most) : otherwise;
}

int64_t GgufFields::of_layer(std::string_view field, int64_t layer, int64_t otherwise) const {
    const GgufValue* v = find(field);
    if (v == nullptr || v->kind != GgufValue::Kind::list) return number(field, otherwise);
    const auto at = static_cast<size_t>(layer);
    return at < v->list.size() ? whole(v->list[at], otherwise, kWidest) : otherwise;
}

const GgufTensor* GgufLayer::find(std::string_view rest) const {
    const auto found = tensors_.find(rest);
    return found == tensors_.end() ? nullptr : found->second;
}
bool GgufLayer::any(std::string_view prefix) const {
    const auto from = tensors_.lower_bound(prefix);
    return from != tensors_.end() && from->first.starts_with(prefix);
}
int64_t GgufLayer::columns(std::string_view rest) const {
    const GgufTensor* t = find(rest);
    return t == nullptr ? 0 : narrow(t->dims[0]);
}
int64_t GgufLayer::rows(std::string_view rest) const {
    const GgufTensor* t = find(rest);
    return t == nullptr ? 0 : narrow(t->dims[1]);
}

int64_t GgufLayerReader::window_of(int64_t i) const {
    const bool silent = !fields.has("attention.sliding_window");
    const int64_t window =
        architecture.chunked && silent ? kLlama4Chunk : fields.number("attention.sliding_window", 0, kLongest);
    if (window <= 0) return 0;
    const GgufValue* pattern = fields.find("attention.sliding_window_pattern");
    if (pattern != nullptr && pattern->kind == GgufValue::Kind::list)
        return fields.of_layer("attention.sliding_window_pattern", i, 0) != 0 ? window : 0;
    const int64_t period = fields.number("attention.sliding_window_pattern", architecture.period);
    if (period <= 0) return 0;
    const bool full = architecture.full_first ? i % period == 0 : i % period == period - 1;
    return full ? 0 : (architecture.chunked ? kLlama4Chunk : window);
}

Attention GgufLayerReader::heads(const GgufLayer& t, int64_t i) {
    Attention a;
    a.window = window_of(i);
    a.kind = a.window == 0          ? AttentionKind::full
             : architecture.chunked ? AttentionKind::chunked
                                    : AttentionKind::sliding;
    a.q_heads = fields.of_layer("attention.head_count", i, 0);
    a.kv_heads = fields.of_layer("attention.head_count_kv", i, a.q_heads);
    if (a.q_heads <= 0 || a.kv_heads <= 0 || a.kv_heads > a.q_heads) {
        error =
            "This GGUF file does not say how many heads layer " + std::to_string(i) + " has (attention.head_count).";
        return a;
    }
    const bool windowed = a.window > 0 && fields.has("attention.key_length_swa");
    a.k_dim = fields.number(windowed ? "attention.key_length_swa" : "attention.key_length", hidden / a.q_heads);
    a.v_dim = fields.number(windowed ? "attention.value_length_swa" : "attention.value_length", a.k_dim);
    const int64_t k = t.rows("attn_k.weight"), v = t.rows("attn_v.weight"), q = t.rows("attn_q.weight");
    if (k > 0 && k % a.kv_heads == 0) a.k_dim = k / a.kv_heads;
    if (v > 0 && v % a.kv_heads == 0) a.v_dim = v / a.kv_heads;
    a.v_is_k = k > 0 && v == 0;
    if (a.v_is_k) a.v_dim = a.k_dim;
    if (a.k_dim <= 0 || a.v_dim <= 0) error = "This GGUF file does not say how wide a head is (attention.key_length).";
    a.output_gate = q == 2 * a.q_heads * a.k_dim || t.rows("attn_gate.weight") == a.q_heads * a.v_dim;
    a.qkv_bias = t.has("attn_q.bias") || t.has("attn_qkv.bias");
    a.o_bias = t.has("attn_output.bias");
    if (const GgufTensor* norm = t.find("attn_q_norm.weight")) {
        a.qk_norm_wide = norm->elements() > static_cast<uint64_t>(a.k_dim);
        a.qk_norm = !a.qk_norm_wide;
    }
    a.sinks = t.has("attn_sinks.weight") || t.has("attn_sinks");
    a.owns_cache = i < layers - fields.number("attention.shared_kv_layers", 0);
    return a;
}

// Multi-head latent attention: newer files give the widths before compression (…_mla), older ones the heads' own.
Attention GgufLayerReader::latent(const GgufLayer& t, int64_t i) {
    Attention a;
    a.kind = AttentionKind::mla;
    a.q_heads = fields.of_layer("attention.head_count", i, 0);
    a.kv_lora_rank = fields.number("attention.kv_lora_rank", t.columns("attn_kv_a_norm.weight"));
    a.rope_dim = std::max<int64_t>(t.rows("attn_kv_a_mqa.weight") - a.kv_lora_rank, 0);
    const int64_t key = fields.number("attention.key_length_mla", fields.number("attention.key_length", 0));
    a.nope_dim = key - a.rope_dim;
    a.v_dim = fields.number("attention.value_length_mla", fields.number("attention.value_length", 0));
    a.k_dim = a.v_dim;
    a.q_lora_rank = t.rows("attn_q_a.weight");
    if (fields.has("attention.indexer.top_k") && t.any("indexer.")) {
        a.index_topk = fields.number("attention.indexer.top_k", 0, kLongest);
        a.index_heads = fields.number("attention.indexer.head_count", 0);
        a.index_dim = fields.number("attention.indexer.key_length", 0);
    }
    if (a.q_heads <= 0 || a.kv_lora_rank <= 0 || a.nope_dim <= 0 || a.v_dim <= 0)
        error =
            "This GGUF file does not describe its latent attention (attention.kv_lora_rank, key_length_mla, "
            "value_length_mla).";
    return a;
}

// llama.cpp keeps states in FP32 (llama-model.cpp: create_memory).
Attention GgufLayerReader::state(const GgufLayer& t, int64_t i) const {
    Attention a;
    a.conv_kernel = std::clamp<int64_t>(fields.number("ssm.conv_kernel", 4), 1, 64);
    a.state_fp32 = true;
    const int64_t inner = fields.number("ssm.inner_size", 0), size = fields.number("ssm.state_size", 0);
    const int64_t ranks = fields.number("ssm.time_step_rank", 0), groups = fields.number("ssm.group_count", 0);
    if (fields.has("kda.head_dim")) {
        a.kind = AttentionKind::kda;
        a.state_heads = a.state_k_heads = fields.of_layer("attention.head_count", i, 0);
        a.state_k_dim = a.state_v_dim = fields.number("kda.head_dim", 0);
    } else if (architecture.delta) {
        a.kind = AttentionKind::gated_deltanet;
        a.state_heads = ranks;
        a.state_k_heads = groups;
        a.state_k_dim = size;
        a.state_v_dim = ranks > 0 ? inner / ranks : 0;
    } else if (t.has("ssm_x.weight")) {
        a.kind = AttentionKind::mamba1;
        a.state_inner = inner;
        a.state_rank = ranks;
        a.state_k_dim = size;
        a.bare_state = !t.has("ssm_dt_norm.weight");
    } else {
        a.kind = AttentionKind::mamba2;
        a.state_heads = ranks;
        a.state_v_dim = ranks > 0 ? inner / ranks : 0;
        a.state_k_dim = size;
        a.state_groups = std::max<int64_t>(groups, 1);
        a.bare_state = !t.has("ssm_norm.weight");
    }
    return a;
}

Mlp GgufLayerReader::experts(const GgufLayer& t, int64_t i) const {
    Mlp m;
    m.kind = MlpKind::moe;
    m.experts = fields.of_layer("expert_count", i, 0);
    m.experts_per_token = fields.of_layer("expert_used_count", i, 1);
    const bool stacked = t.has("ffn_down_exps.weight");
    const std::string_view down = stacked ? "ffn_down_exps.weight" : "ffn_down.0.weight";
    if (const GgufTensor* all = t.find("ffn_down_exps.weight")) m.experts = narrow(all->dims[2]);
    m.expert_width = t.columns(down);
    if (t.rows(down) != hidden) m.latent = t.rows(down);
    m.plain_experts = !t.has("ffn_gate_exps.weight") && !t.has("ffn_gate.0.weight") &&
                      t.rows("ffn_up_exps.weight") != 2 * m.expert_width && !t.has("ffn_gate_up_exps.weight");
    m.shared_width = t.columns("ffn_down_shexp.weight");
    if (m.shared_width == 0) m.shared_width = t.columns("ffn_down.weight");  // a dense MLP beside the experts
    m.shared_gate = t.has("ffn_gate_inp_shexp.weight");
    m.router_bias = t.any("exp_probs_b") || t.has("ffn_gate_inp.bias");
    for (const char* name : {"ffn_gate_exps.bias", "ffn_up_exps.bias", "ffn_down_exps.bias"})
        m.expert_bias += t.columns(name);
    return m;
}

Mlp GgufLayerReader::dense(const GgufLayer& t) const {
    Mlp m;
    m.width = t.columns("ffn_down.weight");
    m.bias = t.has("ffn_down.bias");
    const bool gated = t.has("ffn_gate.weight") || t.rows("ffn_up.weight") == 2 * m.width;
    m.kind = m.width == 0 ? MlpKind::none : gated ? MlpKind::gated : MlpKind::plain;
    return m;
}

LayerGroup GgufLayerReader::read(const GgufLayer& t, int64_t i) {
    LayerGroup g;
    const bool attends = t.has("attn_q.weight") || t.has("attn_qkv.weight") || t.has("attn_k.weight");
    const bool has_state = t.any("ssm_"), folded = architecture.delta || fields.has("kda.head_dim");
    g.attention.kind = AttentionKind::none;
    if (t.any("time_mix_")) {
        error = "Layer " + std::to_string(i) + " of this GGUF file is recurrent (RWKV): its state is not counted here.";
    } else if (t.has("attn_kv_a_mqa.weight")) {
        g.attention = latent(t, i);
    } else if (has_state && (!attends || folded)) {
        g.attention = state(t, i);
    } else if (t.has("shortconv.in_proj.weight")) {
        g.attention.kind = AttentionKind::short_conv;
        g.attention.state_inner = hidden;
        g.attention.conv_kernel = std::clamp<int64_t>(fields.number("shortconv.l_cache", 3), 1, 64);
    } else if (attends) {
        g.attention = heads(t, i);
        if (has_state) put_beside(g.attention, state(t, i));
    }
    const bool moe = t.has("ffn_down_exps.weight") || t.has("ffn_down.0.weight");
    g.mlp = moe ? experts(t, i) : dense(t);
    const bool none = g.attention.kind == AttentionKind::none && g.mlp.kind == MlpKind::none;
    if (none && error.empty() && t.tensors().empty())
        error = "Layer " + std::to_string(i) + " is missing from this GGUF file.";
    return g;
}

}  // namespace kvx::core
