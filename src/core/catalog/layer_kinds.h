// A model whose layers repeat a pattern, with equal layers counted once: what depends on how many there are of a kind,
// not on their order, then costs as much as there are kinds.
#pragma once
#include <utility>
#include <vector>

#include "core/catalog/model.h"

namespace kvx::core {

class LayerKinds {
  public:
    explicit LayerKinds(const Model& m);
    // The whole model, one group for each kind of layer, by first appearance.
    const Model& model() const { return model_; }
    // Layers first … first + count − 1 of the network: how many there are of each kind, by the kind's group in model().
    std::vector<std::pair<size_t, int64_t>> cut(int64_t first, int64_t count) const;
    std::vector<LayerGroup> groups(const std::vector<std::pair<size_t, int64_t>>& cut) const;

  private:
    Model model_;
    std::vector<size_t> kind_;  // of each of the network's groups
    std::vector<int64_t> end_;  // layer after each group
};

}  // namespace kvx::core
