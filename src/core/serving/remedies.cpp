#include "core/serving/remedies.h"

#include "core/format.h"

namespace kvx::core {

std::vector<Remedy> remedies(const RemedyInput& from, const ClusterCatalog& catalog) {
    std::vector<Remedy> out;
    InferenceInput in = *from.input;
    Bytes before = from.plan->needed;
    const auto offer = [&](Remedy r) {
        const InferencePlan plan = plan_inference(in);
        if (plan.needed.value < before.value * 0.995 && out.size() < 3) {
            r.before = before;
            r.after = plan.needed;
            out.push_back(std::move(r));
        }
        before = plan.needed;
    };
    if (!in.flash_attention)
        in.flash_attention = true,
        offer({"no cost", "Turn on FlashAttention", "Same result, no scores stored", "fa", "1", "Turn on", {}, {}});
    if (!in.continuous_batching)
        in.continuous_batching = true,
        offer({"no cost", "Turn on continuous batching", "Nothing reserved in advance", "cb", "1", "Turn on", {}, {}});
    if (element_bytes(in.kv_dtype) > 1)
        in.kv_dtype = Dtype::fp8,
        offer({"usually a small loss",
               "Store the cache in FP8",
               "1 byte instead of " + significant(element_bytes(from.input->kv_dtype), 1) + " a value",
               "kv",
               "fp8",
               "Switch to FP8",
               {},
               {}});
    if (element_bytes(in.weight_dtype) > 1)
        in.weight_dtype = Dtype::fp8, offer({"usually a small loss",
                                             "Store the weights in FP8",
                                             "Half the size of 16 bits",
                                             "weights",
                                             "fp8",
                                             "Switch to FP8",
                                             {},
                                             {}});
    if (element_bytes(in.weight_dtype) > 0.5)
        in.weight_dtype = Dtype::int4, offer({"a loss to measure",
                                              "Store the weights in INT4",
                                              "With one scale per 128 values",
                                              "weights",
                                              "int4",
                                              "Switch to INT4",
                                              {},
                                              {}});
    if (from.fits_context.value > 0 && out.size() < 3) {
        Remedy r{"less context",
                 "Stop at " + short_tokens(from.fits_context),
                 "The longest context that fits now",
                 "context",
                 std::to_string(from.fits_context.value),
                 "Set the maximum",
                 from.plan->needed,
                 from.plan->usable};
        out.push_back(std::move(r));
    }
    // More devices cost most and are always listed; parallelism is chosen again.
    const int fewest = fewest_devices(*from.requested, catalog, from.link, from.network);
    if (fewest > from.cluster->devices) {
        const Cluster more = make_cluster(catalog, *from.cluster->device, fewest, from.link, from.network);
        const ClusterPlan spread = plan_cluster(*from.requested, choose_parallelism(*from.requested, more).parallelism);
        if (out.size() > 2) out.resize(2);
        const int devices = from.cluster->devices;
        out.push_back({significant(static_cast<double>(fewest) / devices, 3) + " times the price",
                       "Serve from " + group_digits(fewest) + " devices", "Each then holds its share", "devices",
                       std::to_string(fewest), "Use " + group_digits(fewest), from.plan->needed, spread.rank.needed});
    }
    return out;
}

}  // namespace kvx::core
