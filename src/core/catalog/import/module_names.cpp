#include "core/catalog/import/module_names.h"

#include <algorithm>
#include <string>

#include "core/catalog/release.h"

namespace kvx::core {

namespace {

using P = WeightPart;

template <class... Parts>
constexpr PartMask any(Parts... p) {
    return (mask_of(p) | ...);
}

constexpr PartMask kFeedForward = kMlpParts | kSharedParts | kExpertParts | any(P::router);
constexpr PartMask kUp = any(P::up, P::shared_up, P::expert_up), kDown = any(P::down, P::shared_down, P::expert_down);
constexpr PartMask kTower = any(P::tower);

struct Word {
    std::string_view word;
    PartMask parts;
};
// The names of transformers, vLLM, MLX and Mistral.
constexpr Word kWords[] = {
    {"self_attn", kAttentionParts},
    {"self_attention", kAttentionParts},
    {"attention", kAttentionParts},
    {"attn", kAttentionParts},
    {"linear_attn", any(P::state_in, P::state_out)},
    {"mamba", any(P::state_in, P::state_out)},
    {"short_conv", any(P::state_in, P::state_out)},
    {"mixer", kAttentionParts | kFeedForward},
    {"q_proj", any(P::q)},
    {"k_proj", any(P::k)},
    {"v_proj", any(P::v)},
    {"wq", any(P::q)},
    {"wk", any(P::k)},
    {"wv", any(P::v)},
    {"wo", any(P::o)},
    {"qkv_proj", any(P::q, P::k, P::v)},
    {"qkv", any(P::q, P::k, P::v)},
    {"wqkv", any(P::q, P::k, P::v)},
    {"Wqkv", any(P::q, P::k, P::v)},
    {"c_attn", any(P::q, P::k, P::v)},
    {"query_key_value", any(P::q, P::k, P::v)},
    {"o_proj", any(P::o)},
    {"dense", any(P::o)},
    {"out_proj", any(P::o, P::state_out)},
    {"c_proj", any(P::o) | kDown},
    {"q_a_proj", any(P::q_a)},
    {"wq_a", any(P::q_a)},
    {"q_b_proj", any(P::q_b)},
    {"wq_b", any(P::q_b)},
    {"kv_a_proj_with_mqa", any(P::kv_a)},
    {"wkv", any(P::kv_a)},
    {"kv_b_proj", any(P::kv_b)},
    {"wo_a", any(P::o)},
    {"wo_b", any(P::o)},
    {"compressor", any(P::compressor)},
    {"fused_qkv_a_proj", any(P::q_a, P::kv_a)},
    {"indexer", any(P::indexer)},
    {"index_q_proj", any(P::indexer)},
    {"index_k_proj", any(P::indexer)},
    {"indexers_proj", 0},  // the weights of its heads: 32 of some thousand outputs
    {"weights_proj", 0},
    {"in_proj", any(P::state_in)},
    {"in_proj_qkvz", any(P::state_in)},
    {"in_proj_qkv", any(P::state_in)},
    {"in_proj_z", 0},  // beside in_proj_qkv
    {"in_proj_ba", 0},
    {"in_proj_a", 0},
    {"in_proj_b", 0},
    {"x_proj", 0},
    {"dt_proj", 0},
    {"conv1d", 0},
    {"A_log", 0},
    {"dt_bias", 0},
    {"mlp", kFeedForward},
    {"ffn", kFeedForward},
    {"feed_forward", kFeedForward},
    {"block_sparse_moe", kFeedForward},
    {"moe", kFeedForward},
    {"experts", kExpertParts},
    {"switch_mlp", kExpertParts},
    {"shared_experts", kSharedParts},
    {"shared_expert", kSharedParts},
    {"shared_mlp", kSharedParts},
    {"gate", any(P::router)},
    {"router", any(P::router)},
    {"wg", any(P::router)},
    {"shared_expert_gate", any(P::router)},
    {"e_score_correction_bias", 0},
    {"fc1_latent_proj", any(P::latent)},
    {"fc2_latent_proj", any(P::latent)},
    {"gate_proj", kUp},
    {"up_proj", kUp},
    {"gate_up_proj", kUp},
    {"w1", kUp},
    {"w3", kUp},
    {"w13", kUp},
    {"fc1", kUp},
    {"fc_in", kUp},
    {"c_fc", kUp},
    {"dense_h_to_4h", kUp},
    {"down_proj", kDown},
    {"w2", kDown},
    {"fc2", kDown},
    {"fc_out", kDown},
    {"dense_4h_to_h", kDown},
    {"lm_head", any(P::head)},
    {"output_layer", any(P::head)},
    {"embed_out", any(P::head)},
    {"head", any(P::head)},
    {"embed_tokens", any(P::embedding)},
    {"embedding", any(P::embedding)},
    {"embed", any(P::embedding)},
    {"embeddings", any(P::embedding)},
    {"wte", any(P::embedding)},
    {"visual", kTower},
    {"vision", kTower},
    {"vision_tower", kTower},
    {"vision_model", kTower},
    {"vision_encoder", kTower},
    {"embed_vision", kTower},
    {"audio_tower", kTower},
    {"embed_audio", kTower},
    {"multi_modal_projector", kTower},
    {"mm_projector", kTower},
    {"patch_merger", kTower},
    {"patch_merge_mlp", kTower},
    {"connector", kTower},
    {"mtp", kTower},  // layers for multi-token prediction are left out as well
    {"eh_proj", kTower},
    {"enorm", kTower},
    {"hnorm", kTower},
    {"shared_head", kTower},
};

// Say where a module is or which of its tensors, not what it is.
constexpr std::string_view kNeutral[] = {
    "model", "language_model", "text_model", "transformer", "backbone", "decoder",    "layers",    "layer", "blocks",
    "h",     "weight",         "bias",       "d",           "re",       "base_model", "base_layer"};

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The number in digits, -1 if it is none below 2^20.
int64_t number_of(std::string_view word) {
    int64_t n = 0;
    for (const char c : word) {
        if (c < '0' || c > '9' || n > 1 << 20) return -1;
        n = 10 * n + (c - '0');
    }
    return word.empty() ? -1 : n;
}

// "(q|k|v)_proj" beside its brackets: the words q_proj, k_proj, v_proj.
void add_alternatives(std::string_view inside, std::string_view before, std::string_view after, PartMask& parts) {
    for (size_t i = 0; i <= inside.size();) {
        const size_t end = std::min(inside.find('|', i), inside.size());
        std::string word(before);
        word.append(inside.substr(i, end - i)).append(after);
        for (const Word& w : kWords)
            if (w.word == word) parts |= w.parts;
        i = end + 1;
    }
}

bool neutral(std::string_view word) {
    return std::find(std::begin(kNeutral), std::end(kNeutral), word) != std::end(kNeutral);
}

struct Found {
    NamedModules named;
    PartMask all = ~PartMask{0};
    bool some = false, narrow = false, tower = false, strange = false;

    void take(PartMask parts) {
        all &= parts;
        some = true;
        strange = false;
    }
    // What follows the last known word and is not known may be a small part of it: the whole is not meant.
    void word(std::string_view word, std::string_view last) {
        if (const int64_t n = number_of(word); n >= 0) {
            if (last == "experts")
                named.expert = n;
            else if (last == "layers" || last == "h" || last == "blocks" || last == "layer")
                named.layer = n;
            return;
        }
        for (const Word& w : kWords)
            if (w.word == word) {
                tower = tower || w.parts == kTower;
                narrow = narrow || (w.parts & (kExpertParts | kSharedParts)) == w.parts;
                return take(w.parts);
            }
        if (word.find("norm") != std::string_view::npos) return take(0);
        strange = strange || (some && !neutral(word));
    }
};

}  // namespace

NamedModules modules_named(std::string_view entry, bool dense_beside) {
    Found f;
    if (entry.substr(0, 3) == "re:") entry.remove_prefix(3);
    std::string_view last;
    bool feed_forward = false;
    for (size_t i = 0; i < entry.size();) {
        if (entry[i] == '\\' && i + 1 < entry.size()) {  // \. is a dot, \d a number
            i += 2;
            continue;
        }
        if (entry[i] == '[' || entry[i] == '{') {  // [0-9] any, {1,2} how often
            i = std::min(entry.find(entry[i] == '[' ? ']' : '}', i), entry.size() - 1) + 1;
            last = {};
            continue;
        }
        const size_t close = entry[i] == '(' ? entry.find(')', i) : std::string_view::npos;
        if (close != std::string_view::npos && close - i < 400) {
            size_t before = i, after = close + 1;
            while (before > 0 && is_word(entry[before - 1])) --before;
            while (after < entry.size() && is_word(entry[after])) ++after;
            PartMask parts = 0;
            add_alternatives(entry.substr(i + 1, close - i - 1), entry.substr(before, i - before),
                             entry.substr(close + 1, after - close - 1), parts);
            if (parts != 0)
                f.take(parts);
            else if (last == "layers" || last == "experts")
                return {};  // a choice of layers cannot be told apart here
            i = after;
            continue;
        }
        if (!is_word(entry[i])) {
            ++i;
            continue;
        }
        size_t end = i;
        while (end < entry.size() && is_word(entry[end])) ++end;
        if (end < entry.size() && entry[end] == '(') {  // the beginning of "gate(_up)?_proj"
            i = end;
            continue;
        }
        const std::string_view word = entry.substr(i, end - i);
        f.word(word, last);
        feed_forward = feed_forward || word == "mlp" || word == "ffn" || word == "feed_forward";
        last = word;
        i = end;
    }
    if (f.tower) return {kTower, -1, -1, true};
    if (f.strange) return {};
    // "mlp.gate_proj" is the dense MLP's: an expert's has its own word before it.
    constexpr PartMask kDense = any(P::up, P::down);
    if (f.some && feed_forward && dense_beside)
        f.all &= kDense | kSharedParts;
    else if (f.some && feed_forward && !f.narrow && (f.all & kDense) != 0 && (f.all & any(P::router)) == 0)
        f.all &= kDense;
    if (!f.some) return {f.named.layer >= 0 ? kLinearParts : 0, f.named.layer, -1, f.named.layer >= 0};
    return {f.all, f.named.layer, f.named.expert, true};
}

}  // namespace kvx::core
