// docs/parameters.md is the output of `kvx params --markdown`.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "cli/files.h"
#include "cli/run.h"

namespace kvx::cli {
namespace {

// The line that starts at `from`, and where the next one starts.
std::string_view line_at(std::string_view text, size_t from, size_t& next) {
    const size_t end = text.find('\n', from);
    next = end == std::string_view::npos ? text.size() : end + 1;
    return text.substr(from, end == std::string_view::npos ? end : end - from);
}

TEST(ParametersPage, IsWhatTheRegistrySays) {
    const char* const words[] = {"kvx", "params", "--markdown"};
    std::string generated, err, page;
    ASSERT_EQ(run(3, words, generated, err), 0) << err;
    ASSERT_TRUE(read_file(KVX_DOCS_DIR "/parameters.md", 1u << 20, page));
    if (page == generated) return;
    size_t a = 0, b = 0;
    for (int line = 1; a < page.size() || b < generated.size(); ++line) {
        const std::string_view now = line_at(page, a, a), wanted = line_at(generated, b, b);
        if (now == wanted) continue;
        FAIL() << "docs/parameters.md is not what src/app/params/params.cpp says. Regenerate it:\n"
               << "  make kvx && build/native/kvx params --markdown > docs/parameters.md\n"
               << "line " << line << " is     " << now << "\nand should be " << wanted;
    }
    FAIL() << "docs/parameters.md ends with a different line break from `kvx params --markdown`.";
}

}  // namespace
}  // namespace kvx::cli
