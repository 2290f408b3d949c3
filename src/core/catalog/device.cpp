#include "core/catalog/device.h"

#include <array>

#include "core/format.h"

namespace kvx::core {

namespace {

struct GroupName {
    DeviceGroup group;
    std::string_view id, label;
};
constexpr std::array kGroups{GroupName{DeviceGroup::datacenter, "datacenter", "Data center"},
                             GroupName{DeviceGroup::workstation, "workstation", "Workstation"},
                             GroupName{DeviceGroup::consumer, "consumer", "Consumer"},
                             GroupName{DeviceGroup::apple, "apple", "Apple"},
                             GroupName{DeviceGroup::chip, "chip", "Memory on the chip"}};

}  // namespace

bool parse_device_group(std::string_view id, DeviceGroup& out) {
    for (const GroupName& g : kGroups)
        if (g.id == id) return out = g.group, true;
    return false;
}

std::string_view group_label(DeviceGroup g) {
    for (const GroupName& row : kGroups)
        if (row.group == g) return row.label;
    return "Your own";
}

std::string ListPrice::words() const {
    if (offers == 0) return "no public price list";
    return "median of " + std::to_string(offers) + " price lists of " + day + ", from $" + fixed(lowest, 2) + " (" +
           source + ")";
}

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
