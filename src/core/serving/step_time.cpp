#include "core/serving/step_time.h"

#include <algorithm>
#include <cmath>

#include "core/memory/plan_shape.h"
#include "core/memory/weights.h"
#include "core/number.h"

namespace kvx::core {

namespace {

// Decode-context parallelism: in each attention layer the queries of the group are gathered, the partial outputs are
// scattered back and their log-sum-exp travels with them (vLLM, cp_lse_ag_out_rs).
Traffic context_traffic(const Model& m, const Parallelism& l, const Cluster& cluster, const Calibration& c,
                        int64_t tokens) {
    Traffic t;
    t.link = cluster.across(l.tp);
    t.group = l.dcp;
    double bytes = 0;
    for (const LayerGroup& g : m.layers) {
        const Attention& a = g.attention;
        if (a.kind == AttentionKind::none || a.kind == AttentionKind::cross || a.q_heads == 0) continue;
        const bool latent = a.kind == AttentionKind::mla;
        const int64_t query = latent ? a.kv_lora_rank + a.rope_dim : a.k_dim;
        const int64_t result = latent ? a.kv_lora_rank : a.v_dim;
        t.count += 3 * g.count;
        bytes += real(g.count * a.q_heads / l.tp * l.dcp * tokens) * (2.0 * real(query + result) + 4);
    }
    if (t.count == 0) return t;
    t.message = {bytes / real(t.count)};
    const Collective one = all_gather(t.message, l.dcp, t.link ? t.link->bandwidth : 0, c.collective);
    t.sent = one.sent * real(t.count);
    t.time = {one.time.value * real(t.count)};
    return t;
}

StepTime step(const InferenceInput& in, const ClusterPlan& plan, const Cluster& cluster, Estimate e,
              const StepWork& w) {
    const Parallelism& l = plan.parallelism;
    const Device& dev = *in.device;
    const Calibration c = calibration(e);
    const Model& m = *in.model;
    StepTime s;
    s.tokens = w.tokens;
    s.micro_batches = w.micro_batches;
    const ParamCount active = count_active_params(m);
    s.peak_flops = peak_flops(dev, in.weights(), active);
    const double bandwidth = dev.bandwidth * c.memory, rate = s.peak_flops * c.compute;
    const auto stages = real(l.pp);
    // The replica's batch runs through the stages as micro-batches.
    const double micro = real(w.micro_batches);
    const auto tokens = static_cast<int64_t>(std::ceil(real(w.tokens) / micro));

    const double body = active.linear() + active.router;
    const double head = real(m.vocab) * real(m.hidden);
    s.flops = (2 * body * real(tokens) / stages + 2 * head * real(w.samples) / micro) / l.tp;
    s.attention_flops = w.attention / micro;
    s.weights_read = in.skip_weights ? Bytes{} : rank_weights_read(in, plan.share, l, tokens);
    s.kv_read = {w.kv_read / micro};
    for (const LayerGroup& g : m.layers)
        if (g.mlp.kind == MlpKind::moe)
            s.experts_touched = distinct_experts(g.mlp, tokens * std::max(1, l.ep / std::max(1, l.tp)));

    // Linear layers and attention each take the longer of computing and reading; stages run one after another.
    const double read = s.weights_read.value / bandwidth, compute = rate > 0 ? s.flops / rate : 0;
    const double kv = s.kv_read.value / bandwidth, scores = rate > 0 ? s.attention_flops / rate : 0;
    (compute > read ? s.compute : s.weights).value = std::max(compute, read) * stages;
    (scores > kv ? s.attention_compute : s.kv).value = std::max(scores, kv) * stages;
    s.fixed = {c.layer.value * real(m.layer_count())};

    const Bytes activations{real(tokens) * real(m.hidden) * 2};  // 16-bit activations travel
    if (l.tp > 1) {                                              // two all-reduces a layer (Megatron-LM)
        Traffic& t = s.tensor;
        t.link = cluster.across(l.tp);
        t.group = l.tp;
        t.count = 2 * m.layer_count();
        t.message = activations;
        const Collective a = all_reduce(activations, l.tp, t.link ? t.link->bandwidth : 0, c.collective);
        t.sent = a.sent * real(t.count);
        t.time = {a.time.value * real(t.count)};
    }
    if (l.ep > 1) {  // to the experts and back in each layer that has them
        Traffic& t = s.expert;
        int64_t layers = 0, k = 1;
        for (const LayerGroup& g : m.layers)
            if (g.mlp.kind == MlpKind::moe) layers += g.count, k = g.mlp.experts_per_token;
        t.link = cluster.across(std::max(l.ep, l.tp));
        t.group = l.ep;
        t.count = 2 * layers;
        t.message = activations * (real(k) / std::min(l.tp, l.ep));
        const Collective a = all_to_all(t.message, l.ep, t.link ? t.link->bandwidth : 0, c.collective);
        t.sent = a.sent * real(t.count);
        t.time = {a.time.value * real(t.count)};
    }
    if (l.pp > 1) {
        Traffic& t = s.pipeline;
        t.link = cluster.across(l.tp * l.pp);
        t.group = 2;
        t.count = l.pp - 1;
        t.message = activations * (1.0 / l.tp);  // each rank of a stage sends its part
        const double wire = t.link && t.link->bandwidth > 0 ? t.message.value / t.link->bandwidth : 0;
        t.sent = t.message;
        t.time = {real(t.count) * (wire + c.collective.value)};
    }
    if (l.dcp > 1) s.context = context_traffic(m, l, cluster, c, tokens);
    s.communication = {s.tensor.time.value + s.expert.time.value + s.pipeline.time.value + s.context.time.value};
    const double busy = s.weights.value + s.kv.value + s.compute.value + s.attention_compute.value + s.fixed.value +
                        s.communication.value;
    s.total = {busy};
    return s;
}

}  // namespace

StepWork decode_work(const ClusterPlan& plan, int64_t per_sequence) {
    StepWork w;
    const auto sequences = static_cast<int64_t>(plan.input.lengths.size());
    w.tokens = sequences * per_sequence;
    w.samples = w.tokens;
    w.micro_batches = static_cast<int>(std::clamp<int64_t>(sequences, 1, plan.parallelism.pp));
    InferenceInput in = plan.input;
    in.model = &plan.share;
    const PlanShape shape(in);
    int64_t last = -1;
    double read = 0, flops = 0;
    for (const Tokens t : plan.input.lengths) {
        if (t.value != last) {
            last = t.value;
            read = shape.read(t.value) + shape.written() * real(per_sequence);
            flops = attention_flops(plan.share, real(per_sequence), real(t.value));
        }
        w.kv_read += read;
        w.attention += flops;
    }
    w.attention *= plan.parallelism.dcp;  // over a share of the tokens, but for the heads of the whole group
    return w;
}

Calibration calibration(Estimate e) {
    switch (e) {
        case Estimate::ideal:
            return {};
        case Estimate::textbook:
            return {0.8, 0.5, {}, {}};
        case Estimate::calibrated:
            break;
    }
    return {0.8, 0.5, {50e-6}, {10e-6}};
}

ErrorBand error_band(Estimate e, bool moe) {
    // Measured by tests/core/serving/performance_test.cpp on the published points in this repository.
    switch (e) {
        case Estimate::ideal:
            return moe ? ErrorBand{65, 84} : ErrorBand{48, 78};
        case Estimate::textbook:
            return moe ? ErrorBand{56, 80} : ErrorBand{47, 86};
        case Estimate::calibrated:
            break;
    }
    return moe ? ErrorBand{22, 47} : ErrorBand{16, 91};
}

Collective all_reduce(Bytes message, int n, double bandwidth, Seconds latency, Algorithm algorithm) {
    Collective c;
    if (n <= 1 || bandwidth <= 0) return c;
    c.algorithm = algorithm;
    const double peers = n - 1;
    switch (algorithm) {
        case Algorithm::none:
            return c;
        case Algorithm::ring:
            c.sent = message * (2 * peers / n);
            break;
        case Algorithm::one_shot:
            c.sent = message * peers;
            break;
        case Algorithm::in_switch:
            c.sent = message * (1 + 1.0 / n);
            break;
    }
    c.time = {c.sent.value / bandwidth + latency.value};
    return c;
}

Collective best_all_reduce(Bytes message, int n, double bandwidth, Seconds latency, bool switched) {
    // `latency` is per hop: the ring waits 2(n−1) times, the others once.
    Collective ring = all_reduce(message, n, bandwidth, {2 * latency.value * (n - 1)}, Algorithm::ring);
    Collective best = all_reduce(message, n, bandwidth, latency, Algorithm::one_shot);
    if (ring.time < best.time) best = ring;
    if (switched) {
        const Collective in_switch = all_reduce(message, n, bandwidth, latency, Algorithm::in_switch);
        if (in_switch.time < best.time) best = in_switch;
    }
    return best;
}

Collective all_gather(Bytes message, int n, double bandwidth, Seconds latency) {
    Collective c;
    if (n <= 1 || bandwidth <= 0) return c;
    c.algorithm = Algorithm::ring;
    c.sent = message * (real(n - 1) / n);
    c.time = {c.sent.value / bandwidth + latency.value};
    return c;
}

Collective all_to_all(Bytes message, int n, double bandwidth, Seconds latency) {
    return all_gather(message, n, bandwidth, latency);  // each device sends all but its own part, once
}

double peak_flops(const Device& dev, Arithmetic a) {
    switch (a) {
        case Arithmetic::fp32:
            return dev.bf16_flops / 2;  // TF32 runs at half the 16-bit rate (NVIDIA A100 and H100 datasheets)
        case Arithmetic::fp8:
            return dev.fp8_flops > 0 ? dev.fp8_flops : dev.bf16_flops;
        case Arithmetic::int8:
            return dev.int8_ops > 0 ? dev.int8_ops : dev.bf16_flops;
        case Arithmetic::fp4:
            return dev.fp4_flops > 0 ? dev.fp4_flops : dev.bf16_flops;
        case Arithmetic::bf16:
            break;
    }
    return dev.bf16_flops;
}

double peak_flops(const Device& dev, const WeightFormats& f, const ParamCount& active) {
    if (f.uniform) return peak_flops(dev, f[WeightClass::attention].arithmetic);
    double work = 0, time = 0;
    for (size_t i = 0; i < kWeightClasses; ++i) {
        const auto c = static_cast<WeightClass>(i);
        if (c == WeightClass::embedding || c == WeightClass::vectors) continue;
        const double rate = peak_flops(dev, f.of[i].arithmetic), n = params_of(active, c);
        if (rate <= 0) return 0;
        work += n;
        time += n / rate;
    }
    return time > 0 ? work / time : dev.bf16_flops;
}

namespace {

// A state is read, decayed and written: about six operations for each of its values.
double state_flops(const Attention& a, double fresh) {
    switch (a.kind) {
        case AttentionKind::gated_deltanet:
        case AttentionKind::kda:
        case AttentionKind::lightning:
        case AttentionKind::mamba2:
            return 6 * real(a.state_heads) * real(a.state_k_dim) * real(a.state_v_dim) * fresh;
        case AttentionKind::mamba1:
            return 6 * real(a.state_inner) * real(a.state_k_dim) * fresh;
        case AttentionKind::rg_lru:
            return 6 * real(a.state_inner) * fresh;
        case AttentionKind::short_conv:
            return 2 * real(a.conv_kernel * a.state_inner) * fresh;
        default:
            return 0;
    }
}

// `mean`: keys a new token sees on average, itself included.
double layer_attention_flops(const Attention& a, double fresh, double mean) {
    switch (a.kind) {
        case AttentionKind::full:
            return 2 * real(a.q_heads) * real(a.k_dim + a.v_dim) * fresh * mean;
        case AttentionKind::sliding:
        case AttentionKind::chunked:
            return 2 * real(a.q_heads) * real(a.k_dim + a.v_dim) * fresh * std::min(mean, real(a.window));
        case AttentionKind::mla: {
            const double seen = a.index_topk > 0 ? std::min(mean, real(a.index_topk)) : mean;
            // A new token reads the latents absorbed; a prompt expands them.
            const double width =
                fresh <= 8 ? real(2 * a.kv_lora_rank + a.rope_dim) : real(a.nope_dim + a.rope_dim + a.v_dim);
            const double keys = mean / real(std::max<int64_t>(a.index_pool, 1));
            return 2 * real(a.q_heads) * width * fresh * seen +
                   (a.index_dim > 0 ? 2 * real(a.index_heads * a.index_dim) * fresh * keys : 0);
        }
        case AttentionKind::compressed: {
            const double entries = a.ratio > 0 ? mean / real(a.ratio) : 0;
            return 2 * real(a.q_heads) * real(a.k_dim + a.v_dim) * fresh *
                   (std::min(mean, real(a.window)) +
                    (a.index_topk > 0 ? std::min(entries, real(a.index_topk)) : entries));
        }
        default:  // cross: how long the other sequence is, the model does not say
            return state_flops(a, fresh);
    }
}

}  // namespace

double attention_flops(const Model& m, double fresh, double before) {
    double sum = 0;
    for (const LayerGroup& g : m.layers) {
        double flops = layer_attention_flops(g.attention, fresh, before + (fresh + 1) / 2);
        if (g.attention.beside != AttentionKind::none) flops += state_flops(beside(g.attention), fresh);
        sum += flops * real(g.count);
    }
    return sum;
}

StepTime decode_step(const InferenceInput& in, const ClusterPlan& plan, const Cluster& cluster, Estimate e,
                     const StepWork& w) {
    StepTime s = step(in, plan, cluster, e, w);
    // With fewer sequences than stages, some stages wait: the step takes as long, and the waiting is reported.
    const double idle = 1 - real(w.micro_batches) / plan.parallelism.pp;
    if (idle > 0) {
        for (Seconds* part : {&s.weights, &s.kv, &s.compute, &s.attention_compute, &s.fixed, &s.communication}) {
            s.bubble.value += part->value * idle;
            part->value *= 1 - idle;
        }
    }
    return s;
}

StepTime verify_step(const InferenceInput& in, const ClusterPlan& plan, const Cluster& cluster, Estimate e,
                     int64_t per_sequence) {
    return decode_step(in, plan, cluster, e, decode_work(plan, per_sequence));
}

StepTime decode_step(const InferenceInput& in, const ClusterPlan& plan, const Cluster& cluster, Estimate e) {
    return verify_step(in, plan, cluster, e, 1);
}

StepTime prefill(const InferenceInput& in, const ClusterPlan& plan, const Cluster& cluster, Estimate e, Tokens tokens,
                 Tokens cached) {
    StepWork w;
    // At least one token is always computed (vLLM: a full hit leaves the last block to compute).
    const int64_t fresh = std::max<int64_t>(1, tokens.value - std::max<int64_t>(0, cached.value));
    w.tokens = fresh;
    w.samples = 1;
    w.attention = attention_flops(plan.share, real(fresh), real(tokens.value - fresh));
    InferenceInput share = plan.input;
    share.model = &plan.share;
    const PlanShape shape(share);
    w.kv_read = shape.read(tokens.value);
    return step(in, plan, cluster, e, w);
}

}  // namespace kvx::core
