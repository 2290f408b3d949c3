#include "core/serving/cluster_plan.h"

#include <algorithm>

#include "core/format.h"
#include "core/memory/weights.h"
#include "core/number.h"

namespace kvx::core {

namespace {

bool has_latents(const Model& m) {
    for (const LayerGroup& g : m.layers)
        if (g.attention.kind == AttentionKind::mla || g.attention.kind == AttentionKind::compressed) return true;
    return false;
}

int64_t experts_of(const Model& m) {
    int64_t n = 0;
    for (const LayerGroup& g : m.layers)
        if (g.mlp.kind == MlpKind::moe) n = n == 0 ? g.mlp.experts : std::min(n, g.mlp.experts);
    return n;
}

InferenceInput rank_input(const InferenceInput& in, const Parallelism& l, const Model& share) {
    InferenceInput r = in;
    r.model = &share;
    r.whole = in.model;
    r.parallelism = l;
    r.lengths = share_of(in.lengths, l);
    if (r.lengths.empty()) r.lengths.push_back({0});
    r.context_max = {(in.context_max.value + l.dcp - 1) / l.dcp};
    return r;
}

ClusterPlan plan_one_device(const InferenceInput& in, const Parallelism& l) {
    ClusterPlan out;
    out.parallelism = l;
    out.share = *in.model;
    out.input = in;
    out.rank = plan_inference(in);
    out.stages.push_back({0, in.model->layer_count(), out.rank.weights, out.rank.kv_allocated, out.rank.needed});
    out.weights_all = out.rank.weights;
    out.kv_all = out.rank.kv_allocated;
    out.sequences_rank = static_cast<int64_t>(in.lengths.size());
    out.fits = out.rank.needed <= out.rank.usable;
    return out;
}

InferencePlan plan_rank(const InferenceInput& in, const InferenceInput& rank, const Model& share,
                        const Parallelism& l) {
    InferencePlan p = plan_inference(rank);
    p.step_weights_read = rank_weights_read(in, share, l, static_cast<int64_t>(rank.lengths.size()));
    if (in.device->bandwidth > 0)
        p.step_floor = {(p.step_weights_read + p.step_kv_read + p.step_kv_written).value / in.device->bandwidth};
    return p;
}

// Most stages are alike: their plan is worked out once.
class StagePlans {
  public:
    // `plan` makes the plan of a share that was not met yet. Valid until the next call.
    template <class Plan>
    const InferencePlan& of(const Model& share, Plan plan) {
        auto known = std::find_if(planned_.begin(), planned_.end(), [&](const Planned& other) {
            return static_cast<const ModelNumbers&>(other.share) == share && other.share.layers == share.layers;
        });
        if (known == planned_.end()) {
            Planned made{share, plan()};
            if (planned_.size() < kMost) planned_.emplace_back();
            known = planned_.end() - 1;
            *known = std::move(made);
        }
        return known->plan;
    }

  private:
    static constexpr size_t kMost = 8;
    struct Planned {
        Model share;
        InferencePlan plan;
    };
    std::vector<Planned> planned_;
};

// Fills the stages, the weights of all devices, and the most loaded rank.
void plan_stages(ClusterPlan& out, const InferenceInput& in) {
    const Parallelism& l = out.parallelism;
    const std::vector<int64_t> layers = stage_layers(in.model->layer_count(), l.pp);
    StagePlans plans;
    int64_t at = 0;
    for (int stage = 0; stage < l.pp; ++stage) {
        const Model share = share_of(*in.model, l, stage);
        const InferenceInput rank = rank_input(in, l, share);
        const InferencePlan& p = plans.of(share, [&] { return plan_rank(in, rank, share, l); });
        out.stages.push_back({at, layers[static_cast<size_t>(stage)], p.weights, p.kv_allocated, p.needed});
        at += out.stages.back().layers;
        out.weights_all += p.weights * (real(l.tp) * real(l.dp));
        if (stage == 0 || p.needed > out.rank.needed) {
            out.rank = p;
            out.share = share;
            out.input = rank;
            out.input.model = nullptr;
        }
    }
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
    for (const LayerGroup& g : in.model->layers)
        if (g.attention.owns_cache && g.attention.kind != AttentionKind::none)
            out.kv_copies = std::max(out.kv_copies, kv_copies(g.attention, l.tp) / l.dcp);
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

ClusterPlan plan_cluster(const InferenceInput& in, const Parallelism& l) {
    if (l.devices() == 1) return plan_one_device(in, l);
    ClusterPlan out;
    out.parallelism = l;
    plan_stages(out, in);
    InferenceInput once = in;
    once.parallelism = {};
    const InferencePlan whole = plan_inference(once);
    out.kv_all = cache_of_all(out, in);
    count_copies(out, in, whole);
    out.sequences_rank = static_cast<int64_t>(out.input.lengths.size());
    out.fits = out.rank.needed <= out.rank.usable;
    out.rank.devices_needed = whole.devices_needed;
    if (!out.fits) out.rank.devices_needed = std::max<int64_t>(whole.devices_needed, l.devices() + 1);
    return out;
}

ParallelismChoice choose_parallelism(const InferenceInput& in, const Cluster& c) {
    const int n = c.devices;
    const Model& m = *in.model;
    if (n <= 1) return {{}, "One device holds everything."};
    const std::string name = c.inside ? c.inside->name : "the network";
    const auto count = [](int k) { return group_digits(k); };
    // The widest group inside one node that the heads allow.
    int tp = 1;
    for (int t = 1; t <= std::min(c.per_node, n); ++t)
        if (n % t == 0 && refuse_parallelism({t, 1, 1, 1, 1}, m).empty()) tp = t;
    // Beyond two copies of each cached head, a wider group wastes more memory than it saves: take the widest below.
    const auto copies = [&](int degree) {
        double most = 1;
        for (const LayerGroup& g : m.layers)
            if (g.attention.kv_heads > 0) most = std::max(most, kv_copies(g.attention, degree));
        return most;
    };
    for (int t = tp; t >= 1 && copies(tp) > 2; --t)
        if (n % t == 0 && refuse_parallelism({t, 1, 1, 1, 1}, m).empty()) tp = t;
    const int64_t experts = experts_of(m);
    if (has_latents(m) && tp > 1) {
        Parallelism by_sequence{1, 1, n, 1, 1};
        if (experts > 0) {
            for (int e = n; e > 1; --e)
                if (n % e == 0 && experts >= e) {
                    by_sequence.ep = e;
                    break;
                }
        }
        if (static_cast<int>(in.lengths.size()) >= n && refuse_parallelism(by_sequence, m).empty() &&
            plan_cluster(in, by_sequence).fits)
            return {by_sequence, "Data-parallel attention: tensor parallelism would copy the latent cache to each of " +
                                     count(tp) + " ranks" +
                                     (by_sequence.ep > 1 ? "; the experts are spread over all." : ".")};
    }
    const int groups = n / tp;
    std::string inside = tp > 1 ? "Tensor parallel over " + count(tp) + " devices on " + name : std::string();
    if (tp == 1) inside = "The heads of this model cannot be divided by the devices of a node";
    if (groups == 1) return {{tp, 1, 1, 1, 1}, inside + ": least memory and time per token."};
    for (int pp = 1; pp <= groups; ++pp) {
        if (groups % pp != 0 || pp > m.layer_count()) continue;
        const Parallelism l{tp, pp, groups / pp, 1, 1};
        if (!plan_cluster(in, l).fits && pp < groups) continue;
        if (pp == 1) return {l, inside + "; one group holds the model, so the rest are " + count(groups) + " copies."};
        return {l, inside + "; " + count(pp) + " pipeline stages, whose small messages suit the slower network" +
                       (l.dp > 1 ? ", " + count(l.dp) + " copies." : ".")};
    }
    return {{tp, 1, groups, 1, 1}, inside + "; " + count(groups) + " copies."};
}

int fewest_devices(const InferenceInput& in, const ClusterCatalog& catalog, std::string_view link,
                   std::string_view network) {
    const int64_t least = plan_inference(in).devices_needed;  // a lower bound: fewer need not be tried
    for (int n = 1; n <= kMostDevices; n *= 2) {
        if (n < least) continue;
        const Cluster c = make_cluster(catalog, *in.device, n, link, network);
        const ParallelismChoice choice = choose_parallelism(in, c);
        if (plan_cluster(in, choice.parallelism).fits) return n;
    }
    return 0;
}

}  // namespace kvx::core
