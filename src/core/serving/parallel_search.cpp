#include "core/serving/parallel_search.h"

#include <algorithm>
#include <optional>

#include "core/format.h"

namespace kvx::core {

namespace {

std::vector<int> divisors(int n) {
    std::vector<int> out;
    for (int d = 1; d <= n; ++d)
        if (n % d == 0) out.push_back(d);
    return out;
}

bool has_experts(const Model& m) {
    return std::any_of(m.layers.begin(), m.layers.end(),
                       [](const LayerGroup& g) { return g.mlp.kind == MlpKind::moe; });
}

// "tensor parallel 4 × 2 pipeline stages × 2 copies, experts over 16"
std::string words(const Parallelism& l) {
    std::string out;
    const auto add = [&](const std::string& part) { out += (out.empty() ? "" : " × ") + part; };
    if (l.tp > 1) add("tensor parallel " + group_digits(l.tp));
    if (l.pp > 1) add(group_digits(l.pp) + " pipeline stages");
    if (l.dp > 1) add("data parallel " + group_digits(l.dp));
    if (l.ep > 1) out += ", experts over " + group_digits(l.ep);
    if (l.dcp > 1) out += ", tokens over " + group_digits(l.dcp);
    return out;
}

struct Candidate {
    Parallelism parallelism;
    Bytes needed;
    Seconds step;
};

std::string why(const InferenceInput& in, const ParallelismChoice& c, const std::optional<Candidate>& faster,
                Bytes usable) {
    const std::string of = group_digits(c.legal) + (c.legal == 1 ? " possible split" : " possible splits");
    if (!c.fits) return "None of " + of + " holds it; this one needs the least memory on a device.";
    std::string out = c.fitting == c.legal
                          ? "Estimated fastest of " + of + "."
                          : "Estimated fastest of the " + group_digits(c.fitting) + " that fit, of " + of + ".";
    if (!faster) return out;
    const double copies = most_kv_copies(*in.model, faster->parallelism);
    std::string name = words(faster->parallelism);
    name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
    out += " " + name + " would be faster but needs " + fixed(100 * (faster->needed / usable), 1) +
           " % of what a device can use";
    return out + (copies > 1 ? ": it stores the cache " + significant(copies, 3) + " times." : ".");
}

// The fullest replica's lengths, kept as long as the next split has the same ones.
class Lengths {
  public:
    explicit Lengths(const InferenceInput& in) : in_(in) {}
    const std::vector<Tokens>& of(const Parallelism& l) {
        if (l.dp != dp_ || l.dcp != dcp_) {
            dp_ = l.dp, dcp_ = l.dcp;
            lengths_ = share_of(in_.lengths, l);
        }
        return lengths_;
    }

  private:
    const InferenceInput& in_;
    int dp_ = 0, dcp_ = 0;
    std::vector<Tokens> lengths_;
};

// A split of this cluster that holds the workload, if there is one.
std::optional<Parallelism> holding_split(const InferenceInput& in, const Cluster& cluster) {
    if (cluster.devices <= 1) return holds(in, Parallelism{}) ? std::optional(Parallelism{}) : std::nullopt;
    const std::vector<Parallelism> splits = legal_parallelism(*in.model, cluster);
    Lengths lengths(in);
    // More expert or decode-context parallelism never needs more memory: only the widest of each group decides.
    for (size_t i = 0; i < splits.size(); ++i) {
        const Parallelism& l = splits[i];
        const bool widest = i + 1 == splits.size() || splits[i + 1].tp != l.tp || splits[i + 1].pp != l.pp;
        if (widest && plan_cluster_memory(in, l, lengths.of(l)).fits) return l;
    }
    return {};
}

bool same_but_experts(const Parallelism& a, const Parallelism& b) {
    return a.tp == b.tp && a.pp == b.pp && a.dp == b.dp && a.dcp == b.dcp;
}

}  // namespace

std::vector<Parallelism> legal_parallelism(const Model& m, const Cluster& c) {
    std::vector<Parallelism> out;
    const bool moe = has_experts(m);
    for (const int tp : divisors(c.devices)) {
        if (tp > c.per_node || !refuse_parallelism({tp, 1, 1, 1, 1}, m).empty()) continue;
        for (const int pp : divisors(c.devices / tp)) {
            if (pp > m.layer_count()) break;
            const int dp = c.devices / tp / pp;
            for (const int dcp : divisors(tp))
                for (const int ep : moe ? divisors(tp * dp) : std::vector<int>{1})
                    if (const Parallelism l{tp, pp, dp, ep, dcp}; refuse_parallelism(l, m).empty()) out.push_back(l);
        }
    }
    return out;
}

ParallelismChoice choose_parallelism(const InferenceInput& in, const Cluster& cluster) {
    ParallelismChoice out;
    if (cluster.devices <= 1) {
        out.reason = "One device holds everything.";
        out.fits = holds(in, cluster);
        out.legal = 1;
        out.fitting = out.fits ? 1 : 0;
        return out;
    }
    std::optional<Candidate> best, smallest;
    std::vector<Candidate> too_large;
    Bytes usable;
    Lengths lengths(in);
    Parallelism last;
    StepWork work;
    for (const Parallelism& l : legal_parallelism(*in.model, cluster)) {
        const ClusterPlan plan = plan_cluster_memory(in, l, lengths.of(l));
        if (!same_but_experts(l, last)) work = decode_work(plan, 1);
        last = l;
        usable = plan.rank.usable;
        ++out.legal;
        const Candidate c{l, plan.rank.needed, decode_step(in, plan, cluster, Estimate::calibrated, work).total};
        if (!smallest || c.needed < smallest->needed) smallest = c;
        if (!plan.fits) {
            too_large.push_back(c);
            continue;
        }
        ++out.fitting;
        if (!best || c.step < best->step) best = c;
    }
    out.fits = best.has_value();
    out.parallelism = (best ? best : smallest)->parallelism;
    std::optional<Candidate> faster;
    for (const Candidate& c : too_large)
        if (best && c.step < best->step && (!faster || c.step < faster->step)) faster = c;
    out.reason = why(in, out, faster, usable);
    return out;
}

bool holds(const InferenceInput& in, const Parallelism& l) {
    return plan_cluster_memory(in, l, share_of(in.lengths, l)).fits;
}

bool holds(const InferenceInput& in, const Cluster& cluster) {
    return holding_split(in, cluster).has_value();
}

int next_count(int devices) {
    for (const int n : {2, 3, 4, 6, 8})
        if (n > devices) return n;
    return devices < 128 ? devices + 8 : devices * 2;
}

FewestDevices fewest_devices(const InferenceInput& in, const ClusterCatalog& catalog, std::string_view link,
                             std::string_view network, int most, const FewestDevices& from) {
    // Sharding spreads weights and cache evenly at best: fewer need not be tried.
    const InferencePlan whole = plan_memory(in);
    const double least = (whole.weights + whole.kv_allocated + whole.scores) / whole.usable;
    if (from.count >= least && holds(in, from.parallelism)) return from;
    const int first = from.count > 1 ? from.count : next_count(1);  // one device has no other split
    for (int n = first; n <= most; n = next_count(n)) {
        if (n < least) continue;
        if (const auto split = holding_split(in, make_cluster(catalog, *in.device, n, link, network)))
            return {n, *split};
    }
    return {0, {}};
}

}  // namespace kvx::core
