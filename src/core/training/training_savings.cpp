// Single switches that would save memory, and their cost.
#include <algorithm>
#include <cmath>

#include "core/format.h"
#include "core/training/training_parts.h"

namespace kvx::core {

namespace {

// One switch: when it can be changed, and how.
struct Candidate {
    const char *id, *label, *effect;
    bool (*available)(const TrainingInput& in);
    void (*change)(TrainingChoice& c);
};

bool trains_all(const TrainingInput& in) {
    return in.choice.peft == Peft::none;
}
template <Sharding wanted>
bool shards_less(const TrainingInput& in) {
    return in.parallelism.dp * in.parallelism.cp > 1 && in.choice.sharding < wanted;
}
template <auto member, auto value>
void set(TrainingChoice& c) {
    c.*member = value;
}
using C = TrainingChoice;

constexpr Candidate kCandidates[] = {
    {"flash-training=1", "FlashAttention", "never writes the scores",
     [](const TrainingInput& in) { return !in.choice.flash; }, set<&C::flash, true>},
    {"sp=1", "Divided norms", "norms split too, same bytes sent",
     [](const TrainingInput& in) { return !in.choice.sequence_parallel && in.parallelism.tp > 1; },
     set<&C::sequence_parallel, true>},
    {"kernels=fused", "Fused kernels", "no copies between operations",
     [](const TrainingInput& in) { return in.choice.kernels == Kernels::eager; }, set<&C::kernels, Kernels::fused>},
    {"chunked-loss=1", "Loss in chunks", "logits of an eighth at a time",
     [](const TrainingInput& in) { return !in.choice.chunked_loss; }, set<&C::chunked_loss, true>},
    {"recipe=bf16", "BF16", "with FP32 master weights",
     [](const TrainingInput& in) { return trains_all(in) && in.choice.recipe == Recipe::fp32; },
     set<&C::recipe, Recipe::bf16>},
    {"recipe=bf16-grad", "BF16 gradients", "sums lose some precision",
     [](const TrainingInput& in) {
         return trains_all(in) && (in.choice.recipe == Recipe::bf16 || in.choice.recipe == Recipe::fp16);
     },
     set<&C::recipe, Recipe::bf16_grad>},
    {"optimizer=adam8bit", "8-bit Adam", "states in 8 bits, nearly the same result",
     [](const TrainingInput& in) { return trains_all(in) && in.choice.optimizer == Optimizer::adamw; },
     set<&C::optimizer, Optimizer::adam8bit>},
    {"zero=1", "ZeRO-1", "optimizer states sharded", shards_less<Sharding::zero1>, set<&C::sharding, Sharding::zero1>},
    {"zero=2", "ZeRO-2", "gradients sharded too", shards_less<Sharding::zero2>, set<&C::sharding, Sharding::zero2>},
    {"zero=3", "ZeRO-3, FSDP", "weights sharded too", shards_less<Sharding::zero3>, set<&C::sharding, Sharding::zero3>},
    {"recompute=selective", "Scores twice", "scores computed twice",
     [](const TrainingInput& in) { return in.choice.recompute == Recompute::none && !in.choice.flash; },
     set<&C::recompute, Recompute::selective>},
    {"recompute=full", "Recompute all", "one more forward pass",
     [](const TrainingInput& in) { return in.choice.recompute != Recompute::full; },
     set<&C::recompute, Recompute::full>},
    {nullptr, "Micro-batch / 2", "the same batch in more pieces",  // its id holds the two numbers
     [](const TrainingInput& in) { return in.choice.micro_batch > 1; },
     [](TrainingChoice& c) { c.micro_batch /= 2, c.accumulation *= 2; }},
    {"offload-states=optimizer", "States on CPU", "states cross the bus each step",
     [](const TrainingInput& in) { return in.choice.offload == StateOffload::none; },
     set<&C::offload, StateOffload::optimizer>},
    {"adapters=lora", "LoRA", "trains small adapters only", trains_all, set<&C::peft, Peft::lora>},
    {"adapters=qlora", "QLoRA", "frozen weights in 4 bits",
     [](const TrainingInput& in) { return in.choice.peft == Peft::lora; }, set<&C::peft, Peft::qlora>},
};

std::string id_of(const Candidate& candidate, const TrainingChoice& changed) {
    if (candidate.id) return candidate.id;
    return "micro=" + std::to_string(changed.micro_batch) + "&accum=" + std::to_string(changed.accumulation);
}

bool cheaper(const TrainingSaving& a, const TrainingSaving& b) {
    const auto price = [](const TrainingSaving& s) { return std::max(0.0, std::round(s.time * 100)); };
    const bool adapters_a = a.id.starts_with("adapters"), adapters_b = b.id.starts_with("adapters");
    if (adapters_a != adapters_b) return adapters_b;  // another kind of training, not a switch
    if (price(a) != price(b)) return price(a) < price(b);
    return a.saved > b.saved;
}

}  // namespace

std::vector<TrainingSaving> training_savings(const TrainingPlan& p) {
    constexpr double kWorthNaming = 1048576;  // bytes
    const double now = p.time.tokens_per_second;
    const LayerKinds kinds(*p.input.model);
    std::vector<TrainingSaving> out;
    for (const Candidate& candidate : kCandidates) {
        if (!candidate.available(p.input)) continue;
        TrainingInput with = p.input;
        candidate.change(with.choice);
        if (!refuse_training(with).empty()) continue;
        const TrainingPlan q = plan_training(with, kinds, &p.pipeline);
        TrainingSaving s;
        s.id = id_of(candidate, with.choice);
        s.label = candidate.label;
        s.effect = candidate.effect;
        s.saved = p.rank().peak() - q.rank().peak();
        s.time = q.time.tokens_per_second > 0 ? now / q.time.tokens_per_second - 1 : 0;
        s.fits = q.fits;
        if (s.saved.value > kWorthNaming) out.push_back(std::move(s));
    }
    std::stable_sort(out.begin(), out.end(), cheaper);
    return out;
}

}  // namespace kvx::core
