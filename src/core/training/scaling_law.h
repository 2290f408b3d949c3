// The expected loss of a run, and the learning rate schedule.
#pragma once
#include <cstdint>

namespace kvx::core {

// L(N, D) = E + A / N^α + B / D^β in nats per token, N without the embedding's rows, D tokens. Besiroglu et al. 2024
// (Epoch's refit of Hoffmann et al. 2022), arXiv 2404.10102; for text like MassiveText.
struct ScalingLaw {
    double e, a, b, alpha, beta;
};
inline constexpr ScalingLaw kEpoch{1.8172, 482.01, 2085.43, 0.3478, 0.3658};
inline constexpr ScalingLaw kHoffmann{1.6934, 406.4, 410.7, 0.3392, 0.2849};

double loss(const ScalingLaw& law, double params, double tokens);
double optimal_tokens(const ScalingLaw& law, double params);  // where the next FLOP is worth as much in N as in D

enum class RateSchedule : uint8_t { cosine, wsd, constant };

struct RatePlan {
    RateSchedule schedule = RateSchedule::cosine;
    double warm_up = 0.01;  // share of the run
    double decay = 0.1;     // share of the run, WSD only
    double floor = 0.1;     // of the peak
    bool operator==(const RatePlan&) const = default;
};
// Learning rate as a share of its peak; `at` 0 … 1 of the run. Loshchilov and Hutter 2016 (cosine), Hu et al. 2024
// (WSD, arXiv 2404.06395).
double rate_at(const RatePlan& r, double at);

// Tokens seen so far, each weighted with (rate / peak)^0.8: what the loss during a run follows. One published curve
// (Megatron-LM 15B) gave the exponent and is met within +5 % after 3 G tokens, not before 0.5 G.
double weighted_tokens(const RatePlan& r, double at, double tokens);

// Loss during a run: the law at the weighted tokens, bounded by an untrained model's ln V + 0.5.
double loss_at(const ScalingLaw& law, double params, double vocab, const RatePlan& r, double at, double tokens);
inline constexpr double kLossRoughBefore = 1e9;  // tokens: before that, the curve is only a guess

}  // namespace kvx::core
