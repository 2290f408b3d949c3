// Memory of one device while serving, from its capacity down to what is free: everything that the inference page and
// `kvx inference` show.
#pragma once
#include <vector>

#include "core/catalog/device.h"
#include "core/catalog/model.h"
#include "core/catalog/release_formats.h"
#include "core/memory/attention_scores.h"
#include "core/memory/kv_cache.h"
#include "core/quantity.h"

namespace kvx::core {

// Degrees of parallelism. A stage of the pipeline holds tp × dp ranks; experts are spread over ep of them; dcp cuts the
// tokens of what tensor parallelism would copy.
struct Parallelism {
    int tp = 1, pp = 1, dp = 1, ep = 1, dcp = 1;
    int devices() const { return tp * pp * dp; }
    bool operator==(const Parallelism&) const = default;
};

struct InferenceInput {
    const Model* model = nullptr;    // never null
    const Device* device = nullptr;  // never null
    Tokens context_max{131072};      // maximum of a sequence; what is reserved without continuous batching
    Tokens whole_context_max{0};     // of a rank's share: the sequence's own maximum; 0 where it is not shared
    std::vector<Tokens> lengths;  // now, one per sequence; size = batch (at least 1, at most 4096), each 0..context_max
    bool continuous_batching = true, paged_attention = true, flash_attention = true, skip_weights = false;
    Dtype weight_dtype = Dtype::bf16, kv_dtype = Dtype::bf16;
    std::optional<Dtype> value_dtype;      // of cached values, where it is not that of the keys
    std::optional<WeightFormats> release;  // weights as published, instead of converted to weight_dtype
    int64_t block_size = 16;               // tokens
    double utilisation = 0.92;  // share of the reported memory the engine may use (vLLM gpu_memory_utilization)
    // When `model` is one rank's share (core/serving/parallel.h): the model it is a share of, and how it was divided.
    const Model* whole = nullptr;
    Parallelism parallelism;
    WeightFormats weights() const { return release ? *release : WeightFormats(weight_dtype); }
    CacheFormat cache() const { return {kv_dtype, value_dtype.value_or(kv_dtype)}; }
    bool operator==(const InferenceInput&) const = default;  // the same model and device objects, not equal ones
};

struct SequenceMemory {
    Tokens length;
    Bytes used;          // tokens really cached, and constant state
    Bytes allocated;     // memory taken: the reservation, whole blocks, or what is used
    int64_t blocks = 0;  // 0 without paging
};

struct InferencePlan {
    // the waterfall, in order
    Bytes capacity, usable, weights, activations, runtime, scores, kv_allocated, kv_used, kv_wasted, free;
    Bytes weight_padding;  // of the weights: what kernels add to the published bytes
    // kv_wasted = allocated - used, by cause:
    Bytes wasted_reservation, wasted_block_tail;
    Bytes needed;                // weights + activations + runtime + kv_allocated + (FlashAttention off: scores)
    Bytes needed_without_flash;  // the same with scores stored
    Bytes scores_avoided;        // what FlashAttention avoids now; 0 when it is off
    Bytes statistics;            // its own log-sum-exp, transient
    double pressure = 0;         // needed / usable
    double kv_efficiency = 1;    // used / allocated, 1 when nothing is allocated
    std::vector<SequenceMemory> sequences;
    int64_t blocks = 0, total_blocks = 0;  // used and available on the device, with paging
    KvRate rate;
    Bytes
        bytes_per_token_now;  // growing + bounded: what the next token of one sequence costs before any window is full
    Bytes block_bytes;        // one block in all growing layers
    Tokens longest;
    bool context_limit_hit = false;
    Tokens fits_context;     // longest whole sequence of this batch that fits (same relative lengths), 0 when none;
                             // context_limit_hit when beyond 10^9
    int64_t fits_batch = 0;  // sequences at context_max that fit
    int64_t devices_needed =
        1;  // weights, cache and scores spread evenly; activations and runtime on each (lower bound)
    Bytes step_weights_read, step_kv_read, step_kv_written;  // one decode step of the whole batch
    Seconds step_floor;                                      // bytes / bandwidth: no step can be faster
    Tile tile;
    double params_total = 0, params_active = 0;
};

// Of a weight of the layers, on average, without the scales of a conversion: what a narrower type is compared with.
double linear_bits(const InferenceInput& in);
// All weights in one type, whatever they were published in.
void convert_weights(InferenceInput& in, Dtype d);
Tokens mean_length(const std::vector<Tokens>& lengths);  // 0 of none
// The waterfall alone: what a search over many splits asks for. The fields from fits_context on are left as they are.
InferencePlan plan_memory(const InferenceInput& in);
InferencePlan plan_inference(const InferenceInput& in);
// Every quantity with its formula, current values and source; order is the order of the page.
std::vector<Quantity> explain(const InferenceInput& in, const InferencePlan& p);
// The live formula in a few short lines, changing with the optimisations ("2 × 32 layers × 8 heads × 128 × 2 B", "= 128
// KiB per token …").
std::vector<std::string> formula_lines(const InferenceInput& in, const InferencePlan& p);

struct CurvePoint {
    Tokens context;  // of the whole sequence
    Bytes needed;
    Bytes needed_without_flash;
};
// A sequence's own maximum, also where a rank holds a share of it.
Tokens whole_context_max(const InferenceInput& in);

// needed against context at equal relative lengths, `points` of them from 0 to context_max (linear) or log spaced from
// 1K.
std::vector<CurvePoint> memory_curve(const InferenceInput& in, int points, bool log_axis);

}  // namespace kvx::core
