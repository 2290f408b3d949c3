// The parsed command line, not yet carried out.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "app/params/params.h"

namespace kvx::cli {

struct Arguments {
    std::string command;                       // "" when only help or version was requested
    std::vector<app::Assignment> assignments;  // from flags ("--context") and from a link ("context")
    std::vector<std::string> words;            // quantities to explain, the topic of help
    std::vector<std::string> configs;          // files and folders of one model
    std::string filter;
    bool json = false, markdown = false, csv = false, help = false, version = false;
};

// "" or one sentence that names the flag and what is allowed.
std::string read_arguments(int argc, const char* const* argv, Arguments& out);
// "--context banana is not a number of tokens (1 to 100M)."
std::string refusal_text(const app::Refusal& r);

}  // namespace kvx::cli
