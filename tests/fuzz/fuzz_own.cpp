// Any text as an imported config.json or device: it is accepted whole or the state stays as it was, and what was
// accepted survives a link and a session.
#include <cstdlib>
#include <string>
#include <string_view>

#include "app/codec.h"
#include "app/import/import.h"
#include "app/view.h"
#include "fresh_state.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace kvx::app;
    State s = fresh();
    const std::string before = to_session(s);
    const std::string reason = import_any(s, {reinterpret_cast<const char*>(data), size});
    if (!reason.empty()) {
        if (to_session(s) != before || reason.find('\n') != std::string::npos) std::abort();
        return 0;
    }
    derive(s);
    const std::string link = to_query(s);
    State other = fresh();
    from_query(other, link);
    if (to_query(other) != link) std::abort();
    if (other.in.model == s.in.model && !(other.model() == s.model())) std::abort();
    State again = fresh();
    if (from_session(again, to_session(s)) != SessionRead::whole) std::abort();
    return 0;
}
