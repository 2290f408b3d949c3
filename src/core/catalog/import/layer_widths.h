// Sizes that differ from layer to layer: lists, multipliers and block_configs.
#pragma once
#include <vector>

#include "core/catalog/import/reader.h"
#include "core/catalog/model.h"

namespace kvx::core::hf {

class LayerWidths {
  public:
    LayerWidths(Reader& r, int64_t hidden, int64_t layers);
    bool gives_width() const { return !width_.empty() || !blocks_.empty(); }
    // Writes layer i's own sizes over the model's.
    void apply(int64_t i, LayerGroup& g) const;
    // Square matrices that stand for a whole attention or MLP (replace_with_linear).
    int64_t squares() const { return squares_; }

  private:
    struct Block {
        bool attention = true, mlp = true;
        int64_t kv_heads = 0, window = 0, width = 0;
    };
    void read_blocks(Reader& r, int64_t hidden, int64_t layers);

    std::vector<int64_t> q_heads_, kv_heads_, width_, expert_width_, experts_, per_token_, shared_;
    std::vector<Block> blocks_;
    int64_t squares_ = 0;
};

}  // namespace kvx::core::hf
