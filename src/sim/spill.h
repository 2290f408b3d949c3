// What a device has no room for, in cells of the same size as its own.
#pragma once
#include <cstdint>
#include <vector>

#include "sim/placement.h"

namespace kvx::sim {

struct Spill {
    int64_t weights = 0, activations = 0, kv = 0, scores = 0;
    int64_t total() const { return weights + activations + kv + scores; }
    bool operator==(const Spill&) const = default;
};

// Memory goes to weights, activations, cache and stored scores in this order, as in place(): what comes too late for a
// place. At least one cell as soon as anything is missing, none otherwise.
Spill spill_of(const core::InferencePlan& p, core::Bytes cell);

// The first `most` of these cells in the order in which they pile up; the cache in runs of its sequences.
std::vector<Cell> spilled_cells(const core::InferencePlan& p, bool paged, const Spill& s, int64_t most, uint32_t seed);

// The same shares of `devices` devices.
Spill as_devices(const Spill& cells, int64_t devices);

// Cells of scores that FlashAttention avoids when they exceed the free memory: then they are drawn outside the chip.
// 0 while they would have room.
int64_t ghost_outside(const core::InferencePlan& p, core::Bytes cell);

}  // namespace kvx::sim
