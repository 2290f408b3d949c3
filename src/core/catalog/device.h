// An accelerator: capacity, bandwidth, and how its memory is built. Read from assets/devices.json.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/units.h"

namespace kvx::core {

enum class MemoryKind : uint8_t { hbm, gddr, lpddr, sram };
// How it is built: stacks beside a die; memory chips around the die of a card; memory that processor and graphics
// share; a die with its memory on it; a whole wafer of them.
enum class Shape : uint8_t { package, board, unified, chip, wafer };

// Where it is found in a list.
enum class DeviceGroup : uint8_t { datacenter, workstation, consumer, apple, chip, own };
bool parse_device_group(std::string_view id, DeviceGroup& out);  // "datacenter", as in devices.json
std::string_view group_label(DeviceGroup g);                     // "Data center"

// What an hour of one costs, by public price lists.
struct ListPrice {
    double lowest = 0, median = 0;  // dollars an hour; 0: no price known
    int offers = 0;                 // price lists, one a provider
    std::string day, source;        // "2026-10-05"
    std::string words() const;      // "median of 12 price lists of 2026-10-05, from $2.31 (source)"
    bool operator==(const ListPrice&) const = default;
};

struct Device {
    std::string id, name, short_name, vendor, memory_label, memory_type, source, note, verified;
    std::vector<std::string> aliases;
    MemoryKind kind = MemoryKind::hbm;
    Bytes memory;    // nominal
    Bytes reported;  // total that the driver reports; equals `memory` if unknown
    bool reported_known = false;
    double bandwidth = 0;  // bytes per second
    double bf16_flops = 0, fp8_flops = 0, fp4_flops = 0,
           int8_ops = 0;      // dense, per second; 0 = not supported or unknown
    Bytes cache;              // L2 or last-level cache, 0 unknown
    Bytes sram;               // all on-chip scratchpad, 0 unknown
    Bytes sram_per_unit;      // shared memory usable by one compute unit, 0 unknown
    int units = 0;            // SMs, CUs, tiles, cores
    std::string unit_name;    // "SM"
    int modules = 0;          // HBM stacks, GDDR chips …
    std::string module_name;  // "HBM3 stack"
    Shape shape = Shape::package;
    DeviceGroup group = DeviceGroup::own;
    double tdp_watts = 0;
    ListPrice price;
    int launch_year = 0;
    bool operator==(const Device&) const = default;
};

// The documented serving defaults of a device, each with its reason in one line.
struct DeviceDefaults {
    bool continuous_batching, paged_attention, flash_attention;
    std::string why_cb, why_pa, why_fa;
};
DeviceDefaults defaults_for(const Device& d);

}  // namespace kvx::core
