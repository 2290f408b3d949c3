// The MLP of a layer: dense or of experts, under the names and rules of every family.
#pragma once
#include <vector>

#include "core/catalog/import/mixers.h"

namespace kvx::core::hf {

Mlp dense_mlp(Reader& r, int64_t hidden, const Architecture& arch);
Mlp moe_mlp(Reader& r, int64_t hidden, const Architecture& arch);
// For each layer whether it has experts, by the fields of the schedule; the letters of a hybrid come before it.
std::vector<bool> read_experts(Reader& r, const Architecture& arch, int64_t layers);

}  // namespace kvx::core::hf
