#include "sim/lengths.h"

#include <algorithm>
#include <cmath>

namespace kvx::sim {

std::vector<core::Tokens> equal_lengths(core::Tokens longest, int64_t batch) {
    return std::vector<core::Tokens>(static_cast<size_t>(std::max<int64_t>(batch, 0)),
                                     core::Tokens{std::max<int64_t>(longest.value, 0)});
}

std::vector<core::Tokens> staggered_lengths(core::Tokens longest, int64_t batch) {
    std::vector<core::Tokens> out;
    const int64_t n = std::max<int64_t>(longest.value, 0);
    out.reserve(static_cast<size_t>(std::max<int64_t>(batch, 0)));
    for (int64_t i = 0; i < batch; ++i)
        out.push_back({i == 0 ? n
                              : std::llround(static_cast<double>(n) * static_cast<double>(batch - i) /
                                             static_cast<double>(batch))});
    return out;
}

}  // namespace kvx::sim
