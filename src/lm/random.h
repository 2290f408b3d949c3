// Random numbers that are the same everywhere: SplitMix64 (Steele, Lea, Flood 2014).
#pragma once
#include <cstdint>

namespace kvx::lm {

class Random {
  public:
    explicit Random(uint64_t seed) : state_(seed) {}
    uint64_t next() {
        uint64_t z = (state_ += 0x9E3779B97F4A7C15ull);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
        return z ^ (z >> 31);
    }
    float unit() { return static_cast<float>(next() >> 40) * 0x1p-24f; }  // [0, 1)
    int below(int n) { return static_cast<int>((next() >> 33) % static_cast<uint64_t>(n)); }
    int between(int least, int most) { return least + below(most - least + 1); }
    bool chance(float p) { return unit() < p; }

  private:
    uint64_t state_;
};

}  // namespace kvx::lm
