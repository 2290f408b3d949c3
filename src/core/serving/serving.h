// What a deployment delivers and costs: time to first token, time per token, throughput, energy, money, and what prefix
// reuse, speculation, offload and transfer change. Estimates with their error band.
#pragma once
#include "core/quantity.h"
#include "core/serving/step_time.h"

namespace kvx::core {

enum class OffloadTier : uint8_t { none, cpu, nvme, network };

struct ServingInput {
    Estimate estimate = Estimate::calibrated;
    Tokens prompt{1024}, output{256};  // of one request
    Tokens prefix{0};                  // of the prompt, already cached
    Seconds frontend;                  // tokeniser, queue, network: outside the roofline
    int draft = 0;                     // tokens proposed by a draft model in each step; 0 off
    double acceptance = 0.8;           // share of drafted tokens the model agrees with
    double draft_cost = 0.05;          // one draft step against one step of the model
    OffloadTier offload = OffloadTier::none;
    double price = 0;  // dollars an hour and device; 0: the device's own row
    double pue = 1;    // power of the building over power of the devices
    bool operator==(const ServingInput&) const = default;
};

struct Serving {
    StepTime decode, prefill;
    Seconds ttft;   // engine part + frontend
    Seconds token;  // between two tokens of one user, other users' prompts included
    double user_rate = 0, device_rate = 0, cluster_rate = 0;  // output tokens per second
    double prompt_rate = 0;                                   // prompt tokens per second when only prompts run, cluster
    double critical_batch = 0;  // sequences beyond which reading the weights is no longer the bottleneck
    double price = 0, cost_output = 0, cost_input = 0;  // dollars an hour and device; per million tokens
    double joules = 0;                                  // per output token, at full board power
    Tokens reused;                                      // prefix hit in whole blocks
    Seconds reuse_saves;                                // of the time to first token
    double speculation_tokens = 1, speculation_speedup = 1;
    Bytes offload_bytes;           // cache of one whole sequence
    double offload_bandwidth = 0;  // of the tier
    Seconds offload_load, offload_recompute;
    double break_even_bandwidth = 0;  // above it, loading beats recomputing
    Seconds transfer;                 // cache of the prompt over the network (prefill and decode apart)
    double transfer_bandwidth = 0;
};

Serving serve(const InferenceInput& in, const ClusterPlan& plan, const ClusterCatalog& catalog, const Cluster& cluster,
              const ServingInput& s);
// Devices needed, as a figure; `fewest` is fewest_devices() of parallel_search.h, at least 1.
Quantity explain_fewest_devices(const InferenceInput& in, int fewest);
std::vector<Quantity> explain_cluster(const ClusterPlan& plan, const Cluster& cluster);
std::vector<Quantity> explain_serving(const InferenceInput& in, const ClusterPlan& plan, const ServingInput& s,
                                      const Serving& out);

// Time between two tokens of one user in a closed loop of requests with `prompt` and `output` tokens: the decode step
// at the mean length, and the prompts of the other users that run in between.
Seconds service_token_time(const InferenceInput& in, const ClusterPlan& plan, const Cluster& cluster, Estimate e,
                           Tokens prompt, Tokens output);

// Tokens of a prefix that hit: whole blocks, with at least one token left to compute (vLLM KVCacheManager).
Tokens prefix_hit(Tokens match, Tokens prompt, int64_t block_size);
// Expected tokens of one verify step (Leviathan et al. 2023, arXiv 2211.17192).
double expected_tokens(double acceptance, int draft);

}  // namespace kvx::core
