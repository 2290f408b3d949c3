#include "core/memory/inference_plan.h"

#include <algorithm>
#include <cmath>

#include "core/memory/activations.h"
#include "core/memory/plan_shape.h"
#include "core/memory/weights.h"
#include "core/number.h"

namespace kvx::core {

namespace {

// Decode-context parallelism leaves a rank one token in `dcp` of each sequence.
Tokens whole_sequence(const InferenceInput& in, Tokens of_rank) {
    return {of_rank.value * in.parallelism.dcp};
}

constexpr int64_t kContextLimit = 1000000000;
constexpr double kCountLimit = 1e9;

// Lengths as shares of the longest, equal ones grouped.
struct Share {
    double ratio;
    int64_t length, count;
};

std::vector<Share> shares_of(const std::vector<Tokens>& lengths, int64_t longest) {
    std::vector<Share> out;
    for (const Tokens t : lengths) {
        if (!out.empty() && out.back().length == t.value) {
            ++out.back().count;
            continue;
        }
        out.push_back({longest > 0 ? real(t.value) / real(longest) : 1.0, t.value, 1});
    }
    return out;
}

int64_t scaled(const Share& s, int64_t longest, int64_t n) {
    if (longest == n) return s.length;
    const double x = longest > 0 ? real(s.length) * real(n) / real(longest) : real(n);
    return static_cast<int64_t>(x);
}

}  // namespace

PlanShape::PlanShape(const InferenceInput& in) : block(in.paged_attention ? std::max<int64_t>(in.block_size, 1) : 0) {
    kinds.reserve(8);
    for (const LayerGroup& g : in.model->layers) {
        const Attention& a = g.attention;
        if (a.kind == AttentionKind::none) continue;
        PlanKind* same = nullptr;
        for (PlanKind& k : kinds)
            if (k.attention == &a || *k.attention == a) {
                same = &k;
                break;
            }
        if (!same) {
            kinds.push_back({&a, 0, 0, layer_bytes_per_token(a, in.cache()).value, layer_state_bytes(a).value});
            same = &kinds.back();
        }
        same->layers += real(g.count);
        if (a.owns_cache) same->owning += real(g.count);
    }
}

int64_t PlanShape::kept(const Attention& a, int64_t n, bool peak) {
    if (peak && a.kind == AttentionKind::chunked && a.window > 0) return std::min(std::max<int64_t>(n, 0), a.window);
    return tokens_kept(a, {n}).value;
}

double PlanShape::contiguous(int64_t n, bool peak) const {
    double sum = 0;
    for (const PlanKind& k : kinds) {
        if (k.owning == 0) continue;
        if (k.attention->kind == AttentionKind::compressed)
            sum += k.owning * layer_bytes(*k.attention, {n}, Dtype::bf16).value;
        else
            sum += k.owning * (k.per_token * real(kept(*k.attention, n, peak)) + k.state);
    }
    return sum;
}

double PlanShape::allocated(int64_t n, bool peak) const {
    if (block == 0) return contiguous(n, peak);
    double sum = 0;
    for (const PlanKind& k : kinds) {
        if (k.owning == 0) continue;
        if (k.attention->kind == AttentionKind::compressed)
            sum += k.owning * layer_bytes_paged(*k.attention, {n}, Dtype::bf16, block).value;
        else
            sum += k.owning * (k.per_token * real(blocks_for({kept(*k.attention, n, peak)}, block) * block) + k.state);
    }
    return sum;
}

double PlanShape::read(int64_t n) const {
    double sum = 0;
    for (const PlanKind& k : kinds) {
        const Attention& a = *k.attention;
        double bytes = k.state;
        if (a.kind == AttentionKind::compressed) {
            bytes += real(std::min(n, a.window)) * a.window_bytes;
            if (a.ratio > 0) {
                const int64_t entries = n / a.ratio;
                bytes += real(entries) * a.index_entry_bytes +
                         real(a.index_topk > 0 ? std::min(entries, a.index_topk) : entries) * a.entry_bytes;
            }
        } else if (a.index_topk > 0) {
            const double index = index_key_bytes(a).value;
            bytes += index * real(n) + (k.per_token - index) * real(std::min(n, a.index_topk));
        } else {
            bytes += k.per_token * real(tokens_kept(a, {n}).value);
        }
        sum += k.layers * bytes;
    }
    return sum;
}

double PlanShape::written() const {
    double sum = 0;
    for (const PlanKind& k : kinds) {
        double bytes = k.per_token + k.state;
        if (k.attention->kind == AttentionKind::compressed) bytes += k.attention->window_bytes;
        sum += k.owning * bytes;
    }
    return sum;
}

namespace {

// The cache, sequence by sequence.
void plan_cache(InferencePlan& p, const InferenceInput& in, const PlanShape& shape) {
    const int64_t context_max = in.context_max.value;
    for (const Tokens t : in.lengths) p.longest = std::max(p.longest, t);
    p.rate = kv_rate(*in.model, in.cache());
    p.bytes_per_token_now = p.rate.growing + p.rate.bounded;
    const bool grows = p.rate.growing.value > 0;
    p.block_bytes = (grows ? p.rate.growing : p.rate.bounded) * real(in.block_size);
    int64_t window = 0;
    for (const PlanKind& k : shape.kinds) window = std::max(window, k.attention->window);
    const double reserved_contiguous = in.continuous_batching ? 0 : shape.contiguous(context_max, true);
    const double reserved = in.continuous_batching ? 0 : shape.allocated(context_max, true);
    p.sequences.reserve(in.lengths.size());
    SequenceMemory last;
    bool first = true;
    for (const Tokens t : in.lengths) {
        if (first || last.length != t) {
            first = false;
            last.length = t;
            last.used = {shape.contiguous(t.value, false)};
            last.allocated = {in.continuous_batching ? shape.allocated(t.value, false) : reserved};
            const int64_t held = in.continuous_batching ? t.value : context_max;
            last.blocks = in.paged_attention ? blocks_for({grows ? held : std::min(held, window)}, in.block_size) : 0;
        }
        p.sequences.push_back(last);
        p.kv_used += last.used;
        p.kv_allocated += last.allocated;
        p.blocks += last.blocks;
    }
    p.kv_wasted = p.kv_allocated - p.kv_used;
    if (in.continuous_batching) {
        p.wasted_block_tail = p.kv_wasted;
    } else {
        p.wasted_block_tail = {real(static_cast<int64_t>(in.lengths.size())) * (reserved - reserved_contiguous)};
        p.wasted_reservation = p.kv_wasted - p.wasted_block_tail;
    }
    p.kv_efficiency = p.kv_allocated.value > 0 ? p.kv_used / p.kv_allocated : 1;
}

Bytes base_of(const InferencePlan& p) {
    return p.weights + p.activations + p.runtime;
}

void plan_totals(InferencePlan& p, const InferenceInput& in) {
    const Bytes scores = score_bytes(*in.model, p.longest);
    if (in.flash_attention) {
        p.scores_avoided = scores;
        p.statistics = flash_statistics_bytes(*in.model, p.longest);
    } else {
        p.scores = scores;
    }
    const Bytes base = base_of(p);
    p.needed = base + p.kv_allocated + p.scores;
    p.needed_without_flash = base + p.kv_allocated + scores;
    p.free = {std::max(0.0, (p.usable - p.needed).value)};
    p.pressure = p.usable.value > 0 ? p.needed / p.usable : 0;
    if (in.paged_attention && p.block_bytes.value > 0)
        p.total_blocks = static_cast<int64_t>(std::clamp(std::floor((p.usable - base) / p.block_bytes), 0.0, 1e15));
}

// The longest context at which everything still fits, each sequence keeping its share of it.
void plan_longest_context(InferencePlan& p, const InferenceInput& in, const PlanShape& shape,
                          const std::vector<Share>& shares) {
    const auto needed_at = [&](int64_t n) {
        double sum = base_of(p).value;
        if (in.continuous_batching) {
            for (const Share& s : shares) sum += real(s.count) * shape.allocated(scaled(s, p.longest.value, n), true);
        } else {
            sum += real(static_cast<int64_t>(in.lengths.size())) * shape.allocated(n, true);
        }
        if (!in.flash_attention) sum += score_bytes(*in.model, {n}).value;
        return sum;
    };
    const auto fits = [&](int64_t n) { return needed_at(n) <= p.usable.value; };
    if (fits(kContextLimit)) {
        p.fits_context = whole_sequence(in, {kContextLimit});
        p.context_limit_hit = true;
        return;
    }
    if (!fits(1)) return;
    // Bytes are nearly linear beyond the windows: start from the linear estimate and gallop to a bracket.
    int64_t low = 1, high = kContextLimit;
    const double at_low = needed_at(low), slope = (needed_at(high) - at_low) / real(high - low);
    int64_t guess =
        slope > 0 ? static_cast<int64_t>(std::clamp((p.usable.value - at_low) / slope, 1.0, real(kContextLimit - 1)))
                  : high / 2;
    for (int64_t step = 64; high - low > 1; step = std::min(step * 4, kContextLimit)) {
        if (guess <= low || guess >= high) guess = low + (high - low) / 2;
        if (fits(guess)) {
            low = guess;
            guess = step < high - low ? low + step : low + (high - low) / 2;
        } else {
            high = guess;
            guess = step < high - low ? high - step : low + (high - low) / 2;
        }
    }
    p.fits_context = whole_sequence(in, {low});
}

int64_t most_sequences(const InferencePlan& p, const InferenceInput& in, const PlanShape& shape) {
    const double one = shape.allocated(in.context_max.value, true);
    const double room =
        (p.usable - base_of(p)).value - (in.flash_attention ? 0 : score_bytes(*in.model, in.context_max).value);
    const auto limit = static_cast<int64_t>(kCountLimit);
    if (in.device->kind != MemoryKind::sram) {
        if (room < 0) return 0;
        return one > 0 ? static_cast<int64_t>(std::min(std::floor(room / one), kCountLimit)) : limit;
    }
    // Activations grow with the batch here: searched, not divided.
    const int64_t vocab = (in.whole ? *in.whole : *in.model).vocab;
    const double other = room + p.activations.value;
    int64_t low = 0, high = limit;
    while (high - low > 1) {
        const int64_t mid = low + (high - low) / 2;
        const double peak = estimate_activations(*in.model, *in.device, mid, vocab).peak.value;
        (peak + real(mid) * one <= other ? low : high) = mid;
    }
    return low;
}

int64_t devices_needed(const InferencePlan& p) {
    const Bytes shared = p.weights + p.kv_allocated + p.scores;
    Bytes each = p.usable - p.activations - p.runtime;
    if (each.value <= 0) each = p.usable;
    return static_cast<int64_t>(std::clamp(std::ceil(shared / each), 2.0, 1e12));
}

void plan_decode_step(InferencePlan& p, const InferenceInput& in, const PlanShape& shape,
                      const std::vector<Share>& shares) {
    const auto batch = static_cast<int64_t>(in.lengths.size());
    p.step_weights_read = weight_bytes_read(*in.model, in.weights(), batch);
    double read = 0;
    for (const Share& s : shares) read += real(s.count) * shape.read(s.length);
    p.step_kv_read = {read};
    p.step_kv_written = {real(batch) * shape.written()};
    if (in.device->bandwidth > 0)
        p.step_floor = {(p.step_weights_read + p.step_kv_read + p.step_kv_written).value / in.device->bandwidth};
}

}  // namespace

namespace {

InferencePlan plan_memory(const InferenceInput& in, const PlanShape& shape) {
    const Model& m = *in.model;
    const Device& dev = *in.device;
    const Model& whole = in.whole ? *in.whole : m;
    InferencePlan p;
    p.capacity = dev.memory;
    p.usable = {std::ceil(dev.reported.value * in.utilisation)};
    p.params_total = total_params(whole);
    p.params_active = active_params(whole);
    if (!in.skip_weights) {
        const WeightFormats formats = in.weights();
        p.weight_padding = padding_bytes(m, formats);
        p.weights = weight_bytes(m, formats) + p.weight_padding;
    }
    const ActivationEstimate estimate =
        estimate_activations(m, dev, static_cast<int64_t>(in.lengths.size()), whole.vocab);
    p.activations = estimate.peak;
    p.runtime = estimate.runtime;
    plan_cache(p, in, shape);
    plan_totals(p, in);
    return p;
}

}  // namespace

double linear_bits(const InferenceInput& in) {
    return in.release ? linear_bits(count_params(*in.model), *in.release) : info(in.weight_dtype).bits;
}

void convert_weights(InferenceInput& in, Dtype d) {
    in.weight_dtype = d;
    in.release.reset();
}

Tokens mean_length(const std::vector<Tokens>& lengths) {
    double sum = 0;
    for (const Tokens t : lengths) sum += real(t.value);
    return {lengths.empty() ? 0 : std::llround(sum / real(static_cast<int64_t>(lengths.size())))};
}

InferencePlan plan_memory(const InferenceInput& in) {
    return plan_memory(in, PlanShape(in));
}

InferencePlan plan_inference(const InferenceInput& in) {
    const PlanShape shape(in);
    InferencePlan p = plan_memory(in, shape);
    const std::vector<Share> shares = shares_of(in.lengths, p.longest.value);
    plan_longest_context(p, in, shape, shares);
    p.fits_batch = most_sequences(p, in, shape);
    if (p.needed > p.usable) p.devices_needed = devices_needed(p);
    plan_decode_step(p, in, shape, shares);
    p.tile = flash_tile(*in.model, *in.device);
    return p;
}

Tokens whole_context_max(const InferenceInput& in) {
    return in.whole_context_max.value > 0 ? in.whole_context_max : in.context_max;
}

std::vector<CurvePoint> memory_curve(const InferenceInput& in, int points, bool log_axis) {
    std::vector<CurvePoint> out;
    if (points < 1) return out;
    const PlanShape shape(in);
    const auto batch = static_cast<int64_t>(in.lengths.size());
    int64_t longest = 0;
    for (const Tokens t : in.lengths) longest = std::max(longest, t.value);
    const std::vector<Share> shares = shares_of(in.lengths, longest);
    const ActivationEstimate estimate =
        estimate_activations(*in.model, *in.device, batch, in.whole ? in.whole->vocab : 0);
    double base = (estimate.peak + estimate.runtime).value;
    if (!in.skip_weights) {
        const WeightFormats formats = in.weights();
        base += (weight_bytes(*in.model, formats) + padding_bytes(*in.model, formats)).value;
    }
    const double reserved = in.continuous_batching ? 0 : real(batch) * shape.allocated(in.context_max.value, true);
    const double top = real(std::max<int64_t>(in.context_max.value, 1));
    const double bottom = log_axis ? std::min(1024.0 / in.parallelism.dcp, top) : 0;
    out.reserve(static_cast<size_t>(points));
    for (int i = 0; i < points; ++i) {
        const double share = points > 1 ? static_cast<double>(i) / (points - 1) : 1;
        const double at = log_axis ? bottom * std::pow(top / bottom, share) : top * share;
        const auto n = static_cast<int64_t>(std::llround(at));
        double sum = base + reserved;
        if (in.continuous_batching)
            for (const Share& s : shares) sum += real(s.count) * shape.allocated(scaled(s, longest, n), false);
        const Bytes scores = score_bytes(*in.model, {n});
        out.push_back({std::min(whole_sequence(in, {n}), whole_context_max(in)),
                       {in.flash_attention ? sum : sum + scores.value},
                       {sum + scores.value}});
    }
    return out;
}

}  // namespace kvx::core
