#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>

#include "cli/run.h"

namespace {

constexpr int kUnwritable = 1, kClosedPipe = 128 + SIGPIPE;  // as a shell reports a reader that left

// 0, or errno: a full disk shows only when the last bytes go out.
int write_out(const std::string& text) {
    errno = 0;
    if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return 0;
    return errno != 0 ? errno : EIO;
}

}  // namespace

int main(int argc, char** argv) {
    std::string out, err;
    const int code = kvx::cli::run(argc, argv, out, err);
    std::fwrite(err.data(), 1, err.size(), stderr);
    const int broken = out.empty() ? 0 : write_out(out);
    if (broken == EPIPE) return kClosedPipe;
    if (broken == 0) return code;
    std::fprintf(stderr, "kvx: the answer cannot be written: %s.\n", std::strerror(broken));
    return kUnwritable;
}
