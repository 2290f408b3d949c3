#include "core/catalog/import/left_out.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace kvx::core::hf {

namespace {

using Kind = JsonValue::Kind;

struct Part {
    std::string_view field, what;
};
constexpr std::array kTowers = {
    Part{"vision_config", "the vision tower"},
    Part{"visual", "the vision tower"},
    Part{"vit_config", "the vision tower"},
    Part{"vision_tower", "the vision tower"},
    Part{"mm_vision_tower", "the vision tower"},
    Part{"img_processor", "the vision tower"},
    Part{"image_config", "the vision tower"},
    Part{"vision_encoder", "the vision tower"},
    Part{"projector_config", "the projector for images"},
    Part{"audio_config", "the audio tower"},
    Part{"audio_encoder_config", "the audio tower"},
    Part{"audio_processor", "the audio tower"},
    Part{"speech_config", "the audio tower"},
    Part{"encoder_config", "the encoder"},
    Part{"talker_config", "the speech decoder"},
    Part{"token2wav_config", "the speech decoder"},
    Part{"code2wav_config", "the speech decoder"},
    Part{"depth_decoder_config", "the depth decoder"},
};
constexpr std::array kMtp = {"num_nextn_predict_layers", "mtp_num_hidden_layers", "num_mtp_layers", "num_mtp_modules",
                             "mtp_num_layers",           "num_mtp_heads",         "n_mtp_layers"};

bool there(JsonValue v) {
    return (v.is(Kind::object) && v.size() > 0) || (v.is(Kind::text) && !v.text().empty());
}

// Words of a field's name that tell of layers, heads, widths or states …
constexpr std::array kShape = {
    "layer",   "layers",  "head",   "heads",     "dim",   "dims",     "width",     "depth",  "rank",         "lora",
    "expert",  "experts", "moe",    "window",    "block", "blocks",   "conv",      "state",  "ssm",          "mamba",
    "pattern", "latent",  "kv",     "mlp",       "ffn",   "attn",     "attention", "hidden", "intermediate", "interval",
    "period",  "shared",  "sparse", "recurrent", "mixer", "compress", "memory",    "ngram",  "adapter",      "linear",
    "idxs",    "indices", "mem",    "lru",       "delta", "loop",     "retention", "groups", "schedule"};
// … and those that say it is about numerics, training, positions or tokens after all.
constexpr std::array kElse = {
    "eps",           "dropout",       "drop",       "init",        "initializer", "rope",      "rotary",
    "theta",         "aux",           "loss",       "coef",        "scale",       "scaling",   "factor",
    "multiplier",    "multipliers",   "softcap",    "softcapping", "cap",         "clip",      "limit",
    "limits",        "jitter",        "token",      "tokens",      "std",         "impl",      "implementation",
    "dtype",         "act",           "activation", "fn",          "act_fn",      "cache",     "chunk",
    "prob",          "bias",          "norm",       "temperature", "fp32",        "topk",      "score",
    "scoring",       "method",        "yarn",       "nope",        "label",       "label2id",  "id2label",
    "output",        "offload",       "backend",    "kernel",      "kernels",     "precision", "quant",
    "quantization",  "func",          "router",     "freq",        "logits",      "feature",   "image",
    "gradient",      "checkpointing", "fused",      "residual",    "parallel",    "softmax",   "seqlen",
    "training",      "mtp",           "nextn",      "timestep",    "time",        "step",      "mup",
    "deterministic", "version"};
// Read as rotary width or group routing by engines: no weights and no cache of their own.
constexpr std::array kHarmless = {"hybrid_layer_ids",
                                  "dense_intermediate_size",
                                  "hidden_dim",
                                  "n_expert_groups",
                                  "n_limited_groups",
                                  "intermediate_size_mlp",
                                  "moe_renormalize",
                                  "num_beam_groups",
                                  "mtp_layers_block_type",
                                  "attn_layer_indices",
                                  "full_attn_idxs",
                                  "full_attention_interval",
                                  "sliding_window_pattern",
                                  "_sliding_window_pattern",
                                  "qk_head_dim",
                                  "vocab_size_per_layer_input",
                                  "block_dim",
                                  "conv_dim",
                                  "block_use_swiglu",
                                  "num_gqa_groups",
                                  "use_mixed_mlp_moe",
                                  "dim_model_base",
                                  "kda_layers",
                                  "full_attn_layers",
                                  "rope_head_dim",
                                  "max_window_layers",
                                  "n_group",
                                  "num_expert_group",
                                  "n_groups",
                                  "num_hash_layers",
                                  "num_ln_in_parallel_attn",
                                  "hidden_act",
                                  "hidden_activation",
                                  "mlp_hidden_act",
                                  "head_type",
                                  "num_logits_to_keep",
                                  "attn_type",
                                  "attention_type",
                                  "model_parallel_size",
                                  "no_rope_layers",
                                  "layer_switch",
                                  "kv_channels",
                                  "use_mamba_kernels",
                                  "layers_to_transform",
                                  "vision_feature_layer",
                                  "use_bidirectional_attention",
                                  "moe_router_enable_shared_expert",
                                  "mla_use_nope",
                                  "global_head_dim",
                                  "index_topk_pattern",
                                  "is_decoder",
                                  "add_cross_attention",
                                  "cross_attention_hidden_size",
                                  "pruned_heads",
                                  "mamba_expand",
                                  "expand",
                                  "num_key_value_heads",
                                  "head_dim",
                                  "num_attention_heads",
                                  "layer_types",
                                  "intermediate_size",
                                  "use_qk_norm",
                                  "summary_hidden_size",
                                  "sliding_window",
                                  "use_sliding_window",
                                  "use_swa",
                                  "tie_encoder_decoder",
                                  "mamba_dt_rank"};

template <class List>
bool in(const List& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

bool looks_structural(std::string_view name) {
    if (in(kHarmless, name)) return false;
    bool shape = false;
    for (size_t at = 0; at <= name.size();) {
        const size_t end = std::min(name.find('_', at), name.size());
        const std::string_view word = name.substr(at, end - at);
        if (in(kElse, word)) return false;
        shape = shape || in(kShape, word);
        at = end + 1;
    }
    return shape;
}

bool says_something(JsonValue v) {
    switch (v.kind()) {
        case Kind::number:
            return v.number() != 0 && std::isfinite(v.number());
        case Kind::boolean:
            return v.boolean();
        case Kind::array:
        case Kind::object:
            return v.size() > 0;
        default:
            return false;
    }
}

}  // namespace

std::vector<std::string> parts_left_out(JsonValue outer, JsonValue inner) {
    std::vector<std::string> out;
    for (const Part& p : kTowers)
        if (there(outer[p.field]) || there(inner[p.field]))
            out.push_back(std::string(p.what) + " (" + std::string(p.field) + ")");
    for (const char* name : kMtp) {
        const double n = inner[name].number(outer[name].number(0));
        if (n < 1 || n > 64) continue;
        const auto layers = static_cast<int64_t>(n);
        out.push_back(std::to_string(layers) + (layers == 1 ? " layer" : " layers") + " for multi-token prediction (" +
                      std::string(name) + ")");
    }
    return out;
}

std::vector<std::string> unread_fields(const Reader& r) {
    constexpr size_t kMost = 24;  // a hostile file may have 100,000
    std::vector<std::string> out;
    const auto note = [&](std::string_view name, JsonValue v, const std::string& prefix) {
        const std::string path = prefix + std::string(name);
        if (out.size() < kMost && !r.asked().contains(path) && looks_structural(name) && says_something(v))
            out.push_back(printable(path, 60));
    };
    for (JsonValue v = r.root().first(); v; v = v.next()) {
        note(v.key(), v, "");
        const bool entered = v.is(Kind::object) && (v.key() == "attn_config" || v.key() == "ffn_config" ||
                                                    v.key() == "linear_attn_config" || v.key() == "ssm_cfg");
        if (entered)
            for (JsonValue e = v.first(); e; e = e.next()) note(e.key(), e, std::string(v.key()) + ".");
    }
    return out;
}

}  // namespace kvx::core::hf
