// The sizes a model is described by, and the names they go by in config.json files.
#pragma once
#include <cstdint>
#include <string_view>

namespace kvx::core::hf {

enum class Size : uint8_t {
    hidden,
    vocab,
    layers,
    context,
    q_heads,
    kv_heads,
    head_dim,
    v_head_dim,
    global_head_dim,
    global_kv_heads,
    window_q_heads,
    window_kv_heads,
    window_head_dim,
    window_v_head_dim,
    window,
    chunk,
    width,
    experts,
    experts_per_token,
    expert_width,
    shared_width,
    shared_experts,
    expert_latent,
    kv_lora_rank,
    q_lora_rank,
    rope_dim,
    nope_dim,
    index_topk,
    index_dim,
    index_heads,
    index_pool,
    state_size,
    state_heads,
    state_head_dim,
    state_groups,
    state_inner,
    state_expand,
    state_rank,
    state_conv,
    conv_kernel,
    lru_width,
    cache_sharing,
    sharing_layers,
    layer_embedding,
    layer_embedding_vocab,
    window_pattern,
    count_
};

// Names separated by spaces, ours first; a dot enters an object.
std::string_view names_of(Size s);
// The largest value taken.
double most_of(Size s);

}  // namespace kvx::core::hf
