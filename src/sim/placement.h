// Which memory cell holds what: the picture of the device's memory, cell by cell. Deterministic.
#pragma once
#include <cstdint>
#include <vector>

#include "core/memory/inference_plan.h"

namespace kvx::sim {

enum class CellKind : uint8_t {
    free,
    weights,
    activations,
    kv,
    reserved,
    outside,
    ghost,
    scores
};  // outside: above utilisation x reported; ghost: would hold scores; scores: holds them

struct Cell {
    CellKind kind = CellKind::free;
    uint16_t sequence = 0;  // of kv and reserved
    bool operator==(const Cell&) const = default;
};

struct Placement {
    int64_t cells_per_module = 0;
    core::Bytes cell_bytes;
    std::vector<std::vector<Cell>> modules;
};

// cells_per_module squares of capacity/(modules*cells_per_module) bytes. Weights, cache and the rest are spread evenly
// over all modules (addresses interleave). From the top: weights, cache, free, stored scores, activations + runtime,
// what the engine must not use. Without paging one run a sequence (followed by its reserved rest); with paging runs of
// 3 to 9 cells in arrival order (seeded by `seed`). Above capacity the picture is clamped: cache fills what is left
// after weights.
Placement place(const core::InferencePlan& p, bool paged, int modules, int cells_per_module, uint32_t seed);

}  // namespace kvx::sim
