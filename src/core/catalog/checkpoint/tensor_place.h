// What a tensor of a checkpoint belongs to, by its name: names of transformers, Mistral, MLX and GGUF.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/catalog/release_formats.h"

namespace kvx::core {

struct TensorPlace {
    WeightClass of = WeightClass::vectors;
    bool beside =
        false;           // in memory, but not read for a token: towers, multi-token prediction, rows by token and layer
    int64_t layer = -1;  // -1: in none
    bool operator==(const TensorPlace&) const = default;
};
// `dims`: how many dimensions it has; vectors stay with the norms, scales with their matrix.
TensorPlace place_of_tensor(std::string_view name, size_t dims);

// The same for many tensors: a checkpoint has a hundred thousand names, but a few dozen without their numbers.
class TensorPlaces {
  public:
    TensorPlace of(std::string_view name, size_t dims);

  private:
    std::unordered_map<std::string, TensorPlace> known_;  // by the name with '#' for numbers
    std::string pattern_;
};

}  // namespace kvx::core
