#include "lm/ledger.h"

#include <numeric>

namespace kvx::lm {

const char* name_of(Kind k) {
    static constexpr const char* names[kKinds] = {"weights",   "gradients", "optimizer", "activations",
                                                  "attention", "logits",    "scratch",   "cache"};
    return names[static_cast<size_t>(k)];
}

int64_t ByKind::total() const {
    return std::accumulate(bytes.begin(), bytes.end(), int64_t{0});
}

void Ledger::enter(Kind k, int64_t bytes) {
    live_[k] += bytes;
    if (live_.total() > at_peak_.total()) at_peak_ = live_;
}

}  // namespace kvx::lm
