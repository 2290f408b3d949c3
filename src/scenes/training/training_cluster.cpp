#include "scenes/training/training_cluster.h"

#include <algorithm>

#include "core/format.h"
#include "gfx/cell_field.h"

namespace kvx::scenes {

using core::Bytes;

TrainingCluster::TrainingCluster(const Training& t) : t_(t) {
    const core::TrainingPlan& plan = t.plan;
    const core::TrainingParallelism& l = plan.input.parallelism;
    const core::TrainingTime& time = plan.time;
    cluster = plan.input.cluster;
    tp = l.tp;
    pipeline_stages = l.pp;
    replicas = l.dp * l.cp;
    pipeline_outermost = true;
    group = std::max(l.tp, l.ep);
    inside = (time.tensor.sent + time.expert.sent + time.context.sent).value;
    to_next_pipeline_stage = time.pipeline.sent.value;
    to_copies = (time.gradients.sent + time.gather.sent).value;
    step = time.step;
    step_words = "a training step";
    explains = "peak";
    capacity = plan.capacity;
    over = !plan.fits;
    working = plan.fits;
    const ui::Theme& th = *t.p.ui.theme;
    const auto sequence = [](int i) { return static_cast<uint8_t>(gfx::code::sequence + i); };
    for (size_t r = 0; r < plan.ranks.size(); ++r) {
        const core::TrainingMemory& m = plan.ranks[r];
        // Every stage at this moment of the replay; one stage is what the tank shows.
        Bytes activations = t.moment.activations, logits = t.moment.logits, working_bytes = t.moment.working;
        if (plan.ranks.size() > 1) {
            activations = logits = working_bytes = {};
            for (const core::MemoryPoint& x : t.profiles[r])
                if (x.time <= t.moment.time) activations = x.activations, logits = x.logits, working_bytes = x.working;
        }
        Held h;
        const auto add = [&](Bytes b, ui::Color c, uint8_t code) {
            if (b.value <= 0) return;
            h.parts.push_back({b, c});
            h.codes.push_back(code);
            h.now += b;
        };
        add(m.states.weights, th.weights, gfx::code::weights);
        add(m.states.gradients, th.sequence[0], sequence(0));
        add(m.states.master + m.states.optimizer, th.sequence[1], sequence(1));
        add(activations + working_bytes, th.activations, gfx::code::activations);
        add(logits, th.sequence[6], sequence(6));
        add(m.buckets + m.gathered + m.framework, th.reserved_stripe, gfx::code::outside);
        held_.push_back(std::move(h));
    }
}

Bytes TrainingCluster::needed(int device) const {
    return held_[static_cast<size_t>(rank_of(device).pipeline_stage)].now;
}

std::string TrainingCluster::node_words(int first) const {
    const Rank r = rank_of(first);
    if (pipeline_stages > 1) return "stage " + std::to_string(r.pipeline_stage + 1);
    return replicas > 1 && tp > 1 ? "copy " + std::to_string(r.replica + 1) : std::string();
}

std::string TrainingCluster::describe(int device) const {
    const core::TrainingPlan& plan = t_.plan;
    const core::TrainingParallelism& l = plan.input.parallelism;
    const Rank r = rank_of(device);
    const core::TrainingMemory& m = plan.ranks[static_cast<size_t>(r.pipeline_stage)];
    std::string s = "Device " + std::to_string(device);
    if (l.tp > 1) s += " · part " + std::to_string(r.tensor + 1) + " of " + std::to_string(l.tp) + " of each layer";
    if (l.pp > 1) s += " · stage " + std::to_string(r.pipeline_stage + 1) + ", " + std::to_string(m.layers) + " layers";
    if (replicas > 1) {
        const char* const kept[] = {"copy", "copy with its part of the optimizer",
                                    "copy with its part of optimizer and gradients", "shard", "shard of its node"};
        s += std::string(" · ") + kept[static_cast<size_t>(plan.input.choice.sharding)] + " " +
             std::to_string(r.replica + 1) + " of " + std::to_string(replicas);
    }
    return s + " · now " + core::format_bytes(needed(device)).text() + ", peak " + core::format_bytes(m.peak()).text() +
           " of " + core::format_bytes(plan.capacity).text();
}

std::vector<ClusterPicture::Part> TrainingCluster::bar(int device) const {
    return held_[static_cast<size_t>(rank_of(device).pipeline_stage)].parts;
}

Bytes TrainingCluster::divide(int fields, int cells) {
    fields_ = fields;
    cells_ = cells;
    const double all = static_cast<double>(fields) * cells;
    for (Held& h : held_) {
        h.ends.clear();
        double at = 0;
        for (const Part& part : h.parts) h.ends.push_back(at += part.bytes / capacity * all);
    }
    return capacity * (1 / all);
}

uint8_t TrainingCluster::cell(int device, int field, int index) const {
    const Held& h = held_[static_cast<size_t>(rank_of(device).pipeline_stage)];
    const double at = static_cast<double>(index) * fields_ + field + 0.5;  // parts are spread over the fields
    for (size_t i = 0; i < h.ends.size(); ++i)
        if (at < h.ends[i]) return h.codes[i];
    return gfx::code::free;
}

}  // namespace kvx::scenes
