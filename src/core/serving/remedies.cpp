#include "core/serving/remedies.h"

#include "core/format.h"
#include "core/number.h"
#include "core/serving/parallel_search.h"

namespace kvx::core {

namespace {

constexpr size_t kMost = 3;

struct Step {
    Remedy remedy;
    void (*change)(InferenceInput&);
};

// The switches and formats that are not at their smallest yet, cheapest first.
std::vector<Step> steps_from(const InferenceInput& in) {
    std::vector<Step> out;
    if (!in.flash_attention)
        out.push_back(
            {{"no cost", "Use FlashAttention", "Same result, no scores stored", "Turn on", {{"fa", "1"}}, {}, {}},
             [](InferenceInput& i) { i.flash_attention = true; }});
    if (!in.continuous_batching)
        out.push_back(
            {{"no cost", "Use continuous batching", "Nothing reserved in advance", "Turn on", {{"cb", "1"}}, {}, {}},
             [](InferenceInput& i) { i.continuous_batching = true; }});
    if (element_bytes(in.kv_dtype) > 1)
        out.push_back({{"usually a small loss",
                        "Store the cache in FP8",
                        "1 byte instead of " + significant(element_bytes(in.kv_dtype), 1) + " a value",
                        "Switch to FP8",
                        {{"kv", "fp8"}},
                        {},
                        {}},
                       [](InferenceInput& i) {
                           i.kv_dtype = Dtype::fp8;
                           i.value_dtype.reset();
                       }});
    const double bits = linear_bits(in);
    if (bits > 9)
        out.push_back({{"usually a small loss",
                        "Store the weights in FP8",
                        "Half the size of 16 bits",
                        "Switch to FP8",
                        {{"weights", "fp8"}},
                        {},
                        {}},
                       [](InferenceInput& i) { convert_weights(i, Dtype::fp8); }});
    if (bits > 5)
        out.push_back({{"a loss to measure",
                        "Store the weights in INT4",
                        "With one scale per 128 values",
                        "Switch to INT4",
                        {{"weights", "int4"}},
                        {},
                        {}},
                       [](InferenceInput& i) { convert_weights(i, Dtype::int4); }});
    return out;
}

Remedy less_context(const RemedyInput& from) {
    return {
        "less context",    "Stop at " + short_tokens(from.fits_context),           "The longest context that fits now",
        "Set the maximum", {{"context", std::to_string(from.fits_context.value)}}, from.plan->needed,
        from.plan->usable};
}

// Any other number of devices, or the same number split in another way.
Remedy spread(const RemedyInput& from, const ClusterCatalog& catalog) {
    const int now = from.cluster->devices;
    const Cluster cluster = make_cluster(catalog, *from.cluster->device, from.fewest, from.link, from.network);
    const ClusterPlan plan = plan_cluster(*from.requested, choose_parallelism(*from.requested, cluster).parallelism);
    const std::string count = group_digits(from.fewest);
    const std::vector<std::pair<std::string, std::string>> changes = {
        {"devices", std::to_string(from.fewest)}, {"tp", "auto"}, {"pp", "auto"}, {"ep", "auto"}, {"dcp", "auto"}};
    if (from.fewest <= now)
        return {"no cost",         "Split it automatically", "The fastest split that fits", "Split it", changes,
                from.plan->needed, plan.rank.needed};
    return {significant(real(from.fewest) / now, 3) + " times the price",
            "Serve from " + count + " devices",
            "Each then holds its share",
            "Use " + count,
            changes,
            from.plan->needed,
            plan.rank.needed};
}

}  // namespace

std::vector<Remedy> remedies(const RemedyInput& from, const ClusterCatalog& catalog) {
    std::vector<Remedy> out;
    const bool resplit = from.fewest > 0 && from.fewest <= from.cluster->devices && from.plan->pressure > 1;
    if (resplit) out.push_back(spread(from, catalog));
    InferenceInput in = *from.input;
    Bytes before = from.plan->needed;
    for (Step& step : steps_from(in)) {
        step.change(in);
        const Bytes needed = plan_memory(in).needed;
        if (needed.value < before.value * 0.995 && out.size() < kMost) {
            step.remedy.before = before;
            step.remedy.after = needed;
            out.push_back(std::move(step.remedy));
        }
        before = needed;
    }
    if (from.fits_context.value > 0 && out.size() < kMost) out.push_back(less_context(from));
    if (from.fewest > from.cluster->devices) {
        if (out.size() == kMost) out.pop_back();
        out.push_back(spread(from, catalog));
    }
    return out;
}

}  // namespace kvx::core
