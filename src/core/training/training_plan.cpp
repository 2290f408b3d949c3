#include "core/training/training_plan.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

#include "core/format.h"
#include "core/number.h"
#include "core/serving/parallel.h"
#include "core/training/training_parts.h"

namespace kvx::core {

namespace {

constexpr StateBytes kAdapter{{2}, {2}, {0}, {8}};  // of an adapter's value: QLoRA, arXiv 2305.14314

int64_t over(int64_t n, int64_t parts) {
    return (n + parts - 1) / parts;
}

bool sharded_weights(const TrainingChoice& c) {
    return c.sharding == Sharding::zero3 || c.sharding == Sharding::hybrid;
}

Bytes frozen_weights(const Model& share, Peft p) {
    const ParamCount n = count_params(share);
    if (p == Peft::lora || !share.params_counted) return {2 * total_params(share)};
    return {n.linear() * info(Dtype::nf4_double).weight_bits / 8 + 2 * n.kept()};
}

// The largest unit gathered at once, in values: a layer or the vocabulary matrix.
double largest_unit(const Model& share) {
    double most = 0;
    Model one;
    static_cast<ModelNumbers&>(one) = share;
    one.vocab = one.position_rows = 0;
    one.extra_params = 0;
    for (const LayerGroup& g : share.layers) {
        one.layers.assign(1, g);
        one.layers.front().count = 1;
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

namespace {

// Layers of a stage, one group for each kind.
std::vector<LayerGroup> stage_layers_of(const LayerKinds& kinds, int stages, int stage) {
    const LayerSpan span = stage_span(kinds.model().layer_count(), stages, stage);
    return kinds.groups(kinds.cut(span.first, span.count));
}

Model share_of_stage(const ModelNumbers& m, const std::vector<LayerGroup>& layers, const TrainingParallelism& l,
                     int stage) {
    Model out = share_of(m, layers, {l.tp, l.pp, 1, 1, 1}, stage);
    if (out.vocab > 0 && (l.tp > 1 || l.pp > 1)) out.vocab = over(m.vocab, 128 * l.tp) * 128;
    // Experts have their own degrees: ep ranks hold different ones, etp ranks cut each.
    for (size_t i = 0; i < layers.size(); ++i) {
        LayerGroup& g = out.layers[i];
        const Mlp& full = layers[i].mlp;
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

}  // namespace

Model training_share(const Model& m, const TrainingParallelism& l, int stage) {
    const LayerKinds kinds(m);
    return share_of_stage(kinds.model(), stage_layers_of(kinds, l.pp, stage), l, stage);
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

// Calls say(time, activations, logits, working) for each point of a rank's step, in order, while it returns true.
template <class Say>
void walk_memory(const TrainingPlan& p, size_t rank, Say say) {
    const TrainingMemory& m = p.ranks[rank];
    const int last_stage = network_stages(p.input) - 1;
    const std::vector<Pass>& passes = p.pipeline.passes_of(rank);
    const bool apart =
        std::any_of(passes.begin(), passes.end(), [](const Pass& x) { return x.kind == PassKind::weight; });
    const double each = p.pipeline.held_for_each(rank);
    double held = 0;
    if (!say(0, held, 0, 0)) return;
    for (const Pass& x : passes) {
        const ChunkMemory& a = m.chunks[std::min<size_t>(x.chunk, m.chunks.size() - 1)];
        if (x.kind == PassKind::forward) held += a.stored.value * each;
        if (x.kind == PassKind::backward && !say(x.start, held, 0, a.working.value)) return;
        if (x.kind == (apart ? PassKind::weight : PassKind::backward)) held -= a.stored.value * each;
        const bool logits = x.kind == PassKind::forward && a.stage == last_stage;
        if (!say(x.end, held, logits ? a.logits.value : 0, 0)) return;
    }
}

}  // namespace

std::vector<MemoryPoint> memory_profile(const TrainingPlan& p, size_t rank) {
    std::vector<MemoryPoint> out;
    walk_memory(p, rank, [&](double time, double held, double logits, double working) {
        out.push_back({time, {held}, {logits}, {working}});
        return true;
    });
    return out;
}

MemoryPoint memory_at(const TrainingPlan& p, size_t rank, double time) {
    MemoryPoint last;
    walk_memory(p, rank, [&](double at, double held, double logits, double working) {
        if (at <= time) last = {at, {held}, {logits}, {working}};
        return at <= time;
    });
    return last;
}

namespace {

// A stage of the network on one rank: what its passes keep, and the states that stay.
struct Stage {
    StageActivations activations;
    TrainingMemory memory;
};

// Stages by what they are made of: most of a pipeline's are alike and worked out once. `in` has the model of `kinds`.
class Stages {
  public:
    Stages(const TrainingInput& in, const LayerKinds& kinds) : in_(in), kinds_(kinds), count_(network_stages(in)) {}

    // `head_elsewhere`: the rank holds the matrix of the output head already, as its embedding.
    Stage at(int stage, bool head_elsewhere) {
        const LayerSpan span = stage_span(in_.model->layer_count(), count_, stage);
        Key key{kinds_.cut(span.first, span.count), (stage == 0 ? 1 : 0) + (stage + 1 == count_ ? 2 : 0),
                head_elsewhere};
        auto found = known_.find(key);
        if (found == known_.end()) {
            Stage made = make(kinds_.groups(std::get<0>(key)), stage, head_elsewhere);
            found = known_.emplace(std::move(key), std::move(made)).first;
        }
        Stage out = found->second;
        out.activations.stage = stage;
        return out;
    }

  private:
    using Key = std::tuple<std::vector<std::pair<size_t, int64_t>>, int, bool>;
    const TrainingInput& in_;
    const LayerKinds& kinds_;
    int count_;
    std::map<Key, Stage> known_;

    Stage make(const std::vector<LayerGroup>& layers, int stage, bool head_elsewhere) const {
        const TrainingChoice& c = in_.choice;
        const TrainingParallelism& l = in_.parallelism;
        const ActivationChoice how{c.recipe, c.recompute, c.kernels, c.flash, c.dropout, c.chunked_loss};
        const ActivationShare share{l.tp, l.etp, c.sequence_parallel && l.tp > 1};
        const double tokens = real(c.micro_batch * c.sequence.value) / l.cp;
        Stage out;
        StageActivations& a = out.activations;
        a.model = share_of_stage(*in_.model, layers, {1, 1, count_, 1, 1, 1}, stage);
        double each = 0;
        for (const LayerGroup& g : a.model.layers) {
            const LayerActivations x = layer_activations(a.model, g, tokens, real(c.sequence.value), how, share);
            a.stored += x.stored * real(g.count);
            if (c.recompute == Recompute::full) each = std::max(each, x.working.value);
            if (c.recompute == Recompute::selective) each = std::max(each, x.working.value - x.stored.value);
            a.layers += g.count;
            out.memory.estimated = out.memory.estimated || x.estimated;
        }
        a.working = {each};
        if (stage == 0 && c.dropout)
            a.stored += Bytes{tokens * real(in_.model->hidden) / share.tp};  // embedding’s mask
        if (stage == count_ - 1) a.logits = logits_bytes(*in_.model, tokens, how, l.tp);
        Model states = share_of_stage(*in_.model, layers, {l.tp, 1, count_, 1, l.ep, l.etp}, stage);
        if (head_elsewhere) states.vocab = 0;
        hold_states(in_, states, out.memory);
        out.memory.layers = states.layer_count();
        return out;
    }
};

void add(TrainingMemory& to, const TrainingMemory& stage) {
    to.layers += stage.layers;
    to.params.dense += stage.params.dense;
    to.params.expert += stage.params.expert;
    to.states.weights += stage.states.weights;
    to.states.gradients += stage.states.gradients;
    to.states.master += stage.states.master;
    to.states.optimizer += stage.states.optimizer;
    to.gathered += stage.gathered;
    to.buckets += stage.buckets;
    to.cpu_bytes += stage.cpu_bytes;
    to.estimated = to.estimated || stage.estimated;
}

// A plan before its passes are timed: what each rank holds at every moment.
struct Draft {
    TrainingPlan plan;
    std::vector<RankParts> parts;
    Bytes least;  // no rank's peak is known yet, but one's is at least this
};

constexpr Bytes kAllRanks{std::numeric_limits<double>::infinity()};

// The model of `in` with equal layers counted together: nothing but the stages depends on their order. Ranks are
// drafted until one needs more than `most`.
Draft draft_plan(TrainingInput in, const LayerKinds& kinds, Bytes most) {
    in.model = &kinds.model();
    Draft out;
    TrainingPlan& p = out.plan;
    p.input = in;
    const TrainingChoice& c = in.choice;
    const TrainingParallelism& l = in.parallelism;
    p.capacity = in.device->reported;
    p.params = total_params(*in.model);
    p.trainable = c.peft == Peft::none ? p.params : lora_params(*in.model, c.lora_rank, c.lora_targets);

    const int stages = network_stages(in);
    const auto micro_batches = static_cast<int>(std::min<int64_t>(c.accumulation, 1 << 20));
    Stages made(in, kinds);
    out.parts.reserve(static_cast<size_t>(l.pp));
    for (int r = 0; r < l.pp && out.least <= most; ++r) {
        RankParts mine;
        TrainingMemory m;
        double stored = 0;
        for (const int k : stages_of_rank(in, r)) {
            // One matrix serves as embedding and as head where a rank holds both ends.
            const bool both = stages > 1 && in.model->tied && k == stages - 1 && mine.has(0);
            Stage stage = made.at(k, both);
            const StageActivations& a = stage.activations;
            add(m, stage.memory);
            m.chunks.push_back({k, a.stored, a.working, a.logits});
            stored += a.stored.value;
            mine.stages.push_back(std::move(stage.activations));
        }
        m.first_layer = stage_span(in.model->layer_count(), stages, mine.stages.front().stage).first;
        out.parts.push_back(std::move(mine));
        m.framework = framework_bytes(l.devices());
        m.layer_stored = {m.layers > 0 ? stored / real(m.layers) : 0};
        Bytes least = m.peak() + m.chunks.front().stored;
        if (r == 0 && l.pp > 1)
            least = m.peak() + std::max(m.chunks.front().stored * held_at_least(c.schedule, l.pp, micro_batches),
                                        Bytes{stored} * held_at_least_of_each_chunk(c.schedule, l.pp, micro_batches));
        out.least = std::max(out.least, least);
        p.ranks.push_back(std::move(m));
    }
    return out;
}

TrainingPlan complete(Draft draft, const PipelineRun* at_hand) {
    TrainingPlan p = std::move(draft.plan);
    const PassCost cost = time_passes(p, draft.parts, at_hand);
    for (size_t r = 0; r < p.ranks.size(); ++r) {
        TrainingMemory& m = p.ranks[r];
        m.held = static_cast<double>(p.pipeline.most_held[r]) / real(p.pipeline.chunks);
        if (p.input.choice.schedule == PipelineSchedule::dual_pipe && p.input.parallelism.pp > 1) m.held *= 2;
        MemoryPoint most;
        walk_memory(p, r, [&](double time, double held, double logits, double working) {
            if (Bytes{held} + Bytes{logits} + Bytes{working} > most.total()) most = {time, {held}, {logits}, {working}};
            return true;
        });
        m.activations = most.activations;
        m.logits = most.logits;
        m.working = most.working;
        if (m.peak() > p.ranks[p.fullest].peak()) p.fullest = r;
    }
    p.fits = p.rank().peak() <= p.capacity;
    time_step(p, cost);
    account(p);
    return p;
}

}  // namespace

TrainingPlan plan_training(const TrainingInput& in, const LayerKinds& kinds, const PipelineRun* at_hand) {
    TrainingPlan p = complete(draft_plan(in, kinds, kAllRanks), at_hand);
    p.input.model = in.model;
    return p;
}

TrainingPlan plan_training(const TrainingInput& in) {
    return plan_training(in, LayerKinds(*in.model), nullptr);
}

namespace {

// Experts over as many ranks of the stage as divide both.
int choose_expert_parallelism(const Model& kinds, int ranks, int tp) {
    int best = 1;
    for (const LayerGroup& g : kinds.layers)
        if (g.mlp.kind == MlpKind::moe)
            for (int ep = ranks; ep > best; --ep)
                if (ranks % ep == 0 && g.mlp.experts % ep == 0 && (ep % tp == 0 || tp % ep == 0)) best = ep;
    return best;
}

enum class Wanted : uint8_t { best, one_that_fits };

// A candidate that cannot fit whatever its passes take is not timed, but where none fits and the smallest is wanted.
TrainingParallelismChoice choose(const TrainingInput& requested, const LayerKinds& kinds, Wanted wanted) {
    const int devices = requested.cluster.devices;
    struct Candidate {
        TrainingParallelism parallelism;
        Bytes peak;
        size_t order = 0;
        bool timed = false;
    };
    std::vector<Candidate> candidates;
    TrainingInput in = requested;
    in.model = &kinds.model();
    for (int pp = 1; pp <= std::min(devices, 64); pp *= 2) {
        for (int tp = 1; tp <= std::min(devices / pp, requested.cluster.per_node); tp *= 2) {
            if (devices % (tp * pp) != 0) continue;
            in.parallelism = {tp, 1, pp, devices / (tp * pp), 1, 1};
            in.parallelism.ep = choose_expert_parallelism(kinds.model(), in.parallelism.dp * tp, tp);
            if (!refuse_training(in).empty()) continue;
            Draft draft = draft_plan(in, kinds, wanted == Wanted::one_that_fits ? in.device->reported : kAllRanks);
            if (draft.least > draft.plan.capacity) {
                candidates.push_back({in.parallelism, draft.least, candidates.size()});
                continue;
            }
            const TrainingPlan plan = complete(std::move(draft), nullptr);
            candidates.push_back({in.parallelism, plan.rank().peak(), candidates.size(), true});
            if (!plan.fits) continue;
            const std::string reason =
                tp * pp == 1 ? "A whole replica fits on each device: data parallel only."
                : pp == 1
                    ? "A replica needs " + group_digits(tp) + " devices of one node: tensor parallel."
                    : "A replica needs " + group_digits(tp * pp) +
                          " devices: " + (tp > 1 ? "tensor parallel inside a node, " : "") + "pipeline stages between.";
            return {in.parallelism, reason, true};
        }
    }
    TrainingParallelismChoice out;
    out.reason = "It does not fit on these devices; this parallelism needs the least memory on each.";
    if (wanted == Wanted::one_that_fits) return out;
    // Smallest bound first: once a timed one needs no more than that, the others cannot need less.
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate& a, const Candidate& b) { return a.peak < b.peak; });
    const Candidate* best = nullptr;
    for (Candidate& c : candidates) {
        const auto before = [](const Candidate& a, const Candidate& b) {
            return a.peak < b.peak || (a.peak == b.peak && a.order < b.order);
        };
        if (best && best->peak < c.peak) break;
        if (!c.timed) {
            in.parallelism = c.parallelism;
            c.peak = plan_training(in, kinds, nullptr).rank().peak();
            c.timed = true;
        }
        if (!best || before(c, *best)) best = &c;
    }
    if (best) out.parallelism = best->parallelism;
    return out;
}

}  // namespace

TrainingParallelismChoice choose_training_parallelism(const TrainingInput& requested) {
    return choose(requested, LayerKinds(*requested.model), Wanted::best);
}

int fewest_training_devices(const TrainingInput& requested, const ClusterCatalog& catalog) {
    const LayerKinds kinds(*requested.model);
    const double params = total_params(kinds.model());
    for (int n = 1; n <= kMostDevices; n *= 2) {
        TrainingInput in = requested;
        in.cluster = make_cluster(catalog, *requested.device, n,
                                  requested.cluster.inside ? requested.cluster.inside->id : "auto",
                                  requested.cluster.between ? requested.cluster.between->id : "auto");
        // What can be divided at all bounds what one device must hold: most counts need no search.
        if (in.choice.peft == Peft::none && params * info(in.choice.recipe).weight / n > in.device->reported.value)
            continue;
        if (choose(in, kinds, Wanted::one_that_fits).fits) return n;
    }
    return 0;
}

}  // namespace kvx::core
