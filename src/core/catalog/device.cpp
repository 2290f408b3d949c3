#include "core/catalog/device.h"

namespace kvx::core {

DeviceDefaults defaults_for(const Device& d) {
    DeviceDefaults r{};
    const bool small = d.memory < gib(24) && d.memory.value < 24e9;
    r.continuous_batching = d.kind == MemoryKind::hbm || d.kind == MemoryKind::sram || !small;
    if (d.kind == MemoryKind::hbm)
        r.why_cb = "On: HBM accelerators serve many users, and a finished sequence should free its place at once.";
    else if (d.kind == MemoryKind::sram)
        r.why_cb = "On: on-chip memory is scarce, so nothing is reserved that is not used.";
    else if (r.continuous_batching)
        r.why_cb = "On: from 24 GB there is room to serve several sequences, each at its own length.";
    else
        r.why_cb = "Off: below 24 GB a card usually serves one user, with a fixed place for each sequence.";
    r.paged_attention = r.continuous_batching;
    r.why_pa = r.paged_attention ? "On: every serving engine with continuous batching keeps its cache in blocks."
                                 : "Off: simple local runtimes reserve one contiguous cache for each sequence.";
    const bool small_gddr = d.kind == MemoryKind::gddr && d.memory.value < 16e9;
    r.flash_attention = !small_gddr;
    r.why_fa = small_gddr ? "Off: cards below 16 GB are often too old for the fused kernels."
                          : "On: scores stay on the chip; every current serving engine computes attention this way.";
    return r;
}

}  // namespace kvx::core
