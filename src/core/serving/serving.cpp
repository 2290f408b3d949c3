#include "core/serving/serving.h"

#include <algorithm>
#include <cmath>

#include "core/memory/kv_cache.h"
#include "core/memory/plan_shape.h"
#include "core/number.h"

namespace kvx::core {

namespace {

// The bus between device and host; PCIe 4 if unknown.
const Link* host_link(const ClusterCatalog& c, const Device& device) {
    for (const Fabric* f : c.fabrics_of(device.id))
        if (const Link* l = c.link(f->link); l && l->kind == "pcie") return l;
    return c.link("pcie-4");
}

}  // namespace

Tokens prefix_hit(Tokens match, Tokens prompt, int64_t block_size) {
    const int64_t block = std::max<int64_t>(1, block_size);
    const int64_t most = std::min(match.value, prompt.value - 1);
    return {std::max<int64_t>(0, most / block * block)};
}

double expected_tokens(double acceptance, int draft) {
    if (draft <= 0) return 1;
    const double a = std::clamp(acceptance, 0.0, 1.0);
    if (a > 1 - 1e-9) return draft + 1;
    return (1 - std::pow(a, draft + 1)) / (1 - a);
}

Seconds service_token_time(const InferenceInput& in, const ClusterPlan& plan, const Cluster& cluster, Estimate e,
                           Tokens prompt, Tokens output) {
    ClusterPlan at = plan;
    const int64_t mean = prompt.value + output.value / 2;
    for (Tokens& t : at.input.lengths) t = {(mean + plan.parallelism.dcp - 1) / plan.parallelism.dcp};
    const StepTime step = decode_step(in, at, cluster, e);
    // The prompts of other users run as separate steps in between.
    const StepTime other = prefill(in, at, cluster, e, prompt, {0});
    const double others = real(static_cast<int64_t>(at.input.lengths.size())) - 1;
    return {step.total.value + others / real(std::max<int64_t>(output.value, 1)) * other.total.value};
}

Serving serve(const InferenceInput& in, const ClusterPlan& plan, const ClusterCatalog& catalog, const Cluster& cluster,
              const ServingInput& s) {
    Serving out;
    const Parallelism& l = plan.parallelism;
    const Device& dev = *in.device;
    const Model& m = *in.model;
    const Calibration c = calibration(s.estimate);
    const auto devices = real(l.devices());
    const auto sequences = real(static_cast<int64_t>(in.lengths.size()));

    out.decode = decode_step(in, plan, cluster, s.estimate);
    out.reused = prefix_hit(s.prefix, s.prompt, in.block_size);
    out.prefill = prefill(in, plan, cluster, s.estimate, s.prompt, out.reused);
    out.ttft = {out.prefill.total.value + s.frontend.value};
    if (out.reused.value > 0)
        out.reuse_saves = {prefill(in, plan, cluster, s.estimate, s.prompt, {0}).total.value - out.prefill.total.value};

    // speculation: several tokens verified in one step, the draft runs before it
    out.speculation_tokens = expected_tokens(s.acceptance, s.draft);
    double step = out.decode.total.value;
    if (s.draft > 0) {
        const StepTime verify = verify_step(in, plan, cluster, s.estimate, s.draft + 1);
        const double round = verify.total.value + s.draft * s.draft_cost * out.decode.total.value;
        out.speculation_speedup = round > 0 ? out.speculation_tokens * step / round : 1;
        step /= out.speculation_speedup;
    }
    out.token = {step};
    if (step > 0) {
        out.user_rate = 1 / step;
        out.cluster_rate = sequences / step;
        out.device_rate = out.cluster_rate / devices;
    }
    if (out.prefill.total.value > 0) out.prompt_rate = real(s.prompt.value) / out.prefill.total.value * real(l.dp);

    // Below this many tokens a step the matrix work hides behind reading the weights.
    const double body = count_active_params(m).linear();
    const double peak = out.decode.peak_flops;
    if (peak > 0 && body > 0 && dev.bandwidth > 0)
        out.critical_batch =
            (peak * c.compute) / (dev.bandwidth * c.memory) * linear_bits(count_active_params(m), in.weights()) / 8 / 2;

    out.price = s.price > 0 ? s.price : dev.price_per_hour;
    if (out.price > 0 && out.cluster_rate > 0) {
        out.cost_output = out.price * devices / (out.cluster_rate * 3600) * 1e6;
        out.cost_input = out.prompt_rate > 0 ? out.price * devices / (out.prompt_rate * 3600) * 1e6 : 0;
    }
    if (dev.tdp_watts > 0 && out.cluster_rate > 0) out.joules = devices * dev.tdp_watts * s.pue / out.cluster_rate;

    // Where the cache of a finished turn could wait, and when loading it beats recomputing it.
    const Bytes one = kv_bytes(m, s.prompt, in.cache());
    const double per_token = one.value / real(std::max<int64_t>(1, s.prompt.value));
    const StepTime again = prefill(in, plan, cluster, s.estimate, s.prompt, {0});
    out.offload_bytes = one;
    out.offload_recompute = again.total;
    if (again.total.value > 0) out.break_even_bandwidth = one.value / again.total.value;
    const Link* host = host_link(catalog, dev);
    const Link* network = cluster.between ? cluster.between : catalog.network_of(dev.id);
    switch (s.offload) {
        case OffloadTier::none:
            break;
        case OffloadTier::cpu:
            out.offload_bandwidth = host ? host->bandwidth * l.tp : 0;  // each rank loads its part over its own bus
            break;
        case OffloadTier::nvme:
            out.offload_bandwidth = 7e9;  // one PCIe 4 drive, sequential reads (datasheets: 6.9 to 7.4 GB/s)
            break;
        case OffloadTier::network:
            out.offload_bandwidth = network ? network->bandwidth : 0;
            break;
    }
    if (out.offload_bandwidth > 0) out.offload_load = {one.value / out.offload_bandwidth};
    if (network) {
        out.transfer_bandwidth = network->bandwidth;
        out.transfer = {per_token * real(s.prompt.value) / network->bandwidth};
    }
    return out;
}

}  // namespace kvx::core
