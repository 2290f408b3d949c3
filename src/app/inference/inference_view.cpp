#include "app/inference/inference_view.h"

#include "app/headline.h"
#include "app/inference/memory_alert.h"
#include "app/playback.h"
#include "app/weights_choice.h"
#include "core/format.h"
#include "core/serving/datacenter.h"
#include "core/serving/parallel_search.h"
#include "sim/lengths.h"
#include "sim/playback.h"

namespace kvx::app {

std::vector<core::Tokens> lengths_of(const State& s, core::Tokens longest, int64_t batch) {
    return s.in.lengths == Lengths::staggered ? sim::staggered_lengths(longest, batch)
                                              : sim::equal_lengths(longest, batch);
}

core::InferenceInput input_at(const State& s, const Subject& subject, core::Tokens longest) {
    const core::DeviceDefaults defaults = core::defaults_for(subject.device);
    core::InferenceInput input;
    input.model = &subject.model;
    input.device = &subject.device;
    input.context_max = s.in.context;
    input.lengths = lengths_of(s, longest, s.in.batch);
    input.continuous_batching = s.in.cb.value_or(defaults.continuous_batching);
    input.paged_attention = s.in.pa.value_or(defaults.paged_attention);
    input.flash_attention = s.in.fa.value_or(defaults.flash_attention);
    input.skip_weights = s.in.smw;
    apply_weights(chosen_weights(s, subject.model), input);
    input.kv_dtype = s.in.kv;
    input.value_dtype = s.in.kv_values;
    input.block_size = s.in.block;
    input.utilisation = s.in.utilisation;
    return input;
}

namespace {

// By hand if a degree was set, otherwise automatic; an impossible choice is refused by name and made automatically.
core::ParallelismChoice parallelism_for(const State& s, const Subject& subject, const core::InferenceInput& fullest,
                                        std::string& refused) {
    const Inputs& in = s.in;
    const core::Cluster& cluster = subject.cluster;
    if (in.tp || in.pp || in.ep || in.dcp) {
        core::Parallelism l{in.tp.value_or(1), in.pp.value_or(1), 1, in.ep.value_or(1), in.dcp.value_or(1)};
        const int group = l.tp * l.pp;
        if (cluster.devices % group != 0) {
            refused = "tp " + std::to_string(l.tp) + " × pp " + std::to_string(l.pp) + " does not divide " +
                      std::to_string(cluster.devices) + " devices.";
        } else {
            l.dp = cluster.devices / group;
            refused = core::refuse_parallelism(l, *fullest.model);
        }
        if (refused.empty()) return {l, "Chosen by hand.", false, 0, 0};
    }
    return core::choose_parallelism(fullest, cluster);
}

double maximum(const State& s) {
    return static_cast<double>(s.in.context.value);
}

// `least`: what held fewer tokens; none: nothing did, so nothing will.
core::FewestDevices fewest_devices(const State& s, const View& v, const core::FewestDevices& least) {
    if (!v.many() && v.plan.pressure <= 1) return {};
    return least.count == 0 ? least
                            : core::fewest_devices(v.requested, s.catalog.clusters, s.in.link, s.in.network,
                                                   core::kMostDevices, least);
}

}  // namespace

View derive_inference(const State& s, const std::shared_ptr<const Subject>& subject, const View* last) {
    View v;
    v.subject = subject;
    v.now = s.in.at.value_or(s.in.context);
    v.requested = input_at(s, *subject, v.now);
    v.average = core::mean_length(v.requested.lengths);
    v.cluster = subject->cluster;
    v.at_full = v.requested;
    v.at_full.lengths = lengths_of(s, s.in.context, s.in.batch);
    v.degrees = {s.in.tp, s.in.pp, s.in.ep, s.in.dcp};
    // The split is chosen for the maximum: it stays while the position moves.
    const bool kept = last && last->subject == subject && last->at_full == v.at_full && last->degrees == v.degrees;
    if (kept) {
        v.choice = last->choice;
        v.parallelism_refused = last->parallelism_refused;
    } else {
        v.choice = parallelism_for(s, *subject, v.at_full, v.parallelism_refused);
    }
    const core::ParallelismChoice& choice = v.choice;
    v.spread = core::plan_cluster(v.requested, choice.parallelism);
    if (v.many()) {
        v.share = std::make_shared<const core::Model>(v.spread.share);
        v.input = v.spread.input;
        v.input.model = v.share.get();
        v.input.whole = v.requested.model;
        v.plan = v.spread.rank;
        v.at_max = v.now == s.in.context ? v.plan : core::plan_cluster(v.at_full, choice.parallelism).rank;
    } else {
        v.input = v.requested;
        v.plan = v.spread.rank;
        v.at_max = v.now == s.in.context ? v.plan : core::plan_inference(v.at_full);
    }
    v.full_at = v.plan.fits_context;
    v.plans = (v.now == s.in.context ? 1 : 2);
    v.fewest = fewest_devices(s, v, kept && v.now >= last->now ? last->fewest : core::FewestDevices{});
    v.serving = core::serve(v.requested, v.spread, s.catalog.clusters, v.cluster, s.in.serving);
    v.defaults = core::defaults_for(s.device());
    v.cb = v.requested.continuous_batching;
    v.pa = v.requested.paged_attention;
    v.fa = v.requested.flash_attention;
    const int64_t limit = s.model().max_context;
    v.beyond_model_limit = limit > 0 && s.in.context.value > limit;
    return v;
}

std::vector<core::Quantity> inference_quantities(const View& v, const State& s) {
    std::vector<core::Quantity> all = core::explain(v.input, v.plan);
    for (core::Quantity& q : all)
        if (q.id == "devices_needed" && v.fewest.count > 0)
            q = core::explain_fewest_devices(v.requested, v.fewest.count);
    const auto add = [&all](std::vector<core::Quantity> more) {
        for (core::Quantity& q : more) all.push_back(std::move(q));
    };
    if (v.many()) add(core::explain_cluster(v.spread, v.cluster));
    add(core::explain_serving(v.requested, v.spread, s.in.serving, v.serving));
    return all;
}

std::string inference_headline(const State& s, const View& v) {
    return s.model().name + " on " + devices_text(s) + " · " + core::group_digits(v.now.value) + " tokens, batch " +
           core::group_digits(s.in.batch);
}

void seek_tokens(State& s, double to) {
    move_to(s, to);
}

void play_tokens(State& s, bool on) {
    if (on && s.position >= maximum(s)) move_to(s, 0);
    s.playing = on;
}

void tick_tokens(State& s, double seconds) {
    move_to(s, sim::advance(s.position, maximum(s), s.in.speed, seconds));
    if (s.position >= maximum(s)) s.playing = false;
}

std::string inference_paused(const State&, const View& v) {
    return "Paused at " + core::group_digits(v.now.value) + " tokens, " + core::format_bytes(v.plan.needed).text();
}

std::string inference_status(const State&, const View& v) {
    if (v.plan.pressure > 1) {
        const MemoryAlert alert = memory_alert(v);
        return alert.title + " " + alert.cause;
    }
    return "It fits: " + core::format_bytes(v.plan.needed).text() + " of " + core::format_bytes(v.plan.usable).text() +
           " usable" + (v.many() ? " on each device." : ".");
}

std::string stage_in_words(const State& s, const View& v) {
    const core::InferencePlan& plan = v.plan;
    const auto part = [](const char* name, core::Bytes b, const char* mark = "") {
        return b.value > 0 ? std::string(name) + " " + mark + core::format_bytes(b).text() + ", " : std::string();
    };
    const std::string percent = core::significant(100 * plan.pressure, plan.pressure >= 10 ? 3 : 2);
    std::string parts = part("weights", plan.weights) + part("KV cache", plan.kv_allocated) +
                        (v.fa ? std::string() : part("attention scores", plan.scores)) +
                        part("activations and runtime", plan.activations + plan.runtime, "≈ ");
    return inference_status(s, v) + " " + percent + " % of what is usable: " + parts.substr(0, parts.size() - 2) + ".";
}

Pressure inference_pressure(const View& v) {
    return {v.plan.pressure, "Memory is full. " + memory_alert(v).title};
}

core::FitReport what_fits(const State& s, const View& v) {
    core::FitQuestion q;
    q.in = &v.at_full;
    q.lengths = [&](int64_t batch) { return lengths_of(s, s.in.context, batch); };
    q.devices = &s.catalog.devices;
    q.catalog = &s.catalog.clusters;
    q.cluster = &v.cluster;
    q.parallelism = v.spread.parallelism;
    q.price = s.in.serving.price;
    return core::what_fits(q);
}

bool could_take_hall(const State& s) {
    const core::Device& d = s.device();
    return core::could_take_hall(s.model(), d, chosen_weights(s, s.model()).all(), cache_of(s), s.in.context,
                                 s.in.batch, s.in.fa.value_or(core::defaults_for(d).flash_attention), s.in.utilisation);
}

bool takes_hall(const State& s, const View& v) {
    return v.plan.pressure > 1 && v.fewest.count == 0 && v.plan.devices_needed > core::kHallFrom && could_take_hall(s);
}

core::Seconds real_run(const View& v) {
    return {v.serving.token.value * static_cast<double>(v.requested.context_max.value)};
}

std::vector<core::Remedy> remedies(const View& v, const State& s) {
    return core::remedies(
        {&v.requested, &v.input, &v.plan, v.full_at, &v.cluster, v.fewest.count, s.in.link, s.in.network},
        s.catalog.clusters);
}

}  // namespace kvx::app
