// What the layout page remembers.
#pragma once
#include <cstdint>
#include <optional>

namespace kvx::app {

enum class LayoutSource : uint8_t {
    model,
    shape,
    small
};  // a model of the list, a custom shape, the learn page's model
enum class LayoutShow : uint8_t { grid, memory };

struct LayoutInputs {
    LayoutSource source = LayoutSource::model;
    LayoutShow show = LayoutShow::grid;
    // a custom shape; also the input of the size estimator
    int64_t layers = 6, kv_heads = 3, head_dim = 64, max = 32, length = 12;
    int layer = 0;                    // selected, from 1; 0: none
    int head = 1, part = 0;           // the cell, from 1; 0: keys, 1: values
    std::optional<int64_t> position;  // from 1; unset: the newest
    int order = 0;                    // of core::cache_orders()
    int interval = 600;               // ms between two columns while playing
    bool operator==(const LayoutInputs&) const = default;
};
inline constexpr int kShortestInterval = 80;  // ms: faster than this, a column cannot be followed

}  // namespace kvx::app
