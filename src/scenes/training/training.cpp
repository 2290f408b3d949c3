#include "scenes/training/training.h"

#include <algorithm>

#include "core/format.h"

namespace kvx::scenes {

using core::Bytes;
using sim::StepKind;

std::vector<Region> regions_of(const Page& p, const core::TrainingPlan& plan, const sim::StepMoment& m) {
    const ui::Theme& t = *p.ui.theme;
    const core::TrainingChoice& c = plan.input.choice;
    const core::TrainingMemory& r = plan.rank();
    const core::RecipeInfo& recipe = core::info(c.recipe);
    const bool tuned = c.peft != core::Peft::none;
    const core::TrainingParallelism& l = plan.input.parallelism;
    int sharing = l.dp * l.cp;  // ranks that share the states
    if (c.sharding == core::Sharding::hybrid)
        sharing = std::min(sharing, std::max(1, plan.input.cluster.per_node / l.tp));
    const std::string shared = c.sharding == core::Sharding::none || sharing == 1
                                   ? std::string()
                                   : ", 1/" + core::group_digits(sharing) + " here";
    const bool zero2 = c.sharding >= core::Sharding::zero2, zero3 = c.sharding >= core::Sharding::zero3;
    std::vector<Region> out;
    const auto add = [&](const char* id, const char* label, std::string note, Bytes now, Bytes peak, ui::Color color) {
        if (peak.value > 0) out.push_back({id, label, std::move(note), now, peak, color});
    };
    const core::StateBytes& s = r.states;
    add("weights", "Weights",
        tuned ? (c.peft == core::Peft::qlora ? "4 bits, frozen" : "BF16, frozen")
              : std::string(recipe.weight_label) + (zero3 ? shared : ""),
        s.weights, s.weights, t.weights);
    add("gradients", "Gradients", std::string(tuned ? "of adapters" : recipe.grad_label) + (zero2 ? shared : ""),
        s.gradients, s.gradients, t.sequence[0]);
    const Bytes optimizer = s.master + s.optimizer;
    add("optimizer", p.ui.viewport.w >= 768 && s.master.value > 0 ? "Master, optimizer" : "Optimizer",
        std::string(core::info(c.optimizer).label) + shared, optimizer, optimizer, t.sequence[1]);
    add("activations", "Activations", "", m.activations, r.activations, t.activations);
    add("logits", "Logits", "", m.logits, r.logits, t.sequence[6]);
    const Bytes fixed = r.buckets + r.gathered;
    add("buffers", "Buffers", "", fixed + m.working, fixed + r.working, ui::mix(t.activations, t.bg, 0.4f));
    add("framework", "Framework", "driver, libraries", r.framework, r.framework, t.reserved_stripe);
    return out;
}

const char* name_of(StepKind k) {
    switch (k) {
        case StepKind::forward:
            return "Forward";
        case StepKind::backward:
            return "Backward";
        case StepKind::weight_gradients:
            return "Weight gradients";
        case StepKind::waiting:
            return "Waiting";
        case StepKind::messages:
            return "Communication";
        case StepKind::update:
            return "Update";
    }
    return "";
}

ui::Color color_of(const ui::Theme& t, StepKind k) {
    switch (k) {
        case StepKind::forward:
            return t.green;
        case StepKind::backward:
            return ui::mix(t.green, t.bg, 0.42f);
        case StepKind::weight_gradients:
            return ui::mix(t.green, t.sequence[0], 0.55f);
        case StepKind::waiting:
            return t.reserved_stripe;
        case StepKind::messages:
            return t.gold;
        case StepKind::update:
            return t.sequence[1];
    }
    return t.dim;
}

MomentWords words_of(const Training& t) {
    const sim::StepMoment& m = t.moment;
    const std::string layer =
        core::group_digits(m.layer) + " of " + core::group_digits(t.plan.input.model->layer_count());
    const bool full = t.plan.input.choice.recompute == core::Recompute::full;
    switch (m.part.kind) {
        case StepKind::forward:
            return {"Forward, layer " + layer,
                    full ? "Only inputs of layers are kept" : "Each layer leaves activations"};
        case StepKind::backward:
            return {"Backward, layer " + layer, full ? "Recomputed, then gradients" : "Activations become gradients"};
        case StepKind::weight_gradients:
            return {"Weight gradients, layer " + layer, "Deferred until the rank would be idle"};
        case StepKind::waiting:
            return {"Waiting", "For another stage: the bubble"};
        case StepKind::messages:
            return {"Communication", "What computation could not hide"};
        case StepKind::update:
            return {"Update", core::info(t.plan.input.choice.optimizer).label == std::string_view("SGD")
                                  ? "Weights move against the gradient"
                                  : "States and weights are rewritten"};
    }
    return {};
}

}  // namespace kvx::scenes
