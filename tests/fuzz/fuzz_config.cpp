// Any text as a config.json: a model or a sentence, never a crash.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/catalog/import/hf_config.h"
#include "core/memory/kv_cache.h"
#include "core/memory/weights.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const kvx::core::ConfigImport r = kvx::core::import_config({reinterpret_cast<const char*>(data), size});
    if (!r.ok) return 0;
    kvx::core::kv_bytes(r.model, {100000}, kvx::core::Dtype::bf16);
    for (const kvx::core::Release& release : r.model.releases) {
        const double bytes = kvx::core::weight_bytes(r.model, kvx::core::formats_of(r.model, release)).value;
        if (!(bytes >= 0 && bytes < 1e30)) __builtin_trap();
    }
    return 0;
}
