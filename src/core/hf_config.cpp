#include "core/hf_config.h"

#include <algorithm>
#include <cmath>

#include "core/json.h"

namespace kvx::core {

namespace {

using Kind = JsonValue::Kind;
constexpr double kLargest = 1099511627776.0;  // 2^40
constexpr int64_t kMostLayers = 4096;

// Reads fields and keeps account of what was missing or assumed.
class Reader {
  public:
    Reader(JsonValue root, ConfigImport& out) : root_(root), out_(out) {}
    JsonValue at(std::string_view key) const { return root_[key]; }
    bool has(std::string_view key) const { return root_[key].is(Kind::number); }
    int64_t need(std::initializer_list<std::string_view> names) {
        for (const std::string_view name : names) {
            const int64_t v = number(name, 0);
            if (v > 0) return v;
        }
        out_.missing.emplace_back(*names.begin());
        return 0;
    }
    int64_t number(std::string_view key, int64_t otherwise) const {
        const JsonValue v = root_[key];
        if (!v.is(Kind::number)) return otherwise;
        const double n = v.number();
        return n >= 0 && n <= kLargest && n == std::floor(n) ? static_cast<int64_t>(n) : otherwise;
    }
    int64_t assume(std::string_view key, int64_t value, std::string_view why) {
        if (has(key)) return number(key, value);
        out_.assumed.push_back(std::string(key) + " = " + std::to_string(value) + " (" + std::string(why) + ")");
        return value;
    }
    bool flag(std::string_view key, bool otherwise = false) const { return root_[key].boolean(otherwise); }
    std::string_view text(std::string_view key) const { return root_[key].text(); }

  private:
    JsonValue root_;
    ConfigImport& out_;
};

bool contains(std::string_view s, std::string_view part) { return s.find(part) != std::string_view::npos; }

Attention full_attention(Reader& r, int64_t hidden, std::string_view type) {
    Attention a;
    a.q_heads = r.need({"num_attention_heads", "n_head"});
    a.kv_heads = r.number("num_key_value_heads", r.flag("multi_query") ? 1 : a.q_heads);
    a.k_dim = r.number("head_dim", a.q_heads > 0 ? hidden / a.q_heads : 0);  // explicit width first: hidden / heads is wrong for Gemma, Qwen3 …
    a.v_dim = r.number("v_head_dim", a.k_dim);
    a.qkv_bias = r.flag("attention_bias", type == "qwen2" || type == "qwen2_moe" || type == "gpt2");
    a.o_bias = type == "gpt2" || type == "gpt_oss" || type == "phimoe";
    a.qk_norm = contains(type, "qwen3") || contains(type, "gemma3") || r.flag("use_qk_norm");
    a.output_gate = contains(type, "qwen3_next") || contains(type, "qwen3_5");
    a.sinks = type == "gpt_oss";
    return a;
}

Attention latent_attention(Reader& r) {
    Attention a;
    a.kind = AttentionKind::mla;
    a.q_heads = r.need({"num_attention_heads"});
    a.kv_heads = 1;
    a.kv_lora_rank = r.need({"kv_lora_rank"});
    a.rope_dim = r.need({"qk_rope_head_dim"});
    a.nope_dim = r.need({"qk_nope_head_dim"});
    a.v_dim = r.need({"v_head_dim"});
    a.k_dim = a.nope_dim + a.rope_dim;
    a.q_lora_rank = r.number("q_lora_rank", 0);
    a.index_dim = r.number("index_head_dim", 0);
    a.index_heads = r.number("index_n_heads", 0);
    a.index_topk = r.number("index_topk", 0);
    return a;
}

Attention delta_attention(Reader& r) {
    Attention a;
    a.kind = AttentionKind::gated_deltanet;
    a.state_heads = r.need({"linear_num_value_heads"});
    a.state_k_heads = r.need({"linear_num_key_heads"});
    a.state_k_dim = r.need({"linear_key_head_dim"});
    a.state_v_dim = r.need({"linear_value_head_dim"});
    a.conv_kernel = r.number("linear_conv_kernel_dim", 4);
    a.state_fp32 = r.text("mamba_ssm_dtype") == "float32";
    return a;
}

Mlp dense_mlp(Reader& r, int64_t hidden, std::string_view type) {
    Mlp m;
    if (type == "gpt2" || type == "opt" || type == "gpt_bigcode") {
        m.kind = MlpKind::plain;
        m.width = r.number("n_inner", r.number("ffn_dim", 4 * hidden));
        m.bias = true;
    } else {
        m.width = r.need({"intermediate_size", "ffn_dim"});
    }
    return m;
}

int64_t expert_count(Reader& r) { return std::max({r.number("num_local_experts", 0), r.number("n_routed_experts", 0), r.number("num_experts", 0)}); }

Mlp moe_mlp(Reader& r, std::string_view type) {
    Mlp m;
    m.kind = MlpKind::moe;
    m.experts = expert_count(r);
    m.experts_per_token = r.need({"num_experts_per_tok", "moe_top_k"});
    m.expert_width = r.number("moe_intermediate_size", 0);
    if (m.expert_width == 0) m.expert_width = r.need({"intermediate_size"});
    m.shared_width = r.number("shared_expert_intermediate_size", r.number("n_shared_experts", 0) * m.expert_width);
    m.shared_gate = contains(type, "qwen") && m.shared_width > 0;
    m.router_bias = type == "deepseek_v3" || type == "deepseek_v32" || type == "kimi_k2" || type == "gpt_oss" || contains(type, "glm4_moe");
    if (type == "gpt_oss") m.expert_bias = 3 * m.expert_width;
    return m;
}

// Which layers forget, from an explicit list or the pattern of the family.
AttentionKind kind_of_layer(Reader& r, std::string_view type, int64_t i, JsonValue listed) {
    const std::string_view name = listed.text();
    if (contains(name, "sliding")) return AttentionKind::sliding;
    if (contains(name, "chunked")) return AttentionKind::chunked;
    if (contains(name, "linear")) return AttentionKind::gated_deltanet;
    if (contains(name, "full")) return AttentionKind::full;
    const int64_t window = r.number("sliding_window", 0);
    if (type == "qwen3_next" || contains(type, "qwen3_5")) return (i + 1) % r.number("full_attention_interval", 4) == 0 ? AttentionKind::full : AttentionKind::gated_deltanet;
    if (contains(type, "llama4")) return (i + 1) % 4 == 0 ? AttentionKind::full : AttentionKind::chunked;
    if (window <= 0 || window >= r.number("max_position_embeddings", window + 1)) return AttentionKind::full;
    if (contains(type, "gemma2")) return i % 2 == 0 ? AttentionKind::sliding : AttentionKind::full;
    if (contains(type, "gemma3")) return (i + 1) % r.number("sliding_window_pattern", 6) == 0 ? AttentionKind::full : AttentionKind::sliding;
    if (type == "gpt_oss") return i % 2 == 0 ? AttentionKind::sliding : AttentionKind::full;
    if (contains(type, "qwen")) return r.flag("use_sliding_window") && i >= r.number("max_window_layers", 0) ? AttentionKind::sliding : AttentionKind::full;
    return type == "mistral" || type == "mixtral" || contains(type, "phi") ? AttentionKind::sliding : AttentionKind::full;
}

std::string list_of(const std::vector<std::string>& fields) {
    std::string out;
    for (const std::string& f : fields) out += (out.empty() ? "" : ", ") + f;
    return out;
}

const char* const kUnsupported[] = {"mamba", "jamba", "nemotron_h", "kimi_linear", "deepseek_v4", "minimax_m1", "zamba", "rwkv"};

}  // namespace

ConfigImport import_config(std::string_view json) {
    ConfigImport out;
    JsonText text;
    const std::string bad = text.parse(json);
    if (!bad.empty()) {
        out.error = "This is no readable config.json: " + bad + ".";
        return out;
    }
    JsonValue root = text.root();
    if (!root.is(Kind::object)) {
        out.error = "A config.json is one JSON object.";
        return out;
    }
    // Multi-modal repositories nest the language model.
    std::string type(root["model_type"].text());
    for (const char* nested : {"text_config", "llm_config", "language_config", "thinker_config"})
        if (root[nested].is(Kind::object)) {
            root = root[nested];
            if (!root["model_type"].text().empty()) type = root["model_type"].text();
        }
    for (const char* no : kUnsupported)
        if (contains(type, no)) {
            out.error = "The architecture " + type.substr(0, 40) + " cannot be read from a config.json yet; choose it from the list.";
            return out;
        }
    Reader r(root, out);
    Model& m = out.model;
    m.id = "imported";
    const std::string_view name = root["_name_or_path"].text();
    m.name = name.empty() ? (type.empty() ? "Imported model" : type.substr(0, 40) + " (imported)") : std::string(name.substr(0, 60));
    m.source = "config.json given by you";
    m.hidden = r.need({"hidden_size", "n_embd", "d_model"});
    m.vocab = r.need({"vocab_size"});
    const int64_t layers = r.need({"num_hidden_layers", "n_layer"});
    m.max_context = r.number("max_position_embeddings", r.number("n_positions", 0));
    if (m.max_context <= 0) m.max_context = r.assume("max_position_embeddings", 131072, "not given");
    m.tied = r.flag("tie_word_embeddings", type == "gpt2" || contains(type, "gemma"));
    m.norms_per_layer = contains(type, "gemma") ? 4 : 2;
    m.norm_bias = type == "gpt2" || type == "phimoe";
    m.head_bias = r.flag("lm_head_bias");
    if (type == "gpt2") m.position_rows = r.number("n_positions", 1024);

    const bool latent = r.has("kv_lora_rank");
    const Attention base = latent ? latent_attention(r) : full_attention(r, m.hidden, type);
    const bool has_experts = expert_count(r) > 0;
    const int64_t first_dense = r.number("first_k_dense_replace", 0), every = std::max<int64_t>(1, r.number("decoder_sparse_step", r.number("interleave_moe_layer_step", 1)));
    const Mlp dense = !has_experts || first_dense > 0 || every > 1 ? dense_mlp(r, m.hidden, type) : Mlp{};
    const Mlp moe = has_experts ? moe_mlp(r, type) : Mlp{};
    if (layers > kMostLayers) out.missing.push_back("num_hidden_layers (at most 4,096)");
    if (out.missing.empty() && !latent && base.k_dim <= 0) out.missing.emplace_back("head_dim");
    if (!out.missing.empty()) {
        out.error = "The config.json lacks or has an unusable: " + list_of(out.missing) + ".";
        return out;
    }
    const int64_t shared = r.number("num_kv_shared_layers", 0), share = std::max<int64_t>(1, r.number("cla_share_factor", 1));
    JsonValue listed = root["layer_types"].first();
    for (int64_t i = 0; i < layers; ++i) {
        Attention a = base;
        if (!latent) {
            const AttentionKind kind = kind_of_layer(r, type, i, listed);
            if (kind == AttentionKind::gated_deltanet) a = delta_attention(r);
            a.kind = kind;
            if (kind == AttentionKind::sliding) a.window = r.number("sliding_window", 0);
            if (kind == AttentionKind::chunked) a.window = r.number("attention_chunk_size", 8192);
            if (kind == AttentionKind::full && r.has("global_head_dim")) {
                a.k_dim = a.v_dim = r.number("global_head_dim", a.k_dim);
                a.kv_heads = r.number("num_global_key_value_heads", a.kv_heads);
                a.v_is_k = r.flag("attention_k_eq_v");
            }
            if (kind == AttentionKind::sliding && a.window <= 0) a.kind = AttentionKind::full;
        }
        if (i >= layers - shared || i % share != 0) a.owns_cache = false;
        const bool sparse = has_experts && i >= first_dense && (i + 1) % every == 0;
        const Mlp& mlp = sparse ? moe : dense;
        if (!m.layers.empty() && m.layers.back().attention == a && m.layers.back().mlp.kind == mlp.kind && m.layers.back().mlp.width == mlp.width) ++m.layers.back().count;
        else m.layers.push_back({1, a, mlp});
        if (listed) listed = listed.next();
    }
    if (!out.missing.empty()) {
        out.error = "The config.json lacks: " + list_of(out.missing) + ".";
        return out;
    }
    m.verified = false;
    out.ok = true;
    return out;
}

}  // namespace kvx::core
