// How long a training step takes: matrix products at a share of the datasheet rate, messages, waiting, the update.
#include <algorithm>
#include <cmath>

#include "core/training/training_parts.h"

#include "core/number.h"

namespace kvx::core {

namespace {

constexpr double kLinkShare = 0.8;    // of a link's rate that large messages reach (nccl-tests on B200 nodes)
constexpr double kHostLink = 31.5e9;  // PCIe 4.0 × 16, one direction: what most hosts offer at least

// Rate of a group of n ranks that stand `stride` apart. Ranks of one node use all their network ports together.
double bandwidth(const Cluster& c, int n, int stride, Estimate e) {
    if (n <= 1 || !c.across(n * stride)) return 0;
    const double share = e == Estimate::ideal ? 1 : kLinkShare;
    if (n * stride <= c.per_node || !c.between) return share * c.across(n * stride)->bandwidth;
    const double ports = std::max(1, std::min(n, c.per_node / std::max(1, stride)));
    const double inside = c.inside && ports > 1 ? c.inside->bandwidth : c.between->bandwidth;
    return share * std::min(inside, ports * c.between->bandwidth);
}

// Forward FLOPs of one micro-batch on one rank for a stage of the network.
Flops forward_flops(const TrainingInput& in, const StageActivations& a, bool last) {
    const TrainingParallelism& l = in.parallelism;
    const double tokens = real(in.choice.micro_batch * in.choice.sequence.value) / l.cp;
    const ParamCount n = count_active_params(a.model);
    double weights = n.linear() + n.router;
    if (!a.model.params_counted && n.linear() <= 0) weights = active_params(*in.model) / network_stages(in);
    Flops f;
    f.linear = 2 * weights * tokens / l.tp;
    if (last) f.linear += 2 * real(in.model->vocab) * real(in.model->hidden) * tokens / l.tp;
    const double s = real(in.choice.sequence.value);
    f.attention = attention_flops(a.model, s, 0) * real(in.choice.micro_batch) / (real(l.cp) * l.tp);
    return f;
}

struct Message {
    Bytes sent;
    Seconds time;
};
Message ring(double bytes, int n, double factor, double rate, Seconds latency) {
    if (n <= 1 || rate <= 0) return {};
    const double sent = bytes * factor * (n - 1) / n;
    return {{sent}, {sent / rate + latency.value}};
}

PassMessages forward_messages(const TrainingInput& in, const std::vector<StageActivations>& stages, double attention) {
    const TrainingParallelism& l = in.parallelism;
    const TrainingChoice& c = in.choice;
    const Seconds latency = calibration(in.estimate).collective;
    const double tokens = real(c.micro_batch * c.sequence.value) / l.cp;
    PassMessages out;
    for (const StageActivations& a : stages) {
        for (const LayerGroup& g : a.model.layers) {
            const double n = real(g.count);
            // An all-reduce after attention and one after the MLP (Shoeybi et al. 2019); with sequence parallelism a
            // gather and a scatter of the same size.
            const Message t = ring(tokens * real(in.model->hidden) * 2, l.tp, 2,
                                   bandwidth(in.cluster, l.tp, 1, in.estimate), latency);
            out.tensor += 2 * n * t.time.value;
            out.tensor_sent += 2 * n * t.sent.value;
            out.tensor_count += l.tp > 1 ? 2 * g.count : 0;
            // Keys and values go once round the ring (Liu et al. 2023, arXiv 2310.01889).
            const Attention& at = g.attention;
            const double kv = at.kind == AttentionKind::mla ? real(at.kv_lora_rank + at.rope_dim)
                                                            : real(at.kv_heads * (at.k_dim + at.v_dim)) / l.tp;
            if (at.owns_cache && kv > 0) {
                const Message k =
                    ring(kv * 2 * tokens * l.cp, l.cp, 1, bandwidth(in.cluster, l.cp, l.tp, in.estimate), latency);
                out.context += n * k.time.value;
                out.context_sent += n * k.sent.value;
                out.context_count += l.cp > 1 ? g.count : 0;
            }
            if (g.mlp.kind == MlpKind::moe && l.ep > 1) {  // to the experts and back
                const double dealt = tokens / (c.sequence_parallel ? l.tp : 1) * real(g.mlp.experts_per_token) *
                                     real(in.model->hidden) * 2;
                const Message x = ring(dealt, l.ep, 1, bandwidth(in.cluster, l.ep, l.etp, in.estimate), latency);
                out.expert += 2 * n * x.time.value;
                out.expert_sent += 2 * n * x.sent.value;
                out.expert_count += 2 * g.count;
            }
        }
    }
    out.context_wire = out.context;
    out.expert_wire = out.expert;
    out.context = std::max(0.0, out.context - attention);                       // runs beside the attention it feeds
    if (c.schedule == PipelineSchedule::dual_pipe && l.pp > 1) out.expert = 0;  // hidden behind the other direction
    return out;
}

double peak_of(const TrainingInput& in, bool products) {
    const double bits = info(in.choice.recipe).compute_bits;
    if (bits == 32) return peak_flops(*in.device, Dtype::fp32);
    return peak_flops(*in.device, products && bits == 8 ? Dtype::fp8 : Dtype::bf16);
}

RankWork slowest(const TrainingPlan& p, const std::vector<RankParts>& parts) {
    const TrainingInput& in = p.input;
    const TrainingChoice& c = in.choice;
    const int stages = network_stages(in);
    const double share = calibration(in.estimate).compute;
    RankWork best;
    for (size_t r = 0; r < parts.size(); ++r) {
        Flops f;
        for (const StageActivations& a : parts[r].stages) {
            const Flops x = forward_flops(in, a, a.stage == stages - 1);
            f.linear += x.linear;
            f.attention += x.attention;
        }
        if (c.schedule == PipelineSchedule::dual_pipe && in.parallelism.pp > 1) f.linear /= 2, f.attention /= 2;
        if (r > 0 && f.linear + f.attention <= best.flops.linear + best.flops.attention) continue;
        const double rate = peak_of(in, true) * share, scores = peak_of(in, false) * share;
        const double linear = rate > 0 ? f.linear / rate : 0, attention = scores > 0 ? f.attention / scores : 0;
        best.flops = f;
        best.rank = r;
        best.pass.forward = {linear + attention};
        best.pass.backward_input = {linear + 2 * attention};
        best.pass.backward_weight = {c.peft == Peft::none ? linear : 0};
        if (c.recompute == Recompute::full) best.pass.backward_input.value += linear + attention;
        if (c.recompute == Recompute::selective) best.pass.backward_input.value += attention;
    }
    return best;
}

PassCost cost_of(const TrainingPlan& p, const std::vector<RankParts>& parts) {
    PassCost c;
    c.work = slowest(p, parts);
    const double scores = peak_of(p.input, false) * calibration(p.input.estimate).compute;
    c.forward = forward_messages(p.input, parts[c.work.rank].stages, scores > 0 ? c.work.flops.attention / scores : 0);
    c.again = p.input.choice.recompute == Recompute::full ? 2 : 1;
    return c;
}

}  // namespace

PassCost time_passes(TrainingPlan& p, const std::vector<RankParts>& parts) {
    const PassCost c = cost_of(p, parts);
    const double messages = c.forward.tensor + c.forward.expert;
    p.time.pass = c.work.pass;
    p.time.pass.forward.value += messages + c.forward.context;
    p.time.pass.backward_input.value += messages * c.again + 2 * c.forward.context;
    const auto m = static_cast<int>(std::min<int64_t>(p.input.choice.accumulation, 1 << 20));
    p.pipeline = replay(p.input.parallelism.pp > 1 ? p.input.choice.schedule : PipelineSchedule::one_f_one_b,
                        p.input.parallelism.pp, m, p.input.choice.chunks, p.time.pass);
    return c;
}

void time_step(TrainingPlan& p, const PassCost& cost) {
    const TrainingInput& in = p.input;
    const TrainingChoice& c = in.choice;
    const TrainingParallelism& l = in.parallelism;
    const Seconds latency = calibration(in.estimate).collective;
    TrainingTime& t = p.time;
    const double m = real(c.accumulation);
    const double forward = t.pass.forward.value, backward = t.pass.backward();
    const double work = cost.work.pass.forward.value + cost.work.pass.backward();
    t.compute = {m * work};
    t.messages = {std::max(0.0, m * (forward + backward - work))};
    t.bubble = p.pipeline.bubble;

    const auto inside = [&](TrainingTraffic& out, double sent, double seconds, double waited, int64_t count, int group,
                            int stride, double passes) {
        if (count == 0) return;
        out = {{sent * passes * m},    real(count) * passes * m, in.cluster.across(group * stride), group,
               {seconds * passes * m}, {waited * passes * m}};
    };
    const PassMessages& f = cost.forward;
    inside(t.tensor, f.tensor_sent, f.tensor, f.tensor, f.tensor_count, l.tp, 1, 1 + cost.again);
    inside(t.context, f.context_sent, f.context_wire, f.context, f.context_count, l.cp, l.tp, 3);
    inside(t.expert, f.expert_sent, f.expert_wire, f.expert, f.expert_count, l.ep, l.etp, 1 + cost.again);

    // Gradients and gathered weights of the fullest rank; experts have fewer copies.
    const ShardGroups n = shard_groups(in);
    const TrainingMemory& rank = p.rank();
    const RecipeInfo& recipe = info(c.recipe);
    const int stride = l.tp, dense = static_cast<int>(n.dense), expert = static_cast<int>(n.expert);
    const double grad = c.peft == Peft::none ? std::min(recipe.grad, 4.0) : 0;
    const double weight = 2;  // gathered in 16 bits
    const double adapters = c.peft == Peft::none ? 0 : 2 * p.trainable / (real(l.tp) * l.pp);
    const auto both = [&](double bytes, double factor, double extra) {
        const double rate = bandwidth(in.cluster, dense, stride, in.estimate);
        const Message a = ring(rank.params.dense * bytes + extra, dense, factor, rate, latency);
        const Message b = ring(rank.params.expert * bytes, expert, factor,
                               bandwidth(in.cluster, expert, l.ep * l.etp, in.estimate), latency);
        return Message{a.sent + b.sent, {a.time.value + (rank.params.expert > 0 ? b.time.value : 0)}};
    };
    const Message reduce = both(grad, c.sharding == Sharding::none ? 2 : 1, adapters);
    const Message gather = both(weight, 1, 0);
    const auto put = [&](TrainingTraffic& out, const Message& one, double times, double exposed) {
        if (one.sent.value <= 0) return;
        out = {
            one.sent * times,         times,    in.cluster.across(std::min(dense * stride, in.cluster.devices)), dense,
            {one.time.value * times}, {exposed}};
    };
    const auto left = [](double time, double hidden) { return std::max(0.0, time - hidden); };
    switch (c.sharding) {
        case Sharding::none:
            put(t.gradients, reduce, 1, left(reduce.time.value, backward));
            break;
        case Sharding::zero1:
            put(t.gradients, reduce, 1, left(reduce.time.value, backward));
            put(t.gather, gather, 1, left(gather.time.value, forward));
            break;
        case Sharding::zero2:
            put(t.gradients, reduce, m, m * left(reduce.time.value, backward));
            put(t.gather, gather, 1, left(gather.time.value, forward));
            break;
        case Sharding::zero3:
        case Sharding::hybrid:
            put(t.gather, gather, 2 * m, m * left(gather.time.value, forward));
            put(t.gradients, reduce, m, m * left(reduce.time.value + gather.time.value, backward));
            break;
    }
    if (c.sharding == Sharding::hybrid && n.copies > 1) {  // the shards' gradients once between the copies
        const int copies = static_cast<int>(n.copies);
        const Message across = ring(rank.params.total() * grad / n.dense, copies, 2,
                                    bandwidth(in.cluster, copies, stride * dense, in.estimate), latency);
        t.gradients.sent += across.sent;
        t.gradients.time.value += across.time.value;
        t.gradients.exposed.value += left(across.time.value, backward);
    }
    if (l.pp > 1) {  // each boundary forward and back; only the first and the last way are waited for
        const double bytes = real(c.micro_batch * c.sequence.value) / l.cp * real(in.model->hidden) * 2 /
                             (c.sequence_parallel ? l.tp : 1);
        const Link* link = in.cluster.across(in.cluster.devices);
        const double rate = link ? link->bandwidth * (in.estimate == Estimate::ideal ? 1 : kLinkShare) : 0;
        const double one = rate > 0 ? bytes / rate + latency.value : 0, chunks = real(p.pipeline.chunks);
        t.pipeline = {{bytes * 2 * m * chunks}, 2 * m * chunks,        link, 2,
                      {one * 2 * m * chunks},   {2 * (l.pp - 1) * one}};
    }
    // The update reads and writes master weights and states, reads gradients, writes weights.
    const StateBytes& s = rank.states;
    const double states = 2 * (s.master.value + s.optimizer.value);
    const double touched = c.sharding == Sharding::none ? 1 : 1 / n.dense;
    const double bandwidth_share = in.device->bandwidth * calibration(in.estimate).memory;
    if (bandwidth_share > 0)
        t.optimizer = {(states + (s.gradients.value + s.weights.value) * touched) / bandwidth_share};
    if (c.offload != StateOffload::none) {  // gradients down, weights up; the CPU's own arithmetic is left out
        const double values =
            (c.peft == Peft::none ? rank.params.total() : p.trainable / (real(l.tp) * l.pp)) * touched;
        const double bytes = values * (recipe.grad > 4 ? 6 : recipe.grad + 2);
        const double rate = kHostLink * (in.estimate == Estimate::ideal ? 1 : kLinkShare);
        t.offload = {{bytes}, 1, nullptr, 1, {bytes / rate}, {bytes / rate}};
        if (c.offload == StateOffload::all) {
            const double shard = rank.params.total() * 2 / n.dense, one = shard / rate;
            t.offload.sent += Bytes{2 * m * shard};
            t.offload.time.value += 2 * m * one;
            t.offload.exposed.value += m * (left(one, forward) + left(one, backward));
        }
    }
    t.exposed = {t.gradients.exposed.value + t.gather.exposed.value + t.pipeline.exposed.value +
                 t.offload.exposed.value};
    t.step = {p.pipeline.total.value + t.exposed.value + t.optimizer.value};

    // Convention: causal attention counted half, the input embedding not at all (Megatron-LM, llm.c).
    const Model& whole = *in.model;
    const ParamCount active = count_active_params(whole);
    const double weights = whole.params_counted
                               ? active.linear() + active.router + real(whole.vocab) * real(whole.hidden)
                               : active_params(whole);
    const double seq = real(c.sequence.value), scores = seq > 0 ? attention_flops(whole, seq, 0) / seq : 0;
    const double factor = c.peft == Peft::none ? 6 : 4;
    t.model_flops = factor * weights + 3 * scores;
    t.hardware_flops = t.model_flops + (c.recompute == Recompute::full        ? 2 * weights + scores
                                        : c.recompute == Recompute::selective ? scores
                                                                              : 0);
    t.peak_flops = peak_of(in, true);
    t.tokens_per_step = real(c.micro_batch * c.accumulation * c.sequence.value) * l.dp;
    if (t.step.value <= 0) return;
    t.tokens_per_second = t.tokens_per_step / t.step.value;
    t.bubble_share = t.bubble.value / t.step.value;
    if (t.peak_flops > 0) {
        t.mfu = t.model_flops * t.tokens_per_second / (l.devices() * t.peak_flops);
        t.hfu = t.hardware_flops * t.tokens_per_second / (l.devices() * t.peak_flops);
    }
}

void account(TrainingPlan& p) {
    const TrainingInput& in = p.input;
    const TrainingChoice& c = in.choice;
    // The scaling law counts parameters without the rows of the input embedding.
    const double n =
        active_params(*in.model) - real(in.model->vocab) * real(in.model->hidden) * (in.model->tied ? 0 : 1);
    p.run_tokens = c.tokens > 0 ? c.tokens : optimal_tokens(kEpoch, std::max(n, 1.0));
    p.steps = p.time.tokens_per_step > 0 ? std::ceil(p.run_tokens / p.time.tokens_per_step) : 0;
    const double seconds = p.steps * p.time.step.value;
    p.days = seconds / 86400;
    p.device_hours = seconds / 3600 * in.parallelism.devices();
    p.price = in.price > 0 ? in.price : in.device->price_per_hour;
    p.dollars = p.device_hours * p.price;
    p.kilowatt_hours = p.device_hours * in.device->tdp_watts / 1000 * in.pue;
    p.final_loss = loss_at(kEpoch, n, real(in.model->vocab), c.rate, 1, p.run_tokens);
    const RecipeInfo& recipe = info(c.recipe);
    if (c.peft == Peft::none) {
        p.checkpoint = Bytes{p.params * (std::min(recipe.weight, 4.0) + recipe.master)} +
                       optimizer_bytes(*in.model, c.optimizer, recipe.moment);
    } else {
        p.checkpoint = {p.trainable * 10};  // the adapters and their moments
    }
}

}  // namespace kvx::core
