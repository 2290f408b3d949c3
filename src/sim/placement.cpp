#include "sim/placement.h"

#include <algorithm>
#include <cmath>

namespace kvx::sim {

namespace {

using core::Bytes;
using core::InferencePlan;
using core::SequenceMemory;

uint32_t mix(uint32_t x) {  // a fixed scrambling of 32 bits (xorshift-multiply)
    x ^= x >> 16;
    x *= 0x7feb352dU;
    x ^= x >> 15;
    x *= 0x846ca68bU;
    return x ^ (x >> 16);
}

// Addresses interleave over modules: global cell g sits in module g % modules. Of the first `cells` cells, this many
// are in `module`.
int64_t share(int64_t cells, int module, int modules) {
    return cells <= module ? 0 : (cells - module - 1) / modules + 1;
}

// Owners of cells under paging: runs of 3 to 9 cells in the order in which sequences ask for them. The order depends on
// how fast sequences grow against each other, not on how far they have come, so cells keep their place while the
// context grows.
class RunDealer {
  public:
    RunDealer(const std::vector<SequenceMemory>& sequences, uint32_t seed) : seed_(seed) {
        double longest = 0;
        for (const SequenceMemory& s : sequences) longest = std::max(longest, s.allocated.value);
        if (longest <= 0) return;
        for (size_t i = 0; i < sequences.size(); ++i) {
            const double weight = sequences[i].allocated.value / longest;
            if (weight <= 0) continue;
            const auto id = static_cast<uint32_t>(i);
            const double phase = (mix(seed ^ (id * 0x9e3779b9U)) & 1023U) / 1024.0 * 6;
            heap_.push_back({phase / weight, weight, id, 0});
        }
        std::make_heap(heap_.begin(), heap_.end(), later);
    }
    uint16_t next() {
        if (left_ == 0) {
            if (heap_.empty()) return 0;
            std::pop_heap(heap_.begin(), heap_.end(), later);
            Grower& g = heap_.back();
            left_ = 3 + static_cast<int>(mix(seed_ + g.sequence * 2654435761U + g.runs * 40503U) % 7);
            owner_ = static_cast<uint16_t>(g.sequence);
            g.time += left_ / g.weight;
            ++g.runs;
            std::push_heap(heap_.begin(), heap_.end(), later);
        }
        --left_;
        return owner_;
    }

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

struct Cut {  // global cells up to which one sequence's used and reserved cells go
    int64_t used, reserved;
};

}  // namespace

Placement place(const InferencePlan& p, bool paged, int modules, int cells_per_module, uint32_t seed) {
    Placement out;
    if (modules <= 0 || cells_per_module <= 0 || !(p.capacity.value > 0)) return out;
    const int64_t total = static_cast<int64_t>(modules) * cells_per_module;
    out.cells_per_module = cells_per_module;
    out.cell_bytes = {p.capacity.value / static_cast<double>(total)};
    const double cell = out.cell_bytes.value;
    const auto cells = [cell, total](Bytes b) {
        return static_cast<int64_t>(std::clamp(std::round(b.value / cell), 0.0, static_cast<double>(total)));
    };

    const int64_t usable = cells(p.usable);
    const int64_t weights = std::min(cells(p.weights), usable);
    const int64_t busy = std::min(cells(p.activations + p.runtime), usable - weights);
    const int64_t allocated = std::min(cells(p.kv_allocated), usable - weights - busy);
    const int64_t held = std::min(cells(p.kv_used), allocated);
    // Stored scores live for one layer only: above capacity they are what is cut first.
    const int64_t scores = std::min(cells(p.scores), usable - weights - busy - allocated);
    const int64_t free = usable - weights - busy - allocated - scores;
    const int64_t ghosts = std::min(cells(p.scores_avoided), free);

    // Contiguous runs: cumulative bytes rounded once, so that the sum stays exact however many sequences there are.
    std::vector<Cut> cuts;
    if (!paged && p.kv_allocated.value > 0) {
        cuts.reserve(p.sequences.size());
        double before = 0;
        const double scale = static_cast<double>(allocated) / p.kv_allocated.value;
        for (const SequenceMemory& s : p.sequences) {
            const double end = before + s.allocated.value;
            const auto start_cell = static_cast<int64_t>(std::llround(before * scale));
            const auto end_cell = std::min<int64_t>(std::llround(end * scale), allocated);
            const double ratio = s.allocated.value > 0 ? s.used.value / s.allocated.value : 1;
            const auto used_cell =
                start_cell + static_cast<int64_t>(std::llround(ratio * static_cast<double>(end_cell - start_cell)));
            cuts.push_back({used_cell, end_cell});
            before = end;
        }
    }

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
        if (paged) {
            const int64_t used_to = local(weights + held);
            RunDealer dealer(p.sequences, mix(seed + static_cast<uint32_t>(module) * 7919U));
            for (int64_t i = kv_from; i < kv_to; ++i)
                bank[static_cast<size_t>(i)] = {i < used_to ? CellKind::kv : CellKind::reserved, dealer.next()};
        } else {
            int64_t at = kv_from;
            for (size_t i = 0; i < cuts.size(); ++i) {
                const auto id = static_cast<uint16_t>(i);
                const int64_t used = std::clamp(local(weights + cuts[i].used), at, kv_to);
                const int64_t reserved = std::clamp(local(weights + cuts[i].reserved), used, kv_to);
                fill(at, used, {CellKind::kv, id});
                fill(used, reserved, {CellKind::reserved, id});
                at = reserved;
            }
        }
        const int64_t free_to = local(weights + allocated + free);
        fill(local(weights + allocated + free - ghosts), free_to, {CellKind::ghost, 0});
        const int64_t scores_to = local(weights + allocated + free + scores);
        fill(free_to, scores_to, {CellKind::scores, 0});
        fill(scores_to, local(usable), {CellKind::activations, 0});
        fill(local(usable), cells_per_module, {CellKind::outside, 0});
    }
    return out;
}

}  // namespace kvx::sim
