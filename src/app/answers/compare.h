// Configurations side by side: the present one and those that were pinned. A pin is the link of a configuration.
#pragma once
#include <string>
#include <vector>

#include "app/state.h"
#include "core/quantity.h"

namespace kvx::app {

inline constexpr size_t kMostPins = 3;

struct Compared {
    std::string name;                        // "Llama-3.1-70B, 8 × H100"
    std::vector<core::Quantity> quantities;  // of its page
    struct Point {
        double x, y;
    };
    std::vector<Point> memory;      // GiB on each device against context, up to its maximum
    std::vector<Point> throughput;  // tokens per second of all users against batch
    std::vector<Point> cost;        // dollars a million output tokens against batch; empty without a price
};

// "?…|?…" of at most three; each entry that cannot be read is named in `refused`.
std::vector<std::string> split_pins(std::string_view pins);
std::string with_pin(const State& s);  // the pins and the present configuration
std::string without_pin(const State& s, size_t index);
State pinned_state(const State& s, std::string_view pin);  // catalog and imports of s, configuration of the pin
std::vector<Compared> compare(const State& s);             // the present one first

}  // namespace kvx::app
