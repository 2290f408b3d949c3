// Any bytes as the beginning of GGUF files, in pieces of any size: models or a sentence, never a crash, and what was
// read survives a session.
#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "app/codec.h"
#include "app/import/open_files.h"
#include "app/view.h"
#include "fresh_state.h"

namespace {

// The first byte chooses the size of the pieces and whether the file is as long as it says or only as what is here.
void give(kvx::app::OpenFiles& files, const char* name, std::string_view bytes) {
    const auto how = bytes.empty() ? 0U : static_cast<unsigned char>(bytes.front());
    const std::string_view head = bytes.substr(std::min<size_t>(bytes.size(), 1));
    const size_t piece = 1 + how % 64 * 37;
    bool wanted = files.open(name, how >= 64 ? uint64_t{1} << 42 : head.size());
    for (size_t i = 0; i < head.size() && wanted; i += piece) wanted = files.take(head.substr(i, piece));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace kvx::app;
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    State s = fresh();
    const std::string before = to_session(s);
    const auto files = open_files();
    const size_t second = all.find("++SECOND++");
    give(*files, "m-00001-of-00002.gguf", all.substr(0, second));
    if (second != std::string_view::npos) give(*files, "m-00002-of-00002.gguf", all.substr(second + 10));
    const std::string reason = files->finish(s);
    if (!reason.empty()) {
        if (to_session(s) != before || reason.find('\n') != std::string::npos) std::abort();
        return 0;
    }
    derive(s);
    State again = fresh();
    if (from_session(again, to_session(s)) != SessionRead::whole) std::abort();
    if (again.in.model == s.in.model && !(again.model() == s.model())) std::abort();
    return 0;
}
