// DeepSeek-V4: layers that keep one entry for several tokens, and a window of exact ones.
#pragma once
#include <vector>

#include "core/catalog/import/architectures.h"
#include "core/catalog/import/reader.h"

namespace kvx::core::hf {

bool has_compressed_attention(const Reader& r, const Architecture& arch);
std::vector<LayerGroup> read_compressed_layers(Reader& r, const Model& m, const Architecture& arch, int64_t layers);

}  // namespace kvx::core::hf
