// Any text as a link and as a saved session: something is understood or refused, never a crash.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "app/codec.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    kvx::app::State s;
    s.catalog.models.resize(1);
    s.catalog.devices.resize(1);
    kvx::app::from_query(s, text);
    kvx::app::from_session(s, text);
    kvx::app::to_query(s);
    return 0;
}
