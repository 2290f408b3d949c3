#include "core/catalog/import/feed_forward.h"

#include <algorithm>
#include <cmath>

#include "core/number.h"

namespace kvx::core::hf {

namespace {

using Kind = JsonValue::Kind;
constexpr double kWidest = 1048576;

int64_t bounded(double n) {
    return n >= 1 && n <= kWidest ? static_cast<int64_t>(n) : 0;
}

int64_t rounded_up(double n, int64_t to) {
    return bounded(std::ceil(n / real(std::max<int64_t>(to, 1))) * real(std::max<int64_t>(to, 1)));
}

// What the family makes of the width that the file gives, or of none.
int64_t dense_width(Reader& r, int64_t hidden, const Architecture& arch) {
    const int64_t given = r.number(Size::width, 0);
    const std::string_view t = arch.type;
    if (const int64_t n = r.whole("dense_intermediate_size", 0); n > 0 && n <= kWidest) return n;  // MiniMax-M3
    if (t == "llama4_text" || t == "llama4")
        if (const int64_t n = r.whole("intermediate_size_mlp", 0); n > 0) return n;
    // QWenMLP and RecurrentGemma: intermediate_size counts both branches; OLMo's mlp_hidden_size too
    if (t == "qwen" || t == "recurrent_gemma" || (t == "olmo" && r.at("mlp_hidden_size"))) return given / 2;
    if ((t == "lfm2") && r.flag("block_auto_adjust_ff_dim", true) && given > 0) {
        // Lfm2MLP: two thirds, times a factor, rounded up
        const double n = std::floor(2 * real(given) / 3) * r.real("block_ffn_dim_multiplier", 1);
        return rounded_up(std::floor(n), r.whole("block_multiple_of", 256));
    }
    if (t == "lille_130m") return bounded(256 * std::round(std::floor(8 * real(hidden) / 3) / 256));
    if (given > 0) return given;
    if (const int64_t to = r.whole("multiple_of", 0); to > 0) {
        // Llama's own params.json (model.py, FeedForward): two thirds of four times the width, times a factor
        const double n = std::floor(std::floor(8 * real(hidden) / 3) * r.real("ffn_dim_multiplier", 1));
        return rounded_up(n, to);
    }
    for (const char* name : {"expansion_ratio", "mlp_ratio", "hidden_dim_scale_factor", "mlp_expansion_factor"})
        if (const double n = r.real(name, 0); n > 0) return bounded(std::floor(n * real(hidden)));
    if (t == "mpt") return 4 * hidden;                     // MPTConfig: expansion_ratio 4
    if (t == "afm7") return bounded(3.25 * real(hidden));  // hidden_dim_scale_factor 3.25
    // BLOOM, GPT-2, GPT-J, Falcon: four times hidden where n_inner is null
    if (arch.has(kPlainMlp)) return std::min<int64_t>(4 * hidden, static_cast<int64_t>(kWidest));
    return r.number(Size::shared_width, 0);
}

bool mlp_bias(const Reader& r, const Architecture& arch) {
    if (arch.type == "mpt") return !r.flag("no_bias", true);
    for (const char* name : {"mlp_bias", "use_mlp_bias"})
        if (r.at(name).is(Kind::boolean)) return r.flag(name);
    if (arch.type == "falcon" || arch.type == "opt" || arch.has(kMlpBias))
        return r.flag("bias", r.flag("use_bias", r.flag("enable_bias", arch.has(kMlpBias))));
    return (arch.type == "ernie4_5" || arch.type == "bailing_moe") && r.flag("use_bias");
}

int64_t shared_width(Reader& r, const Architecture& arch, int64_t expert_width) {
    const std::string_view t = arch.type;
    if (t == "llama4" || t == "llama4_text") return expert_width;
    if (t == "gemma4" || t == "gemma4_text") return r.number(Size::width, 0);  // a dense MLP beside the experts
    if (arch.has(kDoubled)) return r.number(Size::width, 0);                   // likewise in LongCat
    const int64_t count = r.number(Size::shared_experts, 0);
    const int64_t width = r.number(Size::shared_width, -1);
    if (width < 0) return std::min<int64_t>(count * expert_width, static_cast<int64_t>(kWidest));
    const bool each = t == "bailing_moe" || t == "bailing_moe_v2" || t == "bailing_hybrid";
    return each && count > 1 ? std::min<int64_t>(count * width, static_cast<int64_t>(kWidest)) : width;
}

// "3,4,5"
std::vector<double> numbers_of(std::string_view text) {
    std::vector<double> out;
    for (size_t i = 0; i < text.size() && out.size() < static_cast<size_t>(kMostLayers);) {
        double n = 0;
        bool digit = false;
        for (; i < text.size() && text[i] >= '0' && text[i] <= '9' && n < 1e6; ++i, digit = true)
            n = 10 * n + (text[i] - '0');
        if (digit)
            out.push_back(n);
        else
            ++i;
    }
    return out;
}

std::vector<double> numbers_in(const Reader& r, std::string_view name) {
    std::vector<double> out;
    for (const JsonValue v : r.list(name)) out.push_back(v.number(v.boolean() ? 1 : -1));
    if (out.empty()) out = numbers_of(r.text(name));
    std::sort(out.begin(), out.end());
    return out;
}

bool among(const std::vector<double>& sorted, int64_t i) {
    return std::binary_search(sorted.begin(), sorted.end(), real(i));
}

// mlp_layer_types: ["dense", "sparse", …]. False if the file has no such list, or after a refusal.
bool named_layers(Reader& r, int64_t layers, std::vector<bool>& out) {
    const std::vector<JsonValue> list = r.list("mlp_layer_types");
    if (static_cast<int64_t>(list.size()) < layers) return false;
    for (size_t i = 0; i < static_cast<size_t>(layers); ++i) {
        const std::string_view name = list[i].text();
        const bool moe = name == "sparse" || name == "moe";
        if (!moe && name != "dense" && name != "mlp") {
            r.refuse(
                "Layer " + std::to_string(i) + " is \"" + printable(name, 40) +
                "\" in mlp_layer_types: what such an MLP holds is not known here. Known names: dense, sparse, moe, "
                "mlp.");
            return false;
        }
        out[i] = moe;
    }
    return true;
}

// One flag a layer: moe_layer_freq of MiMo, is_moe_layer of EXAONE.
bool flagged_layers(const Reader& r, std::vector<bool>& out) {
    for (const char* name : {"moe_layer_freq", "is_moe_layer"}) {
        const std::vector<JsonValue> list = r.list(name);
        if (list.size() < out.size()) continue;
        for (size_t i = 0; i < out.size(); ++i) out[i] = list[i].boolean() || list[i].number(0) != 0;
        return true;
    }
    return false;
}

}  // namespace

Mlp dense_mlp(Reader& r, int64_t hidden, const Architecture& arch) {
    Mlp m;
    m.kind = arch.has(kPlainMlp) || !r.flag("ffn_with_glu", true) ? MlpKind::plain : MlpKind::gated;
    m.bias = mlp_bias(r, arch);
    m.width = dense_width(r, hidden, arch);
    if (m.width <= 0) r.lack(Size::width);
    return m;
}

Mlp moe_mlp(Reader& r, int64_t hidden, const Architecture& arch) {
    Mlp m;
    m.kind = MlpKind::moe;
    m.experts = r.number(Size::experts, 0);
    m.experts_per_token = r.find(Size::experts_per_token);
    if (m.experts_per_token < 0) {
        m.experts_per_token = 1;
        r.assume("one expert a token: the file does not say how many");
    }
    if (m.experts_per_token == 0) r.lack(Size::experts_per_token);
    m.expert_width = r.number(Size::expert_width, 0);
    if (m.expert_width <= 0) m.expert_width = r.number(Size::width, 0);
    if (m.expert_width <= 0) r.lack(Size::width);
    m.shared_width = shared_width(r, arch, m.expert_width);
    m.latent = r.number(Size::expert_latent, 0);
    m.shared_gate = arch.has(kSharedGate) && m.shared_width > 0;
    m.router_bias = arch.has(kRouterBias) || r.text("topk_method") == "noaux_tc" || r.flag("use_routing_bias") ||
                    r.flag("moe_router_enable_expert_bias") || r.flag("use_expert_bias") ||
                    r.flag("use_moe_router_bias");
    m.plain_experts = arch.has(kPlainMlp);
    if (arch.type == "gpt_oss") m.expert_bias = 2 * m.expert_width + hidden;
    if (m.experts_per_token > m.experts) r.lack(Size::experts_per_token);
    return m;
}

std::vector<bool> read_experts(Reader& r, const Architecture& arch, int64_t layers) {
    std::vector<bool> out(static_cast<size_t>(layers), false);
    if (r.find(Size::experts) <= 0) return out;
    if ((arch.type == "gemma4" || arch.type == "gemma4_text") && !r.flag("enable_moe_block", true)) return out;
    if (named_layers(r, layers, out) || r.failed() || flagged_layers(r, out)) return out;
    const double most = real(kMostLayers);
    std::vector<double> sparse = numbers_in(r, "moe_layers");
    if (sparse.empty()) sparse = numbers_in(r, "moe_layers_enum");
    const std::vector<double> dense = numbers_in(r, "mlp_only_layers");
    int64_t first = 0;
    for (const char* name : {"first_k_dense_replace", "moe.first_k_dense_replace", "moe_layer_start_index",
                             "num_dense_layers", "n_dense_layers", "moe_layer_num_skipped"})
        first = std::max(first, r.whole(name, 0, most));
    const int64_t last = r.whole("moe_layer_end_index", layers, most);
    int64_t every = 1, offset = -1;
    if (r.at("moe_layer_freq").is(Kind::number)) every = r.whole("moe_layer_freq", 1, most), offset = 0;
    for (const char* name : {"decoder_sparse_step", "interleave_moe_layer_step", "moe_layer_interval"})
        every = r.whole(name, every, most);
    if (arch.type == "jamba")
        every = r.whole("expert_layer_period", 2, most), offset = r.whole("expert_layer_offset", 1, most);
    every = std::max<int64_t>(every, 1);
    for (int64_t i = 0; i < layers; ++i) {
        const bool turn = offset >= 0 ? i % every == offset % every : (i + 1) % every == 0;
        out[static_cast<size_t>(i)] =
            sparse.empty() ? turn && i >= first && i <= last && !among(dense, i) : among(sparse, i);
    }
    return out;
}

}  // namespace kvx::core::hf
