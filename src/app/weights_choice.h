// What the weights are held in: as a release of the model has them, as a GGUF mixture, or converted to one number
// format.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/params/params.h"
#include "app/state.h"
#include "core/memory/inference_plan.h"

namespace kvx::app {

struct ChosenWeights {
    std::string key;                             // "released", "released-awq", "q4_k_m", "fp8": as in a link
    std::string label;                           // "MXFP4 experts, BF16 rest", "GGUF Q4_K_M", "FP8"
    core::Dtype dtype = core::Dtype::bf16;       // of a conversion, or of a release in one format throughout
    std::optional<core::WeightFormats> formats;  // else
    core::WeightFormats all() const { return formats ? *formats : core::WeightFormats(dtype); }
};
// A release that `m` has not is its first: the choice outlives a change of the model.
ChosenWeights chosen_weights(const State& s, const core::Model& m);
std::string weights_key(const State& s);    // of it, without counting
std::string weights_label(const State& s);  // the same
core::CacheFormat cache_of(const State& s);
void apply_weights(const ChosenWeights& w, core::InferenceInput& in);

std::vector<Choice> weight_choices(const State& s);
std::string set_weights(State& s, std::string_view value);  // "" or why not

}  // namespace kvx::app
