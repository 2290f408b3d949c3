// The time of one engine step: a roofline of the most loaded rank plus the messages between devices.
// An estimate; docs/performance-model.md says what it leaves out.
#pragma once
#include "core/serving/cluster_plan.h"

namespace kvx::core {

// ideal: datasheet rates and nothing else (no step is faster). textbook: 80 % of bandwidth, 50 % of FLOP/s.
// calibrated: the same with 50 µs a layer and 10 µs a collective, fixed constants that are round numbers,
// not a fit to these points (docs/performance-model.md).
enum class Estimate : uint8_t { ideal, textbook, calibrated };

struct Calibration {
    double memory = 1, compute = 1;  // achieved share of the datasheet rate
    Seconds layer, collective;       // fixed cost of each
};
Calibration calibration(Estimate e);

// Error against 112 published measurements: half of them are within `median` percent, one in ten is off by more than
// `worst_tenth`.
struct ErrorBand {
    double median = 0, worst_tenth = 0;
};
ErrorBand error_band(Estimate e, bool moe);

// One collective over n devices. Ring: 2(n−1)/n of the message; one-shot: each sends all of it to all;
// switch-assisted: the switch adds. Thakur et al. 2005; NVIDIA NCCL documentation.
enum class Algorithm : uint8_t { none, ring, one_shot, in_switch };
struct Collective {
    Algorithm algorithm = Algorithm::none;
    Bytes sent;  // by each device
    Seconds time;
};
Collective all_reduce(Bytes message, int n, double bandwidth, Seconds latency, Algorithm algorithm = Algorithm::ring);
Collective best_all_reduce(Bytes message, int n, double bandwidth, Seconds latency, bool switched);
// Each device holds message / n and ends up with all of it; reduce_scatter is the reverse.
Collective all_gather(Bytes message, int n, double bandwidth, Seconds latency);
Collective all_to_all(Bytes message, int n, double bandwidth,
                      Seconds latency);  // message: what one device sends in total

// The cost of one kind of message in a step.
struct Traffic {
    int64_t count = 0;    // messages a step
    Bytes message, sent;  // one message; sent by each device in the whole step
    const Link* link = nullptr;
    Seconds time;   // of the step
    int group = 1;  // devices that take part
};

struct StepTime {
    // These add up to `total`.
    Seconds weights, kv, compute, attention_compute, communication, fixed, bubble;
    Seconds total;
    Traffic tensor, pipeline, expert, context;
    double flops = 0, attention_flops = 0;  // of one rank
    Bytes weights_read, kv_read;            // by one rank
    double experts_touched = 0;             // of one layer, 0 for dense models
    double peak_flops = 0;                  // of one device at the weights' format; 0 unknown
    int64_t tokens = 0;                     // of one replica in the step
    int micro_batches =
        1;  // that a rank works through in a step: `flops`, the bytes read and `attention_flops` are of one
};

// FLOP/s of a device for weights in this format; a format it cannot compute in is computed in 16 bits.
double peak_flops(const Device& d, Arithmetic a);
// Of the matrices of `active` one after another, each class at the rate of its format.
double peak_flops(const Device& d, const WeightFormats& f, const ParamCount& active);
// FLOPs of attention for `fresh` new tokens after `before` cached ones, all layers of m.
double attention_flops(const Model& m, double fresh, double before);

// What the sequences of a replica ask of one rank in a step, whatever its experts.
struct StepWork {
    int64_t tokens = 0;    // new tokens of the replica
    int64_t samples = 0;   // sequences that need logits
    double attention = 0;  // FLOPs
    double kv_read = 0;    // bytes
    int micro_batches = 1;
};
StepWork decode_work(const ClusterPlan& plan, int64_t per_sequence);
StepTime decode_step(const InferenceInput& in, const ClusterPlan& plan, const Cluster& cluster, Estimate e,
                     const StepWork& work);

// One decode step of the replica with the most sequences: one new token each.
StepTime decode_step(const InferenceInput& in, const ClusterPlan& plan, const Cluster& cluster, Estimate e);
// `per_sequence` new tokens each (speculative decoding verifies several at once).
StepTime verify_step(const InferenceInput& in, const ClusterPlan& plan, const Cluster& cluster, Estimate e,
                     int64_t per_sequence);
// The prompt of one sequence: `tokens`, of which the first `cached` are cached.
StepTime prefill(const InferenceInput& in, const ClusterPlan& plan, const Cluster& cluster, Estimate e, Tokens tokens,
                 Tokens cached);

}  // namespace kvx::core
