// All figures of a page, computed from the state. Scenes read nothing else.
#pragma once
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/layout/layout_view.h"
#include "app/learn/learn_view.h"
#include "app/state.h"
#include "core/memory/inference_plan.h"
#include "core/serving/parallel_search.h"
#include "core/serving/serving.h"
#include "core/training/training_plan.h"

namespace kvx::app {

struct TrainingRun;

// The model, the device and the wiring that a view is about. Copies: what the figures of a view point to lives as long
// as the view, whatever happens to the state it was made from.
struct Subject {
    core::Model model;
    core::Device device;
    core::Link inside, between;
    core::Cluster cluster;  // points to the three above

    Subject(const core::Model& m, const core::Cluster& wired);
    Subject(const Subject&) = delete;
    Subject& operator=(const Subject&) = delete;
    bool equals(const core::Model& m, const core::Cluster& wired) const;
};

// The training page's figures; they do not depend on the moment that is drawn.
struct TrainingView {
    std::shared_ptr<const Subject> subject;  // what `plan` points to
    Inputs made_from;                        // with the moment at its default
    core::TrainingPlan plan;
    std::string parallelism_reason, parallelism_refused;
    std::vector<core::TrainingSaving> savings;
    int fewest_devices = 0;
    const TrainingRun* run = nullptr;  // the matching published run, if any
};

struct View {
    std::shared_ptr<const Subject> subject;  // what the inputs and the cluster below point to; never null once derived
    core::InferenceInput requested;          // the whole model and batch, regardless of the number of devices
    core::InferenceInput input;              // of the most loaded device; the request itself when there is one
    core::InferencePlan plan;                // of that device at the current position
    core::InferencePlan at_max;              // at the maximum context: does the whole run fit?
    core::Tokens now, full_at;               // current longest sequence; longest context that fits this batch
    core::Tokens average;                    // of the sequences now
    core::DeviceDefaults defaults;
    bool cb = true, pa = true, fa = true;  // resolved
    bool beyond_model_limit = false;

    core::Cluster cluster;
    core::ClusterPlan spread;                   // over the cluster, at the current position
    core::InferenceInput at_full;               // the request with its longest sequence at the maximum
    std::array<std::optional<int>, 4> degrees;  // tp, pp, ep, dcp set by hand
    core::ParallelismChoice choice;             // and why
    core::FewestDevices fewest;       // of this kind that hold it at the current position; none: no split of 1,024
    std::string parallelism_refused;  // why the requested parallelism is impossible; empty if it is possible
    core::Serving serving;
    std::shared_ptr<const core::Model> share;      // what `input.model` points to with many devices
    std::shared_ptr<const TrainingView> training;  // on the training page only
    std::shared_ptr<const LearnView> learn;        // on the learn page, once the model is loaded
    std::shared_ptr<const LayoutView> layout;      // on the layout page
    int plans = 0;                                 // memory plans computed for this view; 0: the last one was kept
    bool many() const { return cluster.devices > 1; }
};

// By the row of the page that is shown (app/pages.h).
View derive(const State& s, const View* last = nullptr);
// How long the sequences of a batch are when the longest holds this many tokens.
std::vector<core::Tokens> lengths_of(const State& s, core::Tokens longest, int64_t batch);
// Points into `subject`.
core::InferenceInput input_at(const State& s, const Subject& subject, core::Tokens longest);
// Requested parallelism that is impossible; empty otherwise.
const std::string& refused_parallelism(const View& v);
// The same as shown on the page, with what was done instead.
std::string parallelism_notice(const View& v, const State& s);
// Every figure of the page with its explanation, in the order of the page.
std::vector<core::Quantity> quantities(const View& v, const State& s);
// The same document as `kvx inference --json`:
// {"inputs":{…},"quantities":[{id,label,value,unit,text,formula,substituted,source,note,approximate,…}]}
std::string quantities_json(const State& s);

}  // namespace kvx::app
