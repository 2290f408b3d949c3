// Strong types for quantities that must not be mixed up.
#pragma once
#include <compare>
#include <cstdint>

namespace kvx::core {

// A count of bytes. double: exact for whole bytes up to 2^53 (8 PiB), and scores of 100M tokens (10^20 B) still have a
// value.
struct Bytes {
    double value = 0;
    constexpr auto operator<=>(const Bytes&) const = default;
    constexpr Bytes& operator+=(Bytes b) {
        value += b.value;
        return *this;
    }
    constexpr double gib() const { return value / 1073741824.0; }
};
constexpr Bytes operator+(Bytes a, Bytes b) {
    return {a.value + b.value};
}
constexpr Bytes operator-(Bytes a, Bytes b) {
    return {a.value - b.value};
}
constexpr Bytes operator*(Bytes a, double k) {
    return {a.value * k};
}
constexpr Bytes operator*(double k, Bytes a) {
    return {a.value * k};
}
constexpr double operator/(Bytes a, Bytes b) {
    return a.value / b.value;
}
constexpr Bytes gib(double n) {
    return {n * 1073741824.0};
}

// A count of tokens of one sequence or of many.
struct Tokens {
    int64_t value = 0;
    constexpr auto operator<=>(const Tokens&) const = default;
};
constexpr Tokens operator+(Tokens a, Tokens b) {
    return {a.value + b.value};
}

struct Seconds {
    double value = 0;
    constexpr auto operator<=>(const Seconds&) const = default;
};

}  // namespace kvx::core
