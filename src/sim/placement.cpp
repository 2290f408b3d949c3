#include "sim/placement.h"

#include <algorithm>
#include <cmath>

#include "sim/runs.h"

namespace kvx::sim {

namespace {

using core::Bytes;
using core::InferencePlan;
using core::SequenceMemory;

// Addresses interleave over modules: global cell g is in module g % modules. Returns how many of the first `cells`
// cells are in `module`.
int64_t share(int64_t cells, int module, int modules) {
    return cells <= module ? 0 : (cells - module - 1) / modules + 1;
}

}  // namespace

PlacementShape shape_of(const InferencePlan& p, bool paged, int modules, int cells_per_module, uint32_t seed) {
    PlacementShape out;
    if (modules <= 0 || cells_per_module <= 0 || !(p.capacity.value > 0)) return out;
    out.modules = modules;
    out.cells_per_module = cells_per_module;
    out.paged = paged;
    out.seed = seed;
    const int64_t total = static_cast<int64_t>(modules) * cells_per_module;
    out.cell_bytes = {p.capacity.value / static_cast<double>(total)};
    const double cell = out.cell_bytes.value;
    const auto cells = [cell, total](Bytes b) {
        return static_cast<int64_t>(std::clamp(std::round(b.value / cell), 0.0, static_cast<double>(total)));
    };

    out.usable = cells(p.usable);
    out.weights = std::min(cells(p.weights), out.usable);
    out.busy = std::min(cells(p.activations + p.runtime), out.usable - out.weights);
    out.allocated = std::min(cells(p.kv_allocated), out.usable - out.weights - out.busy);
    out.held = std::min(cells(p.kv_used), out.allocated);
    // Stored scores live for one layer only, so above capacity they are clamped first.
    out.scores = std::min(cells(p.scores), out.usable - out.weights - out.busy - out.allocated);
    out.ghosts = std::min(cells(p.scores_avoided), out.usable - out.weights - out.busy - out.allocated - out.scores);
    if (paged) out.growth = growth_of(p.sequences);

    // Contiguous runs: cumulative bytes rounded once, so that the sum is exact for any number of sequences.
    if (!paged && p.kv_allocated.value > 0) {
        out.cuts.reserve(p.sequences.size());
        double before = 0;
        const double scale = static_cast<double>(out.allocated) / p.kv_allocated.value;
        for (const SequenceMemory& s : p.sequences) {
            const double end = before + s.allocated.value;
            const auto start_cell = static_cast<int64_t>(std::llround(before * scale));
            const auto end_cell = std::min<int64_t>(std::llround(end * scale), out.allocated);
            const double ratio = s.allocated.value > 0 ? s.used.value / s.allocated.value : 1;
            const auto used_cell =
                start_cell + static_cast<int64_t>(std::llround(ratio * static_cast<double>(end_cell - start_cell)));
            out.cuts.emplace_back(used_cell, end_cell);
            before = end;
        }
    }
    return out;
}

Placement place(const PlacementShape& s) {
    Placement out;
    out.cells_per_module = s.cells_per_module;
    out.cell_bytes = s.cell_bytes;
    const int modules = s.modules, cells_per_module = s.cells_per_module;
    const int64_t weights = s.weights, allocated = s.allocated, usable = s.usable, scores = s.scores;
    const int64_t free = usable - weights - s.busy - allocated - scores;
    out.modules.resize(static_cast<size_t>(modules));
    for (int module = 0; module < modules; ++module) {
        std::vector<Cell>& bank = out.modules[static_cast<size_t>(module)];
        bank.resize(static_cast<size_t>(cells_per_module));
        const auto local = [module, modules](int64_t global) { return share(global, module, modules); };
        const auto fill = [&bank](int64_t from, int64_t to, Cell c) {
            std::fill(bank.begin() + from, bank.begin() + to, c);
        };
        const int64_t kv_from = local(weights), kv_to = local(weights + allocated);
        fill(0, kv_from, {CellKind::weights, 0});
        if (s.paged) {
            const int64_t used_to = local(weights + s.held);
            RunDealer dealer(s.growth, mix(s.seed + static_cast<uint32_t>(module) * 7919U));
            for (int64_t i = kv_from; i < kv_to; ++i)
                bank[static_cast<size_t>(i)] = {i < used_to ? CellKind::kv : CellKind::reserved, dealer.next()};
        } else {
            int64_t at = kv_from;
            for (size_t i = 0; i < s.cuts.size(); ++i) {
                const auto id = static_cast<uint16_t>(i);
                const int64_t used = std::clamp(local(weights + s.cuts[i].first), at, kv_to);
                const int64_t reserved = std::clamp(local(weights + s.cuts[i].second), used, kv_to);
                fill(at, used, {CellKind::kv, id});
                fill(used, reserved, {CellKind::reserved, id});
                at = reserved;
            }
        }
        const int64_t free_to = local(weights + allocated + free);
        fill(local(weights + allocated + free - s.ghosts), free_to, {CellKind::ghost, 0});
        const int64_t scores_to = local(weights + allocated + free + scores);
        fill(free_to, scores_to, {CellKind::scores, 0});
        fill(scores_to, local(usable), {CellKind::activations, 0});
        fill(local(usable), cells_per_module, {CellKind::outside, 0});
    }
    return out;
}

}  // namespace kvx::sim
