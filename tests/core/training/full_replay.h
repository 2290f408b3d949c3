// A plain pipeline replay to compare core's with: every rank is tried for every pass, every table is complete. Slow,
// but short enough to read.
#pragma once
#include <algorithm>
#include <limits>
#include <vector>

#include "core/training/pipeline_schedule.h"

namespace kvx::test {

using core::PassKind;
using core::PassTimes;
using core::PipelineSchedule;

struct FullPass {
    PassKind kind = PassKind::forward;
    int rank = 0, chunk = 0, micro_batch = 0, stage = 0;
    double start = 0, end = 0;
};

struct FullReplay {
    std::vector<FullPass> passes;  // by start time
    std::vector<int> most_held;
    double length = 0, busy = 0;
};

constexpr double kNever = std::numeric_limits<double>::infinity();

// One direction through the network: DualPipe has two, all others one.
class FullReplayer {
  public:
    FullReplayer(PipelineSchedule s, int ranks, int micro_batches, int chunks, const PassTimes& t)
        : kind_(s),
          ranks_(ranks),
          micro_batches_(micro_batches),
          chunks_(chunks),
          stages_(s == PipelineSchedule::dual_pipe ? ranks : ranks * chunks),
          apart_(s == PipelineSchedule::zero_bubble || s == PipelineSchedule::zero_bubble_v ||
                 s == PipelineSchedule::dual_pipe) {
        const double share = s == PipelineSchedule::dual_pipe ? 1 : 1.0 / chunks_;
        time_[0] = t.forward.value * share;
        time_[1] = (apart_ ? t.backward_input.value : t.backward()) * share;
        time_[2] = t.backward_weight.value * share;
        done_[0].assign(cells(), kNever);
        done_[1].assign(cells(), kNever);
        done_[2].assign(cells(), kNever);
        free_.assign(static_cast<size_t>(ranks_), 0);
        held_.assign(static_cast<size_t>(ranks_), 0);
        open_.assign(static_cast<size_t>(ranks_), 0);
        run_.most_held.assign(static_cast<size_t>(ranks_), 0);
    }

    FullReplay finish() {
        std::stable_sort(run_.passes.begin(), run_.passes.end(),
                         [](const FullPass& a, const FullPass& b) { return a.start < b.start; });
        run_.busy = micro_batches_ * chunks_ * (time_[0] + time_[1] + (apart_ ? time_[2] : 0));
        if (kind_ == PipelineSchedule::dual_pipe) run_.busy /= chunks_;
        for (const FullPass& x : run_.passes) run_.length = std::max(run_.length, x.end);
        return std::move(run_);
    }

    // GPipe, 1F1B and interleaved 1F1B have fixed orders; a pass waits for its turn and its input.
    void in_order() {
        std::vector<std::vector<FullPass>> lists;
        lists.reserve(static_cast<size_t>(ranks_));
        for (int r = 0; r < ranks_; ++r) lists.push_back(order_of(r));
        std::vector<size_t> at(static_cast<size_t>(ranks_), 0);
        for (bool moved = true; moved;) {
            moved = false;
            for (int r = 0; r < ranks_; ++r) {
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
            FullPass best;
            double when = kNever;
            for (int r = 0; r < ranks_; ++r) {
                FullPass x;
                const double t = pick(r, x);
                if (t < when) when = t, best = x;
            }
            if (when == kNever) return;
            execute(best);
            --left;
        }
    }

  private:
    PipelineSchedule kind_;
    int ranks_, micro_batches_, chunks_, stages_;
    bool apart_;
    double time_[3];
    std::vector<double> done_[3];  // by [micro-batch × stages_ + stage]
    std::vector<double> free_;
    std::vector<int> held_, open_;  // until their weight gradients, until their backward pass
    FullReplay run_;

    size_t cells() const { return static_cast<size_t>(micro_batches_) * static_cast<size_t>(stages_); }
    size_t cell(int micro, int stage) const {
        return static_cast<size_t>(micro) * static_cast<size_t>(stages_) + static_cast<size_t>(stage);
    }
    bool backwards(int micro) const { return kind_ == PipelineSchedule::dual_pipe && micro % 2 == 1; }
    int stage_of(int rank, int chunk, int micro) const {
        if (kind_ == PipelineSchedule::dual_pipe) return backwards(micro) ? ranks_ - 1 - rank : rank;
        if (kind_ == PipelineSchedule::zero_bubble_v) return chunk == 0 ? rank : 2 * ranks_ - 1 - rank;
        return chunk * ranks_ + rank;
    }

    std::vector<FullPass> order_of(int r) const {
        std::vector<FullPass> forward, backward, out;
        const int group = kind_ == PipelineSchedule::interleaved ? ranks_ : micro_batches_;
        for (int from = 0; from < micro_batches_; from += group)
            for (int c = 0; c < chunks_; ++c)
                for (int i = from; i < std::min(micro_batches_, from + group); ++i) {
                    forward.push_back({PassKind::forward, r, c, i, stage_of(r, c, i), 0, 0});
                    const int back = chunks_ - 1 - c;
                    backward.push_back({PassKind::backward, r, back, i, stage_of(r, back, i), 0, 0});
                }
        size_t warm_up = forward.size();
        if (kind_ == PipelineSchedule::one_f_one_b) warm_up = static_cast<size_t>(ranks_ - r - 1);
        if (kind_ == PipelineSchedule::interleaved)
            warm_up = 2 * static_cast<size_t>(ranks_ - r - 1) +
                      static_cast<size_t>(chunks_ - 1) * static_cast<size_t>(ranks_);
        warm_up = std::min(warm_up, forward.size());
        size_t f = 0, b = 0;
        while (f < warm_up) out.push_back(forward[f++]);
        while (b < backward.size()) {
            if (f < forward.size()) out.push_back(forward[f++]);
            out.push_back(backward[b++]);
        }
        return out;
    }

    // When the input of a pass is ready; kNever if not yet known.
    double ready(const FullPass& x) const {
        const size_t here = cell(x.micro_batch, x.stage);
        switch (x.kind) {
            case PassKind::forward:
                return x.stage == 0 ? 0 : done_[0][cell(x.micro_batch, x.stage - 1)];
            case PassKind::backward:
                return x.stage + 1 == stages_ ? done_[0][here]
                                              : std::max(done_[0][here], done_[1][cell(x.micro_batch, x.stage + 1)]);
            case PassKind::weight:
                return done_[1][here];
        }
        return kNever;
    }

    void execute(FullPass x) {
        const auto k = static_cast<size_t>(x.kind);
        const auto r = static_cast<size_t>(x.rank);
        x.start = std::max(free_[r], ready(x));
        x.end = x.start + time_[k];
        free_[r] = x.end;
        done_[k][cell(x.micro_batch, x.stage)] = x.end;
        if (x.kind == PassKind::forward) run_.most_held[r] = std::max(run_.most_held[r], ++held_[r]);
        if (x.kind == PassKind::forward) ++open_[r];
        if (x.kind == PassKind::backward) --open_[r];
        const bool last = apart_ ? x.kind == PassKind::weight : x.kind == PassKind::backward;
        if (last) --held_[r];
        run_.passes.push_back(x);
    }

    int limit() const {
        switch (kind_) {
            case PipelineSchedule::zero_bubble_v:
                return 2 * ranks_;
            case PipelineSchedule::dual_pipe:
                return ranks_ + 1;
            default:
                return ranks_;  // ZB-H1: never more than the first stage of 1F1B
        }
    }

    // The pass a rank would start first, and when.
    double pick(int r, FullPass& out) const {
        const double now = free_[static_cast<size_t>(r)];
        // As in 1F1B, a stage starts no more than are in flight behind it.
        const int most_open = kind_ == PipelineSchedule::zero_bubble ? ranks_ - r : limit();
        double best = kNever;
        int rank_of_best = 9;
        const auto offer = [&](const FullPass& x, int priority) {
            const double t = std::max(now, ready(x));
            if (t == kNever) return;
            if (t < best || (t == best && priority < rank_of_best)) best = t, rank_of_best = priority, out = x;
        };
        const int chunk_count = kind_ == PipelineSchedule::dual_pipe ? 1 : chunks_;
        for (int c = 0; c < chunk_count; ++c) {
            for (int direction = 0; direction < (kind_ == PipelineSchedule::dual_pipe ? 2 : 1); ++direction) {
                const int step = kind_ == PipelineSchedule::dual_pipe ? 2 : 1;
                bool seen[3] = {false, false, false};
                for (int i = direction; i < micro_batches_ && !(seen[0] && seen[1] && seen[2]); i += step) {
                    const size_t at = cell(i, stage_of(r, c, i));
                    for (int k = 0; k < 3; ++k) {
                        if (seen[k] || done_[k][at] != kNever) continue;
                        seen[k] = true;  // micro-batches go through a stage in order
                        // Reserve a place for the chunk that a micro-batch reaches later, to avoid a deadlock.
                        const int keep = chunk_count - 1 - c;
                        if (k == 0 && (held_[static_cast<size_t>(r)] + keep >= limit() ||
                                       open_[static_cast<size_t>(r)] >= most_open))
                            continue;
                        const int chunk = kind_ == PipelineSchedule::dual_pipe ? direction : c;
                        const int priority = k == 1 ? 0 : k == 0 ? 2 - c : 3;
                        offer({static_cast<PassKind>(k), r, chunk, i, stage_of(r, c, i), 0, 0}, priority);
                    }
                }
            }
        }
        return best;
    }
};

inline int chunks_of(PipelineSchedule s, int chunks) {
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

inline FullReplay full_replay(PipelineSchedule s, int ranks, int micro_batches, int chunks, const PassTimes& t) {
    FullReplayer r(s, ranks, micro_batches, chunks_of(s, chunks), t);
    if (s == PipelineSchedule::zero_bubble || s == PipelineSchedule::zero_bubble_v || s == PipelineSchedule::dual_pipe)
        r.greedy();
    else
        r.in_order();
    return r.finish();
}

}  // namespace kvx::test
