#include "sim/training/training_step.h"

#include <algorithm>
#include <cmath>

#include "core/serving/parallel.h"

namespace kvx::sim {

namespace {

StepKind kind_of(core::PassKind k) {
    switch (k) {
        case core::PassKind::forward:
            return StepKind::forward;
        case core::PassKind::backward:
            return StepKind::backward;
        case core::PassKind::weight:
            return StepKind::weight_gradients;
    }
    return StepKind::waiting;
}

}  // namespace

StepPicture picture_step(const core::TrainingPlan& plan, size_t rank) {
    StepPicture out;
    out.rank = rank;
    const bool one = plan.pipeline.ranks == 1;
    // What each pass keeps is the difference between two points of the profile, which is walked beside the passes.
    const std::vector<core::MemoryPoint> profile = core::memory_profile(plan, rank);
    const std::vector<int> stages = core::stages_of_rank(plan.input, static_cast<int>(rank));
    size_t point = 0;
    const auto kept_at = [&](double time) {
        while (point + 1 < profile.size() && profile[point + 1].time <= time + 1e-12) ++point;
        return profile[point];
    };
    double from = 0, shift = 0;
    for (const core::Pass& x : plan.pipeline.passes_of(rank)) {
        if (one) {  // only the last micro-batch: all are alike
            if (x.micro_batch != plan.pipeline.micro_batches - 1) continue;
            if (out.parts.empty()) shift = x.start;
        }
        const double start = x.start - shift, end = x.end - shift;
        if (start > from + 1e-12) {
            StepPart wait;
            wait.start = from;
            wait.end = start;
            wait.before = wait.after = out.parts.empty() ? core::Bytes{} : out.parts.back().after;
            out.parts.push_back(wait);
        }
        StepPart p;
        p.kind = kind_of(x.kind);
        p.start = start;
        p.end = end;
        p.micro_batch = x.micro_batch;
        p.stage = stages[std::min<size_t>(x.chunk, stages.size() - 1)];
        p.before = out.parts.empty() ? core::Bytes{} : out.parts.back().after;
        if (x.kind == core::PassKind::backward) p.working = kept_at(x.start).working;
        const core::MemoryPoint after = kept_at(x.end);
        p.after = after.activations;
        // The next pass may start at this moment: what it adds then belongs to it.
        if (x.kind == core::PassKind::forward)
            for (size_t i = point + 1; i-- > 0 && std::fabs(profile[i].time - x.end) < 1e-12;)
                p.logits = std::max(p.logits, profile[i].logits);
        out.parts.push_back(p);
        from = end;
    }
    const auto tail = [&](StepKind kind, double seconds) {
        if (seconds <= 0) return;
        StepPart p;
        p.kind = kind;
        p.start = from;
        p.end = from + seconds;
        from = p.end;
        out.parts.push_back(p);
    };
    if (!one) tail(StepKind::waiting, plan.pipeline.length - from);
    out.passes_end = from;
    tail(StepKind::messages, plan.time.exposed.value);
    tail(StepKind::update, plan.time.optimizer.value);
    out.length = from;
    for (const StepPart& p : out.parts) out.peak = std::max({out.peak, p.before + p.working, p.after + p.logits});
    return out;
}

StepMoment moment_at(const core::TrainingPlan& plan, const StepPicture& s, double phase) {
    StepMoment m;
    if (s.parts.empty()) return m;
    m.time = std::clamp(phase, 0.0, 1.0) * s.length;
    size_t i = 0;
    while (i + 1 < s.parts.size() && s.parts[i].end <= m.time) ++i;
    m.part = s.parts[i];
    const StepPart& p = m.part;
    m.within = p.end > p.start ? std::clamp((m.time - p.start) / (p.end - p.start), 0.0, 1.0) : 1;
    m.activations = p.before + (p.after - p.before) * m.within;
    m.working = p.working;
    const core::LayerSpan span =
        core::stage_span(plan.input.model->layer_count(), core::network_stages(plan.input), p.stage);
    const auto at =
        static_cast<int64_t>(std::min(m.within * static_cast<double>(span.count), static_cast<double>(span.count) - 1));
    if (p.kind == StepKind::forward) m.layer = span.first + at + 1;
    if (p.kind == StepKind::backward || p.kind == StepKind::weight_gradients) m.layer = span.first + span.count - at;
    // Logits appear after the last layer.
    if (p.kind == StepKind::forward && at + 1 == span.count) m.logits = p.logits;
    m.gradients = p.kind == StepKind::forward || p.kind == StepKind::waiting ? 0
                  : p.kind == StepKind::backward                             ? m.within
                                                                             : 1;
    return m;
}

}  // namespace kvx::sim
