// Which sequence owns which cell under paging.
#pragma once
#include <cstdint>
#include <vector>

#include "core/memory/inference_plan.h"

namespace kvx::sim {

uint32_t mix(uint32_t x);  // a fixed 32-bit hash (xorshift-multiply)

// Owners of cells under paging: runs of 3 to 9 cells in the order in which sequences request them. The order depends on
// the relative growth of the sequences, not on their current length, so cells keep their place while the context
// grows.
class RunDealer {
  public:
    RunDealer(const std::vector<double>& growth, uint32_t seed);
    uint16_t next();

  private:
    struct Grower {
        double time, weight;
        uint32_t sequence, runs;
    };
    static bool later(const Grower& a, const Grower& b) {
        return a.time != b.time ? a.time > b.time : a.sequence > b.sequence;
    }
    std::vector<Grower> heap_;
    uint32_t seed_;
    int left_ = 0;
    uint16_t owner_ = 0;
};

// How fast each sequence grows, the fastest 1. In steps of a 256th: how far the blocks of one sequence are ahead of
// another's moves no cell.
std::vector<double> growth_of(const std::vector<core::SequenceMemory>& sequences);

}  // namespace kvx::sim
