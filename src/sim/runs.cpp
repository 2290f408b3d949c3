#include "sim/runs.h"

#include <algorithm>
#include <cmath>

namespace kvx::sim {

uint32_t mix(uint32_t x) {
    x ^= x >> 16;
    x *= 0x7feb352dU;
    x ^= x >> 15;
    x *= 0x846ca68bU;
    return x ^ (x >> 16);
}

RunDealer::RunDealer(const std::vector<double>& growth, uint32_t seed) : seed_(seed) {
    for (size_t i = 0; i < growth.size(); ++i) {
        const double weight = growth[i];
        if (weight <= 0) continue;
        const auto id = static_cast<uint32_t>(i);
        const double phase = (mix(seed ^ (id * 0x9e3779b9U)) & 1023U) / 1024.0 * 6;
        heap_.push_back({phase / weight, weight, id, 0});
    }
    std::make_heap(heap_.begin(), heap_.end(), later);
}

uint16_t RunDealer::next() {
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

std::vector<double> growth_of(const std::vector<core::SequenceMemory>& sequences) {
    double longest = 0;
    for (const core::SequenceMemory& s : sequences) longest = std::max(longest, s.allocated.value);
    std::vector<double> out;
    if (longest <= 0) return out;
    for (const core::SequenceMemory& s : sequences)
        out.push_back(s.allocated.value > 0 ? std::max(1.0, std::round(s.allocated.value / longest * 256)) / 256 : 0);
    return out;
}

}  // namespace kvx::sim
