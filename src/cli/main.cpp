#include <cstdio>
#include <string>

#include "cli/run.h"

int main(int argc, char** argv) {
    std::string out, err;
    const int code = kvx::cli::run(argc, argv, out, err);
    std::fwrite(out.data(), 1, out.size(), stdout);
    std::fwrite(err.data(), 1, err.size(), stderr);
    return code;
}
