// The layers of a model, put together from its schedule, its mixers and its MLPs.
#pragma once
#include <optional>
#include <vector>

#include "core/catalog/import/feed_forward.h"
#include "core/catalog/import/layer_schedule.h"

namespace kvx::core::hf {

// Equal layers in a row become one group. Empty after a refusal or when something is missing.
std::vector<LayerGroup> read_layers(Reader& r, const Model& m, const Architecture& arch, int64_t layers);

// Adds a layer to the last group if it is equal.
void append_layer(std::vector<LayerGroup>& all, const LayerGroup& layer);

}  // namespace kvx::core::hf
