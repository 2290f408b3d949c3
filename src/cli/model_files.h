// Reads the files and folders that --config names: of files with tensors, only the beginning.
#pragma once
#include <string>
#include <vector>

#include "app/state.h"

namespace kvx::cli {

// Imports them as one model; "" or one sentence.
std::string import_files(const std::vector<std::string>& paths, app::State& s);

}  // namespace kvx::cli
