#include "core/catalog/import/mixers.h"

#include <algorithm>

namespace kvx::core::hf {

namespace {

constexpr int64_t kWidest = 1 << 20;

bool is_fp32(std::string_view s) {
    return s.find("float32") != std::string_view::npos;
}

int64_t kv_heads(Reader& r, int64_t q_heads, const Architecture& arch) {
    if (arch.type == "falcon" || arch.type == "refinedweb" || arch.type == "refinedwebmodel") {
        // FalconAttention: num_kv_heads counts only without multi_query or in the new decoder
        const bool grouped = r.flag("new_decoder_architecture", arch.type == "refinedweb");
        if (!grouped && r.flag("multi_query", true)) return 1;
        const int64_t n = r.find(Size::kv_heads);
        return n > 0 ? n : q_heads;
    }
    if (arch.type == "gpt_bigcode") return r.flag("multi_query", true) ? 1 : q_heads;
    const int64_t n = r.find(Size::kv_heads);
    if (n > 0) return n;
    if (const int64_t shared = r.whole("n_shared_head", 0); shared > 0) return std::max<int64_t>(q_heads / shared, 1);
    return r.flag("multi_query") || r.text("attn_config.attn_type") == "multiquery_attention" ? 1 : q_heads;
}

// The same switch goes by many names; what the file says counts more than the family.
bool qkv_bias(const Reader& r, const Architecture& arch) {
    if (r.at("no_bias").is(JsonValue::Kind::boolean) && arch.type == "mpt") return !r.flag("no_bias", true);
    for (const char* name :
         {"attention_bias", "add_qkv_bias", "qkv_bias", "use_qkv_bias", "use_bias", "enable_bias", "bias"})
        if (r.at(name).is(JsonValue::Kind::boolean)) return r.flag(name);
    return arch.has(kQkvBias);
}

bool out_bias(const Reader& r, const Architecture& arch, bool qkv) {
    if (arch.type == "gpt_neo" || arch.type == "recurrent_gemma") return true;
    for (const char* name : {"attention_out_bias", "o_bias"})
        if (r.at(name).is(JsonValue::Kind::boolean)) return r.flag(name);
    if (arch.has(kNoOutBias) || r.at("add_qkv_bias") || r.at("use_qkv_bias")) return false;
    return qkv;
}

Attention latent_attention(Reader& r, int64_t hidden, const Architecture& arch) {
    Attention a;
    a.kind = AttentionKind::mla;
    a.q_heads = r.need(Size::q_heads);
    a.kv_lora_rank = r.need(Size::kv_lora_rank);
    a.rope_dim = r.need_or_zero(Size::rope_dim);
    a.nope_dim = r.need(Size::nope_dim);
    int64_t v = r.number(Size::v_head_dim, 0);
    if (v == 0 && a.q_heads > 0 && hidden % a.q_heads == 0) {
        v = hidden / a.q_heads;  // MiniCPM3: v_head_dim = hidden_size / num_attention_heads
        if (arch.type != "minicpm3")
            r.assume("v_head_dim = " + std::to_string(v) + " (hidden_size / num_attention_heads)");
    }
    if (v == 0) r.lack(Size::v_head_dim);
    a.k_dim = a.v_dim = v;
    a.q_lora_rank = r.number(Size::q_lora_rank, 0);
    a.index_topk = r.number(Size::index_topk, 0);
    if (a.index_topk > 0) {
        a.index_dim = r.need(Size::index_dim);
        a.index_heads = r.need(Size::index_heads);
        a.index_pool = r.number(Size::index_pool, 0);
        if (a.index_pool == 1) a.index_pool = 0;
    }
    return a;
}

Attention delta_attention(Reader& r) {
    Attention a;
    a.kind = AttentionKind::gated_deltanet;
    const auto need = [&](const char* name) {
        const int64_t n = r.whole(name, 0);
        if (n == 0) r.lack(name);
        return n;
    };
    a.state_heads = need("linear_num_value_heads");
    a.state_k_heads = need("linear_num_key_heads");
    a.state_k_dim = need("linear_key_head_dim");
    a.state_v_dim = need("linear_value_head_dim");
    a.conv_kernel = r.number(Size::conv_kernel, 4);
    a.state_fp32 = is_fp32(r.text("mamba_ssm_dtype"));
    return a;
}

Attention kimi_delta(Reader& r, const Attention& base, int64_t hidden) {
    Attention a;
    a.kind = AttentionKind::kda;
    a.state_fp32 = true;
    const bool described = r.at("linear_attn_config").is(JsonValue::Kind::object);
    // bailing_hybrid has no description of its own: as many heads of that width as its attention
    const int64_t heads = described ? r.whole("linear_attn_config.num_heads", 0) : base.q_heads;
    int64_t width = described ? r.whole("linear_attn_config.head_dim", 0) : r.number(Size::head_dim, 0);
    if (width == 0 && !described && base.q_heads > 0) width = hidden / base.q_heads;
    if (heads == 0) r.lack("linear_attn_config.num_heads");
    if (width == 0) r.lack("linear_attn_config.head_dim");
    a.state_heads = a.state_k_heads = heads;
    a.state_k_dim = a.state_v_dim = width;
    a.conv_kernel = r.number(Size::conv_kernel, 4);
    return a;
}

Attention lightning(const Attention& base) {
    Attention a;
    a.kind = AttentionKind::lightning;
    a.state_heads = a.state_k_heads = base.q_heads;
    a.state_k_dim = a.state_v_dim = base.k_dim;
    return a;
}

Attention mamba(Reader& r, int64_t hidden, const Architecture& arch) {
    Attention a;
    a.conv_kernel = r.number(Size::state_conv, 4);
    a.state_fp32 =
        arch.has(kFp32State) || is_fp32(r.text("mamba_ssm_cache_dtype")) || is_fp32(r.text("mamba_ssm_dtype"));
    a.bare_state = arch.has(kBareState) && !r.flag("mamba_rms_norm");
    const int64_t expand = r.number(Size::state_expand, 2);
    const int64_t inner = std::min<int64_t>(r.number(Size::state_inner, 0), kWidest);
    // mamba2 (pure) calls them num_heads and head_dim, as attention does
    const bool pure2 = arch.type == "mamba2";
    const int64_t heads = pure2 ? r.whole("num_heads", 0) : r.number(Size::state_heads, 0);
    if (heads > 0 || pure2) {
        a.kind = AttentionKind::mamba2;
        a.state_heads = heads;
        if (heads == 0) r.lack("num_heads");
        a.state_v_dim = pure2 ? r.whole("head_dim", 0) : r.number(Size::state_head_dim, 0);
        if (a.state_v_dim == 0 && heads > 0) a.state_v_dim = (inner > 0 ? inner : expand * hidden) / heads;
        if (a.state_v_dim == 0) r.lack(pure2 ? "head_dim" : "mamba_head_dim");
        a.state_k_dim = r.number(Size::state_size, 128);
        a.state_groups = std::max<int64_t>(r.number(Size::state_groups, 1), 1);
        return a;
    }
    a.kind = AttentionKind::mamba1;
    a.state_k_dim = r.number(Size::state_size, 16);
    a.state_inner = inner > 0 ? inner : std::min<int64_t>(expand * hidden, kWidest);
    if (arch.type == "mamba" || arch.type == "falcon_mamba")
        if (const int64_t given = r.find(Size::width); given > 0) a.state_inner = given;
    a.state_rank = r.number(Size::state_rank, (hidden + 15) / 16);
    return a;
}

Attention short_conv(Reader& r, int64_t hidden) {
    Attention a;
    a.kind = AttentionKind::short_conv;
    a.state_inner = hidden;
    a.conv_kernel = std::max<int64_t>(r.number(Size::conv_kernel, 3), 1);
    return a;
}

Attention rg_lru(Reader& r, const Attention& base, int64_t hidden) {
    Attention a;
    a.kind = AttentionKind::rg_lru;
    a.state_inner = r.number(Size::lru_width, 0);
    if (a.state_inner == 0) a.state_inner = hidden;
    a.state_heads = std::max<int64_t>(base.q_heads, 1);
    a.conv_kernel = r.number(Size::state_conv, 4);
    a.state_fp32 = true;
    return a;
}

}  // namespace

Attention base_attention(Reader& r, int64_t hidden, const Architecture& arch) {
    if (arch.has(kStateOnly)) return {};
    if (r.find(Size::kv_lora_rank) > 0) return latent_attention(r, hidden, arch);
    Attention a;
    a.q_heads = r.need(Size::q_heads);
    a.kv_heads = kv_heads(r, a.q_heads, arch);
    if (a.kv_heads > a.q_heads) r.lack(Size::kv_heads);
    a.k_dim = r.number(Size::head_dim, 0);
    const int64_t wide = arch.has(kSharedBlocks) ? 2 * hidden : hidden;  // Zamba2 attends to the embedding as well
    if (a.k_dim == 0 && a.q_heads > 0) {
        a.k_dim = wide / a.q_heads;
        if (wide % a.q_heads != 0) r.lack(Size::head_dim);
    }
    if (a.k_dim == 0) r.lack(Size::head_dim);
    a.v_dim = r.number(Size::v_head_dim, a.k_dim);
    if (a.v_dim == 0) a.v_dim = a.k_dim;
    if (arch.type == "step3_text") a.q_lora_rank = r.number(Size::q_lora_rank, hidden);
    a.qkv_bias = qkv_bias(r, arch);
    a.o_bias = out_bias(r, arch, a.qkv_bias);
    const bool asked = r.flag("use_qk_norm", r.flag("qk_layernorm", r.flag("qk_norm", r.flag("attn_config.qk_ln"))));
    // Command R and MPT give every head its own weights
    const bool wide_norm =
        arch.type == "cohere" || arch.type == "mpt" || arch.type == "stablelm" || arch.type == "minimax";
    a.qk_norm_wide = arch.has(kQkNormWide) || (asked && wide_norm);
    a.qk_norm = !a.qk_norm_wide && (arch.has(kQkNorm) || asked);
    a.output_gate = arch.has(kOutputGate) || r.flag("attn_output_gate");
    a.sinks = arch.has(kSinks);
    if (arch.has(kSharedBlocks)) a.owns_weights = false;
    return a;
}

Attention windowed(Reader& r, const Attention& base, int64_t window) {
    if (base.kind == AttentionKind::mla) return base;
    Attention a = base;
    a.kind = AttentionKind::sliding;
    a.window = window;
    const int64_t whole = base.q_heads * base.k_dim;
    a.q_heads = r.number(Size::window_q_heads, a.q_heads);
    a.kv_heads = r.number(Size::window_kv_heads, a.kv_heads);
    if (a.kv_heads > a.q_heads) r.lack(Size::window_kv_heads);
    // Baichuan-M1: other heads of another width, as wide together
    if (a.q_heads > 0 && a.q_heads != base.q_heads && r.find(Size::window_head_dim) < 0 && r.find(Size::head_dim) < 0 &&
        whole % a.q_heads == 0)
        a.k_dim = a.v_dim = whole / a.q_heads;
    a.k_dim = r.number(Size::window_head_dim, a.k_dim);
    a.v_dim = r.number(Size::window_v_head_dim, a.v_dim);
    a.sinks = a.sinks || r.flag("add_swa_attention_sink_bias");
    return a;
}

Attention chunked(Reader& r, const Attention& base) {
    if (base.kind == AttentionKind::mla) return base;
    Attention a = base;
    a.kind = AttentionKind::chunked;
    a.window = std::max<int64_t>(1, r.number(Size::chunk, 8192));
    return a;
}

Attention global(Reader& r, const Attention& base) {
    if (base.kind == AttentionKind::mla) return base;
    Attention a = base;
    const int64_t wide = r.number(Size::global_head_dim, 0);
    if (wide > 0) a.k_dim = a.v_dim = wide;
    const int64_t fewer = r.number(Size::global_kv_heads, 0);
    if (fewer > 0 && r.flag("attention_k_eq_v", true)) a.kv_heads = fewer;
    a.v_is_k = r.flag("attention_k_eq_v");
    return a;
}

Attention recurrent(Reader& r, Mixer mixer, const Attention& base, int64_t hidden, const Architecture& arch) {
    if (mixer == Mixer::linear) {
        if (r.at("linear_attn_config").is(JsonValue::Kind::object) || arch.has(kKda))
            mixer = Mixer::kda;
        else if (arch.has(kLightning))
            mixer = Mixer::lightning;
        else
            mixer = Mixer::delta;
    }
    switch (mixer) {
        case Mixer::kda:
            return kimi_delta(r, base, hidden);
        case Mixer::lightning:
            return lightning(base);
        case Mixer::mamba:
            return mamba(r, hidden, arch);
        case Mixer::conv:
            return short_conv(r, hidden);
        case Mixer::rg_lru:
            return rg_lru(r, base, hidden);
        default:
            return delta_attention(r);
    }
}

}  // namespace kvx::core::hf
