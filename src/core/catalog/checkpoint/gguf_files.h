// GGUF files that were opened together: the parts of split models, and projectors for images and sound.
#pragma once
#include <string>
#include <vector>

#include "core/catalog/checkpoint/gguf_header.h"
#include "core/catalog/checkpoint/opened.h"

namespace kvx::core {

struct GgufFile {
    std::string name;
    GgufHeader header;
};
// One row for each model, or one sentence in out.error.
void open_gguf_files(std::vector<GgufFile> files, OpenedFiles& out);

}  // namespace kvx::core
