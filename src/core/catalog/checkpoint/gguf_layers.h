// One layer of a GGUF file, from its tensors and the metadata for it.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/catalog/checkpoint/gguf_header.h"
#include "core/catalog/checkpoint/gguf_names.h"
#include "core/catalog/model.h"

namespace kvx::core {

// The fields of the architecture: "attention.head_count" of "llama.attention.head_count".
class GgufFields {
  public:
    explicit GgufFields(const GgufHeader& file);
    const std::string& architecture() const { return architecture_; }
    bool has(std::string_view field) const { return find(field) != nullptr; }
    // Whole numbers from 0 to 2^20; 2^40 for tokens. `otherwise` for what is none.
    int64_t number(std::string_view field, int64_t otherwise, double most = 1048576) const;
    int64_t of_layer(std::string_view field, int64_t layer, int64_t otherwise) const;  // from a list or a number
    const GgufValue* find(std::string_view field) const;

  private:
    const GgufHeader& file_;
    std::string architecture_;
};

// Tensors of one layer, by what follows "blk.3.".
class GgufLayer {
  public:
    void add(std::string_view rest, const GgufTensor& t) { tensors_.emplace(rest, &t); }
    const GgufTensor* find(std::string_view rest) const;
    bool has(std::string_view rest) const { return find(rest) != nullptr; }
    bool any(std::string_view prefix) const;
    // Columns (values of a row) and rows of a matrix, 0 where there is none.
    int64_t columns(std::string_view rest) const;
    int64_t rows(std::string_view rest) const;
    const auto& tensors() const { return tensors_; }

  private:
    std::map<std::string_view, const GgufTensor*> tensors_;
};

struct GgufLayerReader {
    const GgufFields& fields;
    const GgufArchitecture& architecture;
    int64_t hidden, layers;  // layers: without those for multi-token prediction
    std::string error;       // one sentence

    LayerGroup read(const GgufLayer& tensors, int64_t i);

  private:
    Attention heads(const GgufLayer& t, int64_t i);
    Attention latent(const GgufLayer& t, int64_t i);
    Attention state(const GgufLayer& t, int64_t i) const;
    Mlp experts(const GgufLayer& t, int64_t i) const;
    Mlp dense(const GgufLayer& t) const;
    int64_t window_of(int64_t i) const;  // 0: keeps every token
};

}  // namespace kvx::core
