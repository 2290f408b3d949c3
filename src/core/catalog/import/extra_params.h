// Parameters that the rows of a model cannot express.
#pragma once
#include "core/catalog/import/architectures.h"
#include "core/catalog/import/reader.h"

namespace kvx::core::hf {

// `m` with its layers already read.
double extra_params(Reader& r, const Model& m, const Architecture& arch);

}  // namespace kvx::core::hf
