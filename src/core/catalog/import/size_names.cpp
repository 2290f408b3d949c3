#include "core/catalog/import/size_names.h"

#include <array>

namespace kvx::core::hf {

namespace {

constexpr double kLongest = 1099511627776.0;  // 2^40: tokens
constexpr double kWidest = 1048576;           // 2^20: heads, widths, experts; products of three of them stay exact
constexpr double kWords = 16777216;           // 2^24: vocabulary
constexpr double kLayers = 4096;

struct Row {
    Size size;
    double most;
    std::string_view names;
};

// One row for each size: transformers, remote code of the hubs, MPT, DBRX, OpenELM, ChatGLM, Mistral's params.json.
constexpr std::array kRows = {
    Row{Size::hidden, kWidest, "hidden_size n_embd d_model model_dim dim hidden_dim"},
    Row{Size::vocab, kWords, "vocab_size padded_vocab_size embedding_size num_vocab n_vocab"},
    Row{Size::layers, kLayers,
        "num_hidden_layers n_layer n_layers num_layers num_transformer_layers num_decoder_layers depth"},
    Row{Size::context, kLongest,
        "max_position_embeddings n_positions max_sequence_length max_seq_len max_seq_length seq_length "
        "max_context_length model_max_length max_position_embedding n_ctx block_size"},
    Row{Size::q_heads, kWidest,
        "num_attention_heads n_head n_heads num_heads num_query_heads attn_config.n_heads num_q_heads"},
    Row{Size::kv_heads, kWidest,
        "num_key_value_heads num_kv_heads n_kv_heads n_head_kv kv_n_heads attn_config.kv_n_heads multi_query_group_num "
        "num_attention_groups num_key_value_heads_per_layer num_query_groups"},
    Row{Size::head_dim, kWidest,
        "head_dim attention_head_dim kv_channels attn_config.head_dim hidden_size_per_head d_head d_kv"},
    Row{Size::v_head_dim, kWidest, "v_head_dim"},
    Row{Size::global_head_dim, kWidest, "global_head_dim"},
    Row{Size::global_kv_heads, kWidest, "num_global_key_value_heads"},
    Row{Size::window_q_heads, kWidest,
        "swa_num_attention_heads num_swa_attention_heads attention_other_setting.num_attention_heads"},
    Row{Size::window_kv_heads, kWidest,
        "swa_num_key_value_heads num_swa_key_value_heads attention_other_setting.num_attention_groups"},
    Row{Size::window_head_dim, kWidest, "swa_head_dim attention_other_setting.head_dim"},
    Row{Size::window_v_head_dim, kWidest, "swa_v_head_dim"},
    Row{Size::window, kLongest,
        "sliding_window sliding_window_size attention_window_size window_size attn_config.sliding_window_size"},
    Row{Size::chunk, kLongest, "attention_chunk_size"},
    Row{Size::width, kWidest,
        "intermediate_size ffn_dim n_inner ffn_hidden_size ff_intermediate_size mlp_hidden_size d_ff block_ff_dim "
        "intermediate_dim ffn_intermediate_size inter_dim"},
    Row{Size::experts, kWidest,
        "num_local_experts n_routed_experts num_experts moe_num_experts ffn_config.moe_num_experts num_routed_experts "
        "moe.num_experts"},
    Row{Size::experts_per_token, kWidest,
        "num_experts_per_tok num_experts_per_token top_k_experts moe_topk moe_top_k moe_k ffn_config.moe_top_k "
        "num_selected_experts moe_router_topk n_activated_experts moe.num_experts_per_tok"},
    Row{Size::expert_width, kWidest,
        "moe_intermediate_size expert_intermediate_size expert_ffn_hidden_size moe_ffn_hidden_size "
        "ffn_config.ffn_hidden_size moe_inter_dim moe.expert_hidden_dim"},
    Row{Size::shared_width, kWidest,
        "shared_expert_intermediate_size moe_shared_expert_intermediate_size shared_intermediate_size "
        "share_expert_dim"},
    Row{Size::shared_experts, kLayers,
        "n_shared_experts num_shared_experts num_shared_expert moe_num_shared_experts num_experts_shared "
        "moe.num_shared_experts"},
    Row{Size::expert_latent, kWidest, "moe_latent_size routed_expert_hidden_size"},
    Row{Size::kv_lora_rank, kWidest, "kv_lora_rank"},
    Row{Size::q_lora_rank, kWidest, "q_lora_rank share_q_dim"},
    Row{Size::rope_dim, kWidest, "qk_rope_head_dim"},
    Row{Size::nope_dim, kWidest, "qk_nope_head_dim"},
    Row{Size::index_topk, kLongest, "index_topk"},
    Row{Size::index_dim, kWidest, "index_head_dim"},
    Row{Size::index_heads, kWidest, "index_n_heads"},
    Row{Size::index_pool, kWidest, "index_kpool"},
    Row{Size::state_size, kWidest,
        "mamba_d_state ssm_state_size mamba_state_dim state_size d_state ssm_cfg.d_state mamba_state_size"},
    Row{Size::state_heads, kWidest, "mamba_num_heads mamba_n_heads n_mamba_heads mamba2_num_heads"},
    Row{Size::state_head_dim, kWidest, "mamba_head_dim mamba_d_head mamba_headdim mamba2_head_dim"},
    Row{Size::state_groups, kWidest, "n_groups mamba_n_groups mamba_ngroups mamba_num_groups ssm_cfg.ngroups"},
    Row{Size::state_inner, kWidest, "mamba_d_ssm mamba_d_inner d_inner mamba_intermediate_size"},
    Row{Size::state_expand, 64, "mamba_expand expand ssm_cfg.expand"},
    Row{Size::state_rank, kWidest, "mamba_dt_rank time_step_rank dt_rank"},
    Row{Size::state_conv, 64,
        "mamba_d_conv conv_kernel mamba_conv_kernel d_conv ssm_cfg.d_conv conv_kernel_size conv1d_width"},
    Row{Size::conv_kernel, 64,
        "linear_conv_kernel_dim short_conv_kernel_size linear_attn_config.short_conv_kernel_size conv_L_cache"},
    Row{Size::lru_width, kWidest, "lru_width"},
    Row{Size::cache_sharing, kLayers, "cla_share_factor"},
    Row{Size::sharing_layers, kLayers, "num_kv_shared_layers num_kv_reuse_layers"},
    Row{Size::layer_embedding, kWidest, "hidden_size_per_layer_input"},
    Row{Size::layer_embedding_vocab, kWords, "vocab_size_per_layer_input"},
    Row{Size::window_pattern, kLayers,
        "sliding_window_pattern _sliding_window_pattern global_attn_every_n_layers global_attention_period"},
};
static_assert(kRows.size() == static_cast<size_t>(Size::count_));

const Row& row(Size s) {
    for (const Row& r : kRows)
        if (r.size == s) return r;
    return kRows.front();
}

}  // namespace

std::string_view names_of(Size s) {
    return row(s).names;
}
double most_of(Size s) {
    return row(s).most;
}

}  // namespace kvx::core::hf
