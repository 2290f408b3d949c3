// Bytes of the KV cache, layer kind by layer kind. One copy, tensor parallel 1.
#pragma once
#include "core/catalog/dtype.h"
#include "core/catalog/model.h"

namespace kvx::core {

// Bytes that one kept token costs in one layer (0 for recurrent kinds).
Bytes layer_bytes_per_token(const Attention& a, CacheFormat kv);
// Of it, the key of a sparse indexer beside a latent (DSA); 0 without one.
Bytes index_key_bytes(const Attention& a);
// Tokens that a layer keeps of a sequence of length n.
Tokens tokens_kept(const Attention& a, Tokens n);
// Bytes of one sequence in one layer, independent of its length (recurrent state, convolution tail). Unquantised: 16
// bit or FP32.
Bytes layer_state_bytes(const Attention& a);
// One layer, one sequence of n tokens, contiguous.
Bytes layer_bytes(const Attention& a, Tokens n, CacheFormat kv);
// The same in whole blocks.
Bytes layer_bytes_paged(const Attention& a, Tokens n, CacheFormat kv, int64_t block_size);

struct KvRate {
    Bytes growing;       // per token, layers that never forget
    Bytes bounded;       // per token, layers with a window or chunk (while it fills)
    Bytes state;         // per sequence
    Bytes sparse_index;  // part of growing that is the indexer
};
KvRate kv_rate(const Model& m, CacheFormat kv);
Bytes kv_bytes(const Model& m, Tokens n, CacheFormat kv);  // one sequence
Bytes kv_bytes_paged(
    const Model& m, Tokens n, CacheFormat kv,
    int64_t block_size);  // whole blocks: kept tokens rounded up per layer, windows by min(n, W) rounded up
int64_t blocks_for(Tokens n, int64_t block_size);  // ceil

}  // namespace kvx::core
