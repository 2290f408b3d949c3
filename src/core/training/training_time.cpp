// The time of a training step: matrix products at a share of the datasheet rate, messages, waiting, the update.
#include <algorithm>
#include <cmath>

#include "core/number.h"
#include "core/training/training_messages.h"

namespace kvx::core {

namespace {

constexpr double kHostLink = 31.5e9;  // PCIe 4.0 × 16, one direction: what most hosts offer at least

// Forward FLOPs of one micro-batch on one rank for a stage of the network.
Flops forward_flops(const TrainingInput& in, const StageActivations& a, bool last) {
    const TrainingParallelism& l = in.parallelism;
    const double tokens = real(in.choice.micro_batch * in.choice.sequence.value) / l.cp;
    const ParamCount n = count_active_params(a.model);
    double weights = n.linear() + n.router;
    if (!a.model.params_counted && n.linear() <= 0) weights = active_params(*in.model) / network_stages(in);
    Flops f;
    f.linear = 2 * weights * tokens / l.tp;
    if (last) f.linear += 2 * real(in.model->vocab) * real(in.model->hidden) * tokens / l.tp;
    const double s = real(in.choice.sequence.value);
    f.attention = attention_flops(a.model, s, 0) * real(in.choice.micro_batch) / (real(l.cp) * l.tp);
    return f;
}

double peak_of(const TrainingInput& in, bool products) {
    const double bits = info(in.choice.recipe).compute_bits;
    if (bits == 32) return peak_flops(*in.device, Arithmetic::fp32);
    return peak_flops(*in.device, products && bits == 8 ? Arithmetic::fp8 : Arithmetic::bf16);
}

RankWork slowest(const TrainingPlan& p, const std::vector<RankParts>& parts) {
    const TrainingInput& in = p.input;
    const TrainingChoice& c = in.choice;
    const int stages = network_stages(in);
    const double share = calibration(in.estimate).compute;
    RankWork best;
    for (size_t r = 0; r < parts.size(); ++r) {
        Flops f;
        for (const StageActivations& a : parts[r].stages) {
            const Flops x = forward_flops(in, a, a.stage == stages - 1);
            f.linear += x.linear;
            f.attention += x.attention;
        }
        if (c.schedule == PipelineSchedule::dual_pipe && in.parallelism.pp > 1) f.linear /= 2, f.attention /= 2;
        if (r > 0 && f.linear + f.attention <= best.flops.linear + best.flops.attention) continue;
        const double rate = peak_of(in, true) * share, scores = peak_of(in, false) * share;
        const double linear = rate > 0 ? f.linear / rate : 0, attention = scores > 0 ? f.attention / scores : 0;
        best.flops = f;
        best.rank = r;
        best.pass.forward = {linear + attention};
        best.pass.backward_input = {linear + 2 * attention};
        best.pass.backward_weight = {c.peft == Peft::none ? linear : 0};
        if (c.recompute == Recompute::full) best.pass.backward_input.value += linear + attention;
        if (c.recompute == Recompute::selective) best.pass.backward_input.value += attention;
    }
    return best;
}

PassCost cost_of(const TrainingPlan& p, const std::vector<RankParts>& parts) {
    PassCost c;
    c.work = slowest(p, parts);
    const double scores = peak_of(p.input, false) * calibration(p.input.estimate).compute;
    c.forward = forward_messages(p.input, parts[c.work.rank].stages, scores > 0 ? c.work.flops.attention / scores : 0);
    c.again = p.input.choice.recompute == Recompute::full ? 2 : 1;
    return c;
}

// Of a rank's gradients and weights, what its update touches.
double updated_share(const TrainingInput& in) {
    return in.choice.sharding == Sharding::none ? 1 : 1 / shard_groups(in).dense;
}

// The update reads and writes master weights and states, reads gradients, writes weights.
void time_update(TrainingPlan& p) {
    const TrainingInput& in = p.input;
    const double bandwidth = in.device->bandwidth * calibration(in.estimate).memory;
    if (bandwidth <= 0) return;
    const StateBytes& s = p.rank().states;
    const double states = 2 * (s.master.value + s.optimizer.value);
    p.time.optimizer = {(states + (s.gradients.value + s.weights.value) * updated_share(in)) / bandwidth};
}

// Gradients down, weights up; the CPU's own arithmetic is left out.
void time_offload(TrainingPlan& p) {
    const TrainingInput& in = p.input;
    const TrainingChoice& c = in.choice;
    if (c.offload == StateOffload::none) return;
    TrainingTime& t = p.time;
    const TrainingMemory& rank = p.rank();
    const double grad = info(c.recipe).grad;
    const double values =
        (c.peft == Peft::none ? rank.params.total() : p.trainable / (real(in.parallelism.tp) * in.parallelism.pp)) *
        updated_share(in);
    const double bytes = values * (grad > 4 ? 6 : grad + 2), rate = kHostLink * link_share(in.estimate);
    t.offload = {{bytes}, 1, nullptr, 1, {bytes / rate}, {bytes / rate}};
    if (c.offload != StateOffload::all) return;
    const double m = real(c.accumulation);
    const double shard = rank.params.total() * 2 / shard_groups(in).dense, one = shard / rate;
    t.offload.sent += Bytes{2 * m * shard};
    t.offload.time.value += 2 * m * one;
    t.offload.exposed.value += m * (exposed(one, t.pass.forward.value) + exposed(one, t.pass.backward()));
}

// Convention: causal attention counted half, the input embedding not at all (Megatron-LM, llm.c).
void count_flops(TrainingPlan& p) {
    const TrainingChoice& c = p.input.choice;
    const Model& whole = *p.input.model;
    const ParamCount active = count_active_params(whole);
    const double weights = whole.params_counted
                               ? active.linear() + active.router + real(whole.vocab) * real(whole.hidden)
                               : active_params(whole);
    const double seq = real(c.sequence.value), scores = seq > 0 ? attention_flops(whole, seq, 0) / seq : 0;
    const double factor = c.peft == Peft::none ? 6 : 4;
    TrainingTime& t = p.time;
    t.model_flops = factor * weights + 3 * scores;
    t.hardware_flops = t.model_flops + (c.recompute == Recompute::full        ? 2 * weights + scores
                                        : c.recompute == Recompute::selective ? scores
                                                                              : 0);
    t.peak_flops = peak_of(p.input, true);
}

// Tokens per second and utilisation, of a step whose time and FLOPs are known.
void rate_step(TrainingPlan& p) {
    const TrainingChoice& c = p.input.choice;
    const TrainingParallelism& l = p.input.parallelism;
    TrainingTime& t = p.time;
    t.tokens_per_step = real(c.micro_batch * c.accumulation * c.sequence.value) * l.dp;
    if (t.step.value <= 0) return;
    t.tokens_per_second = t.tokens_per_step / t.step.value;
    t.bubble_share = t.bubble.value / t.step.value;
    if (t.peak_flops > 0) {
        t.mfu = t.model_flops * t.tokens_per_second / (l.devices() * t.peak_flops);
        t.hfu = t.hardware_flops * t.tokens_per_second / (l.devices() * t.peak_flops);
    }
}

}  // namespace

PassCost time_passes(TrainingPlan& p, const std::vector<RankParts>& parts, const PipelineRun* at_hand) {
    const PassCost c = cost_of(p, parts);
    const double messages = c.forward.tensor + c.forward.expert;
    p.time.pass = c.work.pass;
    p.time.pass.forward.value += messages + c.forward.context;
    p.time.pass.backward_input.value += messages * c.again + 2 * c.forward.context;
    const auto m = static_cast<int>(std::min<int64_t>(p.input.choice.accumulation, 1 << 20));
    const bool stages = p.input.parallelism.pp > 1;
    const Pipeline pipeline{stages ? p.input.choice.schedule : PipelineSchedule::one_f_one_b, p.input.parallelism.pp, m,
                            p.input.choice.chunks, p.time.pass};
    p.pipeline = at_hand && at_hand->of == pipeline ? *at_hand : replay(pipeline);
    return c;
}

void time_step(TrainingPlan& p, const PassCost& cost) {
    TrainingTime& t = p.time;
    const double m = real(p.input.choice.accumulation);
    const double forward = t.pass.forward.value, backward = t.pass.backward();
    const double work = cost.work.pass.forward.value + cost.work.pass.backward();
    t.compute = {m * work};
    t.messages = {std::max(0.0, m * (forward + backward - work))};
    t.bubble = p.pipeline.bubble;
    time_group_messages(p, cost);
    time_sharding(p);
    time_pipeline_messages(p);
    time_update(p);
    time_offload(p);
    t.exposed = {t.gradients.exposed.value + t.gather.exposed.value + t.pipeline.exposed.value +
                 t.offload.exposed.value};
    t.step = {p.pipeline.total.value + t.exposed.value + t.optimizer.value};
    count_flops(p);
    rate_step(p);
}

void account(TrainingPlan& p) {
    const TrainingInput& in = p.input;
    const TrainingChoice& c = in.choice;
    // The scaling law counts parameters without the rows of the input embedding.
    const double n =
        active_params(*in.model) - real(in.model->vocab) * real(in.model->hidden) * (in.model->tied ? 0 : 1);
    p.run_tokens = c.tokens > 0 ? c.tokens : optimal_tokens(kEpoch, std::max(n, 1.0));
    p.steps = p.time.tokens_per_step > 0 ? std::ceil(p.run_tokens / p.time.tokens_per_step) : 0;
    const double seconds = p.steps * p.time.step.value;
    p.days = seconds / 86400;
    p.device_hours = seconds / 3600 * in.parallelism.devices();
    p.price = in.price > 0 ? in.price : in.device->price_per_hour;
    p.dollars = p.device_hours * p.price;
    p.kilowatt_hours = p.device_hours * in.device->tdp_watts / 1000 * in.pue;
    p.final_loss = loss_at(kEpoch, n, real(in.model->vocab), c.rate, 1, p.run_tokens);
    const RecipeInfo& recipe = info(c.recipe);
    if (c.peft == Peft::none) {
        p.checkpoint = Bytes{p.params * (std::min(recipe.weight, 4.0) + recipe.master)} +
                       optimizer_bytes(*in.model, c.optimizer, recipe.moment);
    } else {
        p.checkpoint = {p.trainable * 10};  // the adapters and their moments
    }
}

}  // namespace kvx::core
