#include "core/serving/cluster_plan.h"

#include <algorithm>

#include "core/number.h"

namespace kvx::core {

namespace {

InferenceInput rank_input(const InferenceInput& in, const Parallelism& l, const std::vector<Tokens>& lengths) {
    InferenceInput r = in;
    r.whole = in.model;
    r.parallelism = l;
    r.lengths = lengths;
    if (r.lengths.empty()) r.lengths.push_back({0});
    r.context_max = {(in.context_max.value + l.dcp - 1) / l.dcp};
    r.whole_context_max = in.context_max;
    return r;
}

// Plans each stage with `plan_rank`, which is given a rank's input; the result is that of the largest one.
template <typename PlanRank>
ClusterPlan plan_stages(const InferenceInput& in, const Parallelism& l, const std::vector<Tokens>& lengths,
                        const PlanRank& plan_rank) {
    ClusterPlan out;
    out.parallelism = l;
    const std::vector<int64_t> layers = stage_layers(in.model->layer_count(), l.pp);
    InferenceInput r = rank_input(in, l, lengths);
    // Most stages are alike: their plan is worked out once.
    struct Planned {
        Model share;
        InferencePlan plan;
    };
    constexpr size_t kMostPlanned = 8;
    std::vector<Planned> stages;
    int64_t at = 0;
    for (int stage = 0; stage < l.pp; ++stage) {
        const LayerSpan span{at, layers[static_cast<size_t>(stage)]};
        const Model share =
            share_of(static_cast<const ModelNumbers&>(*in.model), layers_in(in.model->layers, span), l, stage);
        r.model = &share;
        auto known = std::find_if(stages.begin(), stages.end(), [&](const Planned& other) {
            return static_cast<const ModelNumbers&>(other.share) == share && other.share.layers == share.layers;
        });
        if (known == stages.end()) {
            InferencePlan made = plan_rank(r);
            if (stages.size() < kMostPlanned) stages.emplace_back();
            known = stages.end() - 1;
            *known = {share, std::move(made)};
        }
        const InferencePlan& p = known->plan;
        StageMemory s;
        s.first_layer = span.first;
        s.layers = span.count;
        at += span.count;
        s.weights = p.weights;
        s.kv_allocated = p.kv_allocated;
        s.needed = p.needed;
        if (stage == 0 || p.needed > out.rank.needed) {
            out.rank = p;
            out.share = share;
        }
        out.stages.push_back(s);
    }
    out.input = std::move(r);
    out.input.model = nullptr;
    out.sequences_rank = static_cast<int64_t>(out.input.lengths.size());
    out.fits = out.rank.needed <= out.rank.usable;
    return out;
}

ClusterPlan on_one_device(const InferenceInput& in, InferencePlan plan) {
    ClusterPlan out;
    out.share = *in.model;
    out.input = in;
    out.stages.push_back({0, in.model->layer_count(), plan.weights, plan.kv_allocated, plan.needed});
    out.weights_all = plan.weights;
    out.kv_all = plan.kv_allocated;
    out.sequences_rank = static_cast<int64_t>(in.lengths.size());
    out.fits = plan.needed <= plan.usable;
    out.rank = std::move(plan);
    return out;
}

// The cache of all devices. All ranks of a stage hold the same amount; replicas hold different sequences.
Bytes cache_of_all(const ClusterPlan& plan, const InferenceInput& in) {
    const Parallelism& l = plan.parallelism;
    double all = 0;
    for (const StageMemory& s : plan.stages) all += s.kv_allocated.value * real(l.tp);
    if (l.dp <= 1) return {all};
    double mine = 0, total = 0;
    for (const Tokens t : plan.input.lengths) mine += real(t.value) * l.dcp;
    for (const Tokens t : in.lengths) total += real(t.value);
    return {mine > 0 ? all * total / mine : all * real(l.dp)};
}

// What is stored more than once; the undivided model says what exists once.
void count_copies(ClusterPlan& out, const InferenceInput& in, const InferencePlan& whole) {
    const Parallelism& l = out.parallelism;
    out.kv_copies = most_kv_copies(*in.model, l);
    out.kv_copied = {std::max(0.0, (out.kv_all - whole.kv_allocated).value)};
    out.weights_copied = {std::max(0.0, out.weights_all.value - whole.weights.value)};
    for (const LayerGroup& g : in.model->layers) {
        const Attention& a = g.attention;
        if (a.kv_heads <= 0 || !a.owns_cache) continue;
        out.kv_heads = a.kv_heads;
        out.kv_heads_rank = kv_heads_on_rank(a, l.tp);
        break;
    }
}

}  // namespace

ClusterPlan plan_cluster_memory(const InferenceInput& in, const Parallelism& l, const std::vector<Tokens>& lengths) {
    if (l.devices() == 1) return on_one_device(in, plan_memory(in));
    return plan_stages(in, l, lengths, [](const InferenceInput& r) { return plan_memory(r); });
}

ClusterPlan plan_cluster(const InferenceInput& in, const Parallelism& l) {
    if (l.devices() == 1) return on_one_device(in, plan_inference(in));
    ClusterPlan out = plan_stages(in, l, share_of(in.lengths, l), [&](const InferenceInput& r) {
        InferencePlan p = plan_inference(r);
        p.step_weights_read = rank_weights_read(in, *r.model, l, static_cast<int64_t>(r.lengths.size()));
        if (in.device->bandwidth > 0)
            p.step_floor = {(p.step_weights_read + p.step_kv_read + p.step_kv_written).value / in.device->bandwidth};
        return p;
    });
    static_cast<ModelNames&>(out.share) = *in.model;
    for (const StageMemory& s : out.stages) out.weights_all += s.weights * (real(l.tp) * real(l.dp));
    InferenceInput once = in;
    once.parallelism = {};
    const InferencePlan whole = plan_inference(once);
    out.kv_all = cache_of_all(out, in);
    count_copies(out, in, whole);
    out.rank.devices_needed = whole.devices_needed;
    return out;
}

}  // namespace kvx::core
