// Training one model on many devices: memory of every pipeline rank through a step, what is sent, how long a step and a
// run take.
#pragma once
#include <string>
#include <vector>

#include "core/catalog/cluster.h"
#include "core/catalog/weight_matrices.h"
#include "core/quantity.h"
#include "core/serving/step_time.h"
#include "core/training/pipeline_schedule.h"
#include "core/training/scaling_law.h"
#include "core/training/training_activations.h"

namespace kvx::core {

enum class Peft : uint8_t { none, lora, qlora };

// tp × cp × pp × dp devices. Experts: ep of the replica's ranks hold different ones, each cut by etp.
struct TrainingParallelism {
    int tp = 1, cp = 1, pp = 1, dp = 1, ep = 1, etp = 1;
    int devices() const { return tp * cp * pp * dp; }
    bool operator==(const TrainingParallelism&) const = default;
};

struct TrainingChoice {  // everything but model, device and layout
    Recipe recipe = Recipe::bf16;
    Optimizer optimizer = Optimizer::adamw;
    Sharding sharding = Sharding::zero1;
    StateOffload offload = StateOffload::none;
    Recompute recompute = Recompute::none;
    Kernels kernels = Kernels::fused;
    bool flash = true, dropout = false, chunked_loss = false, sequence_parallel = true;
    int64_t micro_batch = 1, accumulation = 16;  // sequences; micro-batches of a step and replica
    Tokens sequence{4096};
    PipelineSchedule schedule = PipelineSchedule::one_f_one_b;
    int chunks = 2;  // virtual stages of a rank, interleaved only
    Peft peft = Peft::none;
    int64_t lora_rank = 16;
    LoraTargets lora_targets = LoraTargets::all_linear;
    double tokens = 0;  // of the run; 0: the scaling law's optimum for the model
    RatePlan rate;
    bool operator==(const TrainingChoice&) const = default;
};

struct TrainingInput {
    const Model* model = nullptr;    // never null
    const Device* device = nullptr;  // never null
    TrainingChoice choice;
    TrainingParallelism parallelism;
    Cluster cluster;  // of layout.devices()
    Estimate estimate = Estimate::calibrated;
    double price = 0, pue = 1;  // dollars an hour and device, 0 the device's own
};

// Memory of one rank at its fullest moment. All ranks of a stage are alike.
struct TrainingMemory {
    int64_t first_layer = 0, layers = 0;
    ParamSplit params;
    StateBytes states;
    Bytes gathered;                      // whole layers that sharded weights become while they are used
    Bytes buckets;                       // a layer's gradients before they are dealt out; casts of autocast
    Bytes activations, logits, working;  // at the peak; working: a layer that is recomputed
    Bytes framework;                     // driver, libraries, communicators: ≈
    Bytes layer_stored;                  // kept by one layer of one micro-batch, the mean of this rank's
    double held = 0;                     // micro-batches whose activations it holds at most
    double cpu_bytes = 0;                // moved to the CPU's memory, a device's part
    bool estimated = false;
    Bytes kept() const { return states.total() + buckets + framework; }  // whatever moment
    Bytes peak() const { return kept() + gathered + activations + logits + working; }
};

struct MemoryPoint {  // of one rank in one step; between two points memory does not change
    double time = 0;
    Bytes activations, logits, working;
    Bytes total() const { return activations + logits + working; }
};

// Messages of one kind in one optimizer step, by each device of the fullest rank.
struct TrainingTraffic {
    Bytes sent;
    double count = 0;
    const Link* link = nullptr;
    int group = 1;
    Seconds time, exposed;  // exposed: what compute does not hide
};

struct TrainingTime {
    PassTimes pass;   // one micro-batch on the slowest rank, tensor-, context- and expert-parallel messages included
    Seconds compute;  // these add up to `step`
    Seconds messages, bubble, exposed, optimizer;
    Seconds step;
    TrainingTraffic gradients, gather, tensor, context, pipeline, expert, offload;
    double model_flops = 0, hardware_flops = 0;  // of a token, forward and backward
    double mfu = 0, hfu = 0, peak_flops = 0;
    double tokens_per_step = 0, tokens_per_second = 0;
    double bubble_share = 0;  // of the step
};

struct TrainingPlan {
    TrainingInput input;
    std::vector<TrainingMemory> ranks;  // by pipeline rank
    size_t fullest = 0;
    PipelineRun pipeline;
    TrainingTime time;
    double trainable = 0, params = 0;
    Bytes checkpoint, capacity;
    bool fits = false;
    double run_tokens = 0, steps = 0, price = 0, days = 0, device_hours = 0, dollars = 0, kilowatt_hours = 0;
    double final_loss = 0;
    const TrainingMemory& rank() const { return ranks[fullest]; }
};

// Why a model cannot be trained so, one sentence; "" when it can.
std::string refuse_training(const TrainingInput& in);
// The part of a model that a rank of a stage trains. Vocabulary rows are padded to 128 × tp (Megatron-LM).
Model training_share(const Model& m, const TrainingParallelism& l, int stage);
TrainingPlan plan_training(const TrainingInput& in);

struct TrainingParallelismChoice {
    TrainingParallelism parallelism;
    std::string reason;
};
// Plain data parallelism where it fits; else tensor parallelism inside a node, then pipeline stages.
TrainingParallelismChoice choose_training_parallelism(const TrainingInput& in);

// Devices of this kind that hold the run, of 1, 2, 4, 8 … with the automatic layout; 0 when 1,024 do not.
int fewest_training_devices(const TrainingInput& in, const ClusterCatalog& catalog);

// Memory of one rank through the replayed step, in order of time.
std::vector<MemoryPoint> memory_profile(const TrainingPlan& p, size_t rank);

// One change that would save memory, with what it costs.
struct TrainingSaving {
    std::string id, label, effect;  // id: "recompute=full", a parameter and its value
    Bytes saved;                    // of the fullest rank's peak
    double time = 0;                // change of the time of a step at equal tokens, as a share
    bool fits = false;              // alone it makes the run fit
};
// Cheapest in time first, then the larger saving.
std::vector<TrainingSaving> training_savings(const TrainingPlan& p);

// `fewest`: of fewest_training_devices.
std::vector<Quantity> explain_training(const TrainingPlan& p, int fewest);

}  // namespace kvx::core
