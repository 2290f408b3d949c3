// What each memory cell holds: the picture of the device's memory. Deterministic.
#pragma once
#include <cstdint>
#include <utility>
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

// What a placement follows from, in whole cells: while it stays equal so does the picture.
struct PlacementShape {
    int modules = 0, cells_per_module = 0;
    bool paged = false;
    uint32_t seed = 0;
    core::Bytes cell_bytes;
    int64_t weights = 0, busy = 0, allocated = 0, held = 0, scores = 0, usable = 0, ghosts = 0;
    std::vector<double> growth;                     // paged: how fast each sequence grows, the fastest 1
    std::vector<std::pair<int64_t, int64_t>> cuts;  // not paged: where a sequence's used and its reserved cells end
    bool operator==(const PlacementShape&) const = default;
};

// cells_per_module squares of capacity/(modules*cells_per_module) bytes. Weights, cache and the rest are spread evenly
// over all modules (addresses interleave). From the top: weights, cache, free, stored scores, activations + runtime,
// what the engine must not use. Without paging one run a sequence (followed by its reserved rest); with paging runs of
// 3 to 9 cells in arrival order (seeded by `seed`). Above capacity the picture is clamped: cache fills what is left
// after weights.
PlacementShape shape_of(const core::InferencePlan& p, bool paged, int modules, int cells_per_module, uint32_t seed);
Placement place(const PlacementShape& s);
inline Placement place(const core::InferencePlan& p, bool paged, int modules, int cells_per_module, uint32_t seed) {
    return place(shape_of(p, paged, modules, cells_per_module, seed));
}

}  // namespace kvx::sim
