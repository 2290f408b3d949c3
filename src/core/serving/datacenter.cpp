#include "core/serving/datacenter.h"

#include <algorithm>
#include <cmath>

#include "core/format.h"
#include "core/memory/weights.h"

namespace kvx::core {

namespace {

constexpr int64_t kRack = 32;  // four nodes of eight, as air-cooled racks of HGX systems are filled
constexpr int kMostInRack = 72;

int64_t quotient(int64_t n, int64_t by) {
    return (n + by - 1) / by;
}

int64_t devices_of(const InferenceInput& in) {
    return plan_inference(in).devices_needed;
}

}  // namespace

int node_size(const ClusterCatalog& catalog, const Device& device) {
    const std::vector<const Fabric*> fabrics = catalog.fabrics_of(device.id);
    if (fabrics.empty()) return 1;
    // A torus of thousands is no node: its racks hold 64 (Google Cloud, TPU v4: 4 × 4 × 4 a rack).
    return fabrics.front()->domain > kMostInRack ? 64 : std::max(1, fabrics.front()->domain);
}

Datacenter datacenter_for(const InferencePlan& plan, const Device& device, int node, double price) {
    Datacenter c;
    c.devices = std::max<int64_t>(1, plan.devices_needed);
    c.per_node = std::max(1, node);
    c.per_rack = c.per_node >= kRack ? c.per_node : kRack / c.per_node * c.per_node;
    c.nodes = quotient(c.devices, c.per_node);
    c.racks = quotient(c.devices, c.per_rack);
    const double all = (plan.weights + plan.kv_allocated + plan.scores).value;
    if (all > 0)
        c.for_weights =
            static_cast<int64_t>(std::ceil(plan.weights.value / all * static_cast<double>(c.devices) - 1e-9));
    const auto count = static_cast<double>(c.devices);
    c.megawatts = count * device.tdp_watts / 1e6;
    c.dollars_an_hour = count * (price > 0 ? price : device.price.median);
    return c;
}

std::vector<Relief> reliefs(const InferenceInput& in, const std::vector<Model>& models, int64_t devices) {
    std::vector<Relief> out;
    const auto offer = [&](Relief r) {
        if (r.devices < devices && (out.empty() || r.devices < out.back().devices)) out.push_back(std::move(r));
    };
    InferenceInput small = in;
    convert_weights(small, Dtype::fp8);
    small.kv_dtype = Dtype::fp8;
    small.value_dtype.reset();
    const bool wider = linear_bits(in) > 9 || element_bytes(in.kv_dtype) > 1;
    const std::vector<std::pair<std::string, std::string>> fp8 = {{"weights", "fp8"}, {"kv", "fp8"}};
    if (wider) offer({"The same in FP8", devices_of(small), fp8});
    const int64_t limit = in.model->max_context;
    if (limit > 0 && in.context_max.value > limit) {
        InferenceInput shorter = small;
        shorter.context_max = {limit};
        for (Tokens& n : shorter.lengths) n = {std::min(n.value, limit)};
        auto changes = fp8;
        changes.emplace_back("context", std::to_string(limit));
        offer({"FP8 and its own limit, " + short_tokens({limit}), devices_of(shorter), changes});
    }
    // The whole context again: the leanest cache of a model of its size.
    const double own = plan_inference(in).params_total;
    Relief best;
    for (const Model& m : models) {
        InferenceInput other = small;
        other.model = &m;
        if (m.id == in.model->id || !(count_params(m).total() >= own * 0.5)) continue;
        const int64_t n = devices_of(other);
        if (best.devices > 0 && n >= best.devices) continue;
        best = {m.name + ", FP8", n, fp8};
        best.changes.insert(best.changes.begin(), {"model", m.id});
    }
    if (best.devices > 0 && best.devices < devices) out.push_back(std::move(best));
    std::stable_sort(out.begin(), out.end(), [](const Relief& a, const Relief& b) { return a.devices > b.devices; });
    return out;
}

bool could_take_hall(const Model& m, const Device& d, const WeightFormats& weights, CacheFormat kv, Tokens context,
                     int64_t batch, bool flash_attention, double utilisation) {
    const KvRate rate = kv_rate(m, kv);
    const auto n = static_cast<double>(context.value), sequences = static_cast<double>(batch);
    double all = weight_bytes(m, weights).value +
                 sequences * ((n + 4096) * (rate.growing + rate.bounded).value + rate.state.value);
    if (!flash_attention) all += score_bytes(m, context).value;
    // Half of what is usable is left for it, whatever each device keeps to itself.
    return all > 0.25 * static_cast<double>(kHallFrom) * utilisation * d.reported.value;
}

}  // namespace kvx::core
