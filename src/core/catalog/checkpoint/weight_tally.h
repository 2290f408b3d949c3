// Bytes of a checkpoint's tensors by class and layer, added tensor by tensor.
#pragma once
#include <array>
#include <map>
#include <optional>
#include <vector>

#include "core/catalog/checkpoint/tensor_place.h"

namespace kvx::core {

class WeightTally {
  public:
    // `stored`: its number format where that is one of ours.
    void add(const TensorPlace& place, double bytes, std::optional<Dtype> stored);
    // Layers from `layers` on are for multi-token prediction: held, not read.
    MeasuredWeights measured(int64_t layers) const;
    double bytes_from_layer(int64_t first) const;
    std::optional<Dtype> most_of(WeightClass c) const;  // the format of most of its bytes

  private:
    using ByClass = std::array<double, kWeightClasses>;
    std::vector<ByClass> layers_;
    ByClass none_{};
    double beside_ = 0;
    std::array<std::map<Dtype, double>, kWeightClasses> formats_;
};

}  // namespace kvx::core
