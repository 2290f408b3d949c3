#include "core/catalog/checkpoint/mistral_params.h"

#include <array>
#include <cmath>

#include "core/json_writer.h"

namespace kvx::core {

namespace {

using Kind = JsonValue::Kind;

struct Name {
    std::string_view theirs, ours;
};
// mistral_inference, args.py; vllm, transformers_utils/configs/mistral.py
constexpr std::array kNames = {
    Name{"dim", "hidden_size"},
    Name{"n_layers", "num_hidden_layers"},
    Name{"n_heads", "num_attention_heads"},
    Name{"n_kv_heads", "num_key_value_heads"},
    Name{"head_dim", "head_dim"},
    Name{"hidden_dim", "intermediate_size"},
    Name{"vocab_size", "vocab_size"},
    Name{"max_seq_len", "max_position_embeddings"},
    Name{"max_position_embeddings", "max_position_embeddings"},
    Name{"tied_embeddings", "tie_word_embeddings"},
    Name{"sliding_window", "sliding_window"},
    Name{"q_lora_rank", "q_lora_rank"},
    Name{"kv_lora_rank", "kv_lora_rank"},
    Name{"qk_rope_head_dim", "qk_rope_head_dim"},
    Name{"qk_nope_head_dim", "qk_nope_head_dim"},
    Name{"v_head_dim", "v_head_dim"},
};
constexpr std::array kExpertNames = {
    Name{"num_experts", "num_local_experts"},
    Name{"num_experts_per_tok", "num_experts_per_tok"},
    Name{"expert_hidden_dim", "moe_intermediate_size"},
    Name{"num_shared_experts", "n_shared_experts"},
    Name{"first_k_dense_replace", "first_k_dense_replace"},
};

template <class Names>
void copy(JsonValue from, const Names& names, JsonWriter& w) {
    for (const Name& n : names)
        if (const JsonValue v = from[n.theirs]; v && !v.is(Kind::null)) w.key(n.ours).json(json_text(v));
}

// Meta's files give a multiplier: two thirds of 4 × dim, times it, rounded up (llama, model.py: FeedForward).
double meta_width(JsonValue root) {
    const double dim = root["dim"].number(), to = root["multiple_of"].number(0);
    if (root["hidden_dim"] || to < 1 || dim < 1) return 0;
    const double wide = std::floor(std::floor(8 * dim / 3) * root["ffn_dim_multiplier"].number(1));
    return std::ceil(wide / to) * to;
}

}  // namespace

bool is_params(JsonValue root) {
    return root["dim"].is(Kind::number) && root["n_layers"].is(Kind::number) && root["n_heads"].is(Kind::number) &&
           !root["hidden_size"] && !root["model_type"];
}

std::string config_of_params(JsonValue root) {
    JsonWriter w;
    w.begin_object();
    const JsonValue moe = root["moe"];
    const bool latent = root["kv_lora_rank"].is(Kind::number);
    w.field("model_type", latent                 ? "deepseek_v3"
                          : moe.is(Kind::object) ? "mixtral"
                          : root["multiple_of"]  ? "llama"
                                                 : "mistral");
    copy(root, kNames, w);
    copy(moe, kExpertNames, w);
    if (const double width = meta_width(root); width > 0) w.field("intermediate_size", width);
    if (root["vision_encoder"].is(Kind::object)) w.key("vision_config").json(json_text(root["vision_encoder"]));
    // "fp8_e4m3" with one scale a tensor, on all but what the exclusion list names
    if (root["quantization"]["qformat_weight"].text().starts_with("fp8"))
        w.key("quantization_config").json(R"({"quant_method":"fp8","activation_scheme":"static"})");
    return w.end_object().text();
}

}  // namespace kvx::core
