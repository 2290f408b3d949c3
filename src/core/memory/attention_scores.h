// What attention without FlashAttention would have to store, and what FlashAttention keeps instead.
#pragma once
#include "core/catalog/device.h"
#include "core/catalog/model.h"

namespace kvx::core {

// One layer live: q_heads * n^2 * 2 B of 16-bit scores for one prompt of n tokens (the layer with most heads). Dao et
// al. 2022, section 2.
Bytes score_bytes(const Model& m, Tokens n);
// Query heads of the attention layer that has most of them, and the widest head (both 0 when no layer computes scores).
int64_t score_heads(const Model& m);
int64_t score_width(const Model& m);
// What FlashAttention keeps instead: one FP32 log-sum-exp per query head and row.
Bytes flash_statistics_bytes(const Model& m, Tokens n);
struct Tile {
    int64_t rows = 0, columns = 0;
    bool known = false;
};
// Block sizes of FlashAttention algorithm 1: columns = ceil(M/(4d)), rows = min(columns, d), M = 16-bit elements of
// on-chip memory of one unit.
Tile flash_tile(const Model& m, const Device& d);

}  // namespace kvx::core
