// Any text as a link: what is understood is kept, the rest is named, and the link written from it says the same; never
// a crash.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "app/codec.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    kvx::app::State s;
    s.catalog.models.resize(1);
    s.catalog.devices.resize(1);
    kvx::app::from_query(s, text);
    for (const std::string& sentence : s.notices)
        if (sentence.empty() || sentence.find('\n') != std::string::npos) std::abort();
    const std::string link = kvx::app::to_query(s);
    kvx::app::from_query(s, link);
    if (kvx::app::to_query(s) != link) std::abort();
    return 0;
}
