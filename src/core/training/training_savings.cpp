// Single switches that would save memory, and their cost.
#include <algorithm>
#include <cmath>

#include "core/format.h"
#include "core/training/training_parts.h"

namespace kvx::core {

std::vector<TrainingSaving> training_savings(const TrainingPlan& p) {
    const TrainingInput& in = p.input;
    const TrainingChoice& c = in.choice;
    const double now = p.time.tokens_per_second;
    const LayerKinds kinds(*in.model);
    std::vector<TrainingSaving> out;
    const auto offer = [&](std::string id, std::string label, const TrainingChoice& changed, const char* why) {
        TrainingInput with = in;
        with.choice = changed;
        if (!refuse_training(with).empty()) return;
        const TrainingPlan q = plan_training(with, kinds, &p.pipeline);
        TrainingSaving s;
        s.id = std::move(id);
        s.label = std::move(label);
        s.saved = p.rank().peak() - q.rank().peak();
        s.time = q.time.tokens_per_second > 0 ? now / q.time.tokens_per_second - 1 : 0;
        s.effect = why;
        s.fits = q.fits;
        if (s.saved.value > 1048576.0) out.push_back(std::move(s));
    };
    const auto set = [&](auto change) {
        TrainingChoice n = c;
        change(n);
        return n;
    };
    const bool full = c.peft == Peft::none;
    if (!c.flash)
        offer("flash-training=1", "FlashAttention", set([](TrainingChoice& n) { n.flash = true; }),
              "never writes the scores");
    if (!c.sequence_parallel && in.parallelism.tp > 1)
        offer("sp=1", "Divided norms", set([](TrainingChoice& n) { n.sequence_parallel = true; }),
              "norms split too, same bytes sent");
    if (c.kernels == Kernels::eager)
        offer("kernels=fused", "Fused kernels", set([](TrainingChoice& n) { n.kernels = Kernels::fused; }),
              "no copies between operations");
    if (!c.chunked_loss)
        offer("chunked-loss=1", "Loss in chunks", set([](TrainingChoice& n) { n.chunked_loss = true; }),
              "logits of an eighth at a time");
    if (full && c.recipe == Recipe::fp32)
        offer("recipe=bf16", "BF16", set([](TrainingChoice& n) { n.recipe = Recipe::bf16; }),
              "with FP32 master weights");
    if (full && (c.recipe == Recipe::bf16 || c.recipe == Recipe::fp16))
        offer("recipe=bf16-grad", "BF16 gradients", set([](TrainingChoice& n) { n.recipe = Recipe::bf16_grad; }),
              "sums lose some precision");
    if (full && c.optimizer == Optimizer::adamw)
        offer("optimizer=adam8bit", "8-bit Adam", set([](TrainingChoice& n) { n.optimizer = Optimizer::adam8bit; }),
              "states in 8 bits, nearly the same result");
    const struct {
        Sharding z;
        const char *id, *label, *why;
    } steps[] = {{Sharding::zero1, "zero=1", "ZeRO-1", "optimizer states sharded"},
                 {Sharding::zero2, "zero=2", "ZeRO-2", "gradients sharded too"},
                 {Sharding::zero3, "zero=3", "ZeRO-3, FSDP", "weights sharded too"}};
    for (const auto& s : steps)
        if (in.parallelism.dp * in.parallelism.cp > 1 && c.sharding < s.z)
            offer(s.id, s.label, set([&](TrainingChoice& n) { n.sharding = s.z; }), s.why);
    if (c.recompute == Recompute::none && !c.flash)
        offer("recompute=selective", "Scores twice", set([](TrainingChoice& n) { n.recompute = Recompute::selective; }),
              "scores computed twice");
    if (c.recompute != Recompute::full)
        offer("recompute=full", "Recompute all", set([](TrainingChoice& n) { n.recompute = Recompute::full; }),
              "one more forward pass");
    if (c.micro_batch > 1) {
        const int64_t micro = c.micro_batch / 2, accumulation = c.accumulation * 2;
        offer("micro=" + std::to_string(micro) + "&accum=" + std::to_string(accumulation), "Micro-batch / 2",
              set([&](TrainingChoice& n) { n.micro_batch = micro, n.accumulation = accumulation; }),
              "the same batch in more pieces");
    }
    if (c.offload == StateOffload::none)
        offer("offload-states=optimizer", "States on CPU",
              set([](TrainingChoice& n) { n.offload = StateOffload::optimizer; }), "states cross the bus each step");
    if (full)
        offer("adapters=lora", "LoRA", set([](TrainingChoice& n) { n.peft = Peft::lora; }),
              "trains small adapters only");
    if (c.peft == Peft::lora)
        offer("adapters=qlora", "QLoRA", set([](TrainingChoice& n) { n.peft = Peft::qlora; }),
              "frozen weights in 4 bits");
    std::stable_sort(out.begin(), out.end(), [](const TrainingSaving& a, const TrainingSaving& b) {
        const auto price = [](const TrainingSaving& s) { return std::max(0.0, std::round(s.time * 100)); };
        const bool adapters_a = a.id.starts_with("adapters"), adapters_b = b.id.starts_with("adapters");
        if (adapters_a != adapters_b) return adapters_b;  // another kind of training, not a switch
        if (price(a) != price(b)) return price(a) < price(b);
        return a.saved > b.saved;
    });
    return out;
}

}  // namespace kvx::core
