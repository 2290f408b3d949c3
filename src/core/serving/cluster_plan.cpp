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

}  // namespace

ClusterPlan plan_cluster(const InferenceInput& in, const Parallelism& l) {
    ClusterPlan out;
    out.parallelism = l;
    if (l.devices() == 1) {
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
    const auto replicas = real(l.dp), group = real(l.tp);
    const std::vector<int64_t> layers = stage_layers(in.model->layer_count(), l.pp);
    int64_t at = 0;
    for (int stage = 0; stage < l.pp; ++stage) {
        const Model share = share_of(*in.model, l, stage);
        const InferenceInput r = rank_input(in, l, share);
        InferencePlan p = plan_inference(r);
        p.step_weights_read = rank_weights_read(in, share, l, static_cast<int64_t>(r.lengths.size()));
        if (in.device->bandwidth > 0)
            p.step_floor = {(p.step_weights_read + p.step_kv_read + p.step_kv_written).value / in.device->bandwidth};
        StageMemory s;
        s.first_layer = at;
        s.layers = layers[static_cast<size_t>(stage)];
        at += s.layers;
        s.weights = p.weights;
        s.kv_allocated = p.kv_allocated;
        s.needed = p.needed;
        out.weights_all += p.weights * (group * replicas);
        if (stage == 0 || p.needed > out.rank.needed) {
            out.rank = p;
            out.share = share;
            out.input = r;
            out.input.model = nullptr;
        }
        out.stages.push_back(s);
    }
    // The whole model in one piece says what is there once.
    InferenceInput once = in;
    once.parallelism = {};
    const InferencePlan whole = plan_inference(once);
    for (const LayerGroup& g : in.model->layers)
        if (g.attention.owns_cache && g.attention.kind != AttentionKind::none)
            out.kv_copies = std::max(out.kv_copies, kv_copies(g.attention, l.tp) / l.dcp);
    // Every rank of a stage holds the same; replicas hold different sequences.
    double all = 0;
    for (const StageMemory& s : out.stages) all += s.kv_allocated.value * group;
    double mine = 0, total = 0;
    for (const Tokens t : out.input.lengths) mine += real(t.value) * l.dcp;
    for (const Tokens t : in.lengths) total += real(t.value);
    out.kv_all = {l.dp <= 1 ? all : (mine > 0 ? all * total / mine : all * replicas)};
    out.kv_copied = {std::max(0.0, (out.kv_all - whole.kv_allocated).value)};
    out.weights_copied = {std::max(0.0, out.weights_all.value - whole.weights.value)};
    for (size_t i = 0; i < in.model->layers.size() && out.kv_heads == 0; ++i) {
        const Attention& a = in.model->layers[i].attention;
        if (a.kv_heads > 0 && a.owns_cache) {
            out.kv_heads = a.kv_heads;
            out.kv_heads_rank = kv_heads_on_rank(a, l.tp);
        }
    }
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
    // Beyond two copies of each cached head a wider group wastes more memory than it saves: take the widest below.
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
            return {by_sequence, "Attention by sequences: tensor parallelism would copy the latent cache to each of " +
                                     count(tp) + " ranks" + (by_sequence.ep > 1 ? "; experts spread over all." : ".")};
    }
    const int groups = n / tp;
    std::string inside = tp > 1 ? "Tensor parallel over " + count(tp) + " devices on " + name : std::string();
    if (tp == 1) inside = "The heads of this model cannot be divided by the devices of a node";
    if (groups == 1) return {{tp, 1, 1, 1, 1}, inside + ": least memory and time for each token."};
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
