// An exact count for a formula that continues in floating point.
#pragma once
#include <cstdint>

namespace kvx::core {

constexpr double real(int64_t count) {
    return static_cast<double>(count);
}

}  // namespace kvx::core
