#include "app/answers/stories.h"

#include <cmath>

#include "app/codec.h"
#include "app/inference/memory_alert.h"
#include "app/params/params.h"
#include "app/view.h"
#include "app/weights_choice.h"
#include "core/format.h"
#include "core/memory/kv_cache.h"
#include "core/memory/kv_variants.h"
#include "core/memory/weights.h"

namespace kvx::app {
namespace {

std::string bytes(core::Bytes b) {
    return core::format_bytes(b).text();
}
std::string number(double v, int digits = 3) {
    return core::significant(v, digits);
}
std::string count(int64_t n) {
    return core::group_digits(n);
}
std::string now_of(const View& v) {
    return core::short_tokens(v.now);
}
const std::string& name(const State& s) {
    return s.model().name;
}

std::string small_long(const State& s) {
    const View v = derive(s);
    return name(s) + " weighs " + bytes(v.plan.weights) + ", but one sequence of " + now_of(v) + " tokens caches " +
           bytes(v.plan.kv_used) + ": " + number(v.plan.kv_used / v.plan.weights, 2) + " times the model.";
}
std::string experts(const State& s) {
    const View v = derive(s);
    return name(s) + " uses " + core::format_params(v.plan.params_active).text() + " of " +
           core::format_params(v.plan.params_total).text() + " parameters for a token, yet all " +
           bytes(core::weight_bytes(s.model(), chosen_weights(s, s.model()).all())) + " stay in memory.";
}
std::string dense_devices(const State& s) {
    const View v = derive(s);
    return name(s) + " in " + weights_label(s) + " weighs " +
           bytes(core::weight_bytes(s.model(), chosen_weights(s, s.model()).all())) + "; with " + count(s.in.batch) +
           " × " + now_of(v) + " tokens it needs " + devices_that_hold(v) + " × " + s.device().short_name + ", here " +
           count(v.cluster.devices) + ".";
}
std::string latent(const State& s) {
    const std::vector<core::KvVariant> all = core::kv_variants(derive(s).requested);
    std::string out = name(s) + " caches " + bytes(all.front().bytes);
    for (const core::KvVariant& x : all) {
        if (x.id == "mha") out += ": " + number(x.ratio, 3) + " times less than one KV head per query head";
        if (x.id == "gqa") out += ", " + number(x.ratio, 3) + " times less than groups of eight.";
    }
    return out;
}
std::string constant_state(const State& s) {
    const View v = derive(s);
    const core::KvRate r = core::kv_rate(s.model(), cache_of(s));
    return name(s) + " grows by " + bytes(r.growing) + " per token; its linear layers keep " + bytes(r.state) +
           " per sequence, the same at 1 token and at " + now_of(v) + ".";
}
std::string formats(const State& s) {
    const View v = derive(s);
    core::InferenceInput wide = v.requested;
    wide.weight_dtype = wide.kv_dtype = core::Dtype::bf16;
    wide.release.reset();
    const core::InferencePlan before = core::plan_inference(wide), after = core::plan_inference(v.requested);
    return "From BF16 to " + std::string(core::info(s.in.kv).label) + ": " + bytes(before.needed) + " become " +
           bytes(after.needed) + ", and the longest context goes from " + core::short_tokens(before.fits_context) +
           " to " + core::short_tokens(after.fits_context) + ".";
}
std::string batch_pays(const State& s) {
    const View v = derive(s);
    return "At batch " + count(s.in.batch) + " each device gives ≈ " + number(v.serving.device_rate) +
           " tokens/s. Reading the weights is shared until ≈ " + count(std::llround(v.serving.critical_batch)) +
           " sequences; beyond that, computing is the bottleneck.";
}
std::string offload(const State& s) {
    const View v = derive(s);
    return "The cache of " + core::short_tokens(s.in.serving.prompt) + " tokens is " + bytes(v.serving.offload_bytes) +
           ": loaded in ≈ " + core::format_seconds(v.serving.offload_load).text() + ", recomputed in ≈ " +
           core::format_seconds(v.serving.offload_recompute).text() + ".";
}
std::string datacenter(const State& s) {
    const View v = derive(s);
    return "One conversation of " + now_of(v) + " tokens with " + name(s) + " caches " +
           bytes(core::kv_bytes(s.model(), v.now, cache_of(s))) + ": " + devices_that_hold(v) + " × " +
           s.device().short_name + ".";
}
std::string on_chip(const State& s) {
    const View v = derive(s);
    return s.device().name + " keeps everything in " + bytes(v.plan.capacity) + " of SRAM at " +
           core::format_rate(s.device().bandwidth).text() + ": a step moves its bytes in ≥ " +
           core::format_seconds(v.plan.step_floor).text() + ".";
}

}  // namespace

const std::vector<Story>& stories() {
    static const std::vector<Story> all = {
        {"small-long",
         "A small model, a long context",
         {{"model", "llama-3.2-1b"}, {"device", "h100-sxm-80gb"}, {"context", "1M"}},
         small_long},
        {"experts",
         "All experts resident, few used",
         {{"model", "deepseek-v3"},
          {"device", "h200-sxm-141gb"},
          {"devices", "8"},
          {"dtype", "fp8"},
          {"context", "32K"},
          {"batch", "16"}},
         experts},
        {"dense-70b",
         "70B needs several devices",
         {{"model", "llama-3.1-70b"},
          {"device", "h100-sxm-80gb"},
          {"devices", "4"},
          {"context", "32K"},
          {"batch", "8"}},
         dense_devices},
        {"dense-405b",
         "405B needs nodes",
         {{"model", "llama-3.1-405b"},
          {"device", "h100-sxm-80gb"},
          {"devices", "16"},
          {"context", "32K"},
          {"batch", "8"}},
         dense_devices},
        {"latent",
         "A latent instead of heads",
         {{"model", "deepseek-v3"},
          {"device", "b200-sxm-180gb"},
          {"devices", "8"},
          {"dtype", "fp8"},
          {"context", "128K"},
          {"batch", "8"}},
         latent},
        {"constant-state",
         "Layers that never grow",
         {{"model", "qwen3-next-80b-a3b"},
          {"device", "h200-sxm-141gb"},
          {"devices", "2"},
          {"context", "256K"},
          {"batch", "4"}},
         constant_state},
        {"formats",
         "Fewer bits, longer context",
         {{"model", "llama-3.1-8b"}, {"device", "rtx-4090-24gb"}, {"dtype", "fp8"}, {"context", "64K"}},
         formats},
        {"batch",
         "Where a larger batch stops paying",
         {{"model", "llama-3.1-8b"}, {"device", "h100-sxm-80gb"}, {"context", "4K"}, {"batch", "64"}},
         batch_pays},
        {"offload",
         "Load it or recompute it",
         {{"model", "llama-3.1-70b"},
          {"device", "h100-sxm-80gb"},
          {"devices", "8"},
          {"context", "32K"},
          {"prompt", "32K"},
          {"offload", "cpu"}},
         offload},
        {"ten-million",
         "Ten million tokens",
         {{"model", "llama-3.1-70b"}, {"device", "h100-sxm-80gb"}, {"devices", "64"}, {"context", "10M"}},
         datacenter},
        {"hundred-million",
         "A hundred million tokens: build a datacenter",
         {{"model", "llama-3.1-405b"},
          {"device", "b200-sxm-180gb"},
          {"devices", "128"},
          {"context", "100M"},
          {"speed", "100"}},
         datacenter},
        {"on-chip",
         "Memory on the wafer",
         {{"model", "llama-3.1-8b"}, {"device", "wse-2"}, {"context", "8K"}},
         on_chip},
    };
    return all;
}

State with_story(const State& s, const Story& story) {
    State there = s;
    there.in = Inputs();
    there.in.scale = s.in.scale;
    there.playing = false;
    there.notices.clear();
    std::vector<Assignment> assignments;
    for (const auto& [id, value] : story.changes)
        assignments.push_back({find_param(id), std::string(id), std::string(value)});
    assign(there, assignments);
    return there;
}

std::string story_query(const State& s, const Story& story) {
    return to_query(with_story(s, story));
}

}  // namespace kvx::app
