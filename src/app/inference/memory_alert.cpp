#include "app/inference/memory_alert.h"

#include <algorithm>

#include "core/format.h"

namespace kvx::app {

namespace {

std::string cause_of(const View& v) {
    const core::InferencePlan& plan = v.plan;
    const auto text = [](core::Bytes b) { return core::format_bytes(b).text(); };
    const std::string where = v.many() ? "On each device the " : "The ";
    const core::Bytes scores = v.fa ? core::Bytes{} : plan.scores;
    const core::Bytes most = std::max({plan.weights, plan.kv_allocated, scores});
    if (most == scores && scores.value > 0)
        return "FlashAttention is off: the scores of a " + core::group_digits(plan.longest.value) +
               "-token prompt take " + text(scores) + " of " + text(plan.usable) + " usable.";
    if (most == plan.kv_allocated && plan.wasted_reservation > plan.kv_used)
        return "Without continuous batching every sequence reserves " + core::short_tokens(v.requested.context_max) +
               " tokens: " + text(plan.kv_allocated) + " of cache.";
    if (most == plan.weights)
        return where + "weights take " + text(plan.weights) + " of " + text(plan.usable) + " usable" +
               (plan.weights > plan.usable ? "." : ", the cache " + text(plan.kv_allocated) + ".");
    std::string out = where + "cache takes " + text(plan.kv_allocated) + " of " + text(plan.usable) +
                      " usable, the weights " + text(plan.weights);
    return out +
           (v.full_at.value > 0 ? "; it fits up to " + core::short_tokens(v.full_at) + " tokens per sequence." : ".");
}

}  // namespace

MemoryAlert memory_alert(const View& v) {
    const std::string have = v.many() ? core::group_digits(v.cluster.devices) : "one";
    MemoryAlert a;
    a.cause = cause_of(v);
    if (v.fewest.count == 0) {
        a.short_title = "Not even " + core::group_digits(core::kMostDevices) + " devices hold it";
        a.title = a.short_title + ". You have " + have + ".";
    } else if (v.fewest.count <= v.cluster.devices) {
        a.short_title = "This split does not fit";
        a.title = "This split does not fit. Another of " + core::group_digits(v.fewest.count) + " devices does.";
    } else {
        a.short_title = "Needs " + core::group_digits(v.fewest.count) + " devices";
        a.title = a.short_title + ". You have " + have + ".";
    }
    return a;
}

int64_t devices_needed(const View& v) {
    return v.fewest.count > 0 ? v.fewest.count : v.plan.devices_needed;
}

std::string devices_that_hold(const View& v) {
    return (v.fewest.count > 0 ? "" : "at least ") + core::group_digits(devices_needed(v));
}

}  // namespace kvx::app
