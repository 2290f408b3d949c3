// Any words as a command line: an answer, or one sentence that says what is wrong.
#include <cstdlib>
#include <string>
#include <vector>

#include "cli/arguments.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    std::vector<std::string> words{"kvx"};
    std::string word;
    for (std::size_t i = 0; i < size; ++i) {
        const char c = static_cast<char>(data[i]);
        if (c == '\n' || c == 0) {
            words.push_back(word);
            word.clear();
        } else {
            word += c;
        }
    }
    words.push_back(word);
    std::vector<const char*> argv;
    for (const std::string& w : words) argv.push_back(w.c_str());
    kvx::cli::Arguments out;
    const std::string reason = kvx::cli::read_arguments(static_cast<int>(argv.size()), argv.data(), out);
    if (reason.find('\n') != std::string::npos) std::abort();
    return 0;
}
