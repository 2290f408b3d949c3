// What the command reads from disk.
#pragma once
#include <cstddef>
#include <string>

#include "app/state.h"
#include "core/catalog/catalog.h"

namespace kvx::cli {

// Reads at most `limit` bytes; false if the file is missing, unreadable or longer.
bool read_file(const std::string& path, size_t limit, std::string& out);
// models.json and devices.json of one directory; false and one sentence when one is missing or wrong.
// The learn page's model from the same directory; "" or why it cannot be read.
std::string load_learn_model(const std::string& dir, app::State& s);
bool load_catalog(const std::string& dir, core::Catalog& out, std::string& err);
std::string assets_directory();

}  // namespace kvx::cli
