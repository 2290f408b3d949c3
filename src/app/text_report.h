// What `kvx` prints of a page: titled tables between two pieces of prose.
#pragma once
#include <string>
#include <vector>

namespace kvx::app {

using TextRows = std::vector<std::vector<std::string>>;

struct TextTable {
    std::string title = {};
    TextRows rows = {};
    std::string note = {};  // below it, may be empty
};

struct TextReport {
    std::string before = {};  // may be empty
    std::vector<TextTable> tables = {};
    std::string after = {};  // may be empty
    bool aligned = false;    // the first two columns are equally wide in all tables
};

}  // namespace kvx::app
