// What `kvx` prints for a page: titled tables between two paragraphs.
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
    bool aligned = false;    // the first two columns have the same width in all tables
};

}  // namespace kvx::app
