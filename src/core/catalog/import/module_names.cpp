#include "core/catalog/import/module_names.h"

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
    {"query_key_value", any(P::q, P::k, P::v)},
    {"o_proj", any(P::o)},
    {"out_proj", any(P::o, P::state_out)},
    {"q_a_proj", any(P::q_a)},
    {"q_b_proj", any(P::q_b)},
    {"kv_a_proj_with_mqa", any(P::kv_a)},
    {"kv_b_proj", any(P::kv_b)},
    {"fused_qkv_a_proj", any(P::q_a, P::kv_a)},
    {"indexer", any(P::indexer)},
    {"weights_proj", any(P::indexer)},
    {"in_proj", any(P::state_in)},
    {"in_proj_qkvz", any(P::state_in)},
    {"in_proj_ba", any(P::state_in)},
    {"conv1d", 0},
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
    {"e_score_correction_bias", any(P::router)},
    {"gate_proj", kUp},
    {"up_proj", kUp},
    {"gate_up_proj", kUp},
    {"w1", kUp},
    {"w3", kUp},
    {"w13", kUp},
    {"fc1", kUp},
    {"dense_h_to_4h", kUp},
    {"down_proj", kDown},
    {"w2", kDown},
    {"fc2", kDown},
    {"dense_4h_to_h", kDown},
    {"lm_head", any(P::head)},
    {"output_layer", any(P::head)},
    {"embed_tokens", any(P::embedding)},
    {"embedding", any(P::embedding)},
    {"wte", any(P::embedding)},
    {"visual", kTower},
    {"vision", kTower},
    {"vision_tower", kTower},
    {"vision_model", kTower},
    {"vision_encoder", kTower},
    {"audio_tower", kTower},
    {"multi_modal_projector", kTower},
    {"mm_projector", kTower},
    {"patch_merger", kTower},
    {"connector", kTower},
};

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

struct Found {
    NamedModules named;
    PartMask all = ~PartMask{0};
    bool some = false, narrow = false, expert_number = false, tower = false;

    void take(PartMask parts) {
        all &= parts;
        some = true;
    }
    void word(std::string_view word, std::string_view last) {
        if (const int64_t n = number_of(word); n >= 0) {
            if (last == "experts")
                expert_number = true;
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
        if (word.find("norm") != std::string_view::npos) take(0);
    }
};

}  // namespace

NamedModules modules_named(std::string_view entry) {
    Found f;
    if (entry.substr(0, 3) == "re:") entry.remove_prefix(3);
    std::string_view last;
    bool feed_forward = false;
    for (size_t i = 0; i < entry.size();) {
        if (entry[i] == '\\' && i + 1 < entry.size()) {  // \. is a dot, \d a number
            i += 2;
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
            if (parts != 0) f.take(parts);
            i = after;
            continue;
        }
        if (!is_word(entry[i])) {
            ++i;
            continue;
        }
        size_t end = i;
        while (end < entry.size() && is_word(entry[end])) ++end;
        const std::string_view word = entry.substr(i, end - i);
        f.word(word, last);
        feed_forward = feed_forward || word == "mlp" || word == "ffn" || word == "feed_forward";
        last = word;
        i = end;
    }
    // "mlp.gate_proj" is the dense MLP's: an expert's has its own word before it.
    constexpr PartMask kDense = any(P::up, P::down);
    if (f.some && feed_forward && !f.narrow && (f.all & kDense) != 0 && (f.all & any(P::router)) == 0) f.all &= kDense;
    if (f.tower) return {kTower, -1, true};
    if (f.expert_number) return {};  // one expert alone cannot be told apart here
    if (!f.some) return {f.named.layer >= 0 ? kLinearParts : 0, f.named.layer, f.named.layer >= 0};
    return {f.all, f.named.layer, true};
}

}  // namespace kvx::core
