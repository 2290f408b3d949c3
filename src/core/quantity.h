// A figure that explains itself.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace kvx::core {

enum class Unit : uint8_t {
    bytes,
    bytes_per_token,
    tokens,
    sequences,
    count,
    percent,
    seconds,
    parameters,
    bytes_per_second,
    tokens_per_second,
    dollars,
    joules,
    flops_per_second,
    ratio,
    text
};
enum class Origin : uint8_t { derived, published, simulated };

// Figures that are read together.
enum class FigureGroup : uint8_t {
    configuration,
    memory,
    cache,
    devices,
    speed,
    cost,
    layout,
    without_cache,
    with_cache
};

struct Quantity {
    std::string id;     // stable: "kv_used"
    std::string label;  // "KV cache"
    double value = 0;
    Unit unit = Unit::bytes;
    std::string text;         // formatted, without the mark ≈ or ≥: "36.02 GiB"
    std::string formula;      // with names: "blocks × block_size × bytes_per_token"
    std::string substituted;  // with the current values: "18,440 × 16 × 131,072 B"
    std::string source;       // one line
    std::string note;         // assumption, error; may be empty
    Origin origin = Origin::derived;
    bool approximate = false;  // shown with ≈
    bool lower_bound = false;  // shown with ≥
    FigureGroup group = FigureGroup::memory;
    std::string shown() const;  // text with its mark
};

std::string_view unit_id(Unit u);  // "bytes", "tokens" … for programs

}  // namespace kvx::core
