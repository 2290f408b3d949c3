// One token after another with a cache: the new token's row only.
#pragma once
#include <memory>
#include <vector>

#include "lm/cache.h"

namespace kvx::lm {

// Everything one token went through; what the page draws.
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
    // Starts after the first `tokens` of another sequence's cache.
    void share_prefix(const Decoder& from, int tokens);
    // The same once more: what lies beyond `tokens` is written again.
    void rewind(int tokens) { position_ = tokens; }

  private:
    const Weights* weights_;
    KvCache cache_;
    Rotary rotary_;
    int position_ = 0;
    Work work_;
    Buffer stream_, norm_, q_, k_, v_, mixed_, hidden_, row_, head_, logits_;
};

// The same answers without a cache: every row of every layer again.
std::vector<float> logits_without_cache(const Weights& w, const Token* tokens, int count, Work* work = nullptr);

// What a step costs from the shape alone, the token at `position` (from 0): with the cache only its own row …
Work predicted_step(const Shape& s, int position);
// … and without, all position + 1 rows.
Work predicted_step_without_cache(const Shape& s, int position);

}  // namespace kvx::lm
