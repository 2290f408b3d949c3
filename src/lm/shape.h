// The shape of the small transformer: what every other size follows from.
#pragma once
#include <cstdint>

namespace kvx::lm {

inline constexpr int kVocabulary = 97;  // see tokenizer.h

struct Shape {
    int layers = 3, heads = 4, width = 64, hidden = 128, vocabulary = kVocabulary;
    int context = 96;       // tokens; the longest sequence it is trained on
    float rope_base = 100;  // rotary embedding, Su et al. 2021 (arXiv 2104.09864); small for a short context
    constexpr int head_dim() const { return width / heads; }
    constexpr bool operator==(const Shape&) const = default;
    // Per layer two norms, Wq Wk Wv Wo, the two matrices of the MLP; then the last norm; the embedding is tied.
    constexpr int64_t layer_parameters() const {
        return 2 * int64_t{width} + 4 * int64_t{width} * width + 2 * int64_t{width} * hidden;
    }
    constexpr int64_t parameters() const { return int64_t{vocabulary} * width + layers * layer_parameters() + width; }
    // One key and one value of `width` float32 in every layer: 2 × layers × width × 4 B.
    constexpr int64_t cache_bytes_per_token() const { return 2 * int64_t{layers} * width * 4; }
};

}  // namespace kvx::lm
