// Memory reference tables: contexts × models, formats × devices. Data first; Markdown and CSV for copying.
#pragma once
#include <string>
#include <vector>

#include "app/state.h"

namespace kvx::app {

struct ReferenceTable {
    std::string id, title, note;
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows;  // first cell: the name of the row
    std::string link = {};                       // percent-encoded, after the note
};

std::vector<ReferenceTable> reference_tables(const State& s);
std::string to_markdown(const ReferenceTable& t);
std::string to_csv(const ReferenceTable& t);

}  // namespace kvx::app
