#include "sim/spill.h"

#include <algorithm>
#include <cmath>

#include "sim/runs.h"

namespace kvx::sim {

namespace {

int64_t whole(double cells) {
    return static_cast<int64_t>(std::min(std::ceil(cells - 1e-9), 9e15));
}

}  // namespace

Spill spill_of(const core::InferencePlan& p, core::Bytes cell) {
    Spill out;
    const double missing = p.needed.value - p.usable.value;
    if (!(missing > 0) || !(cell.value > 0)) return out;
    const double total = static_cast<double>(whole(missing / cell.value));
    struct Part {
        core::Bytes bytes;
        int64_t* cells;
    };
    const Part parts[] = {{p.weights, &out.weights},
                          {p.activations + p.runtime, &out.activations},
                          {p.kv_allocated, &out.kv},
                          {p.needed - p.weights - p.activations - p.runtime - p.kv_allocated, &out.scores}};
    double room = p.usable.value, before = 0;
    int64_t counted = 0;
    for (const Part& part : parts) {
        const double without = std::max(0.0, part.bytes.value - std::max(0.0, room));
        room -= part.bytes.value;
        before += without;
        // Rounded as one sum, so that the parts add up to the whole.
        const auto until = static_cast<int64_t>(std::llround(total * std::min(1.0, before / missing)));
        *part.cells = until - counted;
        counted = until;
    }
    return out;
}

std::vector<Cell> spilled_cells(const core::InferencePlan& p, bool paged, const Spill& s, int64_t most, uint32_t seed) {
    std::vector<Cell> out;
    const auto left = [&] { return most - static_cast<int64_t>(out.size()); };
    const auto add = [&](int64_t n, Cell c) {
        if (left() > 0) out.insert(out.end(), static_cast<size_t>(std::min(n, left())), c);
    };
    add(s.weights, {CellKind::weights, 0});
    add(s.activations, {CellKind::activations, 0});
    if (paged) {
        RunDealer dealer(growth_of(p.sequences), seed);
        for (int64_t i = std::min(s.kv, left()); i > 0; --i) out.push_back({CellKind::kv, dealer.next()});
    } else if (p.kv_allocated.value > 0) {
        double before = 0;
        int64_t at = 0;
        for (size_t i = 0; i < p.sequences.size() && left() > 0; ++i) {
            before += p.sequences[i].allocated.value;
            const auto until =
                std::min<int64_t>(std::llround(before / p.kv_allocated.value * static_cast<double>(s.kv)), s.kv);
            const bool held = p.sequences[i].used.value * 2 > p.sequences[i].allocated.value;
            add(until - at, {held ? CellKind::kv : CellKind::reserved, static_cast<uint16_t>(i)});
            at = until;
        }
    }
    add(s.scores, {CellKind::scores, 0});
    return out;
}

Spill as_devices(const Spill& cells, int64_t devices) {
    Spill out;
    const auto total = static_cast<double>(cells.total());
    if (total <= 0) return out;
    int64_t Spill::*const parts[] = {&Spill::weights, &Spill::activations, &Spill::kv, &Spill::scores};
    double before = 0;
    int64_t counted = 0;
    for (int64_t Spill::*part : parts) {
        before += static_cast<double>(cells.*part);
        const auto until = static_cast<int64_t>(std::llround(before / total * static_cast<double>(devices)));
        out.*part = until - counted;
        counted = until;
    }
    return out;
}

int64_t ghost_outside(const core::InferencePlan& p, core::Bytes cell) {
    if (!(cell.value > 0) || p.scores_avoided <= p.free) return 0;
    return whole(p.scores_avoided.value / cell.value);
}

}  // namespace kvx::sim
