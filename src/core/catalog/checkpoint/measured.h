// Bytes counted in a checkpoint's files, as a field of the config that stands for them in links and sessions:
// "kvx_weights": {"name": "Q4_K_M", "bytes": [attention, mlp, …], "beside": 0, "formats": ["q4_k", …]}.
#pragma once
#include <string>

#include "core/catalog/checkpoint/weight_tally.h"
#include "core/catalog/model.h"
#include "core/json.h"

namespace kvx::core {

constexpr std::string_view kMeasuredField = "kvx_weights";

// `name` "": that of the release which the quantisation fields describe. `formats` only where there are no such fields.
std::string measured_text(const WeightTally& tally, int64_t layers, std::string_view name, bool formats);
// Reads the field into the model's first release, or into a new one; "" or one sentence.
std::string add_measured(JsonValue config, Model& m);

}  // namespace kvx::core
