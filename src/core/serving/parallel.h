// How a model is split over many devices: what each rank holds, what is copied, what is impossible.
#pragma once
#include <string>
#include <vector>

#include "core/memory/inference_plan.h"

namespace kvx::core {

// Whether this model can be split this way: "" or one sentence that says why not.
std::string refuse_parallelism(const Parallelism& l, const Model& m);

// Layers of each pipeline stage, first stage first: as even as possible; the remainder goes to the stages before the
// last (vLLM get_pp_indices).
std::vector<int64_t> stage_layers(int64_t layers, int stages);
struct LayerSpan {
    int64_t first = 0, count = 0;
};
LayerSpan stage_span(int64_t layers, int stages, int stage);

// KV heads that one tensor-parallel rank keeps of an attention layer: max(1, kv_heads / tp); latents and compressed
// entries are whole on every rank (vLLM get_num_kv_heads, MLAAttentionSpec).
int64_t kv_heads_on_rank(const Attention& a, int tp);
// Copies of each cached vector inside a tensor-parallel group: tp × heads on a rank / kv_heads.
double kv_copies(const Attention& a, int tp);
// The same of the model's most copied layer, after decode-context parallelism has cut it; at least 1.
double most_kv_copies(const Model& m, const Parallelism& l);

// The part of a model that one rank of a stage holds, as a model of its own: its layers, heads, MLP columns, experts
// and vocabulary rows. Norms and routers are whole. count_params() of it counts the rank's weights.
Model share_of(const Model& m, const Parallelism& l, int stage);
// The same from the stage's undivided layers, one group of the share for each.
Model share_of(const ModelNumbers& m, const std::vector<LayerGroup>& layers, const Parallelism& l, int stage);
// Layers of a model that stand in this span.
std::vector<LayerGroup> layers_in(const std::vector<LayerGroup>& layers, const LayerSpan& span);

// Bytes of weights that the rank holding `share` reads in a step with `tokens` new tokens of its replica: all but
// the unused experts, and embedding rows instead of the table.
Bytes rank_weights_read(const InferenceInput& in, const Model& share, const Parallelism& l, int64_t tokens);

// Sequences of the replica with the most tokens (dealt round-robin), each cut to its share of tokens (dcp).
std::vector<Tokens> share_of(const std::vector<Tokens>& lengths, const Parallelism& l);

}  // namespace kvx::core
