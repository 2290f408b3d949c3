#include "app/view.h"

#include "app/view_parts.h"
#include "sim/lengths.h"

namespace kvx::app {

core::InferenceInput input_at(const State& s, const Subject& subject, core::Tokens longest) {
    const core::DeviceDefaults defaults = core::defaults_for(subject.device);
    core::InferenceInput input;
    input.model = &subject.model;
    input.device = &subject.device;
    input.context_max = s.in.context;
    input.lengths = s.in.lengths == Lengths::staggered ? sim::staggered_lengths(longest, s.in.batch)
                                                       : sim::equal_lengths(longest, s.in.batch);
    input.continuous_batching = s.in.cb.value_or(defaults.continuous_batching);
    input.paged_attention = s.in.pa.value_or(defaults.paged_attention);
    input.flash_attention = s.in.fa.value_or(defaults.flash_attention);
    input.skip_weights = s.in.smw;
    input.weight_dtype = s.in.weights;
    input.kv_dtype = s.in.kv;
    input.block_size = s.in.block;
    input.utilisation = s.in.utilisation;
    return input;
}

Subject::Subject(const core::Model& m, const core::Cluster& wired)
    : model(m),
      device(*wired.device),
      inside(wired.inside ? *wired.inside : core::Link{}),
      between(wired.between ? *wired.between : core::Link{}),
      cluster(wired) {
    cluster.device = &device;
    if (wired.inside) cluster.inside = &inside;
    if (wired.between) cluster.between = &between;
}

bool Subject::equals(const core::Model& m, const core::Cluster& wired) const {
    const auto same = [](const core::Link* a, const core::Link* b) { return a && b ? a->id == b->id : a == b; };
    const core::Cluster& c = cluster;
    return model == m && device == *wired.device && c.devices == wired.devices && c.per_node == wired.per_node &&
           c.nodes == wired.nodes && c.wiring == wired.wiring && same(c.inside, wired.inside) &&
           same(c.between, wired.between);
}

const std::string& refused_parallelism(const View& v) {
    return v.training ? v.training->parallelism_refused : v.parallelism_refused;
}

std::string parallelism_notice(const View& v, const State& s) {
    const std::string& refused = refused_parallelism(v);
    const bool by_hand = s.in.tp || s.in.pp || s.in.ep || (v.training ? s.in.cp : s.in.dcp);
    return refused + (by_hand && !refused.empty() ? " Divided automatically instead." : "");
}

namespace {

// The last one while it is still the same, so that views compare by identity.
std::shared_ptr<const Subject> subject_of(const State& s, const View* last) {
    const core::Cluster wired =
        core::make_cluster(s.catalog.clusters, s.device(), s.in.devices, s.in.link, s.in.network);
    if (last && last->subject && last->subject->equals(s.model(), wired)) return last->subject;
    return std::make_shared<const Subject>(s.model(), wired);
}

// By hand where a degree was set, else automatic; what cannot be done by hand is named and done automatically.
core::ParallelismChoice parallelism_for(const State& s, const Subject& subject, std::string& refused) {
    const Inputs& in = s.in;
    const core::Cluster& cluster = subject.cluster;
    const core::InferenceInput fullest = input_at(s, subject, in.context);
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
        if (refused.empty()) return {l, "Divided by hand."};
    }
    return core::choose_parallelism(fullest, cluster);
}

}  // namespace

bool first_page(const State& s) {
    return s.in.view == "inference" && s.in.show == "stage" && s.in.devices == 1;
}

View derive(const State& s, const View* last) {
    const std::shared_ptr<const Subject> subject = subject_of(s, last);
    if (s.in.view == "learn") {  // shows nothing of a device
        View v;
        v.subject = subject;
        v.requested = v.input = input_at(s, *subject, s.in.at.value_or(s.in.context));
        v.learn = derive_learn(s, last ? last->learn : nullptr);
        return v;
    }
    if (last && last->training && s.in.view == "training" && still_holds(*last->training, s, subject)) {
        View kept = *last;
        kept.plans = 0;
        return kept;
    }
    if (s.in.view == "layout") return derive_layout_page(s, subject, last);
    View v;
    v.subject = subject;
    v.now = s.in.at.value_or(s.in.context);
    v.requested = input_at(s, *subject, v.now);
    v.cluster = subject->cluster;
    const core::ParallelismChoice choice = parallelism_for(s, *subject, v.parallelism_refused);
    v.parallelism_reason = choice.reason;
    v.spread = core::plan_cluster(v.requested, choice.parallelism);
    if (v.many()) {
        v.share = std::make_shared<const core::Model>(v.spread.share);
        v.input = v.spread.input;
        v.input.model = v.share.get();
        v.input.whole = v.requested.model;
        v.plan = v.spread.rank;
        v.at_max = v.now == s.in.context
                       ? v.plan
                       : core::plan_cluster(input_at(s, *subject, s.in.context), choice.parallelism).rank;
        // A rank counts its own share of tokens and sequences.
        v.full_at = {v.plan.fits_context.value * choice.parallelism.dcp};
    } else {
        v.input = v.requested;
        v.plan = v.spread.rank;
        v.at_max = v.now == s.in.context ? v.plan : core::plan_inference(input_at(s, *subject, s.in.context));
        v.full_at = v.plan.fits_context;
    }
    v.plans = (v.now == s.in.context ? 1 : 2) + (s.in.view == "training" ? 1 : 0);
    v.serving = core::serve(v.requested, v.spread, s.catalog.clusters, v.cluster, s.in.serving);
    if (s.in.view == "training") v.training = derive_training(s, subject);
    v.defaults = core::defaults_for(s.device());
    v.cb = v.requested.continuous_batching;
    v.pa = v.requested.paged_attention;
    v.fa = v.requested.flash_attention;
    const int64_t limit = s.model().max_context;
    v.beyond_model_limit = limit > 0 && s.in.context.value > limit;
    return v;
}

std::vector<core::Quantity> quantities(const View& v, const State& s) {
    if (s.in.view == "learn") return v.learn ? explain_learn(s, *v.learn) : std::vector<core::Quantity>();
    if (v.training) return core::explain_training(v.training->plan, v.training->fewest_devices);
    if (s.in.view == "layout") return layout_quantities(v, s);
    std::vector<core::Quantity> all = core::explain(v.input, v.plan);
    const auto add = [&all](std::vector<core::Quantity> more) {
        for (core::Quantity& q : more) all.push_back(std::move(q));
    };
    if (v.many()) add(core::explain_cluster(v.spread, v.cluster));
    add(core::explain_serving(v.requested, v.spread, s.in.serving, v.serving));
    return all;
}

}  // namespace kvx::app
