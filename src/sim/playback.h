// The speed at which the context grows.
#pragma once

namespace kvx::sim {

// One sweep from 0 to the maximum: 24 s at 1×, 1.2 s at 20×, and from there on never less than a second, so that every
// stage of filling is seen.
double sweep_seconds(double speed);
// On a linear ramp; returns the new position, at most context_max.
double advance(double position, double context_max, double speed, double seconds);

}  // namespace kvx::sim
