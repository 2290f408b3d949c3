// Replays the forward and backward passes of pipeline ranks: when each starts, how many micro-batches are held, how
// long ranks wait.
#pragma once
#include <cstddef>
#include <vector>

#include "core/units.h"

namespace kvx::core {

enum class PipelineSchedule : uint8_t { gpipe, one_f_one_b, interleaved, zero_bubble, zero_bubble_v, dual_pipe };

// Time of one micro-batch on the whole of a rank (all its chunks); backward = input + weight.
struct PassTimes {
    Seconds forward, backward_input, backward_weight;
    double backward() const { return backward_input.value + backward_weight.value; }
    bool operator==(const PassTimes&) const = default;
};

enum class PassKind : uint8_t { forward, backward, weight };  // weight: only for schedules that run it separately
struct Pass {
    double start = 0, end = 0;  // seconds
    int micro_batch = 0;
    PassKind kind = PassKind::forward;
    uint8_t chunk = 0;  // which of the rank's parts, 0 first in the network's order; DualPipe: which direction
};

// A replay grows with ranks² and must not keep a visitor waiting: at most so many passes are replayed.
constexpr size_t kMostPasses = size_t{1} << 16;

// A pipeline to replay. `chunks`: virtual stages of a rank, for the interleaved schedule.
struct Pipeline {
    PipelineSchedule schedule = PipelineSchedule::one_f_one_b;
    int ranks = 1, micro_batches = 1, chunks = 1;
    PassTimes times;
    bool operator==(const Pipeline&) const = default;
};

struct PipelineRun {
    Pipeline of;
    int ranks = 1, chunks = 1;              // chunks: parts of the network on each rank
    int micro_batches = 0;                  // replayed; longer steps repeat the middle
    std::vector<std::vector<Pass>> passes;  // by replayed rank, in order of time
    std::vector<int> replayed_held;         // chunks whose activations each replayed rank holds at most
    std::vector<int> most_held;             // the same of every rank of the pipeline
    double length = 0, busy = 0;            // seconds of the replay; of each rank's own work in it
    Seconds bubble;                         // waiting of a rank in the step
    Seconds total;                          // of all micro-batches of the step
    double weight_copies = 1;               // DualPipe holds two stages

    int replayed_ranks() const { return static_cast<int>(passes.size()); }
    // The replayed rank that stands for one of the pipeline's, and the other way round.
    size_t stand_in(size_t rank) const;
    size_t rank_of(size_t replayed) const;
    const std::vector<Pass>& passes_of(size_t rank) const { return passes[stand_in(rank)]; }
    // Chunks that a rank holds for each one that its stand-in holds: 1 where the whole step is replayed.
    double held_for_each(size_t rank) const;
    size_t pass_count() const;
};

// Sources: Huang et al. 2018 (GPipe), Narayanan et al. 2021 (1F1B, interleaved, arXiv 2104.04473; order as in
// Megatron-Core schedules.py), Qi et al. 2023 and 2024 (zero bubble, arXiv 2401.10241, 2405.15362), DeepSeek-AI 2024
// (DualPipe, arXiv 2412.19437). A pipeline too long for kMostPasses is replayed with fewer ranks; its bubble grows with
// ranks − 1, as the authors' formulas do.
PipelineRun replay(const Pipeline& p);
inline PipelineRun replay(PipelineSchedule s, int ranks, int micro_batches, int chunks, const PassTimes& t) {
    return replay({s, ranks, micro_batches, chunks, t});
}

// Forward passes of its first part that the first rank certainly runs before anything comes back to it: it holds that
// many, whatever the passes take.
int held_at_least(PipelineSchedule s, int ranks, int micro_batches);
// The same of every part of the first rank: interleaved 1F1B sends the first `ranks` micro-batches through all of its
// parts before one comes back (warm-up of Megatron-Core schedules.py). 0 where no such number holds for all parts.
int held_at_least_of_each_chunk(PipelineSchedule s, int ranks, int micro_batches);

// The authors' formula for the waiting of a rank, in seconds.
double published_bubble(PipelineSchedule s, int ranks, int chunks, const PassTimes& t);

}  // namespace kvx::core
