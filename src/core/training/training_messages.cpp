#include "core/training/training_messages.h"

#include <algorithm>

#include "core/number.h"

namespace kvx::core {

namespace {

// Rate of a group of n ranks that stand `stride` apart. Ranks of one node use all their network ports together.
double bandwidth(const Cluster& c, int n, int stride, Estimate e) {
    if (n <= 1 || !c.across(n * stride)) return 0;
    const double share = link_share(e);
    if (n * stride <= c.per_node || !c.between) return share * c.across(n * stride)->bandwidth;
    const double ports = std::max(1, std::min(n, c.per_node / std::max(1, stride)));
    const double inside = c.inside && ports > 1 ? c.inside->bandwidth : c.between->bandwidth;
    return share * std::min(inside, ports * c.between->bandwidth);
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

// Of the fullest rank: a ring over the ranks that share the dense parameters' states, and one over those that share an
// expert's, which has fewer copies.
Message ring_of_shards(const TrainingPlan& p, double bytes_per_param, double factor, double extra) {
    const TrainingInput& in = p.input;
    const TrainingParallelism& l = in.parallelism;
    const ShardGroups n = shard_groups(in);
    const Seconds latency = calibration(in.estimate).collective;
    const int dense = static_cast<int>(n.dense), expert = static_cast<int>(n.expert);
    const ParamSplit& params = p.rank().params;
    const Message a = ring(params.dense * bytes_per_param + extra, dense, factor,
                           bandwidth(in.cluster, dense, l.tp, in.estimate), latency);
    const Message b = ring(params.expert * bytes_per_param, expert, factor,
                           bandwidth(in.cluster, expert, l.ep * l.etp, in.estimate), latency);
    return {a.sent + b.sent, {a.time.value + (params.expert > 0 ? b.time.value : 0)}};
}

// `times` rings in a step.
TrainingTraffic shard_traffic(const TrainingInput& in, const Message& one, double times, double waited) {
    if (one.sent.value <= 0) return {};
    const int dense = static_cast<int>(shard_groups(in).dense);
    return {one.sent * times,
            times,
            in.cluster.across(std::min(dense * in.parallelism.tp, in.cluster.devices)),
            dense,
            {one.time.value * times},
            {waited}};
}

// Bytes a gradient takes on the wire.
double gradient_bytes(const TrainingChoice& c) {
    return c.peft == Peft::none ? std::min(info(c.recipe).grad, 4.0) : 0;
}

// Hybrid: the gradients of each shard go once between the groups that hold the same.
void add_reduction_between_copies(TrainingPlan& p) {
    const TrainingInput& in = p.input;
    const ShardGroups n = shard_groups(in);
    if (in.choice.sharding != Sharding::hybrid || n.copies <= 1) return;
    const int copies = static_cast<int>(n.copies), stride = in.parallelism.tp * static_cast<int>(n.dense);
    const Message across =
        ring(p.rank().params.total() * gradient_bytes(in.choice) / n.dense, copies, 2,
             bandwidth(in.cluster, copies, stride, in.estimate), calibration(in.estimate).collective);
    TrainingTraffic& t = p.time.gradients;
    t.sent += across.sent;
    t.time.value += across.time.value;
    t.exposed.value += exposed(across.time.value, p.time.pass.backward());
}

}  // namespace

double link_share(Estimate e) {
    return e == Estimate::ideal ? 1 : 0.8;
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
    out.context = exposed(out.context, attention);                              // runs beside the attention it feeds
    if (c.schedule == PipelineSchedule::dual_pipe && l.pp > 1) out.expert = 0;  // hidden behind the other direction
    return out;
}

void time_group_messages(TrainingPlan& p, const PassCost& cost) {
    const TrainingParallelism& l = p.input.parallelism;
    const double m = real(p.input.choice.accumulation);
    const auto traffic = [&](double sent, double seconds, double waited, int64_t count, int group, int stride,
                             double passes) -> TrainingTraffic {
        if (count == 0) return {};
        return {{sent * passes * m},    real(count) * passes * m, p.input.cluster.across(group * stride), group,
                {seconds * passes * m}, {waited * passes * m}};
    };
    const PassMessages& f = cost.forward;
    TrainingTime& t = p.time;
    t.tensor = traffic(f.tensor_sent, f.tensor, f.tensor, f.tensor_count, l.tp, 1, 1 + cost.again);
    t.context = traffic(f.context_sent, f.context_wire, f.context, f.context_count, l.cp, l.tp, 3);
    t.expert = traffic(f.expert_sent, f.expert_wire, f.expert, f.expert_count, l.ep, l.etp, 1 + cost.again);
}

void time_sharding(TrainingPlan& p) {
    const TrainingInput& in = p.input;
    const TrainingChoice& c = in.choice;
    TrainingTime& t = p.time;
    const double m = real(c.accumulation), forward = t.pass.forward.value, backward = t.pass.backward();
    const double adapters = c.peft == Peft::none ? 0 : 2 * p.trainable / (real(in.parallelism.tp) * in.parallelism.pp);
    const Message reduce = ring_of_shards(p, gradient_bytes(c), c.sharding == Sharding::none ? 2 : 1, adapters);
    const Message gather = ring_of_shards(p, 2, 1, 0);  // weights in 16 bits
    const double reduce_exposed = exposed(reduce.time.value, backward);
    const double gather_exposed = exposed(gather.time.value, forward);
    switch (c.sharding) {
        case Sharding::none:
            t.gradients = shard_traffic(in, reduce, 1, reduce_exposed);
            break;
        case Sharding::zero1:
            t.gradients = shard_traffic(in, reduce, 1, reduce_exposed);
            t.gather = shard_traffic(in, gather, 1, gather_exposed);
            break;
        case Sharding::zero2:
            t.gradients = shard_traffic(in, reduce, m, m * reduce_exposed);
            t.gather = shard_traffic(in, gather, 1, gather_exposed);
            break;
        case Sharding::zero3:
        case Sharding::hybrid:
            t.gather = shard_traffic(in, gather, 2 * m, m * gather_exposed);
            t.gradients = shard_traffic(in, reduce, m, m * exposed(reduce.time.value + gather.time.value, backward));
            break;
    }
    add_reduction_between_copies(p);
}

// Each boundary forward and back; only the first and the last way are waited for.
void time_pipeline_messages(TrainingPlan& p) {
    const TrainingInput& in = p.input;
    const TrainingChoice& c = in.choice;
    const TrainingParallelism& l = in.parallelism;
    if (l.pp <= 1) return;
    const double m = real(c.accumulation), chunks = real(p.pipeline.chunks);
    const double bytes =
        real(c.micro_batch * c.sequence.value) / l.cp * real(in.model->hidden) * 2 / (c.sequence_parallel ? l.tp : 1);
    const Link* link = in.cluster.across(in.cluster.devices);
    const double rate = link ? link->bandwidth * link_share(in.estimate) : 0;
    const double one = rate > 0 ? bytes / rate + calibration(in.estimate).collective.value : 0;
    p.time.pipeline = {{bytes * 2 * m * chunks}, 2 * m * chunks,        link, 2,
                       {one * 2 * m * chunks},   {2 * (l.pp - 1) * one}};
}

}  // namespace kvx::core
