// A language model as a list of layers with their attention and MLP. Read from assets/models.json or a Hugging Face
// config.json.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/catalog/release.h"
#include "core/units.h"

namespace kvx::core {

enum class AttentionKind : uint8_t {
    none,            // a layer without a token mixer (an MLP-only layer of Nemotron-H)
    full,            // MHA, GQA, MQA: every token kept
    sliding,         // last `window` tokens kept
    chunked,         // tokens since the last multiple of `window` kept
    mla,             // one latent vector per token, optionally with a sparse indexer key
    compressed,      // one entry per `ratio` tokens plus a window (DeepSeek V4)
    gated_deltanet,  // constant state
    kda,
    lightning,
    mamba1,
    mamba2,
    short_conv,  // a short convolution alone (LFM2): state_inner channels
    rg_lru,      // a gated linear recurrence (RecurrentGemma): state_inner channels, gates in state_heads blocks
    cross,       // attends to an image or a prompt elsewhere: its keys and values do not grow with the tokens
};

struct Attention {
    AttentionKind kind = AttentionKind::full;
    int64_t q_heads = 0, kv_heads = 0;
    int64_t k_dim = 0, v_dim = 0;  // per head
    int64_t window = 0;            // sliding window or chunk, tokens
    // MLA; q_lora_rank of other kinds: queries through a matrix of that rank and its norm (Step-3)
    int64_t q_lora_rank = 0, kv_lora_rank = 0, rope_dim = 0, nope_dim = 0;
    int64_t index_heads = 0, index_dim = 0, index_topk = 0,
            index_pool = 0;  // sparse indexer (DSA); tokens a key, 0: one
    int64_t state_heads = 0, state_k_heads = 0, state_k_dim = 0, state_v_dim = 0, conv_kernel = 0,
            state_groups = 0;                 // recurrent kinds
    int64_t state_inner = 0, state_rank = 0;  // Mamba-1: d_inner, dt_rank; state_k_dim is N
    AttentionKind beside =
        AttentionKind::none;                // a recurrent kind in the same layer, with the state fields (Falcon-H1)
    bool bare_state = false;                // Mamba without norms inside (Jamba and Mamba-2 have them)
    bool state_fp32 = false;                // the recurrent part is kept in FP32 (otherwise in the 16-bit model dtype)
    int64_t ratio = 0;                      // compressed: tokens per entry
    int64_t o_groups = 0, o_lora_rank = 0;  // compressed: output projection of low rank, in groups of heads
    double entry_bytes = 0, index_entry_bytes = 0;  // compressed: bytes per entry as served
    double window_bytes = 0;                        // compressed: bytes per token inside the window
    bool qkv_bias = false, o_bias = false, qk_norm = false, qk_norm_wide = false, output_gate = false, sinks = false,
         v_is_k = false;
    // false: reuses the cache of an earlier layer and has no K and V projections (Gemma 4, CLA)
    bool owns_cache = true;
    bool owns_weights =
        true;  // false: the attention weights of an earlier layer once more (Zamba2); beside has its own
    bool operator==(const Attention&) const = default;
};

enum class MlpKind : uint8_t { none, gated, plain, moe };

struct Mlp {
    MlpKind kind = MlpKind::gated;
    int64_t width = 0;  // intermediate size of a dense MLP
    bool bias = false;
    int64_t experts = 0, experts_per_token = 0, expert_width = 0, shared_width = 0, latent = 0, expert_bias = 0;
    bool shared_gate = false, router_bias = false, plain_experts = false;  // plain: two matrices instead of three
    bool operator==(const Mlp&) const = default;
};

struct LayerGroup {  // `count` equal layers in a row
    int64_t count = 1;
    Attention attention;
    Mlp mlp;
    bool operator==(const LayerGroup&) const = default;
};

// Parameters by how a checkpoint stores them: linear weights may be quantised, the rest stays in 16 bits.
struct ParamCount {
    double embedding = 0, head = 0, attention = 0, mlp = 0, shared = 0, experts = 0, router = 0,
           norms = 0;  // norms: and every other small vector (biases, sinks, convolutions)
    double linear() const { return attention + mlp + shared + experts; }
    double kept() const { return embedding + head + router + norms; }
    double total() const { return linear() + kept(); }
};

// What is the same for all layers.
struct ModelNumbers {
    int64_t hidden = 0, vocab = 0, max_context = 0, position_rows = 0;
    bool tied = false;
    int64_t norms_per_layer = 2;
    bool norm_bias = false, head_bias = false;
    double extra_params = 0;                            // parameters the rows above cannot express; explained in `note`
    double published_params = 0, published_active = 0;  // 0 when unknown
    bool params_counted = true;                         // false: total and active are the published figures
    bool operator==(const ModelNumbers&) const = default;
};

struct ModelNames {
    std::string id, name, org, hf_repo, source, note;
    std::vector<std::string> aliases;  // other names in use
    bool verified = false;
    bool operator==(const ModelNames&) const = default;
};

struct Model : ModelNames, ModelNumbers {
    std::vector<LayerGroup> layers;  // in order, first layer first
    std::vector<Release> releases;   // checkpoints it is published as; the first is what "as released" means

    int64_t layer_count() const;
    bool operator==(const Model&) const = default;
};

ParamCount count_params(const Model& m);         // all resident parameters
ParamCount count_active_params(const Model& m);  // used for one token: routed experts only, embedding rows included
double total_params(const Model& m);             // counted, or published where not countable
double active_params(const Model& m);
std::string attention_summary(const Model& m);       // short: "GQA 32:8, 128 wide, 32 layers"
double expert_params(const Mlp& m, int64_t hidden);  // one routed expert
Attention beside(const Attention& a);  // the recurrent part of a layer that has both; kind none if it has not
void put_beside(Attention& a, const Attention& state);  // the inverse: a recurrent mixer beside the attention
std::string_view kind_id(AttentionKind k);              // "gated_deltanet", as in models.json
std::vector<std::string> model_card(
    const Model& m);  // exactly three plain sentences: size, what is special, and the effect on the cache

}  // namespace kvx::core
