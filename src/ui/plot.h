// Axes without drawing: ticks, mapping, round numbers. Pure.
#pragma once
#include <cstdint>
#include <vector>

namespace kvx::ui {

enum class Scale : uint8_t { linear, log10 };

struct Axis {
    double min = 0, max = 1;
    Scale scale = Scale::linear;
    // Position of v along the axis, 0..1; values outside map beyond. On a log axis values at or below zero map to 0.
    double map(double v) const;
    double unmap(double t) const;
};

// Ticks inside [min, max]: 1-2-5 steps (linear) or whole decades, thinned to at most `most`. Empty for an invalid axis
// (NaN, max <= min).
std::vector<double> ticks(const Axis& a, int most);
// The smallest of 1, 2, 5 × 10^k that is at least v.
double nice_ceiling(double v);

}  // namespace kvx::ui
