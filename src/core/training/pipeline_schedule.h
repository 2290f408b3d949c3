// Replays the forward and backward passes of pipeline ranks: when each starts, how many micro-batches are held, how
// long ranks wait.
#pragma once
#include <vector>

#include "core/units.h"

namespace kvx::core {

enum class PipelineSchedule : uint8_t { gpipe, one_f_one_b, interleaved, zero_bubble, zero_bubble_v, dual_pipe };

// Time of one micro-batch on the whole of a rank (all its chunks); backward = input + weight.
struct PassTimes {
    Seconds forward, backward_input, backward_weight;
    double backward() const { return backward_input.value + backward_weight.value; }
};

enum class PassKind : uint8_t { forward, backward, weight };  // weight: only for schedules that run it separately
struct Pass {
    PassKind kind = PassKind::forward;
    int rank = 0, chunk = 0, micro_batch = 0;  // chunk: which of the rank's parts, 0 first in the network's order
    int stage = 0;                             // in the network's order, 0 … ranks × chunks − 1
    double start = 0, end = 0;                 // seconds
};

struct PipelineRun {
    int ranks = 1, chunks = 1;    // chunks: parts of the network on each rank
    int micro_batches = 0;        // replayed; longer steps repeat the middle
    std::vector<Pass> passes;     // by start time
    std::vector<int> most_held;   // chunks whose activations each rank holds at most
    double length = 0, busy = 0;  // seconds of the replay; of each rank's own work in it
    Seconds bubble;               // waiting of a rank in the step
    Seconds total;                // of all micro-batches of the step
    double weight_copies = 1;     // DualPipe holds two stages
};

// `chunks`: virtual stages of a rank, for the interleaved schedule. Sources: Huang et al. 2018 (GPipe), Narayanan et
// al. 2021 (1F1B, interleaved, arXiv 2104.04473; order as in Megatron-Core schedules.py), Qi et al. 2023 and 2024 (zero
// bubble, arXiv 2401.10241, 2405.15362), DeepSeek-AI 2024 (DualPipe, arXiv 2412.19437).
PipelineRun replay(PipelineSchedule s, int ranks, int micro_batches, int chunks, const PassTimes& t);

// The authors' formula for the waiting of a rank, in seconds.
double published_bubble(PipelineSchedule s, int ranks, int chunks, const PassTimes& t);

}  // namespace kvx::core
