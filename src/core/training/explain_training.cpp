// The figures of training, each with its formula, current values and source.
#include <algorithm>
#include <cmath>

#include "core/format.h"
#include "core/quantity_book.h"
#include "core/training/scaling_law.h"
#include "core/training/training_parts.h"

namespace kvx::core {

namespace {

const char* const kZero = "Rajbhandari et al. 2019, ZeRO, arXiv 1910.02054";
const char* const kActivations =
    "Korthikanti et al. 2022, arXiv 2205.05198; gated MLPs, GQA, experts: docs/accuracy.md";
const char* const kFlops = "Chowdhery et al. 2022, PaLM, appendix B; Megatron-LM";
const char* const kRing = "rings as nccl-tests count them";

std::string count(double n) {
    return group_digits(std::llround(n));
}
std::string plain(double v, int digits = 4) {
    return significant(v, digits);
}
std::string bytes(Bytes b) {
    return format_bytes(b).text();
}
std::string seconds(Seconds s) {
    return format_seconds(s).text();
}
std::string percent(double share) {
    return significant(100 * share, 3) + " %";
}
std::string dollars(double v) {
    return "$" + (v >= 1e6 ? significant(v / 1e6, 3) + "M" : v >= 100 ? count(v) : fixed(v, 2));
}
std::string large(double n) {
    return format_params(n).text();
}
std::string token_rate(double v) {
    return v >= 1e6 ? significant(v / 1e6, 4) + " M" : count(v);
}
std::string days_text(double days) {
    return days >= 10 ? count(days) + " days" : days >= 1 ? significant(days, 2) + " days" : seconds({days * 86400});
}

// Enough digits to multiply with.
std::string hours(double v) {
    return v < 1000 ? plain(v) : count(v);
}

struct Explanation {
    Explanation(const TrainingPlan& plan, int fewest_devices)
        : p(plan), fewest(fewest_devices), c(plan.input.choice), l(plan.input.parallelism), m(plan.rank()) {}

    std::vector<Quantity> all() {
        device();
        states();
        activations();
        whole();
        shares();
        time();
        traffic();
        run();
        return std::move(b.list);
    }

    const TrainingPlan& p;
    int fewest;
    const TrainingChoice& c;
    const TrainingParallelism& l;
    const TrainingMemory& m;
    QuantityBook b;

    static Quantity& guess(Quantity& q, std::string note = {}) {
        q.approximate = true;
        if (q.note.empty()) q.note = std::move(note);
        return q;
    }
    // " / n" where the ranks share it; experts have fewer ranks to share among.
    std::string shared(bool divided) const {
        const ShardGroups n = shard_groups(p.input);
        if (!divided) return {};
        if (m.params.expert <= 0 || n.dense == n.expert) return n.dense > 1 ? " / " + count(n.dense) : std::string();
        return " × (" + count(m.params.dense) + " / " + count(n.dense) + " + " + count(m.params.expert) + " / " +
               count(n.expert) + ") / " + count(m.params.total());
    }
    std::string part(double each, bool divided) const {
        return count(m.params.total()) + " × " + plain(each, 5) + " B" + shared(divided);
    }

    double held_at_peak() const {
        const double one = m.layer_stored.value * static_cast<double>(m.layers);
        return one > 0 ? m.activations.value / one : 0;
    }
    // Adapter parameters of the rank, whose gradients `ranks` share.
    double adapters(double ranks) const { return m.states.gradients.value / 2 * ranks; }

    std::string optimizer_terms(bool divided) const {
        const double moment = info(c.recipe).moment, all = m.params.total();
        switch (c.optimizer) {
            case Optimizer::sgd:
                return "0";
            case Optimizer::momentum:
            case Optimizer::lion:
                return part(moment, divided);
            case Optimizer::adamw:
                return part(2 * moment, divided);
            default:
                break;
        }
        const ShardGroups n = shard_groups(p.input);
        const double kept = divided && all > 0 ? (m.params.dense / n.dense + m.params.expert / n.expert) / all : 1;
        return bytes({m.states.optimizer.value / kept}) + shared(divided);
    }

    void device() {
        b.group = FigureGroup::configuration;
        b.add("params", "Parameters", p.params, Unit::parameters, large(p.params), "sum of all matrices and vectors",
              count(p.params), p.input.model->source);
        if (c.peft != Peft::none)
            b.add(
                "trainable", "Trained", p.trainable, Unit::parameters, large(p.trainable), "sum of rank × (in + out)",
                count(static_cast<double>(c.lora_rank)) + " × " + count(p.trainable / static_cast<double>(c.lora_rank)),
                "Hu et al. 2021, LoRA, arXiv 2106.09685");
        b.group = FigureGroup::memory;
        b.bytes("capacity", "Memory of a device", p.capacity, "reported by the driver", exact_bytes(p.capacity),
                p.input.device->source)
            .origin = Origin::published;
        Quantity& peak = b.bytes("peak", "Fullest device, at the peak", m.peak(),
                                 "states + activations + logits + buffers + framework",
                                 bytes(m.states.total()) + " + " + bytes(m.activations) + " + " + bytes(m.logits) +
                                     " + " + bytes(m.buckets + m.gathered + m.working) + " + " + bytes(m.framework),
                                 kActivations);
        guess(peak, "Allocated memory of pipeline stage " + count(static_cast<double>(p.fullest + 1)) + " of " +
                        count(l.pp) + ". The allocator reserves more, because memory fragments.");
    }

    // What the optimizer needs, of the ranks' parameters.
    void states() {
        b.group = FigureGroup::memory;
        const RecipeInfo& r = info(c.recipe);
        const double ranks = shard_groups(p.input).dense;
        const bool z3 = c.sharding == Sharding::zero3 || c.sharding == Sharding::hybrid,
                   z2 = z3 || c.sharding == Sharding::zero2, z1 = c.sharding != Sharding::none;
        const auto say = [&](const char* id, const char* label, Bytes v, const char* formula, std::string numbers,
                             std::string source) -> Quantity& {
            if (v.value <= 0 && c.offload != StateOffload::none)
                return b.bytes(id, label, v, "in the CPU’s memory", "0", std::move(source));
            return b.bytes(id, label, v, formula, std::move(numbers), std::move(source));
        };
        if (c.peft != Peft::none) {
            const std::string each = count(adapters(z2 ? ranks : 1)),
                              divided = ranks > 1 ? " / " + count(ranks) : std::string();
            const Bytes frozen = m.states.weights - Bytes{2 * adapters(z2 ? ranks : 1) / (z3 ? ranks : 1)};
            say("weights", "Weights", m.states.weights, "frozen weights + adapters × 2 B",
                bytes(frozen) + " + " + each + " × 2 B" + (z3 ? divided : ""),
                "Dettmers et al. 2023, QLoRA, arXiv 2305.14314");
            say("gradients", "Gradients", m.states.gradients, "adapters × 2 B", each + " × 2 B" + (z2 ? divided : ""),
                std::string(r.source))
                .note = "One buffer for all micro-batches of the step.";
            say("optimizer", "Optimizer states", m.states.optimizer, "adapters × 8 B",
                each + " × 8 B" + (z1 ? divided : ""), std::string(info(c.optimizer).source))
                .note = "Allocated in the first step; iteration 1 needs less.";
            return;
        }
        say("weights", "Weights", m.states.weights, "parameters of the rank × bytes", part(r.weight, z3),
            std::string(r.source))
            .approximate = r.recipe == Recipe::fp8;
        say("gradients", "Gradients", m.states.gradients, "parameters trained × bytes", part(r.grad, z2),
            std::string(r.source))
            .note = "One buffer for all micro-batches of the step.";
        if (m.states.master.value > 0)
            b.bytes("master", "Master weights", m.states.master, "parameters × 4 B", part(r.master, z1),
                    std::string(r.source));
        say("optimizer", "Optimizer states", m.states.optimizer, "state elements × bytes", optimizer_terms(z1),
            std::string(info(c.optimizer).source))
            .note = "Allocated in the first step; iteration 1 needs less.";
    }

    void activations() {
        b.group = FigureGroup::memory;
        const std::string how_sure = m.estimated ? "Derived, not measured, for this kind of attention or kernel."
                                                 : "Within +2 to −8 % of Megatron-LM’s functional tests on H100.";
        const double tokens = static_cast<double>(c.micro_batch * c.sequence.value) / l.cp;
        const auto hidden = static_cast<double>(p.input.model->hidden);
        guess(b.bytes(
                  "activations", "Activations", m.activations, "kept a layer × layers × micro-batches held at the peak",
                  bytes(m.layer_stored) + " × " + count(static_cast<double>(m.layers)) + " × " + plain(held_at_peak()),
                  kActivations),
              how_sure);
        guess(
            b.bytes("layer_kept", "Kept by a layer", m.layer_stored, "bytes per hidden value × tokens × hidden",
                    plain(m.layer_stored.value / (tokens * hidden), 4) + " × " + count(tokens) + " × " + count(hidden),
                    kActivations),
            how_sure);
        if (l.pp > 1)
            b.add("held", "Micro-batches held", m.held, Unit::count, plain(m.held, 3), "the schedule, replayed",
                  count(l.pp) + " stages, " + count(static_cast<double>(c.accumulation)) + " micro-batches",
                  "Narayanan et al. 2021, arXiv 2104.04473")
                .origin = Origin::simulated;
        guess(b.bytes("logits", "Logits", m.logits,
                      m.logits.value > 0 ? "bytes × tokens × vocabulary / tp"
                                         : "none: not on this stage, or not at the peak",
                      m.logits.value <= 0 ? "0"
                                          : std::string(c.recipe == Recipe::fp32 ? "8" : "6") + " B × " +
                                                count(static_cast<double>(c.micro_batch * c.sequence.value) / l.cp) +
                                                " × " + count(static_cast<double>(p.input.model->vocab)) + " / " +
                                                count(l.tp) + (c.chunked_loss ? " / 8" : ""),
                      kActivations),
              "BF16 logits and their FP32 copy; on the last stage only.");
        if ((m.gathered + m.buckets + m.working).value > 0)
            guess(b.bytes("buffers", "Buffers", m.gathered + m.buckets + m.working,
                          "gathered layers + gradients in flight + a recomputed layer",
                          bytes(m.gathered) + " + " + bytes(m.buckets) + " + " + bytes(m.working),
                          "Zhao et al. 2023, FSDP, arXiv 2304.11277"),
                  "Two layers gathered at once; one layer of gradients. Frameworks differ.");
        guess(b.bytes("framework", "Framework", m.framework, "driver and libraries + communicators",
                      l.devices() > 1 ? "0.59 GiB + 1 GiB" : "0.59 GiB",
                      "stas00/ml-engineering; Megatron-LM functional tests"),
              "0.5 to 1.8 GiB for CUDA, 0.5 to 2 GiB for NCCL are reported.");
    }

    void whole() {
        b.group = FigureGroup::memory;
        const Bytes free = p.capacity - m.peak();
        const bool missing = free.value < 0;
        guess(
            b.bytes("free", missing ? "Missing" : "Free at the peak", {std::abs(free.value)},
                    missing ? "peak − capacity" : "capacity − peak",
                    missing ? bytes(m.peak()) + " − " + bytes(p.capacity) : bytes(p.capacity) + " − " + bytes(m.peak()),
                    kZero),
            "");
        b.group = FigureGroup::devices;
        Bytes all;
        for (const TrainingMemory& x : p.ranks) all += x.peak() * (static_cast<double>(l.devices()) / l.pp);
        guess(b.bytes("cluster_memory", "All devices together", all, "devices × peak, the mean of all stages",
                      count(l.devices()) + " × " + bytes({all.value / l.devices()}), kZero),
              "Stages reach their peaks at different moments.");
        b.group = FigureGroup::speed;
        guess(b.add("devices_needed", "Devices needed", fewest, Unit::count,
                    fewest > 0 ? count(fewest) : "more than 1,024", "fewest of 1, 2, 4, 8 … that hold it",
                    "with the automatic layout", kZero),
              "With these switches and this batch per replica; parallelism chosen by the app.")
            .approximate = fewest > 0;
        b.group = FigureGroup::memory;
        if (m.cpu_bytes > 0)
            b.bytes("cpu_memory", "In the CPU’s memory", {m.cpu_bytes}, "states moved there, for each device",
                    bytes({m.cpu_bytes}), "Ren et al. 2021, ZeRO-Offload, arXiv 2101.06840");
        b.bytes("checkpoint", "Checkpoint", p.checkpoint,
                c.peft == Peft::none ? "parameters × bytes of weights, master weights and optimizer states"
                                     : "adapters × (2 + 8) B",
                count(p.trainable) + " × " + plain(p.checkpoint.value / std::max(1.0, p.trainable), 8) + " B",
                std::string(info(c.recipe).source));
    }

    // Every part of the device's memory names its share.
    void shares() {
        for (const char* id :
             {"peak", "weights", "gradients", "master", "optimizer", "activations", "logits", "buffers", "framework"})
            for (Quantity& q : b.list)
                if (q.id == id) q.note = percent(q.value / p.capacity.value) + " of the device’s memory. " + q.note;
    }

    void time() {
        b.group = FigureGroup::speed;
        const TrainingTime& t = p.time;
        const std::string note =
            "Matrix products at " + percent(calibration(p.input.estimate).compute) +
            " of the datasheet rate. Left out: slow devices, data loading, restarts, uneven experts.";
        const auto say = [&](const char* id, const char* label, Seconds v, std::string formula, std::string numbers,
                             const char* source) -> Quantity& {
            return guess(
                b.add(id, label, v.value, Unit::seconds, seconds(v), std::move(formula), std::move(numbers), source),
                note);
        };
        say("step_time", "Step time", t.step, "compute + communication + bubble + exposed + update",
            seconds(t.compute) + " + " + seconds(t.messages) + " + " + seconds(t.bubble) + " + " + seconds(t.exposed) +
                " + " + seconds(t.optimizer),
            kFlops);
        say("compute_time", "Compute", t.compute, "micro-batches × FLOPs of a rank / rate",
            count(static_cast<double>(c.accumulation)) + " × " +
                seconds({t.compute.value / static_cast<double>(c.accumulation)}),
            kFlops);
        if (l.pp > 1) {
            Quantity& q = say("bubble", "Pipeline bubble", t.bubble, "the schedule, replayed − work of a rank",
                              seconds(p.pipeline.total) + " − " + seconds(Seconds{t.compute.value + t.messages.value}),
                              "Narayanan et al. 2021, arXiv 2104.04473");
            q.origin = Origin::simulated;
            q.note =
                "The authors’ formula gives " + seconds({published_bubble(c.schedule, l.pp, c.chunks, t.pass)}) + ".";
            if (p.pipeline.replayed_ranks() < l.pp)
                q.note += " Replayed with " + count(p.pipeline.replayed_ranks()) + " of " + count(l.pp) +
                          " stages; the waiting grows with stages − 1, as in their formulas.";
        }
        const double rate = p.input.device->bandwidth * calibration(p.input.estimate).memory;
        say("update_time", "Update", t.optimizer, "bytes of states, read and written / bandwidth",
            bytes({t.optimizer.value * rate}) + " / " + format_rate(rate).text(), kFlops);
        const auto used = [&](double flops) {
            return plain(flops / 1e9) + " G × " + count(t.tokens_per_second) + " / (" + count(l.devices()) + " × " +
                   plain(t.peak_flops / 1e12) + " TFLOP/s)";
        };
        guess(b.add("mfu", "Model FLOPs utilisation", 100 * t.mfu, Unit::percent, percent(t.mfu),
                    "FLOPs of a token × tokens/s / (devices × peak)", used(t.model_flops), kFlops),
              "Causal attention counted half, the input embedding not at all. " + note);
        guess(b.add("hfu", "Hardware FLOPs utilisation", 100 * t.hfu, Unit::percent, percent(t.hfu),
                    "the same, including recomputation", used(t.hardware_flops), kFlops),
              note);
        const auto sequence = static_cast<double>(c.sequence.value);
        const double attention = attention_flops(*p.input.model, sequence, 0) / sequence;
        const int passes = c.peft == Peft::none ? 6 : 4;
        b.add("flops_per_token", "FLOPs of a token", t.model_flops, Unit::count, plain(t.model_flops / 1e9) + " GFLOP",
              count(passes) + " × active parameters + 3 × forward attention",
              count(passes) + " × " + count((t.model_flops - 3 * attention) / passes) + " + 3 × " +
                  plain(attention / 1e9) + " G",
              kFlops)
            .note =
            "Causal attention counted half, the input embedding not at all: Megatron-LM, llm.c. Others count it whole.";
        guess(b.add("training_rate", "Speed", t.tokens_per_second, Unit::tokens_per_second,
                    token_rate(t.tokens_per_second) + " tokens/s", "tokens of a step / time of a step",
                    count(t.tokens_per_step) + " / " + seconds(t.step), kFlops),
              note);
        b.add("tokens_per_step", "Batch", t.tokens_per_step, Unit::tokens, count(t.tokens_per_step) + " tokens",
              "micro-batch × accumulation × replicas × sequence",
              count(static_cast<double>(c.micro_batch)) + " × " + count(static_cast<double>(c.accumulation)) + " × " +
                  count(l.dp) + " × " + count(static_cast<double>(c.sequence.value)),
              "your choice");
    }

    void traffic() {
        b.group = FigureGroup::devices;
        const TrainingTime& t = p.time;
        const auto say = [&](const char* id, const char* label, const TrainingTraffic& x, const char* formula,
                             const char* source) {
            if (x.sent.value <= 0) return;
            Quantity& q =
                b.bytes(id, label, x.sent, formula,
                        count(x.count) + " × " + bytes({x.sent.value / x.count}) + " (among " + count(x.group) +
                            (x.link ? " over " + x.link->name : "") + ", " + seconds(x.time) + ")",
                        source);
            q.note = "Sent by each device in a step; " + seconds(x.exposed) + " of it is waited for.";
            q.approximate = true;
        };
        const char* reduce = c.sharding == Sharding::none ? "2 (n − 1) / n × gradients" : "(n − 1) / n × gradients";
        say("sent_gradients", "Gradients summed", t.gradients, reduce, kZero);
        say("sent_gather", "Weights gathered", t.gather, "(n − 1) / n × weights, each time they are needed", kZero);
        say("sent_tensor", "Inside layers (tp)", t.tensor, "4 × 2 (n − 1) / n × tokens × hidden × 2 B, per layer",
            "Shoeybi et al. 2019, Megatron-LM, arXiv 1909.08053");
        say("sent_context", "Around the ring (cp)", t.context, "3 × (n − 1) / n × K and V of the sequence",
            "Liu et al. 2023, arXiv 2310.01889");
        say("sent_expert", "To the experts and back", t.expert, "4 × (n − 1) / n × tokens × k × hidden × 2 B",
            "Lepikhin et al. 2020, GShard, arXiv 2006.16668");
        say("sent_pipeline", "To the next stage", t.pipeline, "2 × micro-batches × tokens × hidden × 2 B",
            "Huang et al. 2018, GPipe, arXiv 1811.06965");
        say("sent_offload", "To and from the CPU", t.offload, "gradients down, weights up",
            "PCIe 4.0 × 16; Ren et al. 2021");
        if (l.devices() > 1 && t.step.value > 0) {
            double wait = t.messages.value + t.exposed.value;
            guess(b.add("waiting", "Communication share", 100 * wait / t.step.value, Unit::percent,
                        percent(wait / t.step.value), "(communication inside passes + exposed) / step time",
                        seconds({wait}) + " / " + seconds(t.step), kRing),
                  "Gradients hide behind the backward pass, gathered weights behind their layers; tensor-parallel sums "
                  "are not hidden.");
        }
    }

    void run() {
        b.group = FigureGroup::cost;
        const std::string note = "At the speed above, without interruptions.";
        b.add("run_tokens", "Tokens of the run", p.run_tokens, Unit::tokens, large(p.run_tokens),
              c.tokens > 0 ? "your choice, for each parameter × parameters"
                           : "where loss falls most for the FLOPs, for each parameter × parameters",
              plain(p.run_tokens / std::max(1.0, p.params)) + " × " + large(p.params),
              "Besiroglu et al. 2024, arXiv 2404.10102")
            .approximate = c.tokens <= 0;
        b.add("steps", "Steps", p.steps, Unit::count, count(p.steps), "tokens / batch",
              "⌈" + large(p.run_tokens) + " / " + count(p.time.tokens_per_step) + "⌉", "division, rounded up");
        guess(b.add("run_time", "Run time", p.days * 86400, Unit::seconds, days_text(p.days), "steps × step time",
                    count(p.steps) + " × " + seconds(p.time.step), kFlops),
              note);
        guess(b.add("device_hours", "Device hours", p.device_hours, Unit::count, count(p.device_hours) + " h",
                    "time × devices", plain(24 * p.days) + " h × " + count(l.devices()), kFlops),
              note);
        if (p.dollars > 0)
            guess(b.add("run_cost", "Cost", p.dollars, Unit::dollars, dollars(p.dollars), "device hours × price",
                        hours(p.device_hours) + " × " + dollars(p.price),
                        p.input.price > 0 ? "price: yours" : "price: " + p.input.device->price.words()),
                  note);
        if (p.kilowatt_hours > 0)
            guess(b.add("run_energy", "Energy", p.kilowatt_hours * 3.6e6, Unit::joules,
                        count(p.kilowatt_hours) + " kWh", "device hours × board power × PUE",
                        hours(p.device_hours) + " h × " + plain(p.input.device->tdp_watts / 1000) + " kW × " +
                            plain(p.input.pue, 3),
                        "board power: " + p.input.device->source),
                  note);
        if (c.peft == Peft::none) loss();
    }

    void loss() {
        const Model& model = *p.input.model;
        const double rows = static_cast<double>(model.vocab) * static_cast<double>(model.hidden),
                     params = active_params(model) - (model.tied ? 0 : rows),
                     tokens = weighted_tokens(c.rate, 1, p.run_tokens),
                     cap = std::log(std::max(static_cast<double>(model.vocab), 2.0)) + 0.5;
        const std::string law = plain(kEpoch.e, 6) + " + " + plain(kEpoch.a, 6) + " / " + large(params) + "^" +
                                plain(kEpoch.alpha, 6) + " + " + plain(kEpoch.b, 6) + " / " + large(tokens) + "^" +
                                plain(kEpoch.beta, 6);
        guess(b.add("final_loss", "Loss at the end", p.final_loss, Unit::ratio, fixed(p.final_loss, 2),
                    "1 / (1 / L³ + 1 / (ln vocabulary + ½)³)^⅓, L = E + A / Nᵅ + B / Dᵝ",
                    "1 / (1 / (" + law + ")^3 + 1 / " + plain(cap) + "^3)^(1 / 3)",
                    "Besiroglu et al. 2024, arXiv 2404.10102"),
              "A prediction for text like MassiveText, in nats per token; other data and tokenizers shift it (GPT-2 on "
              "FineWeb: +0.27). Tokens count by their learning rate, and no loss is worse than guessing.");
    }
};

}  // namespace

std::vector<Quantity> explain_training(const TrainingPlan& p, int fewest) {
    return Explanation(p, fewest).all();
}

}  // namespace kvx::core
