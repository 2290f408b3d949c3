// Token by token with a cache: computes only the new token's row.
#pragma once
#include <memory>
#include <vector>

#include "lm/cache.h"

namespace kvx::lm {

// Every intermediate result of one token, as drawn by the page.
struct LayerTrace {
    std::vector<float> in, q, k, v, out;   // [width]; q and k after the rotation
    std::vector<float> attention, scores;  // [heads × (position + 1)]; scores are q·k/√head_dim
};
struct StepTrace {
    std::vector<LayerTrace> layers;
    std::vector<float> probabilities;  // [vocabulary] of the next token
    Work work;
    Token best() const;
};

class Decoder {
  public:
    Decoder(const Weights& w, const CachePolicy& policy, int capacity, Ledger* ledger = nullptr);
    // Feeds the token at the next position; `trace` may be null. Returns the logits [vocabulary].
    const float* step(Token token, StepTrace* trace = nullptr);
    int position() const { return position_; }
    const KvCache& cache() const { return cache_; }
    const Work& work() const { return work_; }
    // Continues after the first `tokens` of another sequence's cache.
    void share_prefix(const Decoder& from, int tokens);
    // Rewinds to `tokens`: what lies beyond is written again.
    void rewind(int tokens) { position_ = tokens; }

  private:
    const Weights* weights_;
    KvCache cache_;
    Rotary rotary_;
    int position_ = 0;
    Work work_;
    Buffer stream_, norm_, q_, k_, v_, mixed_, hidden_, row_, head_, logits_;
};

// The same answers without a cache: recomputes every row of every layer.
std::vector<float> logits_without_cache(const Weights& w, const Token* tokens, int count, Work* work = nullptr);

// Cost of a step from the shape alone, for the token at `position` (from 0): with the cache, only its own row …
Work predicted_step(const Shape& s, int position);
// … and without it, all position + 1 rows.
Work predicted_step_without_cache(const Shape& s, int position);

}  // namespace kvx::lm
