// How long each sequence of a batch is when the longest holds n tokens.
#pragma once
#include <vector>

#include "core/units.h"

namespace kvx::sim {

std::vector<core::Tokens> equal_lengths(core::Tokens longest, int64_t batch);
// Steady state of continuous batching with equal requests: slots start one after another, so sequence i of B holds
// round(n * (B - i) / B), i from 0.
std::vector<core::Tokens> staggered_lengths(core::Tokens longest, int64_t batch);

}  // namespace kvx::sim
