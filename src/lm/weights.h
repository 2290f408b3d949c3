// The model's numbers: one flat array and the place of each matrix in it; to and from a small file.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "lm/ledger.h"
#include "lm/shape.h"

namespace kvx::lm {

// Pointers into a flat array of the shape's parameters: the same layout for weights, gradients and optimizer states.
struct LayerParts {
    float *norm1, *wq, *wk, *wv, *wo, *norm2, *w1, *w2;  // matrices [in × out] by rows
};
struct Parts {
    float* embedding;  // [vocabulary × width], tied: also the output head
    float* last_norm;
    float* layers;
};
Parts parts_of(const Shape& s, float* flat);
LayerParts layer_of(const Shape& s, float* flat, int layer);
struct ConstLayer {
    const float *norm1, *wq, *wk, *wv, *wo, *norm2, *w1, *w2;
};

class Weights {
  public:
    explicit Weights(const Shape& s = {}, Ledger* ledger = nullptr);
    static Weights random(const Shape& s, uint64_t seed, Ledger* ledger = nullptr);

    const Shape& shape() const { return shape_; }
    Parts parts() { return parts_of(shape_, flat_.data()); }
    ConstLayer layer(int l) const;
    const float* embedding() const { return flat_.data(); }
    const float* last_norm() const { return flat_.at(flat_.size() - shape_.width); }
    float* flat() { return flat_.data(); }
    const float* flat() const { return flat_.data(); }
    int64_t size() const { return flat_.size(); }

  private:
    Shape shape_;
    Buffer flat_;
};

// The file: "KVXLM1\n", the shape, then each row of each matrix as bytes of -15 … 15 with a float32 scale (norms in
// float32), then a checksum (FNV-1a, 64 bits). Compressed about 7 times smaller than float32.
std::string pack(const Weights& w);
// "" or one sentence about what is wrong with the file; `out` then stays unchanged.
std::string unpack(std::string_view file, Weights& out);

}  // namespace kvx::lm
