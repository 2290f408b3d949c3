#include "core/catalog/checkpoint/weight_tally.h"

#include <algorithm>

namespace kvx::core {

namespace {

constexpr int64_t kMostLayers = 4096;

}  // namespace

void WeightTally::add(const TensorPlace& place, double bytes, std::optional<Dtype> stored) {
    if (place.beside || place.layer >= kMostLayers) {
        beside_ += bytes;
        return;
    }
    const auto layer = static_cast<size_t>(std::max<int64_t>(place.layer, 0));
    if (place.layer >= 0 && layers_.size() <= layer) layers_.resize(layer + 1);
    ByClass& all = place.layer < 0 ? none_ : layers_[layer];
    all[static_cast<size_t>(place.of)] += bytes;
    if (stored) formats_[static_cast<size_t>(place.of)][*stored] += bytes;
}

double WeightTally::bytes_from_layer(int64_t first) const {
    double sum = 0;
    for (auto i = static_cast<size_t>(std::max<int64_t>(first, 0)); i < layers_.size(); ++i)
        for (const double b : layers_[i]) sum += b;
    return sum;
}

MeasuredWeights WeightTally::measured(int64_t layers) const {
    MeasuredWeights out;
    out.bytes = none_;
    out.beside = beside_ + bytes_from_layer(layers);
    for (size_t i = 0; i < layers_.size() && static_cast<int64_t>(i) < layers; ++i)
        for (size_t c = 0; c < kWeightClasses; ++c) out.bytes[c] += layers_[i][c];
    return out;
}

std::optional<Dtype> WeightTally::most_of(WeightClass c) const {
    const auto& all = formats_[static_cast<size_t>(c)];
    const auto most =
        std::max_element(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == all.end() ? std::nullopt : std::optional(most->first);
}

}  // namespace kvx::core
