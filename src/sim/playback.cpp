#include "sim/playback.h"

#include <algorithm>

namespace kvx::sim {

namespace {
constexpr double kSweepSeconds = 24;
}  // namespace

double sweep_seconds(double speed) {
    return std::max(kSweepSeconds / speed, 1 + 4 / speed);
}

double advance(double position, double context_max, double speed, double seconds) {
    if (!(context_max > 0)) return 0;
    double next = position > 0 ? position : 0;
    if (speed > 0 && seconds > 0) next += context_max * seconds / sweep_seconds(speed);
    return next < context_max ? next : context_max;
}

}  // namespace kvx::sim
