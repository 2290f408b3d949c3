// The speed at which the context grows.
#pragma once

namespace kvx::sim {

// One sweep from 0 to the maximum lasts 24 s at 1x on a linear ramp; returns the new position, at most context_max.
double advance(double position, double context_max, double speed, double seconds);

}  // namespace kvx::sim
