#include "core/catalog/import/hf_config.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <optional>

#include "core/catalog/import/quantization.h"
#include "core/json.h"
#include "core/number.h"

namespace kvx::core {

namespace {

using Kind = JsonValue::Kind;
using Names = std::initializer_list<std::string_view>;

constexpr double kLongest = 1099511627776.0;  // 2^40: tokens
constexpr double kWidest = 1048576;           // 2^20: heads, widths, experts; products of three of them stay exact
constexpr double kWords = 16777216;           // 2^24: vocabulary
constexpr int64_t kMostLayers = 4096;

// Reads fields under the names of different families, and records what was missing or assumed.
class Reader {
  public:
    Reader(JsonValue inner, JsonValue outer, ConfigImport& out) : inner_(inner), outer_(outer), out_(out) {}

    JsonValue at(std::string_view key) const { return inner_[key]; }
    // A usable integer from 0 to `most`; of lists (one value per layer), the first. -1 if there is none.
    int64_t find(Names names, double most = kWidest) const {
        for (const std::string_view name : names) {
            JsonValue v = inner_[name];
            if (v.is(Kind::array)) v = v.first();
            const double n = v.number(-1);
            if (n >= 0 && n <= most && n == std::floor(n)) return static_cast<int64_t>(n);
        }
        return -1;
    }
    int64_t number(Names names, int64_t otherwise, double most = kWidest) const {
        const int64_t n = find(names, most);
        return n >= 0 ? n : otherwise;
    }
    int64_t need(Names names, double most = kWidest) {
        const int64_t n = find(names, most);
        if (n > 0) return n;
        lack(*names.begin());
        return 0;
    }
    void lack(std::string_view field) {
        if (std::find(out_.missing.begin(), out_.missing.end(), field) == out_.missing.end())
            out_.missing.emplace_back(field);
    }
    int64_t assume(std::string_view field, int64_t value) {
        out_.assumed.push_back(std::string(field) + " = " + std::to_string(value));
        return value;
    }
    void assume(std::string text) { out_.assumed.push_back(std::move(text)); }
    bool flag(std::string_view key, bool otherwise = false) const { return inner_[key].boolean(otherwise); }
    bool flag_here_or_outside(std::string_view key, bool otherwise) const {
        return inner_[key].boolean(outer_[key].boolean(otherwise));
    }
    std::string_view text(std::string_view key) const { return inner_[key].text(); }
    std::vector<JsonValue> list(Names names) const {
        std::vector<JsonValue> all;
        for (const std::string_view name : names) {
            const JsonValue v = inner_[name];
            if (!v.is(Kind::array) || v.size() == 0 || v.size() > static_cast<size_t>(kMostLayers)) continue;
            for (JsonValue e = v.first(); e; e = e.next()) all.push_back(e);
            break;
        }
        return all;
    }

  private:
    JsonValue inner_, outer_;
    ConfigImport& out_;
};

bool contains(std::string_view s, std::string_view part) {
    return s.find(part) != std::string_view::npos;
}
bool any_of(std::string_view s, Names names) {
    return std::find(names.begin(), names.end(), s) != names.end();
}
bool begins(std::string_view s, Names names) {
    for (const std::string_view n : names)
        if (s.substr(0, n.size()) == n) return true;
    return false;
}

// What a family does that its config.json does not say.
struct Family {
    bool known = false;
    bool qkv_bias = false, o_bias_follows = true, norm_bias = false, tied = false, plain_mlp = false, mlp_bias = false;
    bool qk_norm = false, qk_norm_wide = false, output_gate = false, sinks = false, shared_gate = false,
         router_bias = false;
    int64_t norms = 2;
};

Family family_of(std::string_view t, const Reader& r) {
    Family f;
    f.known = begins(t, {"llama",  "mistral",  "ministral", "mixtral",   "qwen2",   "qwen3",    "gemma",   "phi",
                         "gpt",    "deepseek", "kimi",      "glm",       "chatglm", "minimax",  "jamba",   "nemotron",
                         "olmo",   "opt",      "falcon",    "starcoder", "granite", "hunyuan",  "mimo",    "step",
                         "cohere", "smollm",   "exaone",    "internlm",  "yi",      "baichuan", "devstral"});
    if (begins(t, {"qwen2"})) f.qkv_bias = true, f.o_bias_follows = false;
    if (begins(t, {"glm", "chatglm"})) f.o_bias_follows = false;
    if (any_of(t, {"gpt2", "gpt_bigcode", "opt", "starcoder2", "gpt_neox"}))
        f.qkv_bias = f.norm_bias = f.plain_mlp = f.mlp_bias = true;
    if (t == "phi") f.qkv_bias = f.norm_bias = f.plain_mlp = f.mlp_bias = true, f.norms = 1;
    if (t == "falcon") f.norm_bias = f.plain_mlp = true, f.norms = r.flag("new_decoder_architecture") ? 2 : 1;
    if (t == "nemotron") f.plain_mlp = f.norm_bias = true;
    if (t == "nemotron_h") f.plain_mlp = f.router_bias = true, f.norms = 1;
    if (t == "phimoe") f.norm_bias = true;
    f.tied = begins(t, {"gemma", "gpt2", "gpt_bigcode", "opt", "falcon", "cohere", "starcoder2"});
    if (begins(t, {"qwen3"})) f.qk_norm = true;
    if (begins(t, {"gemma2", "gemma3", "gemma4"})) f.norms = 4, f.qk_norm = !begins(t, {"gemma2"});
    if (t == "glm4") f.norms = 4;
    if (begins(t, {"olmo2", "olmo3", "minimax_m2"})) f.qk_norm_wide = true;
    if (begins(t, {"cohere"})) f.norms = 1;
    if (begins(t, {"qwen3_next", "qwen3_5"})) f.output_gate = true;
    f.shared_gate = begins(t, {"qwen2_moe", "qwen3_next", "qwen3_5"});
    if (t == "gpt_oss") f.sinks = f.router_bias = true;
    if (begins(t, {"deepseek_v3", "kimi", "glm4_moe", "glm_moe", "mimo", "step"}) ||
        r.text("topk_method") == "noaux_tc" || r.flag("use_routing_bias"))
        f.router_bias = true;
    return f;
}

Attention full_attention(Reader& r, int64_t hidden, std::string_view type, const Family& f) {
    Attention a;
    a.q_heads = r.need({"num_attention_heads", "n_head", "n_heads", "num_heads"});
    a.kv_heads = r.number({"num_key_value_heads", "num_kv_heads", "multi_query_group_num"}, -1);
    if (type == "falcon" && !r.flag("new_decoder_architecture"))
        a.kv_heads = r.flag("multi_query", true) ? 1 : a.q_heads;
    if (a.kv_heads <= 0) a.kv_heads = r.flag("multi_query") ? 1 : a.q_heads;
    if (a.kv_heads > a.q_heads) r.lack("num_key_value_heads");
    a.k_dim = r.number({"head_dim", "attention_head_dim", "kv_channels"}, 0);
    if (a.k_dim == 0 && a.q_heads > 0) {
        a.k_dim = hidden / a.q_heads;
        if (hidden % a.q_heads != 0) r.lack("head_dim");
    }
    if (a.k_dim == 0) r.lack("head_dim");
    a.v_dim = r.number({"v_head_dim"}, a.k_dim);
    if (a.v_dim == 0) a.v_dim = a.k_dim;
    a.qkv_bias = r.flag("attention_bias", r.flag("add_qkv_bias", r.flag("use_bias", r.flag("bias", f.qkv_bias))));
    a.o_bias = a.qkv_bias && f.o_bias_follows && !r.at("add_qkv_bias");
    a.qk_norm_wide = f.qk_norm_wide;
    a.qk_norm = !a.qk_norm_wide && (f.qk_norm || r.flag("use_qk_norm"));
    a.output_gate = f.output_gate || r.flag("attn_output_gate");
    a.sinks = f.sinks;
    return a;
}

Attention latent_attention(Reader& r) {
    Attention a;
    a.kind = AttentionKind::mla;
    a.q_heads = a.kv_heads = r.need({"num_attention_heads"});
    a.kv_lora_rank = r.need({"kv_lora_rank"});
    a.rope_dim = r.need({"qk_rope_head_dim"});
    a.nope_dim = r.need({"qk_nope_head_dim"});
    a.k_dim = a.v_dim = r.need({"v_head_dim"});
    a.q_lora_rank = r.number({"q_lora_rank"}, 0);
    a.index_topk = r.number({"index_topk"}, 0, kLongest);
    if (a.index_topk > 0) {
        a.index_dim = r.need({"index_head_dim"});
        a.index_heads = r.need({"index_n_heads"});
    }
    a.kv_heads = 0;
    return a;
}

bool is_fp32(std::string_view s) {
    return contains(s, "float32");
}

Attention delta_attention(Reader& r) {
    Attention a;
    a.kind = AttentionKind::gated_deltanet;
    a.state_heads = r.need({"linear_num_value_heads"});
    a.state_k_heads = r.need({"linear_num_key_heads"});
    a.state_k_dim = r.need({"linear_key_head_dim"});
    a.state_v_dim = r.need({"linear_value_head_dim"});
    a.conv_kernel = r.number({"linear_conv_kernel_dim"}, 4, 64);
    a.state_fp32 = is_fp32(r.text("mamba_ssm_dtype"));
    return a;
}

Attention kimi_delta(Reader& r) {
    Attention a;
    a.kind = AttentionKind::kda;
    const JsonValue c = r.at("linear_attn_config");
    const auto whole = [&](const char* key, double otherwise) {
        const double n = c[key].number(otherwise);
        if (n >= 1 && n <= kWidest && n == std::floor(n)) return static_cast<int64_t>(n);
        r.lack(std::string("linear_attn_config.") + key);
        return int64_t{0};
    };
    a.state_heads = a.state_k_heads = whole("num_heads", 0);
    a.state_k_dim = a.state_v_dim = whole("head_dim", 0);
    a.conv_kernel = std::min<int64_t>(whole("short_conv_kernel_size", 4), 64);
    a.state_fp32 = true;
    return a;
}

Attention lightning(const Attention& full) {
    Attention a;
    a.kind = AttentionKind::lightning;
    a.state_heads = a.state_k_heads = full.q_heads;
    a.state_k_dim = a.state_v_dim = full.k_dim;
    return a;
}

Attention mamba(Reader& r, int64_t hidden) {
    Attention a;
    a.conv_kernel = r.number({"mamba_d_conv", "conv_kernel", "mamba_conv_kernel"}, 4, 64);
    a.state_k_dim = r.number({"mamba_d_state", "ssm_state_size", "mamba_state_dim"}, 16);
    a.state_fp32 = is_fp32(r.text("mamba_ssm_cache_dtype")) || is_fp32(r.text("mamba_ssm_dtype"));
    const int64_t heads = r.number({"mamba_num_heads", "mamba_n_heads"}, 0);
    if (heads > 0) {
        a.kind = AttentionKind::mamba2;
        a.state_heads = heads;
        a.state_v_dim = r.need({"mamba_head_dim", "mamba_d_head"});
        a.state_groups = r.number({"n_groups", "mamba_n_groups"}, 1);
        return a;
    }
    a.kind = AttentionKind::mamba1;
    a.state_inner = std::min<int64_t>(r.number({"mamba_expand"}, 2, 64) * hidden, static_cast<int64_t>(kWidest));
    a.state_rank = r.number({"mamba_dt_rank"}, (hidden + 15) / 16);
    return a;
}

Mlp dense_mlp(Reader& r, int64_t hidden, std::string_view type, const Family& f) {
    Mlp m;
    m.kind = f.plain_mlp ? MlpKind::plain : MlpKind::gated;
    m.bias = f.plain_mlp ? r.flag("mlp_bias", r.flag("bias", f.mlp_bias)) : r.flag("mlp_bias");
    if (type == "llama4_text" || type == "llama4") m.width = r.number({"intermediate_size_mlp"}, 0);
    if (m.width <= 0) m.width = r.number({"intermediate_size", "ffn_dim", "n_inner", "ffn_hidden_size"}, 0);
    if (m.width <= 0 && f.plain_mlp) m.width = 4 * hidden;
    if (m.width <= 0) m.width = r.number({"shared_intermediate_size"}, 0);
    if (m.width <= 0) r.lack("intermediate_size");
    return m;
}

int64_t expert_count(const Reader& r) {
    return r.number({"num_local_experts", "n_routed_experts", "num_experts", "moe_num_experts"}, 0);
}

Mlp moe_mlp(Reader& r, std::string_view type, const Family& f) {
    Mlp m;
    m.kind = MlpKind::moe;
    m.experts = expert_count(r);
    m.experts_per_token =
        r.need({"num_experts_per_tok", "num_experts_per_token", "top_k_experts", "moe_topk", "moe_top_k", "moe_k"});
    m.expert_width = r.number({"moe_intermediate_size", "expert_intermediate_size", "expert_ffn_hidden_size"}, 0);
    if (m.expert_width <= 0) m.expert_width = r.need({"intermediate_size"});
    m.shared_width = r.number({"shared_expert_intermediate_size", "moe_shared_expert_intermediate_size",
                               "shared_intermediate_size", "share_expert_dim"},
                              -1);
    if (m.shared_width < 0)
        m.shared_width =
            r.number({"n_shared_experts", "num_shared_experts", "num_shared_expert"}, 0, 4096) * m.expert_width;
    if (begins(type, {"llama4"})) m.shared_width = m.expert_width;
    if (begins(type, {"gemma4"}))
        m.shared_width = r.number({"intermediate_size"}, 0);  // a dense MLP beside the experts
    m.latent = r.number({"moe_latent_size", "routed_expert_hidden_size"}, 0);
    m.shared_gate = f.shared_gate && m.shared_width > 0;
    m.router_bias = f.router_bias;
    m.plain_experts = f.plain_mlp;
    if (m.experts_per_token > m.experts) r.lack("num_experts_per_tok");
    return m;
}

enum class Mixer : uint8_t { full, sliding, chunked, delta, kda, lightning, mamba, none };

// The kind of each layer, from the explicit list if there is one, otherwise by the family's pattern.
class Mixers {
  public:
    Mixers(const Reader& r, std::string_view type) : type_(type) {
        named_ = r.list({"layer_types", "layers_block_type"});
        numbered_ = r.list({"attn_type_list", "hybrid_layer_pattern"});
        rope_ = r.list({"no_rope_layers"});
        letters_ = r.text("hybrid_override_pattern");
        for (JsonValue v = r.at("linear_attn_config")["full_attn_layers"].first(); v; v = v.next())
            full_.push_back(v.number(-1));
        kimi_ = r.at("linear_attn_config").is(Kind::object);
        window_ = r.number({"sliding_window", "sliding_window_size"}, 0, kLongest);
        const int64_t longest = r.number({"max_position_embeddings"}, 0, kLongest);
        if (longest > 0 && window_ >= longest) window_ = 0;  // a window no sequence reaches
        if (r.at("use_sliding_window").is(Kind::boolean) && !r.flag("use_sliding_window")) window_ = 0;
        pattern_ = r.number({"sliding_window_pattern", "_sliding_window_pattern"}, 0, 4096);
        if (pattern_ == 0)
            pattern_ = begins(type, {"gemma3", "gemma4"})    ? 6
                       : begins(type, {"cohere2", "olmo3"})  ? 4
                       : begins(type, {"gemma2", "gpt_oss"}) ? 2
                                                             : 0;
        from_ = begins(type, {"qwen"}) ? r.number({"max_window_layers"}, 0, 4096) : 0;
        jamba_period_ = r.number({"attn_layer_period"}, 0, 4096);
        jamba_offset_ = r.number({"attn_layer_offset"}, 0, 4096);
        interval_ = r.number({"full_attention_interval"}, begins(type, {"qwen3_next", "qwen3_5"}) ? 4 : 0, 4096);
        nope_ = r.number({"no_rope_layer_interval"}, 4, 4096);
    }
    int64_t window() const { return window_; }
    int64_t letters() const { return static_cast<int64_t>(letters_.size()); }
    char letter(int64_t i) const { return i < letters() ? letters_[static_cast<size_t>(i)] : '\0'; }

    Mixer at(int64_t i) const {
        const auto index = static_cast<size_t>(i);
        if (!letters_.empty()) {
            const char c = letter(i);
            return c == 'M' ? Mixer::mamba : c == '*' ? Mixer::full : Mixer::none;
        }
        if (index < named_.size()) {
            const std::string_view name = named_[index].text();
            if (contains(name, "sliding")) return window_ > 0 ? Mixer::sliding : Mixer::full;
            if (contains(name, "chunked")) return Mixer::chunked;
            if (contains(name, "linear")) return begins(type_, {"minimax"}) ? Mixer::lightning : Mixer::delta;
            if (contains(name, "mamba")) return Mixer::mamba;
            return Mixer::full;
        }
        if (index < numbered_.size()) {
            const bool one = numbered_[index].number(0) == 1;
            if (begins(type_, {"minimax"})) return one ? Mixer::full : Mixer::lightning;
            return one && window_ > 0 ? Mixer::sliding : Mixer::full;
        }
        if (kimi_) return std::find(full_.begin(), full_.end(), real(i + 1)) != full_.end() ? Mixer::full : Mixer::kda;
        if (type_ == "jamba") {
            const int64_t period = jamba_period_ > 0 ? jamba_period_ : 8,
                          offset = jamba_period_ > 0 ? jamba_offset_ : 4;
            return i % period == offset ? Mixer::full : Mixer::mamba;
        }
        if (interval_ > 0) return (i + 1) % interval_ == 0 ? Mixer::full : Mixer::delta;
        if (begins(type_, {"llama4"})) {
            if (index < rope_.size()) return rope_[index].number(1) != 0 ? Mixer::chunked : Mixer::full;
            return nope_ > 0 && (i + 1) % nope_ == 0 ? Mixer::full : Mixer::chunked;
        }
        if (window_ <= 0) return Mixer::full;
        if (pattern_ > 0) return (i + 1) % pattern_ == 0 ? Mixer::full : Mixer::sliding;
        return i >= from_ ? Mixer::sliding : Mixer::full;
    }

  private:
    std::string_view type_, letters_;
    std::vector<JsonValue> named_, numbered_, rope_;
    std::vector<double> full_;
    bool kimi_ = false;
    int64_t window_ = 0, pattern_ = 0, from_ = 0, jamba_period_ = 0, jamba_offset_ = 0, interval_ = 0, nope_ = 4;
};

// Which layers have experts.
class Experts {
  public:
    Experts(const Reader& r, std::string_view type) : any_(expert_count(r) > 0) {
        for (const JsonValue v : r.list({"mlp_only_layers"})) dense_.push_back(v.number(-1));
        for (const JsonValue v : r.list({"moe_layers"})) sparse_.push_back(v.number(-1));
        frequency_ = r.list({"moe_layer_freq"});
        const std::string_view numbers = r.text("moe_layers_enum");  // "3,4,5"
        for (size_t i = 0; i < numbers.size() && sparse_.size() < static_cast<size_t>(kMostLayers);) {
            double n = 0;
            bool digit = false;
            for (; i < numbers.size() && numbers[i] >= '0' && numbers[i] <= '9' && n < 1e6; ++i, digit = true)
                n = 10 * n + (numbers[i] - '0');
            if (digit)
                sparse_.push_back(n);
            else
                ++i;
        }
        first_ = r.number({"first_k_dense_replace", "moe_layer_start_index"}, 0, 4096);
        if (r.at("moe_layer_freq").is(Kind::number)) every_ = r.number({"moe_layer_freq"}, 1, 4096), zero_based_ = true;
        every_ = std::max<int64_t>(1, r.number({"decoder_sparse_step", "interleave_moe_layer_step"}, every_, 4096));
        if (type == "jamba") {
            every_ = std::max<int64_t>(1, r.number({"expert_layer_period"}, 2, 4096));
            offset_ = r.number({"expert_layer_offset"}, 1, 4096);
        }
    }
    bool at(int64_t i) const {
        if (!any_) return false;
        const auto here = real(i);
        if (!sparse_.empty()) return std::find(sparse_.begin(), sparse_.end(), here) != sparse_.end();
        if (static_cast<size_t>(i) < frequency_.size()) return frequency_[static_cast<size_t>(i)].number(0) != 0;
        if (i < first_ || std::find(dense_.begin(), dense_.end(), here) != dense_.end()) return false;
        if (offset_ >= 0) return i % every_ == offset_ % every_;
        return zero_based_ ? i % every_ == 0 : (i + 1) % every_ == 0;
    }

  private:
    bool any_, zero_based_ = false;
    std::vector<double> dense_, sparse_;
    std::vector<JsonValue> frequency_;
    int64_t first_ = 0, every_ = 1, offset_ = -1;
};

std::string joined(const std::vector<std::string>& fields) {
    std::string out;
    for (const std::string& f : fields) out += (out.empty() ? "" : ", ") + f;
    return out;
}

std::string printable(std::string_view s, size_t most) {
    std::string out;
    for (const char c : s.substr(0, most)) out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xC0U) == 0x80U && s.size() > most) out.pop_back();
    if (s.size() > most && !out.empty() && (static_cast<unsigned char>(out.back()) & 0x80U) != 0) out.pop_back();
    return out;
}

ConfigImport& fail(ConfigImport& out) {
    out.error = "The config.json lacks or has unusable: " + joined(out.missing) + ".";
    out.model = {};
    return out;
}

struct LanguageModel {
    JsonValue root;
    std::string type;  // "deepseek_v3"
};

// Multi-modal repositories nest the language model, up to twice.
LanguageModel language_model_of(JsonValue outer) {
    LanguageModel m{outer, std::string(outer["model_type"].text())};
    for (int depth = 0; depth < 3; ++depth)
        for (const char* nested : {"thinker_config", "text_config", "llm_config", "language_config"})
            if (m.root[nested].is(Kind::object)) {
                m.root = m.root[nested];
                if (!m.root["model_type"].text().empty()) m.type = m.root["model_type"].text();
                break;
            }
    for (char& c : m.type) c = c == '-' ? '_' : (c >= 'A' && c <= 'Z') ? static_cast<char>(c + 32) : c;
    m.type = printable(m.type, 40);
    return m;
}

// Everything but the layers; returns their count.
int64_t read_sizes(Reader& r, Model& m, const std::string& type, const Family& family) {
    m.hidden = r.need({"hidden_size", "n_embd", "d_model"});
    m.vocab = r.need({"vocab_size", "padded_vocab_size"}, kWords);
    const int64_t layers = r.need({"num_hidden_layers", "n_layer", "n_layers", "num_layers"}, real(kMostLayers));
    m.max_context = r.number(
        {"max_position_embeddings", "n_positions", "max_sequence_length", "seq_length", "model_max_length", "n_ctx"}, 0,
        kLongest);
    if (m.max_context <= 0) m.max_context = r.assume("max_position_embeddings", 131072);
    m.tied = r.flag_here_or_outside("tie_word_embeddings", family.tied);
    m.norms_per_layer = family.norms;
    m.norm_bias = family.norm_bias;
    m.head_bias = r.flag("lm_head_bias", type == "phi");
    if (any_of(type, {"gpt2", "gpt_bigcode"})) m.position_rows = std::min<int64_t>(m.max_context, 1 << 24);
    if (type == "opt") m.position_rows = std::min<int64_t>(m.max_context, 1 << 24) + 2;
    return layers;
}

// Per-layer embeddings (Gemma 3n and 4): one table, its projection, and a gate per layer.
double layer_embedding_params(const Reader& r, const Model& m, int64_t layers) {
    const int64_t beside = r.number({"hidden_size_per_layer_input"}, 0);
    if (beside <= 0) return 0;
    const int64_t words = r.number({"vocab_size_per_layer_input"}, m.vocab, kWords);
    return real(words) * real(layers) * real(beside) + real(m.hidden) * real(layers) * real(beside) + real(beside) +
           real(layers) * (2 * real(m.hidden) * real(beside) + real(m.hidden));
}

// The layers one by one. What only some of them have is read when the first of those comes: only then can it be
// missing.
class Layers {
  public:
    Layers(Reader& r, const Model& m, int64_t count, std::string_view type, const Family& family)
        : r_(r),
          m_(m),
          type_(type),
          family_(family),
          count_(count),
          latent_(r.find({"kv_lora_rank"}) > 0),
          base_(latent_ ? latent_attention(r) : full_attention(r, m.hidden, type, family)),
          mixers_(r, type),
          experts_(r, type),
          own_cache_(count_ - r.number({"num_kv_shared_layers"}, 0, 4096)),
          share_(r.flag("use_cla", true) ? std::max<int64_t>(1, r.number({"cla_share_factor"}, 1, 4096)) : 1) {}

    bool pattern_fits() const { return mixers_.letters() == 0 || mixers_.letters() == count_; }
    LayerGroup at(int64_t i) {
        LayerGroup g;
        g.attention = attention(mixers_.at(i));
        g.attention.owns_cache = i < own_cache_ && (share_ == 1 || i % share_ == 0);
        g.mlp = mlp(i);
        return g;
    }

  private:
    template <class T, class F>
    static const T& once(std::optional<T>& kept, F read) {
        if (!kept) kept = read();
        return *kept;
    }
    Attention attention(Mixer mixer) {
        switch (mixer) {
            case Mixer::delta:
                return once(delta_, [&] { return delta_attention(r_); });
            case Mixer::kda:
                return once(kda_, [&] { return kimi_delta(r_); });
            case Mixer::lightning:
                return once(lightning_, [&] { return lightning(base_); });
            case Mixer::mamba:
                return once(mamba_, [&] { return mamba(r_, m_.hidden); });
            case Mixer::none: {
                Attention none;
                none.kind = AttentionKind::none;
                return none;
            }
            case Mixer::sliding:
                return latent_ ? base_ : sliding();
            case Mixer::chunked:
                return latent_ ? base_ : chunked();
            default:
                return latent_ ? base_ : global();
        }
    }
    Attention sliding() const {
        Attention a = base_;
        a.kind = AttentionKind::sliding;
        a.window = mixers_.window();
        a.q_heads = r_.number({"swa_num_attention_heads"}, a.q_heads);
        a.kv_heads = r_.number({"swa_num_key_value_heads"}, a.kv_heads);
        a.k_dim = r_.number({"swa_head_dim"}, a.k_dim);
        a.v_dim = r_.number({"swa_v_head_dim"}, a.v_dim);
        a.sinks = a.sinks || r_.flag("add_swa_attention_sink_bias");
        return a;
    }
    Attention chunked() const {
        Attention a = base_;
        a.kind = AttentionKind::chunked;
        a.window = std::max<int64_t>(1, r_.number({"attention_chunk_size"}, 8192, kLongest));
        return a;
    }
    Attention global() const {
        Attention a = base_;
        const int64_t wide = r_.number({"global_head_dim"}, 0);
        if (wide > 0) a.k_dim = a.v_dim = wide;
        const int64_t fewer = r_.number({"num_global_key_value_heads"}, 0);
        if (fewer > 0) a.kv_heads = fewer;
        a.v_is_k = r_.flag("attention_k_eq_v");
        return a;
    }
    Mlp mlp(int64_t i) {
        const bool pattern = mixers_.letters() > 0;
        if (pattern ? mixers_.letter(i) == 'E' : experts_.at(i))
            return once(moe_, [&] {
                Mlp moe = moe_mlp(r_, type_, family_);
                if (type_ == "gpt_oss") moe.expert_bias = 2 * moe.expert_width + m_.hidden;
                return moe;
            });
        if (!pattern || mixers_.letter(i) == '-')
            return once(dense_, [&] { return dense_mlp(r_, m_.hidden, type_, family_); });
        Mlp none;
        none.kind = MlpKind::none;
        return none;
    }

    Reader& r_;
    const Model& m_;
    const std::string_view type_;
    const Family& family_;
    const int64_t count_;
    const bool latent_;
    const Attention base_;
    const Mixers mixers_;
    const Experts experts_;
    const int64_t own_cache_, share_;  // layers before own_cache_ keep one, shared by groups of share_
    std::optional<Attention> delta_, kda_, lightning_, mamba_;
    std::optional<Mlp> dense_, moe_;
};

}  // namespace

ConfigImport import_config(std::string_view json) {
    ConfigImport out;
    JsonText text;
    const std::string bad = text.parse(json);
    if (!bad.empty()) {
        out.error = "The config.json cannot be read: " + bad + ".";
        return out;
    }
    const JsonValue outer = text.root();
    if (!outer.is(Kind::object)) {
        out.error = "The config.json is not an object with fields.";
        return out;
    }
    const auto [root, type] = language_model_of(outer);
    if (root["compress_ratios"].is(Kind::array)) {
        out.error = "Compressed attention (" + (type.empty() ? std::string("compress_ratios") : type) +
                    ") is not described by its config.json alone; choose the model from the list.";
        return out;
    }

    Reader r(root, outer, out);
    const Family family = family_of(type, r);
    Model& m = out.model;
    m.id = "imported";
    const std::string_view name = outer["_name_or_path"].text(root["_name_or_path"].text());
    m.name = !name.empty() ? printable(name, 60) : type.empty() ? "Imported model" : "Imported " + type;
    m.org = "config.json";
    m.source = "the config.json you gave";
    if (!family.known)
        r.assume(type.empty() ? "no model_type: read as a plain decoder"
                              : "model_type " + type + " is not known here: read as a plain decoder");
    const int64_t count = read_sizes(r, m, type, family);
    Layers layers(r, m, count, type, family);
    if (!out.missing.empty()) return fail(out);
    if (!layers.pattern_fits()) {
        out.missing.emplace_back("hybrid_override_pattern");
        return fail(out);
    }
    for (int64_t i = 0; i < count; ++i) {
        const LayerGroup g = layers.at(i);
        if (!m.layers.empty() && m.layers.back().attention == g.attention && m.layers.back().mlp == g.mlp)
            ++m.layers.back().count;
        else
            m.layers.push_back(g);
    }
    if (!out.missing.empty()) return fail(out);
    m.extra_params = layer_embedding_params(r, m, count);
    out.error = add_release(outer, root, m);
    if (!out.error.empty()) {
        out.model = {};
        return out;
    }
    out.ok = true;
    return out;
}

}  // namespace kvx::core
