// A whole sequence at once: inference without a cache, and what training keeps for the backward pass.
#pragma once
#include <memory>
#include <vector>

#include "lm/kernels.h"
#include "lm/tokenizer.h"
#include "lm/weights.h"

namespace kvx::lm {

// What the backward pass recomputes instead of keeping.
enum class Recompute : uint8_t { none, attention, layers };

// What one layer keeps of a batch of `rows` tokens in sequences of `length`.
struct LayerKept {
    Buffer in, norm1, q, k, v, mixed, middle, norm2, up, act;  // [rows × width], the last two [rows × hidden]
    Buffer inverse1, inverse2;                                 // [rows]: 1/rms of both norms
    Buffer attention;                                          // [sequences × heads × length × length]
};

// Rows of keys and values that a query reads: all, or the first `sinks` and the last `window`.
struct Reach {
    int window = 0, sinks = 0;  // window 0: everything
    bool sees(int query, int key) const { return window == 0 || key > query - window || key < sinks; }
};

// Attention of one head's query over keys and values [.. × stride] of positions 0 … last.
// `weights` receives last + 1 numbers (0 outside the query's view); `pair_bytes`: of one stored key and value.
void attend(float* out, float* weights, const float* q, const float* k, const float* v, int stride, int last,
            int head_dim, const Reach& reach, int64_t pair_bytes, Work* work);

class Forward {
  public:
    Forward(const Weights& w, int batch, int tokens, Recompute again, Ledger* book);

    // Fills what is kept; logits of every row, or only of the last row of each sequence.
    void run(const Token* tokens, bool last_only = false, Work* work = nullptr);
    // Runs one layer from its input [rows × width]; fills what it keeps and writes its output to `out`.
    void run_layer(LayerKept& kept, const float* in, int layer, float* out, Work* work);
    LayerKept make_layer() const;  // all but the input

    const Weights& weights;
    int sequences, length;
    Recompute recompute;
    Ledger* ledger;
    std::shared_ptr<const Rotary> rotary;
    std::vector<LayerKept> layers;
    Buffer last_in, last_norm, last_inverse;  // before and after the last norm
    Buffer logits;                            // [rows × vocabulary]
    int rows() const { return sequences * length; }
};

// Bytes that a Forward with these choices keeps, by kind, from the shape alone:
// each layer N(8d + 2·ff + 2)·4 + B·H·T²·4, the end N(2d + 1)·4 + N·V·4, with N = B·T.
ByKind kept_bytes(const Shape& s, int sequences, int length, Recompute recompute);

}  // namespace kvx::lm
