#include "core/catalog/checkpoint/tensor_place.h"

#include <algorithm>
#include <array>
#include <string>

namespace kvx::core {

namespace {

using Words = std::string_view;  // separated and enclosed by spaces

bool among(std::string_view word, Words words) {
    for (size_t at = words.find(word); at != std::string_view::npos; at = words.find(word, at + 1))
        if (!word.empty() && words[at - 1] == ' ' && words[at + word.size()] == ' ') return true;
    return false;
}
bool has(std::string_view word, std::string_view part) {
    return word.find(part) != std::string_view::npos;
}

constexpr Words kTower =
    " visual vision vision_tower vision_model vision_encoder vision_config vit audio audio_tower audio_encoder speech "
    "multi_modal_projector mm_projector modality_projection patch_merger connector vision_language_adapter "
    "embed_vision embed_audio image_newline talker token2wav code2wav aligner ";
constexpr Words kTowerFirst = " v mm a mlp1 resampler ";  // GGUF, InternVL
constexpr Words kLayer = " layers blk h blocks layer block ";
constexpr Words kScale =
    " scales qzeros g_idx weight_scale weight_scale_inv weight_scale_2 weight_packed weight_shape weight_zero_point "
    "weight_g_idx input_scale output_scale absmax nested_absmax quant_map nested_quant_map scb biases qweight "
    "bitsandbytes__nf4 bitsandbytes__fp4 scale k_scale v_scale suh svh trellis q_weight q_scale q_scale_max q_groups "
    "q_perm q_invperm ";
constexpr Words kEmbedding =
    " embed_tokens wte wpe tok_embeddings token_embd position_embd word_embeddings position_embeddings embeddings "
    "embed_in embedding embed token_types ";
constexpr Words kHead = " lm_head embed_out output_layer head ";
constexpr Words kRouter =
    " router ffn_gate_inp ffn_gate_inp_shexp shared_expert_gate e_score_correction_bias exp_probs_b wg gate ";
constexpr Words kMlp =
    " up_proj down_proj gate_proj gate_up_proj w1 w2 w3 w12 fc1 fc2 fc_in fc_out dense_h_to_4h dense_4h_to_h c_fc ";
constexpr Words kVectors =
    " conv conv1d q_conv1d k_conv1d v_conv1d ssm_conv1d ssm_conv1d_q ssm_conv1d_k ssm_conv1d_v a_log ssm_a dt_bias "
    "sinks ";
constexpr Words kMixer =
    " mamba mixer conv shortconv temporal_block indexer wq wk wv wo q_proj k_proj v_proj o_proj qkv_proj qkv ";

bool is_number(std::string_view word) {
    return !word.empty() && word.size() <= 6 &&
           std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

int64_t number_of(std::string_view digits) {
    int64_t n = 0;
    for (const char c : digits) n = 10 * n + (c - '0');
    return n;
}

struct Parts {
    std::array<std::string_view, 16> word;
    size_t count = 0;
    bool any(Words words) const {
        return std::any_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(count),
                           [&](std::string_view w) { return among(w, words); });
    }
    bool part(std::string_view inside) const {
        return std::any_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(count),
                           [&](std::string_view w) { return has(w, inside); });
    }
};

Parts words_of(std::string_view name) {
    Parts p;
    for (size_t i = 0; i <= name.size() && p.count < p.word.size();) {
        const size_t end = std::min(name.find_first_of("./", i), name.size());
        p.word[p.count++] = name.substr(i, end - i);
        i = end + 1;
    }
    return p;
}

int64_t layer_of(const Parts& p) {
    for (size_t i = 1; i < p.count; ++i) {
        if (!is_number(p.word[i]) || !among(p.word[i - 1], kLayer)) continue;
        return number_of(p.word[i]);
    }
    return -1;
}

// "ffn_up.3": an expert of older GGUF files
bool numbered_expert(const Parts& p) {
    for (size_t i = 1; i < p.count; ++i)
        if (p.word[i - 1].starts_with("ffn_") && is_number(p.word[i])) return true;
    return false;
}

WeightClass matrix_class(const Parts& p, std::string_view module, int64_t layer) {
    if (p.part("shared_expert") || p.part("_shexp") || p.any(" shared_mlp share_expert ")) return WeightClass::shared;
    if (p.any(" experts switch_mlp ") || p.part("_exps") || numbered_expert(p)) return WeightClass::experts;
    if (layer < 0) {
        if (p.any(kEmbedding)) return WeightClass::embedding;
        return p.any(kHead) || p.word[0] == "output" ? WeightClass::head : WeightClass::vectors;
    }
    if (among(module, kMlp)) return WeightClass::mlp;
    if (p.part("attn") || p.part("attention") || p.part("ssm_") || p.any(kMixer)) return WeightClass::attention;
    return WeightClass::mlp;
}

}  // namespace

TensorPlace place_of_tensor(std::string_view name, size_t dims) {
    std::string lower(name.substr(0, 512));
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    const Parts p = words_of(lower);
    TensorPlace out;
    out.layer = layer_of(p);
    const std::string_view last = p.word[p.count - 1];
    const std::string_view module = p.count > 1 ? p.word[p.count - 2] : last;
    const bool rows_by_token = p.part("per_layer_token_embd") || p.part("embed_tokens_per_layer");
    out.beside = rows_by_token || p.part("mtp") || p.part("nextn") || p.any(kTower) || among(p.word[0], kTowerFirst);
    if (p.any(kRouter) && !p.part("attn")) {
        out.of = WeightClass::router;
        return out;
    }
    const bool scale = among(last, kScale) || p.any(" quant_state ");
    const bool vector = last == "bias" || last.ends_with("_bias") || (dims <= 1 && !scale) || among(module, kVectors) ||
                        among(last, kVectors);
    out.of = p.part("norm") || vector ? WeightClass::vectors : matrix_class(p, module, out.layer);
    return out;
}

TensorPlace TensorPlaces::of(std::string_view name, size_t dims) {
    constexpr size_t kMostKnown = 4096;
    pattern_.assign(1, dims <= 1 ? '1' : '2');
    int64_t layer = -1;
    std::string_view before;
    for (size_t i = 0; i <= name.size();) {
        const size_t end = std::min(name.find_first_of("./", i), name.size());
        const std::string_view word = name.substr(i, end - i);
        const bool number = is_number(word);
        if (number && layer < 0 && among(before, kLayer)) layer = number_of(word);
        pattern_ += number ? std::string_view("#") : word;
        pattern_ += '.';
        before = word;
        i = end + 1;
    }
    auto found = known_.find(pattern_);
    if (found == known_.end()) {
        const TensorPlace place = place_of_tensor(name, dims);
        if (known_.size() == kMostKnown) return place;
        found = known_.emplace(pattern_, place).first;
    }
    TensorPlace place = found->second;
    if (place.layer >= 0) place.layer = layer;
    return place;
}

}  // namespace kvx::core
