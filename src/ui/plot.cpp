#include "ui/plot.h"

#include <algorithm>
#include <cmath>

namespace kvx::ui {

double Axis::map(double v) const {
    if (!(max > min)) return 0;
    if (scale == Scale::linear) return (v - min) / (max - min);
    if (!(v > 0) || !(min > 0)) return 0;
    return std::log(v / min) / std::log(max / min);
}

double Axis::unmap(double t) const {
    if (scale == Scale::linear) return min + t * (max - min);
    return min > 0 ? min * std::pow(max / min, t) : 0;
}

double nice_ceiling(double v) {
    if (!(v > 0) || !std::isfinite(v)) return 1;
    const double decade = std::pow(10.0, std::floor(std::log10(v)));
    for (const double m : {1.0, 2.0, 5.0, 10.0})
        if (m * decade >= v * (1 - 1e-12)) return m * decade;
    return 10 * decade;
}

std::vector<double> ticks(const Axis& a, int most) {
    std::vector<double> out;
    if (!std::isfinite(a.min) || !std::isfinite(a.max) || !(a.max > a.min) || most < 1) return out;
    if (a.scale == Scale::linear) {
        const double step = nice_ceiling((a.max - a.min) / most);
        for (double v = std::ceil(a.min / step) * step; v <= a.max * (1 + 1e-12) && out.size() < 64; v += step)
            out.push_back(v);
        return out;
    }
    if (!(a.min > 0)) return out;
    const int first = static_cast<int>(std::ceil(std::log10(a.min) - 1e-9)),
              last = static_cast<int>(std::floor(std::log10(a.max) + 1e-9));
    const int every = std::max(1, (last - first + most) / most);
    for (int e = first; e <= last; e += every) out.push_back(std::pow(10.0, e));
    return out;
}

}  // namespace kvx::ui
