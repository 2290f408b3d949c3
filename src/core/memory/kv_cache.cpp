#include "core/memory/kv_cache.h"

#include <algorithm>

#include "core/number.h"

namespace kvx::core {

namespace {

double latent_bytes(const Attention& a, Dtype kv) {
    const int64_t width = a.kv_lora_rank + a.rope_dim;
    // llama.cpp quantises the whole vector, other engines not its rotary part.
    if (!is_quantised(kv) || info(kv).kv_whole) return kv_vector_bytes(kv, width).value;
    if (kv == Dtype::fp8 || kv == Dtype::fp8_ds_mla) {
        if (a.index_dim == 0 && kv == Dtype::fp8) return real(width);
        // The sparse layout: FP8 latent, one FP32 scale for 128 values, rotary part in 16 bits.
        return real(a.kv_lora_rank + 4 * ((a.kv_lora_rank + 127) / 128) + 2 * a.rope_dim);
    }
    return kv_vector_bytes(kv, a.kv_lora_rank).value + 2 * real(a.rope_dim);
}

double compressed_bytes(const Attention& a, int64_t entries, int64_t window_tokens) {
    return real(entries) * (a.entry_bytes + a.index_entry_bytes) + real(window_tokens) * a.window_bytes;
}

}  // namespace

Bytes index_key_bytes(const Attention& a) {
    const double key = real(a.index_dim + 4 * ((a.index_dim + 127) / 128));
    return {a.kind == AttentionKind::mla && a.index_dim > 0 ? key / real(std::max<int64_t>(a.index_pool, 1)) : 0};
}

Bytes layer_bytes_per_token(const Attention& a, CacheFormat kv) {
    switch (a.kind) {
        case AttentionKind::full:
        case AttentionKind::sliding:
        case AttentionKind::chunked:
            return {real(a.kv_heads) * (kv_vector_bytes(kv.k, a.k_dim).value + kv_vector_bytes(kv.v, a.v_dim).value)};
        case AttentionKind::mla:
            return {latent_bytes(a, kv.k) + index_key_bytes(a).value};
        case AttentionKind::compressed:
            return {a.ratio > 0 ? (a.entry_bytes + a.index_entry_bytes) / real(a.ratio) : 0};
        default:
            return {};
    }
}

Tokens tokens_kept(const Attention& a, Tokens n) {
    if (n.value <= 0) return {0};
    switch (a.kind) {
        case AttentionKind::full:
        case AttentionKind::mla:
            return n;
        case AttentionKind::sliding:
            return {std::min(n.value, a.window)};
        case AttentionKind::chunked:
            return {a.window > 0 ? (n.value - 1) % a.window + 1 : n.value};
        case AttentionKind::compressed:
            return {a.ratio > 0 ? n.value : std::min(n.value, a.window)};
        default:
            return {0};
    }
}

Bytes layer_state_bytes(const Attention& a) {
    if (a.beside != AttentionKind::none) return layer_state_bytes(beside(a));
    const double recurrent = a.state_fp32 ? 4 : 2;
    const double tail = 2 * real(std::max<int64_t>(a.conv_kernel - 1, 0));
    switch (a.kind) {
        case AttentionKind::gated_deltanet:
        case AttentionKind::kda:
            return {recurrent * real(a.state_heads * a.state_v_dim * a.state_k_dim) +
                    tail * real(2 * a.state_k_heads * a.state_k_dim + a.state_heads * a.state_v_dim)};
        case AttentionKind::lightning:
            return {recurrent * real(a.state_heads * a.state_v_dim * a.state_k_dim)};
        case AttentionKind::mamba1:
            return {recurrent * real(a.state_inner * a.state_k_dim) + tail * real(a.state_inner)};
        case AttentionKind::mamba2:
            return {recurrent * real(a.state_heads * a.state_v_dim * a.state_k_dim) +
                    tail * real(a.state_heads * a.state_v_dim + 2 * a.state_groups * a.state_k_dim)};
        case AttentionKind::short_conv:
            return {tail * real(a.state_inner)};
        case AttentionKind::rg_lru:
            return {recurrent * real(a.state_inner) + tail * real(a.state_inner)};
        default:
            return {};
    }
}

Bytes layer_bytes(const Attention& a, Tokens n, CacheFormat kv) {
    if (a.kind == AttentionKind::compressed) {
        const int64_t tokens = std::max<int64_t>(n.value, 0);
        return {compressed_bytes(a, a.ratio > 0 ? tokens / a.ratio : 0, std::min(tokens, a.window))};
    }
    return layer_bytes_per_token(a, kv) * real(tokens_kept(a, n).value) + layer_state_bytes(a);
}

Bytes layer_bytes_paged(const Attention& a, Tokens n, CacheFormat kv, int64_t block_size) {
    const int64_t block = std::max<int64_t>(block_size, 1);
    if (a.kind == AttentionKind::compressed) {
        const int64_t tokens = std::max<int64_t>(n.value, 0);
        const int64_t rounded = blocks_for({tokens}, block) * block;
        const int64_t window = blocks_for({std::min(tokens, a.window)}, block) * block;
        return {compressed_bytes(a, a.ratio > 0 ? (rounded + a.ratio - 1) / a.ratio : 0, window)};
    }
    return layer_bytes_per_token(a, kv) * real(blocks_for(tokens_kept(a, n), block) * block) + layer_state_bytes(a);
}

KvRate kv_rate(const Model& m, CacheFormat kv) {
    KvRate r;
    for (const LayerGroup& g : m.layers) {
        const Attention& a = g.attention;
        if (!a.owns_cache) continue;
        const double count = real(g.count);
        const Bytes per_token = count * layer_bytes_per_token(a, kv);
        if (a.kind == AttentionKind::sliding || a.kind == AttentionKind::chunked)
            r.bounded += per_token;
        else
            r.growing += per_token;
        if (a.kind == AttentionKind::compressed) {
            r.bounded.value += count * a.window_bytes;
            if (a.ratio > 0) r.sparse_index.value += count * a.index_entry_bytes / real(a.ratio);
        }
        r.sparse_index += count * index_key_bytes(a);
        r.state += count * layer_state_bytes(a);
    }
    return r;
}

Bytes kv_bytes(const Model& m, Tokens n, CacheFormat kv) {
    Bytes sum;
    for (const LayerGroup& g : m.layers)
        if (g.attention.owns_cache) sum += real(g.count) * layer_bytes(g.attention, n, kv);
    return sum;
}

Bytes kv_bytes_paged(const Model& m, Tokens n, CacheFormat kv, int64_t block_size) {
    Bytes sum;
    for (const LayerGroup& g : m.layers)
        if (g.attention.owns_cache) sum += real(g.count) * layer_bytes_paged(g.attention, n, kv, block_size);
    return sum;
}

int64_t blocks_for(Tokens n, int64_t block_size) {
    if (n.value <= 0) return 0;
    const int64_t block = std::max<int64_t>(block_size, 1);
    return (n.value - 1) / block + 1;
}

}  // namespace kvx::core
