#include "core/training/scaling_law.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace kvx::core {

double loss(const ScalingLaw& law, double params, double tokens) {
    return law.e + law.a / std::pow(params, law.alpha) + law.b / std::pow(std::max(tokens, 1.0), law.beta);
}

double optimal_tokens(const ScalingLaw& law, double params) {
    // dL/dN · N = dL/dD · D at fixed N · D.
    return std::pow(law.beta * law.b / (law.alpha * law.a) * std::pow(params, law.alpha), 1 / law.beta);
}

double rate_at(const RatePlan& r, double at) {
    at = std::clamp(at, 0.0, 1.0);
    if (r.warm_up > 0 && at < r.warm_up) return at / r.warm_up;
    switch (r.schedule) {
        case RateSchedule::constant:
            return 1;
        case RateSchedule::wsd:
            return at <= 1 - r.decay || r.decay <= 0 ? 1 : r.floor + (1 - r.floor) * (1 - at) / r.decay;
        case RateSchedule::cosine:
            break;
    }
    const double x = r.warm_up < 1 ? (at - r.warm_up) / (1 - r.warm_up) : 1;
    return r.floor + (1 - r.floor) * (1 + std::cos(std::numbers::pi * x)) / 2;
}

double weighted_tokens(const RatePlan& r, double at, double tokens) {
    constexpr int kSteps = 64;  // Simpson's rule; smooth between the corners of the schedule
    const auto weight = [&](double x) { return std::pow(rate_at(r, x), 0.8); };
    const auto integral = [&](double from, double to) {
        if (to <= from) return 0.0;
        const double h = (to - from) / kSteps;
        double sum = weight(from) + weight(to);
        for (int i = 1; i < kSteps; ++i) sum += (i % 2 ? 4 : 2) * weight(from + h * i);
        return sum * h / 3;
    };
    const double corner = std::min(r.warm_up, at), knee = r.schedule == RateSchedule::wsd ? 1 - r.decay : 1;
    return tokens * (integral(0, corner) + integral(corner, std::min(at, knee)) + integral(std::max(knee, corner), at));
}

double loss_at(const ScalingLaw& law, double params, double vocab, const RatePlan& r, double at, double tokens) {
    const double l = loss(law, params, weighted_tokens(r, at, tokens)), cap = std::log(std::max(vocab, 2.0)) + 0.5;
    return std::pow(std::pow(l, -3) + std::pow(cap, -3), -1.0 / 3);
}

}  // namespace kvx::core
