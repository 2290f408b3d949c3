// The training page's figures.
#include "app/training/training_runs.h"
#include "app/view.h"
#include "app/view_parts.h"

namespace kvx::app {

core::TrainingInput training_input(const State& s, const core::Cluster& cluster) {
    core::TrainingInput in;
    in.model = &s.model();
    in.device = &s.device();
    in.choice = s.in.training;
    in.cluster = cluster;
    in.parallelism.dp = cluster.devices;
    in.estimate = s.in.serving.estimate;
    in.price = s.in.serving.price;
    in.pue = s.in.serving.pue;
    return in;
}

namespace {

// By hand if a degree was set, otherwise automatic, as on the inference page.
core::TrainingParallelism training_parallelism(const State& s, core::TrainingInput in, TrainingView& out) {
    const Inputs& i = s.in;
    if (i.tp || i.pp || i.ep || i.cp) {
        core::TrainingParallelism l{i.tp.value_or(1), i.cp.value_or(1), i.pp.value_or(1), 1, i.ep.value_or(1), 1};
        const int group = l.devices();
        if (in.cluster.devices % group != 0) {
            out.parallelism_refused = "tp " + std::to_string(l.tp) + " × cp " + std::to_string(l.cp) + " × pp " +
                                      std::to_string(l.pp) + " does not divide " + std::to_string(in.cluster.devices) +
                                      " devices.";
        } else {
            l.dp = in.cluster.devices / group;
            in.parallelism = l;
            out.parallelism_refused = core::refuse_training(in);
        }
        out.parallelism_reason = "Chosen by hand.";
        if (out.parallelism_refused.empty()) return l;
    }
    const core::TrainingParallelismChoice choice = core::choose_training_parallelism(in);
    out.parallelism_reason = choice.reason;
    if (choice.parallelism.devices() == in.cluster.devices) return choice.parallelism;
    // Nothing can be split this way: plain replicas, and a sentence that says why.
    in.parallelism = {1, 1, 1, in.cluster.devices, 1, 1};
    out.parallelism_refused = core::refuse_training(in);
    return in.parallelism;
}

// What no figure of the training page depends on: the moment that is drawn, and how.
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

}  // namespace

bool still_holds(const TrainingView& t, const State& s) {
    return t.made_from_config == own_config(s) && t.made_from == without_moment(s.in);
}

std::shared_ptr<const TrainingView> derive_training(const State& s, const core::Cluster& cluster) {
    auto t = std::make_shared<TrainingView>();
    t->made_from = without_moment(s.in);
    t->made_from_config = own_config(s);
    core::TrainingInput in = training_input(s, cluster);
    in.parallelism = training_parallelism(s, in, *t);
    t->plan = core::plan_training(in);
    t->savings = core::training_savings(t->plan);
    t->fewest_devices = core::fewest_training_devices(in, s.catalog.clusters);
    t->run = find_run(present_run(s));
    return t;
}

}  // namespace kvx::app
