#include "app/view.h"

#include "app/training_runs.h"

#include "sim/lengths.h"

namespace kvx::app {

core::InferenceInput input_at(const State& s, core::Tokens longest) {
    const core::Device& device = s.device();
    const core::DeviceDefaults defaults = core::defaults_for(device);
    core::InferenceInput input;
    input.model = &s.model();
    input.device = &device;
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

namespace {

// By hand where a degree was set, else automatic; what cannot be done by hand is named and done automatically.
core::LayoutChoice layout_for(const State& s, const core::Cluster& cluster, std::string& refused) {
    const Inputs& in = s.in;
    const core::InferenceInput fullest = input_at(s, in.context);
    if (in.tp || in.pp || in.ep || in.dcp) {
        core::ParallelLayout l{in.tp.value_or(1), in.pp.value_or(1), 1, in.ep.value_or(1), in.dcp.value_or(1)};
        const int group = l.tp * l.pp;
        if (cluster.devices % group != 0) {
            refused = "tp " + std::to_string(l.tp) + " × pp " + std::to_string(l.pp) + " does not divide " +
                      std::to_string(cluster.devices) + " devices.";
        } else {
            l.dp = cluster.devices / group;
            refused = core::refuse_layout(l, *fullest.model);
        }
        if (refused.empty()) return {l, "Divided by hand."};
    }
    return core::choose_layout(fullest, cluster);
}

}  // namespace

core::TrainingInput training_input(const State& s, const core::Cluster& cluster) {
    core::TrainingInput in;
    in.model = &s.model();
    in.device = &s.device();
    in.choice = s.in.training;
    in.cluster = cluster;
    in.layout.dp = cluster.devices;
    in.estimate = s.in.serving.estimate;
    in.price = s.in.serving.price;
    in.pue = s.in.serving.pue;
    return in;
}

namespace {

// By hand where a degree was set, else automatic, as on the inference page.
core::TrainingLayout training_layout(const State& s, core::TrainingInput in, TrainingView& out) {
    const Inputs& i = s.in;
    if (i.tp || i.pp || i.ep || i.cp) {
        core::TrainingLayout l{i.tp.value_or(1), i.cp.value_or(1), i.pp.value_or(1), 1, i.ep.value_or(1), 1};
        const int group = l.devices();
        if (in.cluster.devices % group != 0) {
            out.layout_refused = "tp " + std::to_string(l.tp) + " × cp " + std::to_string(l.cp) + " × pp " +
                                 std::to_string(l.pp) + " does not divide " + std::to_string(in.cluster.devices) +
                                 " devices.";
        } else {
            l.dp = in.cluster.devices / group;
            in.layout = l;
            out.layout_refused = core::refuse_training(in);
        }
        out.layout_reason = "Divided by hand.";
        if (out.layout_refused.empty()) return l;
    }
    const core::TrainingLayoutChoice choice = core::choose_training_layout(in);
    out.layout_reason = choice.reason;
    if (choice.layout.devices() == in.cluster.devices) return choice.layout;
    // Nothing can be divided so: plain copies with what contradicts it said.
    in.layout = {1, 1, 1, in.cluster.devices, 1, 1};
    out.layout_refused = core::refuse_training(in);
    return in.layout;
}

// What no figure depends on, on the training page: the moment that is drawn and how.
Inputs without_moment(Inputs in) {
    const Inputs plain;
    in.phase = plain.phase;
    in.progress = plain.progress;
    in.pace = plain.pace;
    in.chart = plain.chart;
    in.stage = plain.stage;
    in.speed = plain.speed;
    return in;
}

std::string own_config(const State& s) {
    const OwnModel* own = s.own_model(s.in.model);
    return own ? own->config : std::string();
}

std::shared_ptr<const TrainingView> derive_training(const State& s, const core::Cluster& cluster) {
    auto t = std::make_shared<TrainingView>();
    t->made_from = without_moment(s.in);
    t->made_from_config = own_config(s);
    core::TrainingInput in = training_input(s, cluster);
    in.layout = training_layout(s, in, *t);
    t->plan = core::plan_training(in);
    t->savings = core::training_savings(t->plan);
    t->fewest_devices = core::fewest_training_devices(in, s.catalog.clusters);
    t->run = find_run(present_run(s));
    return t;
}

// One device: the cache in detail, and the whole as the inference page counts it.
View derive_layout_page(const State& s, const View* last) {
    View v;
    if (s.in.layout.source == LayoutSource::small) v.learn = derive_learn(s, last ? last->learn : nullptr);
    v.layout = derive_layout(s, v.learn);
    if (!v.layout) return v;
    v.now = v.layout->length;
    v.wish = input_at(s, v.now);
    v.wish.model = v.layout->model;
    v.wish.context_max = v.layout->max;
    v.wish.kv_dtype = v.layout->kv;
    v.wish.lengths = sim::equal_lengths(v.now, v.layout->batch);
    v.wish.paged_attention = v.layout->order->paged;
    v.wish.skip_weights = v.wish.skip_weights || v.layout->own != nullptr;  // a shape on paper has none
    v.wish.flash_attention = true;
    v.input = v.wish;
    v.plan = core::plan_inference(v.wish);
    v.plans = 1;
    v.plan.scores_avoided = {};  // not this page's subject
    v.at_max = v.plan;
    v.full_at = v.plan.fits_context;
    v.cluster.devices = 1;
    return v;
}

}  // namespace

View derive(const State& s, const View* last) {
    if (s.in.view == "learn") {  // shows nothing of a device
        View v;
        v.learn = derive_learn(s, last ? last->learn : nullptr);
        return v;
    }
    if (last && last->training && s.in.view == "training" && last->training->made_from_config == own_config(s) &&
        last->training->made_from == without_moment(s.in)) {
        View kept = *last;
        kept.plans = 0;
        return kept;
    }
    if (s.in.view == "layout") return derive_layout_page(s, last);
    View v;
    v.now = s.in.at.value_or(s.in.context);
    v.wish = input_at(s, v.now);
    v.cluster = core::make_cluster(s.catalog.clusters, s.device(), s.in.devices, s.in.link, s.in.network);
    const core::LayoutChoice choice = layout_for(s, v.cluster, v.layout_refused);
    v.layout_reason = choice.reason;
    v.spread = core::plan_cluster(v.wish, choice.layout);
    if (v.many()) {
        v.share = std::make_shared<const core::Model>(v.spread.share);
        v.input = v.spread.input;
        v.input.model = v.share.get();
        v.input.whole = v.wish.model;
        v.plan = v.spread.rank;
        v.at_max = v.now == s.in.context ? v.plan : core::plan_cluster(input_at(s, s.in.context), choice.layout).rank;
        // A rank counts its own share of tokens and sequences.
        v.full_at = {v.plan.fits_context.value * choice.layout.dcp};
    } else {
        v.input = v.wish;
        v.plan = v.spread.rank;
        v.at_max = v.now == s.in.context ? v.plan : core::plan_inference(input_at(s, s.in.context));
        v.full_at = v.plan.fits_context;
    }
    v.plans = (v.now == s.in.context ? 1 : 2) + (s.in.view == "training" ? 1 : 0);
    v.serving = core::serve(v.wish, v.spread, s.catalog.clusters, v.cluster, s.in.serving);
    if (s.in.view == "training") v.training = derive_training(s, v.cluster);
    v.defaults = core::defaults_for(s.device());
    v.cb = v.wish.continuous_batching;
    v.pa = v.wish.paged_attention;
    v.fa = v.wish.flash_attention;
    const int64_t limit = s.model().max_context;
    v.beyond_model_limit = limit > 0 && s.in.context.value > limit;
    return v;
}

std::vector<core::Quantity> quantities(const View& v, const State& s) {
    if (s.in.view == "learn") return v.learn ? explain_learn(s, *v.learn) : std::vector<core::Quantity>();
    if (v.training) return core::explain_training(v.training->plan, v.training->fewest_devices);
    if (s.in.view == "layout") {
        std::vector<core::Quantity> all = v.layout ? explain_layout(s, *v.layout) : std::vector<core::Quantity>();
        // The footprint beside the device: the inference page's own figures.
        if (!v.layout) return all;
        for (core::Quantity& q : core::explain(v.input, v.plan))
            if ((q.id == "needed" || q.id == "usable" || q.id == "weights" || q.id == "overhead" || q.id == "free" ||
                 q.id.starts_with("kv_")))
                all.push_back(std::move(q));
        return all;
    }
    std::vector<core::Quantity> all = core::explain(v.input, v.plan);
    const auto add = [&all](std::vector<core::Quantity> more) {
        for (core::Quantity& q : more) all.push_back(std::move(q));
    };
    if (v.many()) add(core::explain_cluster(v.spread, v.cluster));
    add(core::explain_serving(v.wish, v.spread, s.in.serving, v.serving));
    return all;
}

}  // namespace kvx::app
