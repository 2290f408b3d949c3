// `kvx` without a terminal: the same function answers main(), the tests and WebAssembly.
#pragma once
#include <string>

namespace kvx::cli {

// 0 done, 1 the data files cannot be read, 2 bad input (one sentence in `err`, nothing in `out`).
int run(int argc, const char* const* argv, std::string& out, std::string& err);

}  // namespace kvx::cli
