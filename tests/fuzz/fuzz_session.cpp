// Any text as the saved session: it is restored whole or leaves the state unchanged, and what was restored can be
// shown, saved and read again.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "app/codec.h"
#include "app/view.h"

namespace {

std::string read(const char* path) {
    std::string out;
    if (std::FILE* f = std::fopen(path, "rb")) {
        char buffer[16384];
        for (size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, f)) > 0;) out.append(buffer, n);
        std::fclose(f);
    }
    return out;
}

// Some rows of the shipped lists, so that ids in a session mean something; few, because each run copies them.
const kvx::core::Catalog& shipped() {
    static const kvx::core::Catalog all = [] {
        kvx::core::Catalog c;
        const bool read_both = kvx::core::load_models(read(KVX_ASSETS_DIR "/models.json"), c.models).empty() &&
                               kvx::core::load_devices(read(KVX_ASSETS_DIR "/devices.json"), c.devices).empty();
        if (!read_both || c.models.size() < 6 || c.devices.size() < 6) std::abort();
        c.models.resize(6);
        c.devices.resize(6);
        return c;
    }();
    return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    kvx::app::State s;
    s.catalog = shipped();
    kvx::app::from_query(s, "");
    const std::string before = kvx::app::to_session(s);
    const std::string link = kvx::app::to_query(s);
    const kvx::app::SessionRead taken = kvx::app::from_session(s, text);
    if (taken == kvx::app::SessionRead::own_models && kvx::app::to_query(s) != link) std::abort();
    if (taken == kvx::app::SessionRead::nothing) {
        if (kvx::app::to_session(s) != before) std::abort();
        return 0;
    }
    if (s.in.batch <= 64) kvx::app::derive(s);  // more sequences only take longer

    const std::string saved = kvx::app::to_session(s);
    kvx::app::State again;
    again.catalog = shipped();
    if (kvx::app::from_session(again, saved) != kvx::app::SessionRead::whole) std::abort();
    // a config.json beyond what a session keeps cannot come back
    if (saved.find("\"config\"") == std::string::npos && s.in.model == kvx::app::kImported) return 0;
    if (kvx::app::to_session(again) != saved) std::abort();
    return 0;
}
