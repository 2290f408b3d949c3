// Bytes of the weights in memory: each class of matrices in its own format.
#pragma once
#include "core/catalog/model.h"
#include "core/catalog/release_formats.h"

namespace kvx::core {

// A type alone converts: linear parts in it, the rest in 16 bits when it is narrower.
Bytes weight_bytes(const ParamCount& p, const WeightFormats& f);
// Where the parameters cannot be counted, the published total: in one type, or with what is not counted taken as
// attention.
Bytes weight_bytes(const Model& m, const WeightFormats& f);
// Bytes that kernels add to experts whose sizes are not round; 0 without a known source.
Bytes padding_bytes(const Model& m, const WeightFormats& f);
// Distinct routed experts that `tokens` tokens reach in one layer if all are equally likely: E*(1-(1-k/E)^T).
double distinct_experts(const Mlp& mlp, int64_t tokens);
// Bytes a decode step reads: every dense weight once, distinct experts E*(1-(1-k/E)^T) for T tokens, embedding rows
// only.
Bytes weight_bytes_read(const Model& m, const WeightFormats& f, int64_t tokens);
// Of a model that cannot be counted: all but `unused` expert parameters.
Bytes published_bytes_read(const Model& m, const WeightFormats& f, double unused);

}  // namespace kvx::core
