// Bytes of the weights in memory.
#pragma once
#include "core/catalog/dtype.h"
#include "core/catalog/model.h"

namespace kvx::core {

Bytes weight_bytes(const ParamCount& p, Dtype d);  // linear parts at d, the rest at 16 bit when d is quantised
Bytes weight_bytes(const Model& m, Dtype d);       // falls back to published total at d when not countable
// Distinct routed experts that `tokens` tokens reach in one layer if all are equally likely: E*(1-(1-k/E)^T).
double distinct_experts(const Mlp& mlp, int64_t tokens);
// Bytes a decode step reads: every dense weight once, distinct experts E*(1-(1-k/E)^T) for T tokens, embedding rows
// only.
Bytes weight_bytes_read(const Model& m, Dtype d, int64_t tokens);

}  // namespace kvx::core
