// The figures about many devices, speed and money, each with its formula, current values and source.
#include <algorithm>
#include <cmath>

#include "core/format.h"
#include "core/number.h"
#include "core/quantity_book.h"
#include "core/serving/serving.h"

namespace kvx::core {

namespace {

const char* const kRoofline = "roofline: Williams et al. 2009; terms in docs/performance-model.md";
const char* const kMegatron = "Shoeybi et al. 2019, Megatron-LM, arXiv 1909.08053";

const char* const kNotMeasured = "An estimate that was not compared with measurements.";

std::string plain(double v, int digits = 4) {
    return significant(v, digits);
}
std::string count(int64_t n) {
    return group_digits(n);
}
std::string seconds(Seconds s) {
    return format_seconds(s).text();
}
std::string rate(double tokens_per_second) {
    return tokens_per_second >= 100 ? group_digits(std::llround(tokens_per_second)) : significant(tokens_per_second, 3);
}
std::string dollars(double v) {
    return "$" + (v >= 100 ? group_digits(std::llround(v)) : fixed(v, v < 0.1 ? 3 : 2));
}
bool is_moe(const Model& m) {
    for (const LayerGroup& g : m.layers)
        if (g.mlp.kind == MlpKind::moe) return true;
    return false;
}
std::string band(Estimate e, const Model& m) {
    const ErrorBand b = error_band(e, is_moe(m));
    return "Half of 112 published measurements are within ±" + fixed(b.median, 0) + " %, nine in ten within ±" +
           fixed(b.worst_tenth, 0) + " %. Left out: queueing, uneven experts, overlap of work and messages.";
}

// Speed, messages, money, and what moving caches changes: each part adds its own to the book.
struct Explanation {
    Explanation(const InferenceInput& input, const ClusterPlan& plan, const ServingInput& serving,
                const Serving& result)
        : in(input),
          l(plan.parallelism),
          s(serving),
          out(result),
          d(result.decode),
          replica(static_cast<int64_t>(plan.input.lengths.size())),
          note(band(serving.estimate, *input.model)) {}

    std::vector<Quantity> all() {
        speed();
        traffic();
        cost();
        reuse();
        return std::move(b.list);
    }

    const InferenceInput& in;
    const Parallelism& l;
    const ServingInput& s;
    const Serving& out;
    const StepTime& d;
    int64_t replica;  // sequences of one replica
    const std::string note;
    QuantityBook b;

    // From the same rates as the time of a token, which alone was compared with measurements.
    static Quantity& guess(Quantity& q) {
        q.approximate = true;
        if (q.note.empty()) q.note = kNotMeasured;
        return q;
    }
    Quantity& measured(Quantity& q) const {
        q.note = note;
        return guess(q);
    }
    Quantity& time(const char* id, const char* label, Seconds v, std::string formula, std::string numbers,
                   const char* source) {
        return guess(
            b.add(id, label, v.value, Unit::seconds, seconds(v), std::move(formula), std::move(numbers), source));
    }
    // Experts that the tokens of one micro-batch reach, of all ranks that share the experts.
    std::string experts_terms() const {
        double experts = 0, k = 0;
        for (const LayerGroup& g : in.model->layers)
            if (g.mlp.kind == MlpKind::moe)
                experts = static_cast<double>(g.mlp.experts),
                k = static_cast<double>(std::min(g.mlp.experts_per_token, g.mlp.experts));
        const int64_t micro = std::clamp<int64_t>(replica, 1, l.pp),
                      tokens = (d.tokens + micro - 1) / micro * std::max(1, l.ep / std::max(1, l.tp));
        return plain(experts) + " × (1 − (1 − " + plain(k) + " / " + plain(experts) + ")^" + count(tokens) + ")";
    }

    // How much of its memory's and its arithmetic's rate a device reaches while it decodes.
    void use_of_the_device() {
        if (d.total.value <= 0) return;
        const double times = d.micro_batches;
        const std::string per_step = d.micro_batches > 1 ? count(d.micro_batches) + " × " : "";
        const Bytes read = d.weights_read + d.kv_read;
        if (in.device->bandwidth > 0) {
            const double reached = times * read.value / d.total.value;
            measured(b.add("bandwidth_used", "Bandwidth used", reached, Unit::bytes_per_second,
                           format_rate(reached).text(), "(weights read + cache read) / time of a step",
                           per_step + "(" + format_bytes(d.weights_read).text() + " + " +
                               format_bytes(d.kv_read).text() + ") / " + seconds(d.total),
                           kRoofline))
                .note = plain(100 * reached / in.device->bandwidth, 3) + " % of the datasheet's " +
                        format_rate(in.device->bandwidth).text() + ". " + note;
        }
        if (d.peak_flops > 0) {
            const double done = times * (d.flops + d.attention_flops), share = done / d.total.value / d.peak_flops;
            measured(b.add("compute_used", "Compute used", 100 * share, Unit::percent, plain(100 * share, 3) + " %",
                           "FLOPs of a step / time of a step / peak FLOP/s",
                           plain(done / 1e12) + " TFLOP / " + seconds(d.total) + " / " + plain(d.peak_flops / 1e12) +
                               " TFLOP/s",
                           kRoofline))
                .note = "Of the datasheet's rate at the weights' format. " + note;
        }
    }

    void speed() {
        b.group = FigureGroup::speed;
        measured(time("decode_step", "Time of a decode step", d.total,
                      "read weights + read cache + compute + communication + fixed",
                      seconds({d.weights.value + d.compute.value}) + " + " +
                          seconds({d.kv.value + d.attention_compute.value}) + " + " + seconds(d.communication) + " + " +
                          seconds({d.fixed.value + d.bubble.value}),
                      kRoofline));
        time("ttft", "Time to first token", out.ttft, "prompt computed + frontend",
             seconds(out.prefill.total) + " + " + seconds(s.frontend), kRoofline)
            .note =
            "For a prompt of " + count(s.prompt.value) +
            " tokens, with nothing else running. Tokenizer, queue and network are the frontend time, yours to set. " +
            kNotMeasured;
        measured(b.add("user_rate", "Each user", out.user_rate, Unit::tokens_per_second,
                       rate(out.user_rate) + " tokens/s",
                       "1 / time of a step" + std::string(s.draft > 0 ? " × speculation" : ""),
                       "1 / " + seconds(out.token), kRoofline));
        const auto sequences = static_cast<int64_t>(in.lengths.size());
        measured(b.add("cluster_rate", "All users", out.cluster_rate, Unit::tokens_per_second,
                       rate(out.cluster_rate) + " tokens/s", "sequences / time of a step",
                       count(sequences) + " / " + seconds(out.token), kRoofline));
        measured(b.add("device_rate", "Each device", out.device_rate, Unit::tokens_per_second,
                       rate(out.device_rate) + " tokens/s", "all users / devices",
                       rate(out.cluster_rate) + " / " + count(l.devices()), kRoofline));
        guess(b.add("prompt_rate", "Prompts alone", out.prompt_rate, Unit::tokens_per_second,
                    rate(out.prompt_rate) + " tokens/s", "replicas × prompt / time of the prompt",
                    count(l.dp) + " × " + count(s.prompt.value) + " / " + seconds(out.prefill.total), kRoofline));
        use_of_the_device();
        const Calibration reached = calibration(s.estimate);
        if (out.critical_batch > 0)
            guess(b.add("critical_batch", "Batch that fills the compute", out.critical_batch, Unit::sequences,
                        count(std::llround(out.critical_batch)) + " sequences",
                        "FLOP/s / bandwidth × bits of a weight / 8 / 2",
                        plain(d.peak_flops * reached.compute / 1e12) + " TFLOP/s / " +
                            format_rate(in.device->bandwidth * reached.memory).text() + " × " +
                            plain(linear_bits(count_active_params(*in.model), in.weights())) + " / 8 / 2",
                        "Pope et al. 2022, arXiv 2211.05102; scaling book"))
                .note =
                "Beyond this, a larger batch lengthens the step instead of hiding behind the weights. At the rates of "
                "the "
                "estimate.";
        if (d.experts_touched > 0)
            guess(b.add("experts_touched", "Experts a step reads", d.experts_touched, Unit::count,
                        fixed(d.experts_touched, 1), "experts × (1 − (1 − k / experts)^tokens)", experts_terms(),
                        "uniform routing"))
                .note = "In each layer, if all experts are equally likely; real routers are uneven and read fewer.";
    }

    void traffic() {
        b.group = FigureGroup::devices;
        const auto say = [&](const char* id, const char* label, const Traffic& t, const char* what,
                             const std::string& times, const char* source) {
            if (t.count == 0) return;
            Quantity& q = b.bytes(id, label, t.sent, what,
                                  times + " × " + format_bytes(t.message).text() +
                                      (t.link ? " (" + seconds(t.time) + " on " + t.link->name + ")" : ""),
                                  source);
            q.note = "Sent by each device in one decode step.";
        };
        say("sent_tensor", "All-reduce", d.tensor, "2 × layers × 2 (n − 1) / n × tokens × hidden × 2 B",
            count(d.tensor.count) + " × 2 × (" + count(d.tensor.group) + " − 1) / " + count(d.tensor.group), kMegatron);
        say("sent_expert", "To the experts and back", d.expert,
            "2 × expert layers × (n − 1) / n × tokens × k × hidden × 2 B",
            count(d.expert.count) + " × (" + count(d.expert.group) + " − 1) / " + count(d.expert.group),
            "Lepikhin et al. 2020, GShard, arXiv 2006.16668");
        say("sent_pipeline", "To the next stage", d.pipeline, "tokens × hidden × 2 B / tp", "1",
            "Huang et al. 2019, GPipe, arXiv 1811.06965");
        say("sent_context", "To merge attention", d.context,
            "attention layers × (n − 1) / n × tokens × heads of the group × (2 B × (query + result) + 4 B)",
            count(d.context.count) + " × (" + count(d.context.group) + " − 1) / " + count(d.context.group),
            "vLLM decode context parallel, cp_lse_ag_out_rs");
        double sent = 0, wire = 0;
        for (const Traffic* t : {&d.tensor, &d.expert, &d.pipeline, &d.context}) {
            sent += t->sent.value;
            if (t->link && t->link->bandwidth > 0) wire += t->sent.value / t->link->bandwidth;
        }
        if (sent > 0 && d.total.value > 0) {
            Quantity& q = guess(b.add("link_use", "Link use", 100 * wire / d.total.value, Unit::percent,
                                      plain(100 * wire / d.total.value, 2) + " %", "time on the wire / time of a step",
                                      seconds({wire}) + " / " + seconds(d.total), kRoofline));
            q.note = "The rest of the messages' time is waiting: about 10 µs before each.";
        }
    }

    void cost() {
        b.group = FigureGroup::cost;
        if (out.price > 0 && out.cost_output > 0) {
            const std::string source = s.price > 0 ? "price: yours" : "price: " + in.device->price_source;
            b.add("price", "Price", out.price * l.devices(), Unit::dollars,
                  dollars(out.price * l.devices()) + " per hour", "devices × price of one",
                  count(l.devices()) + " × " + dollars(out.price), source)
                .origin = Origin::published;
            measured(b.add("cost_output", "A million output tokens", out.cost_output, Unit::dollars,
                           dollars(out.cost_output), "price / (tokens/s × 3,600) × 10⁶",
                           dollars(out.price * l.devices()) + " / (" + rate(out.cluster_rate) + " × 3,600) × 10⁶",
                           source));
            guess(b.add("cost_input", "A million prompt tokens", out.cost_input, Unit::dollars, dollars(out.cost_input),
                        "price / (prompt tokens/s × 3,600) × 10⁶",
                        dollars(out.price * l.devices()) + " / (" + rate(out.prompt_rate) + " × 3,600) × 10⁶", source));
        }
        if (out.joules > 0)
            guess(b.add("joules", "Energy of an output token", out.joules, Unit::joules, plain(out.joules, 3) + " J",
                        "devices × board power × PUE / tokens/s",
                        count(l.devices()) + " × " + plain(in.device->tdp_watts) + " W × " + plain(s.pue, 3) + " / " +
                            rate(out.cluster_rate),
                        "board power: " + in.device->source))
                .note = "At full board power; decoding usually draws 50 to 80 % of it.";
    }

    void reuse() {
        b.group = FigureGroup::speed;
        if (s.prefix.value > 0)
            time("reuse_saves", "Prefix reuse saves", out.reuse_saves, "whole prompt computed − computed with the hit",
                 seconds(out.offload_recompute) + " − " + seconds(out.prefill.total), "vLLM KVCacheManager")
                .note = count(out.reused.value) + " tokens hit, in whole blocks.";
        if (s.draft > 0)
            guess(b.add("speculation", "Speculation", out.speculation_speedup, Unit::ratio,
                        plain(out.speculation_speedup, 3) + "×",
                        "(1 − aᵍ⁺¹) / (1 − a) × decode step / (verify + g × draft)",
                        plain(out.speculation_tokens) + " × " + seconds(out.decode.total) + " / " +
                            seconds({out.speculation_tokens * out.token.value}),
                        "Leviathan et al. 2023, arXiv 2211.17192"));
        if (s.offload != OffloadTier::none && out.offload_bandwidth > 0) {
            time("offload_load", "Load a prompt’s cache", out.offload_load, "cache of the prompt / bandwidth",
                 format_bytes(out.offload_bytes).text() + " / " + format_rate(out.offload_bandwidth).text(),
                 "nominal rate of the bus or drive")
                .note = "Recomputing it takes " + seconds(out.offload_recompute) + ": " +
                        (out.offload_load < out.offload_recompute ? "loading is faster." : "computing is faster.");
        }
        guess(b.add("break_even", "Loading beats computing from", out.break_even_bandwidth, Unit::bytes_per_second,
                    format_rate(out.break_even_bandwidth).text(), "cache of the prompt / time to compute it",
                    format_bytes(out.offload_bytes).text() + " / " + seconds(out.offload_recompute), kRoofline));
        if (out.transfer_bandwidth > 0)
            time("transfer", "Cache transfer time", out.transfer, "cache of the prompt / network",
                 format_bytes(out.offload_bytes).text() + " / " + format_rate(out.transfer_bandwidth).text(),
                 "prefill and decode on different machines");
    }
};

}  // namespace

Quantity explain_fewest_devices(const InferenceInput& in, int fewest) {
    const InferencePlan whole = plan_memory(in);
    const Bytes divided = whole.weights + whole.kv_allocated + whole.scores;
    const auto least = static_cast<int64_t>(std::clamp(std::ceil(divided / whole.usable), 1.0, 1e12));
    const std::string division = "⌈" + format_bytes(divided).text() + " / " + format_bytes(whole.usable).text() + "⌉";
    QuantityBook b;
    const char* const source = "every legal split tried: src/core/serving/parallel_search.cpp";
    b.add("devices_needed", "Devices needed", fewest, Unit::count, count(fewest),
          "fewest devices with a split that fits, at least ⌈(weights + cache + scores) / usable⌉",
          "searched from " + division + " = " + count(least) + " up", source)
        .note = "Tried: 1, 2, 3, 4, 6 and 8 devices, then whole nodes of 8 up to 128, then doubled.";
    return std::move(b.list.front());
}

std::vector<Quantity> explain_cluster(const ClusterPlan& plan, const Cluster& c) {
    QuantityBook b;
    b.group = FigureGroup::devices;
    const Parallelism& l = plan.parallelism;
    b.add("devices", "Devices", c.devices, Unit::count, count(c.devices), "tp × pp × dp",
          count(l.tp) + " × " + count(l.pp) + " × " + count(l.dp), "your choice");
    b.bytes("cluster_needed", "All devices together", plan.rank.needed * l.devices(), "devices × the most loaded one",
            count(l.devices()) + " × " + format_bytes(plan.rank.needed).text(),
            "every device reserves as much as the fullest")
        .approximate = true;
    Quantity& w = b.bytes(
        "weights_all", "Weights, all copies", plan.weights_all, "weights once + what is there again",
        format_bytes(plan.weights_all - plan.weights_copied).text() + " + " + format_bytes(plan.weights_copied).text(),
        kMegatron);
    w.note = plan.weights_copied.value > 0 ? format_bytes(plan.weights_copied).text() +
                                                 " of it are copies: norms, routers, padding, KV projections, replicas."
                                           : "Nothing is duplicated.";
    Quantity& kv =
        b.bytes("kv_all", "KV cache, all copies", plan.kv_all, "cache once + what is there again",
                format_bytes(plan.kv_all - plan.kv_copied).text() + " + " + format_bytes(plan.kv_copied).text(),
                "vLLM, get_num_kv_heads: max(1, kv_heads / tp)");
    kv.note =
        plan.kv_copies > 1
            ? "Each cached vector is stored " + plain(plan.kv_copies, 3) + " times: " +
                  (plan.kv_heads > 0 ? count(plan.kv_heads) + " KV heads on " + count(l.tp) + " tensor-parallel ranks."
                                     : "latents are whole on every tensor-parallel rank.")
            : "Each cached vector is stored once.";
    if (c.inside) {
        Quantity& q = b.add("link", "Link inside a node", c.inside->bandwidth, Unit::bytes_per_second,
                            format_rate(c.inside->bandwidth).text(), "one direction, one device", c.inside->name,
                            c.inside->source);
        q.origin = Origin::published;
    }
    if (c.between) {
        Quantity& q = b.add("network", "Link between nodes", c.between->bandwidth, Unit::bytes_per_second,
                            format_rate(c.between->bandwidth).text(), "one direction, one device", c.between->name,
                            c.between->source);
        q.origin = Origin::published;
    }
    return std::move(b.list);
}

std::vector<Quantity> explain_serving(const InferenceInput& in, const ClusterPlan& plan, const ServingInput& s,
                                      const Serving& out) {
    return Explanation(in, plan, s, out).all();
}

}  // namespace kvx::core
