// Which layer does what: from a list of names, letters, numbers or indices, from a period, or from the architecture.
#pragma once
#include <vector>

#include "core/catalog/import/mixers.h"

namespace kvx::core::hf {

struct Schedule {
    std::vector<Slot> slots;  // one for each layer; empty after a refusal
    int64_t window = 0;       // of the sliding layers; 0: the file's window is never reached or is switched off
};

Schedule read_schedule(Reader& r, const Architecture& arch, int64_t layers);

}  // namespace kvx::core::hf
