#include "core/training/training_plan.h"

#include <algorithm>
#include <cmath>

#include "core/format.h"
#include "core/number.h"
#include "core/serving/parallel.h"
#include "core/training/training_parts.h"

namespace kvx::core {

namespace {

constexpr double kNf4Bits = 4 + 8.0 / 64 + 32.0 / (64 * 256);  // NF4 and its doubly quantised scales, arXiv 2305.14314
constexpr StateBytes kAdapter{{2}, {2}, {0}, {8}};             // of an adapter's value: QLoRA, arXiv 2305.14314

int64_t over(int64_t n, int64_t parts) {
    return (n + parts - 1) / parts;
}

bool sharded_weights(const TrainingChoice& c) {
    return c.sharding == Sharding::zero3 || c.sharding == Sharding::hybrid;
}

Bytes frozen_weights(const Model& share, Peft p) {
    const ParamCount n = count_params(share);
    if (p == Peft::lora || !share.params_counted) return {2 * total_params(share)};
    return {n.linear() * kNf4Bits / 8 + 2 * n.kept()};
}

// The largest unit that is gathered at once: a layer, or the matrix of the vocabulary. In values.
double largest_unit(const Model& share) {
    double most = 0;
    for (LayerGroup g : share.layers) {
        g.count = 1;
        Model one = share;
        one.layers = {g};
        one.vocab = one.position_rows = 0;
        one.extra_params = 0;
        most = std::max(most, count_params(one).total());
    }
    return std::max(most, real(share.vocab) * real(share.hidden));
}

StateBytes adapter_states(double values, const TrainingChoice& c, double ranks) {
    StateBytes s = kAdapter;
    s.weights.value *= values / (sharded_weights(c) ? ranks : 1);
    s.gradients.value *= values / (sharded_weights(c) || c.sharding == Sharding::zero2 ? ranks : 1);
    s.optimizer.value *= values / (c.sharding == Sharding::none ? 1 : ranks);
    return s;
}

void hold_states(const TrainingInput& in, const Model& share, TrainingMemory& out) {
    const TrainingChoice& c = in.choice;
    const ShardGroups n = shard_groups(in);
    StateBytes s;
    if (c.peft == Peft::none) {
        s = training_states(share, c.recipe, c.optimizer, c.sharding, n.dense, n.expert);
    } else {
        s = adapter_states(lora_params(share, c.lora_rank, c.lora_targets), c, n.dense);
        s.weights += frozen_weights(share, c.peft) * (sharded_weights(c) ? 1 / n.dense : 1);
    }
    const double unit = largest_unit(share);
    const RecipeInfo& recipe = info(c.recipe);
    if (sharded_weights(c)) {  // one unit in use, the next on its way (FSDP: O(Ψ/F + max ψ), Zhao et al. 2023)
        out.gathered += Bytes{2 * unit * std::max(2.0, std::min(recipe.weight, 2.0))};
    }
    if (c.peft == Peft::none && (sharded_weights(c) || c.sharding == Sharding::zero2))
        out.buckets += Bytes{recipe.grad * unit};
    if (recipe.autocast_cache && c.peft == Peft::none)
        out.buckets += Bytes{2 * (sharded_weights(c) ? unit : total_params(share))};
    if (c.offload != StateOffload::none) {
        out.cpu_bytes += s.master.value + s.optimizer.value;
        s.master = s.optimizer = {};
        if (c.sharding >= Sharding::zero2) {  // gradients leave as soon as they are summed (DeepSpeed ZeRO-Offload)
            out.cpu_bytes += s.gradients.value;
            s.gradients = {};
        }
        if (c.offload == StateOffload::all && sharded_weights(c)) {
            out.cpu_bytes += s.weights.value;
            s.weights = {};
        }
    }
    out.states.weights += s.weights;
    out.states.gradients += s.gradients;
    out.states.master += s.master;
    out.states.optimizer += s.optimizer;
    const ParamSplit p = split_params(share);
    out.params.dense += p.dense;
    out.params.expert += p.expert;
}

// Driver and libraries 0.5 GiB (torch 2.1, lazily loaded), workspace of cuBLAS 96 MiB as measured on an H100, NCCL
// about 1 GiB: stas00/ml-engineering, Megatron-LM functional tests.
Bytes framework_bytes(int devices) {
    return gib(0.5) + Bytes{96.0 * 1048576} + (devices > 1 ? gib(1) : Bytes{});
}

}  // namespace

ShardGroups shard_groups(const TrainingInput& in) {
    const TrainingParallelism& l = in.parallelism;
    ShardGroups g;
    g.dense = real(l.dp) * l.cp;
    g.expert = std::max(1.0, real(l.dp) * l.cp * l.tp / (real(l.ep) * l.etp));
    if (in.choice.sharding == Sharding::hybrid) {  // inside a node; copies of it between nodes
        const double inside = std::max(1, in.cluster.per_node / std::max(1, l.tp));
        g.copies = std::max(1.0, g.dense / inside);
        g.dense = std::min(g.dense, inside);
        g.expert = std::min(g.expert, inside);
    }
    return g;
}

int network_stages(const TrainingInput& in) {
    switch (in.choice.schedule) {
        case PipelineSchedule::interleaved:
            return in.parallelism.pp * (in.parallelism.pp > 1 ? std::max(1, in.choice.chunks) : 1);
        case PipelineSchedule::zero_bubble_v:
            return in.parallelism.pp > 1 ? 2 * in.parallelism.pp : 1;
        default:
            return in.parallelism.pp;
    }
}

std::vector<int> stages_of_rank(const TrainingInput& in, int rank) {
    const int p = in.parallelism.pp, stages = network_stages(in);
    if (p == 1) return {0};
    switch (in.choice.schedule) {
        case PipelineSchedule::zero_bubble_v:
            return {rank, stages - 1 - rank};
        case PipelineSchedule::dual_pipe:
            return {rank, p - 1 - rank};
        default: {
            std::vector<int> out;
            for (int k = rank; k < stages; k += p) out.push_back(k);
            return out;
        }
    }
}

Model training_share(const Model& m, const TrainingParallelism& l, int stage) {
    Model out = share_of(m, {l.tp, l.pp, 1, 1, 1}, stage);
    if (out.vocab > 0 && (l.tp > 1 || l.pp > 1)) out.vocab = over(m.vocab, 128 * l.tp) * 128;
    // Experts have their own degrees: ep ranks hold different ones, etp ranks cut each.
    size_t whole = 0;
    int64_t passed = 0, first = 0;
    const std::vector<int64_t> layers = stage_layers(m.layer_count(), l.pp);
    for (int i = 0; i < stage; ++i) first += layers[static_cast<size_t>(i)];
    for (LayerGroup& g : out.layers) {
        while (whole + 1 < m.layers.size() && passed + m.layers[whole].count <= first)
            passed += m.layers[whole++].count;
        first += g.count;
        const Mlp& full = m.layers[whole].mlp;
        if (g.mlp.kind != MlpKind::moe) continue;
        g.mlp.experts = over(full.experts, l.ep);
        g.mlp.experts_per_token = std::min(full.experts_per_token, g.mlp.experts);
        g.mlp.expert_width = over(full.expert_width, l.etp);
        out.extra_params +=
            real(g.count * (full.experts - g.mlp.experts)) * real(m.hidden + (full.router_bias ? 1 : 0));
    }
    if (!m.params_counted) out.published_params = m.published_params / (real(l.pp) * std::max(l.tp, l.ep * l.etp));
    return out;
}

std::string refuse_training(const TrainingInput& in) {
    const TrainingParallelism& l = in.parallelism;
    const TrainingChoice& c = in.choice;
    const auto number = [](int64_t n) { return group_digits(n); };
    if (l.cp < 1 || l.etp < 1) return "Every degree is at least 1.";
    Parallelism plain{l.tp, network_stages(in), l.dp * l.cp, l.ep > 1 ? l.ep : 1, 1};
    std::string reason = refuse_parallelism(plain, *in.model);
    if (!reason.empty()) return reason;
    if ((l.dp * l.cp * l.tp) % (l.ep * l.etp) != 0)
        return "Experts on " + number(l.ep) + " × " + number(l.etp) + " ranks do not divide the " +
               number(l.dp * l.cp * l.tp) + " ranks of a stage.";
    if (c.sequence.value % l.cp != 0)
        return "A sequence of " + number(c.sequence.value) + " tokens cannot be cut into " + number(l.cp) +
               " equal parts.";
    if (c.sequence_parallel && c.sequence.value % (l.tp * l.cp) != 0)
        return "A sequence of " + number(c.sequence.value) + " tokens cannot be cut among " + number(l.tp * l.cp) +
               " ranks.";
    if (l.pp > 1 && c.schedule == PipelineSchedule::interleaved && c.accumulation % l.pp != 0)
        return "Interleaving needs a number of micro-batches that " + number(l.pp) + " stages divide, not " +
               number(c.accumulation) + ".";
    if (l.pp > 1 && c.schedule == PipelineSchedule::dual_pipe && (l.pp % 2 != 0 || c.accumulation < 2 * l.pp))
        return "DualPipe needs an even number of stages and at least two micro-batches for each: " + number(2 * l.pp) +
               " here.";
    if (c.offload == StateOffload::all && !sharded_weights(c))
        return "Weights can live in the CPU’s memory only where they are sharded (ZeRO-3).";
    return {};
}

namespace {

std::vector<MemoryPoint> profile_of(const TrainingPlan& p, const RankParts& parts, size_t rank) {
    const TrainingInput& in = p.input;
    const int last_stage = network_stages(in) - 1;
    const bool apart = std::any_of(p.pipeline.passes.begin(), p.pipeline.passes.end(),
                                   [](const Pass& x) { return x.kind == PassKind::weight; });
    std::vector<MemoryPoint> out;
    double held = 0;
    const auto say = [&](double time, double logits, double working) {
        out.push_back({time, {held}, {logits}, {working}});
    };
    say(0, 0, 0);
    for (const Pass& x : p.pipeline.passes) {
        if (x.rank != static_cast<int>(rank)) continue;
        const StageActivations& a = parts.of(x.stage);
        const double logits = x.stage == last_stage ? a.logits.value : 0;
        switch (x.kind) {
            case PassKind::forward:
                held += a.stored.value;
                say(x.end, logits, 0);
                break;
            case PassKind::backward:
                say(x.start, 0, a.working.value);
                if (!apart) held -= a.stored.value;
                say(x.end, 0, 0);
                break;
            case PassKind::weight:
                held -= a.stored.value;
                say(x.end, 0, 0);
                break;
        }
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const MemoryPoint& a, const MemoryPoint& b) { return a.time < b.time; });
    return out;
}

}  // namespace

std::vector<MemoryPoint> memory_profile(const TrainingPlan& p, size_t rank) {
    return profile_of(p, rank_parts(p.input, static_cast<int>(rank)), rank);
}

RankParts rank_parts(const TrainingInput& in, int rank) {
    const TrainingChoice& c = in.choice;
    const TrainingParallelism& l = in.parallelism;
    const ActivationChoice how{c.recipe, c.recompute, c.kernels, c.flash, c.dropout, c.chunked_loss};
    const ActivationShare share{l.tp, l.etp, c.sequence_parallel && l.tp > 1};
    const double tokens = real(c.micro_batch * c.sequence.value) / l.cp;
    const int stages = network_stages(in);
    RankParts out;
    for (const int k : stages_of_rank(in, rank)) {
        StageActivations a;
        a.stage = k;
        a.model = training_share(*in.model, {1, 1, stages, 1, 1, 1}, k);
        double each = 0;
        for (const LayerGroup& g : a.model.layers) {
            const LayerActivations x = layer_activations(a.model, g, tokens, real(c.sequence.value), how, share);
            a.stored += x.stored * real(g.count);
            if (c.recompute == Recompute::full) each = std::max(each, x.working.value);
            if (c.recompute == Recompute::selective) each = std::max(each, x.working.value - x.stored.value);
            a.layers += g.count;
            out.estimated = out.estimated || x.estimated;
        }
        a.working = {each};
        if (k == 0 && c.dropout)
            a.stored += Bytes{tokens * real(in.model->hidden) / share.tp};  // mask of the embedding
        if (k == stages - 1) a.logits = logits_bytes(*in.model, tokens, how, l.tp);
        out.stages.push_back(std::move(a));
    }
    return out;
}

TrainingPlan plan_training(const TrainingInput& in) {
    TrainingPlan p;
    p.input = in;
    const TrainingChoice& c = in.choice;
    const TrainingParallelism& l = in.parallelism;
    p.capacity = in.device->reported;
    p.params = total_params(*in.model);
    p.trainable = c.peft == Peft::none ? p.params : lora_params(*in.model, c.lora_rank, c.lora_targets);

    std::vector<RankParts> parts;
    parts.reserve(static_cast<size_t>(l.pp));
    for (int r = 0; r < l.pp; ++r) parts.push_back(rank_parts(in, r));
    const PassCost cost = time_passes(p, parts);
    const int stages = network_stages(in);
    for (int r = 0; r < l.pp; ++r) {
        TrainingMemory m;
        m.first_layer = -1;
        const RankParts& mine = parts[static_cast<size_t>(r)];
        const bool both_ends = stages > 1 && in.model->tied && mine.has(0) && mine.has(stages - 1);
        for (const StageActivations& a : mine.stages) {
            Model share = training_share(*in.model, {l.tp, 1, stages, 1, l.ep, l.etp}, a.stage);
            if (both_ends && a.stage == stages - 1) share.vocab = 0;  // one matrix serves both
            hold_states(in, share, m);
            m.layers += share.layer_count();
        }
        int64_t first = 0;
        const std::vector<int64_t> layers = stage_layers(in.model->layer_count(), stages);
        for (int k = 0; k < mine.stages.front().stage; ++k) first += layers[static_cast<size_t>(k)];
        m.first_layer = first;
        m.framework = framework_bytes(l.devices());
        m.estimated = mine.estimated;
        double stored = 0, chunk = 0;
        for (const StageActivations& a : mine.stages) stored += a.stored.value, chunk = std::max(chunk, a.stored.value);
        m.layer_stored = {m.layers > 0 ? stored / real(m.layers) : 0};
        m.held = static_cast<double>(p.pipeline.most_held[static_cast<size_t>(r)]) / real(p.pipeline.chunks);
        if (c.schedule == PipelineSchedule::dual_pipe && l.pp > 1) m.held *= 2;
        for (const MemoryPoint& x : profile_of(p, mine, static_cast<size_t>(r)))
            if (x.total() > m.activations + m.logits + m.working)
                m.activations = x.activations, m.logits = x.logits, m.working = x.working;
        p.ranks.push_back(m);
        if (m.peak() > p.ranks[p.fullest].peak()) p.fullest = static_cast<size_t>(r);
    }
    p.fits = p.rank().peak() <= p.capacity;
    time_step(p, cost);
    account(p);
    return p;
}

TrainingParallelismChoice choose_training_parallelism(const TrainingInput& requested) {
    const int devices = requested.cluster.devices;
    TrainingParallelismChoice best;
    Bytes least{-1};
    for (int pp = 1; pp <= std::min(devices, 64); pp *= 2) {
        for (int tp = 1; tp <= std::min(devices / pp, requested.cluster.per_node); tp *= 2) {
            if (devices % (tp * pp) != 0) continue;
            TrainingInput in = requested;
            in.parallelism = {tp, 1, pp, devices / (tp * pp), 1, 1};
            // Experts over as many ranks of the stage as divide both.
            for (const LayerGroup& g : in.model->layers)
                if (g.mlp.kind == MlpKind::moe)
                    for (int ep = in.parallelism.dp * tp; ep > 1; --ep)
                        if ((in.parallelism.dp * tp) % ep == 0 && g.mlp.experts % ep == 0 &&
                            (ep % tp == 0 || tp % ep == 0)) {
                            in.parallelism.ep = std::max(in.parallelism.ep, ep);
                            break;
                        }
            if (!refuse_training(in).empty()) continue;
            const TrainingPlan plan = plan_training(in);
            const Bytes peak = plan.rank().peak();
            if (plan.fits || least.value < 0 || peak < least) {
                best.parallelism = in.parallelism;
                least = peak;
            }
            if (!plan.fits) continue;
            best.reason = tp * pp == 1 ? "A whole replica fits on each device: data parallel only."
                          : pp == 1 ? "A replica needs " + group_digits(tp) + " devices of one node: tensor parallel."
                                    : "A replica needs " + group_digits(tp * pp) +
                                          " devices: " + (tp > 1 ? "tensor parallel inside a node, " : "") +
                                          "pipeline stages between.";
            return best;
        }
    }
    best.reason = "No layout of these devices holds it; this one needs least on each.";
    return best;
}

int fewest_training_devices(const TrainingInput& requested, const ClusterCatalog& catalog) {
    for (int n = 1; n <= kMostDevices; n *= 2) {
        TrainingInput in = requested;
        in.cluster = make_cluster(catalog, *requested.device, n,
                                  requested.cluster.inside ? requested.cluster.inside->id : "auto",
                                  requested.cluster.between ? requested.cluster.between->id : "auto");
        // What can be divided at all bounds what one device must hold: most counts need no search.
        const double params = total_params(*in.model);
        if (in.choice.peft == Peft::none && params * info(in.choice.recipe).weight / n > in.device->reported.value)
            continue;
        in.parallelism = choose_training_parallelism(in).parallelism;
        if (refuse_training(in).empty() && plan_training(in).fits) return n;
    }
    return 0;
}

}  // namespace kvx::core
