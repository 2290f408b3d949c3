// The KV cache itself: keys and values of one sequence, in full precision or a few bits, whole or windowed.
#pragma once
#include <memory>
#include <vector>

#include "lm/forward.h"

namespace kvx::lm {

// How the cache is kept.
struct CachePolicy {
    Reach reach;    // window 0: everything
    int bits = 32;  // bits per number: 32, 8, 4, 3, 2 or 1
    bool operator==(const CachePolicy& o) const {
        return reach.window == o.reach.window && reach.sinks == o.reach.sinks && bits == o.bits;
    }
};

// Bytes one token adds: 2 × layers × width float32, or packed codes and, for each head's key and value, a float32
// minimum and step (asymmetric, per token and head).
int64_t bytes_per_token(const Shape& s, int bits);
// Tokens whose keys and values are still stored after `tokens` tokens.
int kept_tokens(const CachePolicy& p, int tokens);

class KvCache {
  public:
    KvCache(const Shape& s, const CachePolicy& policy, int capacity, Ledger* ledger = nullptr);
    // Stores keys and values [width] of the token at `position`, layer by layer.
    void store(int layer, int position, const float* k, const float* v, Work* work);
    // [capacity × width]; positions that fell out of the window hold zeros.
    const float* keys(int layer) const { return read_.at(int64_t{layer} * 2 * capacity_ * width_); }
    const float* values(int layer) const { return keys(layer) + int64_t{capacity_} * width_; }
    // A copy of the first `tokens` positions of another cache: a shared prefix.
    void take_prefix(const KvCache& from, int tokens);
    const CachePolicy& policy() const { return policy_; }
    int64_t bytes() const;  // stored now: tokens kept × bytes per token

  private:
    void quantise(uint8_t* packed, float* head) const;
    Shape shape_;
    CachePolicy policy_;
    int capacity_, width_, stored_ = 0;
    Buffer read_;               // as float32, what attention multiplies
    BufferOf<uint8_t> packed_;  // the stored codes, minima and steps below 32 bits
};

}  // namespace kvx::lm
