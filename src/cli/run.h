// `kvx` without a terminal: main(), the tests and WebAssembly call the same function.
#pragma once
#include <string>

namespace kvx::cli {

// 0 done, 1 the data files cannot be read, 2 bad input (one sentence in `err`, nothing in `out`).
int run(int argc, const char* const* argv, std::string& out, std::string& err);

}  // namespace kvx::cli
