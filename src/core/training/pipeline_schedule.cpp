#include "core/training/pipeline_schedule.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace kvx::core {

namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

bool weights_apart(PipelineSchedule s) {
    return s == PipelineSchedule::zero_bubble || s == PipelineSchedule::zero_bubble_v ||
           s == PipelineSchedule::dual_pipe;
}

// The earliest of many times, the lowest index first among equals; changing one costs log n.
class Earliest {
  public:
    explicit Earliest(size_t n) {
        while (leaves_ < n) leaves_ *= 2;
        time_.assign(2 * leaves_, kNever);
    }
    void set(size_t i, double time) {
        i += leaves_;
        time_[i] = time;
        for (i /= 2; i > 0; i /= 2) time_[i] = std::min(time_[2 * i], time_[2 * i + 1]);
    }
    bool none() const { return time_[1] == kNever; }
    size_t first() const {
        size_t i = 1;
        while (i < leaves_) i = time_[2 * i] <= time_[2 * i + 1] ? 2 * i : 2 * i + 1;
        return i - leaves_;
    }

  private:
    size_t leaves_ = 1;
    std::vector<double> time_;  // a tree; leaves from leaves_ on
};

class Replay {
  public:
    Replay(PipelineSchedule s, int ranks, int micro_batches, int chunks, const PassTimes& t)
        : kind_(s),
          two_ways_(s == PipelineSchedule::dual_pipe),
          apart_(weights_apart(s)),
          ranks_(ranks),
          micro_batches_(micro_batches),
          chunks_(chunks),
          stages_(two_ways_ ? ranks : ranks * chunks),
          free_(static_cast<size_t>(ranks), 0),
          held_(static_cast<size_t>(ranks), 0),
          open_(static_cast<size_t>(ranks), 0) {
        const double share = two_ways_ ? 1 : 1.0 / chunks_;
        time_[0] = t.forward.value * share;
        time_[1] = (apart_ ? t.backward_input.value : t.backward()) * share;
        time_[2] = t.backward_weight.value * share;
        for (std::vector<double>& done : done_) done.assign(cells(), kNever);
        run_.replayed_held.assign(free_.size(), 0);
        run_.passes.resize(free_.size());
        for (std::vector<Pass>& mine : run_.passes) mine.reserve((apart_ ? 3 : 2) * cells() / free_.size());
    }

    PipelineRun finish() {
        run_.ranks = ranks_;
        run_.chunks = chunks_;
        run_.micro_batches = micro_batches_;
        run_.busy = micro_batches_ * chunks_ * (time_[0] + time_[1] + (apart_ ? time_[2] : 0));
        if (two_ways_) run_.busy /= chunks_;
        for (const std::vector<Pass>& mine : run_.passes)
            if (!mine.empty()) run_.length = std::max(run_.length, mine.back().end);
        return std::move(run_);
    }

    // GPipe, 1F1B and interleaved 1F1B have fixed orders; a pass waits for its turn and its input.
    void in_order() {
        for (int r = 0; r < ranks_; ++r) run_.passes[static_cast<size_t>(r)] = order_of(r);
        std::vector<size_t> at(free_.size(), 0);
        for (bool moved = true; moved;) {
            moved = false;
            for (size_t r = 0; r < free_.size(); ++r) {
                std::vector<Pass>& mine = run_.passes[r];
                while (at[r] < mine.size() && ready(static_cast<int>(r), mine[at[r]]) < kNever) {
                    execute(static_cast<int>(r), mine[at[r]++]);
                    moved = true;
                }
            }
        }
        for (size_t r = 0; r < free_.size(); ++r) run_.passes[r].resize(at[r]);
    }

    // Zero-bubble schedules: each rank takes what is ready, backward first, forward while it may hold one more, and
    // fills the rest with weight gradients. The pass that starts first is next; it changes what its own rank and those
    // that wait for it would take.
    void greedy() {
        next_.assign(3 * 2 * free_.size(), 0);
        if (two_ways_)
            for (size_t i = 0; i < next_.size(); ++i) next_[i] = static_cast<int>(i % 2);
        std::vector<Pass> choice(free_.size());
        Earliest starts(free_.size());
        const auto choose = [&](int r) {
            const auto i = static_cast<size_t>(r);
            starts.set(i, pick(r, choice[i]));
        };
        for (int r = 0; r < ranks_; ++r) choose(r);
        while (!starts.none()) {
            const size_t i = starts.first();
            const auto r = static_cast<int>(i);
            Pass x = choice[i];
            execute(r, x);
            run_.passes[i].push_back(x);
            next(r, x.chunk, x.kind) += two_ways_ ? 2 : 1;
            choose(r);
            if (x.kind == PassKind::weight) continue;
            const int stage = stage_of(r, x.chunk) + (x.kind == PassKind::forward ? 1 : -1);
            if (stage < 0 || stage >= stages_) continue;
            const int waiting = rank_of(stage, x.chunk);
            if (waiting != r) choose(waiting);
        }
    }

  private:
    PipelineSchedule kind_;
    bool two_ways_, apart_;  // DualPipe sends even micro-batches one way and odd ones the other
    int ranks_, micro_batches_, chunks_, stages_;
    double time_[3];
    std::vector<double> done_[2];  // forward and backward passes, by [micro-batch × stages_ + stage]
    std::vector<double> free_;
    std::vector<int> held_, open_;  // until their weight gradients, until their backward pass
    std::vector<int> next_;         // micro-batch, by rank, kind and chunk: they go through a stage in order
    PipelineRun run_;

    size_t cells() const { return static_cast<size_t>(micro_batches_) * static_cast<size_t>(stages_); }
    size_t cell(int micro, int stage) const {
        return static_cast<size_t>(micro) * static_cast<size_t>(stages_) + static_cast<size_t>(stage);
    }
    int& next(int r, int chunk, PassKind k) {
        return next_[(static_cast<size_t>(r) * 3 + static_cast<size_t>(k)) * 2 + static_cast<size_t>(chunk)];
    }
    int stage_of(int rank, int chunk) const {
        if (two_ways_) return chunk == 1 ? ranks_ - 1 - rank : rank;
        if (kind_ == PipelineSchedule::zero_bubble_v) return chunk == 0 ? rank : 2 * ranks_ - 1 - rank;
        return chunk * ranks_ + rank;
    }
    int rank_of(int stage, int direction) const {
        if (two_ways_) return direction == 1 ? ranks_ - 1 - stage : stage;
        if (kind_ == PipelineSchedule::zero_bubble_v) return stage < ranks_ ? stage : 2 * ranks_ - 1 - stage;
        return stage % ranks_;
    }

    std::vector<Pass> order_of(int r) const {
        const int group = kind_ == PipelineSchedule::interleaved ? ranks_ : micro_batches_;
        std::vector<Pass> forward, backward, out;
        for (std::vector<Pass>* list : {&forward, &backward}) list->reserve(cells() / free_.size());
        for (int from = 0; from < micro_batches_; from += group)
            for (int c = 0; c < chunks_; ++c)
                for (int i = from; i < std::min(micro_batches_, from + group); ++i) {
                    forward.push_back({0, 0, i, PassKind::forward, static_cast<uint8_t>(c)});
                    backward.push_back({0, 0, i, PassKind::backward, static_cast<uint8_t>(chunks_ - 1 - c)});
                }
        out.reserve(forward.size() + backward.size());
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
    double ready(int rank, const Pass& x) const {
        const int stage = stage_of(rank, x.chunk);
        const size_t here = cell(x.micro_batch, stage);
        switch (x.kind) {
            case PassKind::forward:
                return stage == 0 ? 0 : done_[0][here - 1];
            case PassKind::backward:
                return stage + 1 == stages_ ? done_[0][here] : std::max(done_[0][here], done_[1][here + 1]);
            case PassKind::weight:
                return done_[1][here];
        }
        return kNever;
    }

    void execute(int rank, Pass& x) {
        const auto r = static_cast<size_t>(rank);
        x.start = std::max(free_[r], ready(rank, x));
        x.end = x.start + time_[static_cast<size_t>(x.kind)];
        free_[r] = x.end;
        if (x.kind != PassKind::weight)
            done_[static_cast<size_t>(x.kind)][cell(x.micro_batch, stage_of(rank, x.chunk))] = x.end;
        if (x.kind == PassKind::forward) {
            ++open_[r];
            run_.replayed_held[r] = std::max(run_.replayed_held[r], ++held_[r]);
        }
        if (x.kind == PassKind::backward) --open_[r];
        if (x.kind == (apart_ ? PassKind::weight : PassKind::backward)) --held_[r];
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
    double pick(int r, Pass& out) {
        const auto rank = static_cast<size_t>(r);
        // As in 1F1B, a stage starts no more than are in flight behind it.
        const int most_open = kind_ == PipelineSchedule::zero_bubble ? ranks_ - r : limit();
        double best = kNever;
        int priority_of_best = 9;
        for (int c = 0; c < chunks_; ++c)
            for (const PassKind k : {PassKind::forward, PassKind::backward, PassKind::weight}) {
                const int micro = next(r, c, k);
                if (micro >= micro_batches_) continue;
                // Reserve a place for the chunk that a micro-batch reaches later, to avoid a deadlock.
                const int keep = two_ways_ ? 0 : chunks_ - 1 - c;
                if (k == PassKind::forward && (held_[rank] + keep >= limit() || open_[rank] >= most_open)) continue;
                const Pass x{0, 0, micro, k, static_cast<uint8_t>(c)};
                const double t = std::max(free_[rank], ready(r, x));
                if (t == kNever) continue;
                const int priority = k == PassKind::backward ? 0 : k == PassKind::weight ? 3 : two_ways_ ? 2 : 2 - c;
                if (t < best || (t == best && priority < priority_of_best))
                    best = t, priority_of_best = priority, out = x;
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

struct Size {
    int ranks = 1, micro_batches = 1;
};

// What is replayed of a pipeline. Once it is full, each further micro-batch takes the same time, so the first 3 × ranks
// suffice; GPipe fills and empties only once and shows more of them while they are still distinguishable.
Size replayed_size(PipelineSchedule s, int ranks, int micro_batches, int chunks) {
    constexpr int64_t kShownByGpipe = 1024;
    const int64_t most = static_cast<int64_t>(kMostPasses) / (weights_apart(s) ? 3 : 2) /
                         (s == PipelineSchedule::dual_pipe ? 1 : chunks);  // ranks × micro-batches
    const int64_t wanted = std::max(1, micro_batches);
    const auto full = [&](int64_t p) { return std::min(wanted, 3 * p); };
    int64_t p = ranks;
    if (p * full(p) > most) {
        const auto square = static_cast<int64_t>(std::sqrt(static_cast<double>(most) / 3));
        p = std::clamp<int64_t>(std::max(square, most / wanted), 1, ranks);
        if (s == PipelineSchedule::dual_pipe) p -= p % 2;
    }
    int64_t m = full(p);
    if (s == PipelineSchedule::gpipe) m = std::max(m, std::min({wanted, kShownByGpipe, most / p}));
    if (s == PipelineSchedule::interleaved && p < ranks && m > p) m -= m % p;  // in whole rounds of the ranks
    return {static_cast<int>(p), static_cast<int>(m)};
}

}  // namespace

size_t PipelineRun::stand_in(size_t rank) const {
    const auto all = static_cast<size_t>(std::max(ranks, 2) - 1);
    return passes.size() == static_cast<size_t>(ranks) ? rank : rank * (passes.size() - 1) / all;
}

size_t PipelineRun::rank_of(size_t replayed) const {
    if (passes.size() == static_cast<size_t>(ranks)) return replayed;
    const size_t steps = std::max<size_t>(passes.size(), 2) - 1;
    return (replayed * static_cast<size_t>(ranks - 1) + steps - 1) / steps;
}

double PipelineRun::held_for_each(size_t rank) const {
    const int replayed = replayed_held[stand_in(rank)];
    return replayed > 0 ? static_cast<double>(most_held[rank]) / replayed : 1;
}

size_t PipelineRun::pass_count() const {
    size_t n = 0;
    for (const std::vector<Pass>& mine : passes) n += mine.size();
    return n;
}

PipelineRun replay(const Pipeline& of) {
    const auto& [s, ranks, micro_batches, chunks, t] = of;
    const int v = chunks_of(s, chunks);
    const Size size = replayed_size(s, ranks, micro_batches, v);
    Replay r(s, size.ranks, size.micro_batches, v, t);
    if (weights_apart(s))
        r.greedy();
    else
        r.in_order();
    PipelineRun out = r.finish();
    out.of = of;
    out.ranks = ranks;
    out.bubble = {std::max(0.0, out.length - out.busy)};
    const int all = std::max(micro_batches, 1);
    out.most_held = out.replayed_held;
    if (s == PipelineSchedule::gpipe) std::fill(out.most_held.begin(), out.most_held.end(), all);
    if (size.ranks < ranks) {
        // Fill, drain and what is held meanwhile grow with the ranks; no rank holds more than there is.
        const double larger = static_cast<double>(ranks) / size.ranks;
        out.bubble.value *= static_cast<double>(ranks - 1) / std::max(1, size.ranks - 1);
        const std::vector<int> held = std::move(out.most_held);
        out.most_held.assign(static_cast<size_t>(ranks), 0);
        for (size_t i = 0; i < out.most_held.size(); ++i) {
            const double here = held[out.stand_in(i)] * (s == PipelineSchedule::gpipe ? 1 : larger);
            out.most_held[i] = static_cast<int>(std::min(std::ceil(here), static_cast<double>(all) * v));
        }
    }
    const double work = t.forward.value + t.backward();
    out.total = {size.ranks < ranks ? all * work + out.bubble.value : out.length + (all - size.micro_batches) * work};
    if (s == PipelineSchedule::dual_pipe) out.weight_copies = 2;
    return out;
}

int held_at_least(PipelineSchedule s, int ranks, int micro_batches) {
    switch (s) {
        case PipelineSchedule::gpipe:
            return micro_batches;
        case PipelineSchedule::zero_bubble_v:
            return std::min(micro_batches, 2 * ranks - 1);
        case PipelineSchedule::dual_pipe:
            return std::min((micro_batches + 1) / 2, std::max(1, ranks - 1));
        default:
            return std::min(micro_batches, ranks);
    }
}

int held_at_least_of_each_chunk(PipelineSchedule s, int ranks, int micro_batches) {
    // With fewer than two rounds the warm-up ends inside the first one.
    return s == PipelineSchedule::interleaved && micro_batches >= 2 * ranks ? ranks : 0;
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
        case PipelineSchedule::dual_pipe:  // F and B of two overlapping micro-batches take the sum of their times here
            return std::max(0.0, (ranks / 2.0 - 1) * (f + b + b - 3 * w));
    }
    return 0;
}

}  // namespace kvx::core
