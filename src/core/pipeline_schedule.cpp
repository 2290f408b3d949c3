#include "core/pipeline_schedule.h"

#include <algorithm>
#include <limits>

namespace kvx::core {

namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

// One direction of the network over the ranks: DualPipe has two, all others one.
class Replay {
  public:
    Replay(PipelineSchedule s, int ranks, int micro_batches, int chunks, const PassTimes& t)
        : kind(s),
          p(ranks),
          m(micro_batches),
          v(chunks),
          stages(s == PipelineSchedule::dual_pipe ? ranks : ranks * chunks),
          apart(s == PipelineSchedule::zero_bubble || s == PipelineSchedule::zero_bubble_v ||
                s == PipelineSchedule::dual_pipe) {
        const double share = s == PipelineSchedule::dual_pipe ? 1 : 1.0 / v;
        time[0] = t.forward.value * share;
        time[1] = (apart ? t.backward_input.value : t.backward()) * share;
        time[2] = t.backward_weight.value * share;
        done[0].assign(cells(), kNever);
        done[1].assign(cells(), kNever);
        done[2].assign(cells(), kNever);
        free.assign(static_cast<size_t>(p), 0);
        held.assign(static_cast<size_t>(p), 0);
        run.most_held.assign(static_cast<size_t>(p), 0);
    }

    PipelineRun finish() {
        run.ranks = p;
        run.chunks = v;
        run.micro_batches = m;
        std::sort(run.passes.begin(), run.passes.end(), [](const Pass& a, const Pass& b) { return a.start < b.start; });
        run.busy = m * v * (time[0] + time[1] + (apart ? time[2] : 0));
        if (kind == PipelineSchedule::dual_pipe) run.busy /= v;
        for (const Pass& x : run.passes) run.length = std::max(run.length, x.end);
        return std::move(run);
    }

    // The orders of GPipe, 1F1B and interleaved 1F1B are fixed; a pass waits for its turn and its input.
    void in_order() {
        std::vector<std::vector<Pass>> lists;
        for (int r = 0; r < p; ++r) lists.push_back(order_of(r));
        std::vector<size_t> at(static_cast<size_t>(p), 0);
        for (bool moved = true; moved;) {
            moved = false;
            for (int r = 0; r < p; ++r) {
                const auto i = static_cast<size_t>(r);
                while (at[i] < lists[i].size() && ready(lists[i][at[i]]) < kNever) {
                    execute(lists[i][at[i]++]);
                    moved = true;
                }
            }
        }
    }

    // Zero-bubble schedules: each rank takes what is ready, backward first, forward while it may hold one more, and
    // fills the rest with weight gradients.
    void greedy() {
        size_t left = cells() * 3;
        while (left > 0) {
            Pass best;
            double when = kNever;
            for (int r = 0; r < p; ++r) {
                Pass x;
                const double t = pick(r, x);
                if (t < when) when = t, best = x;
            }
            if (when == kNever) return;
            execute(best);
            --left;
        }
    }

  private:
    PipelineSchedule kind;
    int p, m, v, stages;
    bool apart;
    double time[3];
    std::vector<double> done[3];  // by [micro-batch × stages + stage]
    std::vector<double> free;
    std::vector<int> held;
    PipelineRun run;

    size_t cells() const { return static_cast<size_t>(m) * static_cast<size_t>(stages); }
    size_t cell(int micro, int stage) const {
        return static_cast<size_t>(micro) * static_cast<size_t>(stages) + static_cast<size_t>(stage);
    }
    bool backwards(int micro) const { return kind == PipelineSchedule::dual_pipe && micro % 2 == 1; }
    int stage_of(int rank, int chunk, int micro) const {
        if (kind == PipelineSchedule::dual_pipe) return backwards(micro) ? p - 1 - rank : rank;
        if (kind == PipelineSchedule::zero_bubble_v) return chunk == 0 ? rank : 2 * p - 1 - rank;
        return chunk * p + rank;
    }

    std::vector<Pass> order_of(int r) const {
        std::vector<Pass> forward, backward, out;
        const int group = kind == PipelineSchedule::interleaved ? p : m;
        for (int from = 0; from < m; from += group)
            for (int c = 0; c < v; ++c)
                for (int i = from; i < std::min(m, from + group); ++i) {
                    forward.push_back({PassKind::forward, r, c, i, stage_of(r, c, i), 0, 0});
                    const int back = v - 1 - c;
                    backward.push_back({PassKind::backward, r, back, i, stage_of(r, back, i), 0, 0});
                }
        size_t warm_up = forward.size();
        if (kind == PipelineSchedule::one_f_one_b) warm_up = static_cast<size_t>(p - r - 1);
        if (kind == PipelineSchedule::interleaved) warm_up = static_cast<size_t>(2 * (p - r - 1) + (v - 1) * p);
        warm_up = std::min(warm_up, forward.size());
        size_t f = 0, b = 0;
        while (f < warm_up) out.push_back(forward[f++]);
        while (b < backward.size()) {
            if (f < forward.size()) out.push_back(forward[f++]);
            out.push_back(backward[b++]);
        }
        return out;
    }

    // When the input of a pass is there; kNever if not yet known.
    double ready(const Pass& x) const {
        const size_t here = cell(x.micro_batch, x.stage);
        switch (x.kind) {
            case PassKind::forward:
                return x.stage == 0 ? 0 : done[0][cell(x.micro_batch, x.stage - 1)];
            case PassKind::backward:
                return x.stage + 1 == stages ? done[0][here]
                                             : std::max(done[0][here], done[1][cell(x.micro_batch, x.stage + 1)]);
            case PassKind::weight:
                return done[1][here];
        }
        return kNever;
    }

    void execute(Pass x) {
        const auto k = static_cast<size_t>(x.kind);
        const auto r = static_cast<size_t>(x.rank);
        x.start = std::max(free[r], ready(x));
        x.end = x.start + time[k];
        free[r] = x.end;
        done[k][cell(x.micro_batch, x.stage)] = x.end;
        if (x.kind == PassKind::forward) run.most_held[r] = std::max(run.most_held[r], ++held[r]);
        const bool last = apart ? x.kind == PassKind::weight : x.kind == PassKind::backward;
        if (last) --held[r];
        run.passes.push_back(x);
    }

    int limit(int rank) const {
        switch (kind) {
            case PipelineSchedule::zero_bubble_v:
                return 2 * p;
            case PipelineSchedule::dual_pipe:
                return p + 1;
            default:
                return std::max(1, p - rank) + std::min(rank, p / 2);
        }
    }

    // The pass a rank would start first, and when.
    double pick(int r, Pass& out) const {
        const double now = free[static_cast<size_t>(r)];
        double best = kNever;
        int rank_of_best = 9;
        const auto offer = [&](const Pass& x, int priority) {
            const double t = std::max(now, ready(x));
            if (t == kNever) return;
            if (t < best || (t == best && priority < rank_of_best)) best = t, rank_of_best = priority, out = x;
        };
        const int chunk_count = kind == PipelineSchedule::dual_pipe ? 1 : v;
        for (int c = 0; c < chunk_count; ++c) {
            for (int direction = 0; direction < (kind == PipelineSchedule::dual_pipe ? 2 : 1); ++direction) {
                const int step = kind == PipelineSchedule::dual_pipe ? 2 : 1;
                bool seen[3] = {false, false, false};
                for (int i = direction; i < m && !(seen[0] && seen[1] && seen[2]); i += step) {
                    const size_t at = cell(i, stage_of(r, c, i));
                    for (int k = 0; k < 3; ++k) {
                        if (seen[k] || done[k][at] != kNever) continue;
                        seen[k] = true;  // micro-batches go through a stage in order
                        // A place is kept for the part that a micro-batch reaches later, or all would wait for it.
                        const int keep = chunk_count - 1 - c;
                        if (k == 0 && held[static_cast<size_t>(r)] + keep >= limit(r)) continue;
                        const int chunk = kind == PipelineSchedule::dual_pipe ? direction : c;
                        const int priority = k == 1 ? 0 : k == 0 ? 2 - c : 3;
                        offer({static_cast<PassKind>(k), r, chunk, i, stage_of(r, c, i), 0, 0}, priority);
                    }
                }
            }
        }
        return best;
    }
};

int chunks_of(PipelineSchedule s, int chunks) {
    switch (s) {
        case PipelineSchedule::interleaved:
            return std::max(1, chunks);
        case PipelineSchedule::zero_bubble_v:
        case PipelineSchedule::dual_pipe:
            return 2;
        default:
            return 1;
    }
}

}  // namespace

PipelineRun replay(PipelineSchedule s, int ranks, int micro_batches, int chunks, const PassTimes& t) {
    const int v = chunks_of(s, chunks);
    // Once the pipeline is full, each further micro-batch takes the same time: only the first 3 × ranks are replayed,
    // except for GPipe, which holds them all.
    const int enough = s == PipelineSchedule::gpipe ? micro_batches : std::min(micro_batches, 3 * ranks);
    const int m = std::max(1, enough);
    Replay r(s, ranks, m, v, t);
    if (s == PipelineSchedule::zero_bubble || s == PipelineSchedule::zero_bubble_v || s == PipelineSchedule::dual_pipe)
        r.greedy();
    else
        r.in_order();
    PipelineRun out = r.finish();
    out.bubble = {std::max(0.0, out.length - out.busy)};
    out.total = {out.length + (std::max(micro_batches, 1) - m) * (t.forward.value + t.backward())};
    if (s == PipelineSchedule::dual_pipe) out.weight_copies = 2;
    return out;
}

double published_bubble(PipelineSchedule s, int ranks, int chunks, const PassTimes& t) {
    const double f = t.forward.value, b = t.backward(), w = t.backward_weight.value;
    switch (s) {
        case PipelineSchedule::gpipe:
        case PipelineSchedule::one_f_one_b:
            return (ranks - 1) * (f + b);
        case PipelineSchedule::interleaved:
            return (ranks - 1) * (f + b) / std::max(1, chunks);
        case PipelineSchedule::zero_bubble:
            return (ranks - 1) * (f + b - 2 * w);
        case PipelineSchedule::zero_bubble_v:
            return 0;
        case PipelineSchedule::dual_pipe:  // F and B of two micro-batches side by side take their sum here
            return std::max(0.0, (ranks / 2.0 - 1) * (f + b + b - 3 * w));
    }
    return 0;
}

}  // namespace kvx::core
