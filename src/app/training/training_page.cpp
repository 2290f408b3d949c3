#include "app/training/training_page.h"

#include <algorithm>
#include <cmath>

#include "app/headline.h"
#include "app/inference/inference_view.h"
#include "app/training_runs.h"
#include "core/format.h"

namespace kvx::app {

namespace {

core::TrainingInput training_input(const State& s, const Subject& subject) {
    core::TrainingInput in;
    in.model = &subject.model;
    in.device = &subject.device;
    in.choice = s.in.training;
    in.cluster = subject.cluster;
    in.parallelism.dp = subject.cluster.devices;
    in.estimate = s.in.serving.estimate;
    in.price = s.in.serving.price;
    in.pue = s.in.serving.pue;
    return in;
}

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

bool still_holds(const TrainingView& t, const State& s, const std::shared_ptr<const Subject>& subject) {
    return t.subject == subject && t.made_from == without_moment(s.in);
}

std::shared_ptr<const TrainingView> derive_plan(const State& s, const std::shared_ptr<const Subject>& subject) {
    auto t = std::make_shared<TrainingView>();
    t->subject = subject;
    t->made_from = without_moment(s.in);
    core::TrainingInput in = training_input(s, *subject);
    in.parallelism = training_parallelism(s, in, *t);
    t->plan = core::plan_training(in);
    t->savings = core::training_savings(t->plan);
    t->fewest_devices = core::fewest_training_devices(in, s.catalog.clusters);
    t->run = find_run(present_run(s));
    return t;
}

double& position(State& s) {
    return s.in.pace == Pace::run ? s.in.progress : s.in.phase;
}

// One step slowly, in a loop, or the whole run once.
constexpr double kStepSeconds = 16, kRunSeconds = 24;

}  // namespace

View derive_training(const State& s, const std::shared_ptr<const Subject>& subject, const View* last) {
    if (last != nullptr && last->training &&
        still_holds(*last->training, s, subject)) {  // only the drawn moment changed
        View kept = *last;
        kept.plans = 0;
        return kept;
    }
    View v;
    v.subject = subject;
    v.requested = v.input = input_at(s, *subject, s.in.context);
    v.cluster = subject->cluster;
    v.plans = 1;
    v.training = derive_plan(s, subject);
    return v;
}

std::vector<core::Quantity> training_quantities(const View& v, const State&) {
    return core::explain_training(v.training->plan, v.training->fewest_devices);
}

std::string training_fit_words(const TrainingView& t) {
    const core::Bytes peak = t.plan.rank().peak();
    if (t.plan.fits) return "It fits: " + core::format_bytes(peak).text() + " at the peak";
    const std::string short_of = "≈ " + core::format_bytes(peak - t.plan.capacity).text();
    if (t.run != nullptr && !t.run->gap.empty()) return short_of + " too much, yet it ran";
    return "Does not fit: " + short_of + " short";
}

std::string training_headline(const State& s, const View&) {
    return "Training " + s.model().name + " on " + devices_text(s);
}

void seek_training(State& s, double share) {
    position(s) = std::clamp(share, 0.0, 1.0);
}

void play_training(State& s, bool on) {
    if (on && position(s) >= 1) position(s) = 0;
    s.playing = on;
}

void tick_training(State& s, double seconds) {
    double& at = position(s);
    at += seconds * s.in.speed / (s.in.pace == Pace::run ? kRunSeconds : kStepSeconds);
    if (at < 1) return;
    if (s.in.pace == Pace::step) {
        at -= std::floor(at);
    } else {
        at = 1;
        s.playing = false;
    }
}

std::string training_paused(const State&, const View&) {
    return "Paused";
}

std::string training_status(const State&, const View& v) {
    return training_fit_words(*v.training) + ". One step takes ≈ " +
           core::format_seconds(v.training->plan.time.step).text() + ".";
}

Pressure training_pressure(const View& v) {
    const core::TrainingPlan& plan = v.training->plan;
    const core::Bytes peak = plan.rank().peak();
    return {peak / plan.capacity,
            training_fit_words(*v.training) + ". " + core::format_bytes(peak).text() + " at the peak",
            "Memory at the peak"};
}

// Parallelism, what would save memory, and a published run next to the computed figures.
TextReport training_appendix(const State&, const View& view) {
    const TrainingView& t = *view.training;
    const core::TrainingParallelism& l = t.plan.input.parallelism;
    TextReport report;
    TextTable& layout = report.tables.emplace_back();
    layout.title = "layout";
    layout.note = "  tp " + std::to_string(l.tp) + " × cp " + std::to_string(l.cp) + " × pp " + std::to_string(l.pp) +
                  " × dp " + std::to_string(l.dp) + (l.ep > 1 ? ", ep " + std::to_string(l.ep) : "") + ": " +
                  t.parallelism_reason;
    if (!t.parallelism_refused.empty()) layout.note += "\n  " + t.parallelism_refused;
    TextTable savings{"would save memory, cheapest first", {}};
    for (const core::TrainingSaving& x : t.savings)
        savings.rows.push_back({x.label, "-" + core::format_bytes(x.saved).text(),
                                (x.time >= 0 ? "+" : "") + core::significant(100 * x.time, 2) + " % time", x.effect,
                                x.fits ? "fits" : ""});
    if (!savings.rows.empty()) report.tables.push_back(std::move(savings));
    if (t.run == nullptr) return report;
    TextTable& published = report.tables.emplace_back();
    published.title = "published";
    published.rows = {{std::string(t.run->name), std::string(t.run->result), std::string(t.run->source)}};
    if (!t.run->gap.empty())
        published.rows.push_back(
            {"peak memory",
             (t.run->memory.value > 0 ? core::format_bytes(t.run->memory).text() + " published, " : std::string()) +
                 "≈ " + core::format_bytes(t.plan.rank().peak()).text() + " computed",
             std::string(t.run->gap)});
    if (t.run->mfu > 0)
        published.note = "  model FLOPs utilisation: published " + core::significant(100 * t.run->mfu, 3) +
                         " %, computed ≈ " + core::significant(100 * t.plan.time.mfu, 3) + " %";
    return report;
}

}  // namespace kvx::app
