#include "app/inference/device_words.h"

#include <cmath>

#include "core/format.h"

namespace kvx::app {

std::string memory_words(const core::Device& d) {
    const std::string size = d.memory_label.empty() ? core::format_bytes(d.memory).text() : d.memory_label;
    const std::string memory = size + " " + d.memory_type;
    const std::string count = d.modules > 1 ? core::group_digits(d.modules) + " " : std::string();
    switch (d.shape) {
        case core::Shape::package:
            return d.modules > 1 ? memory + " in " + count + "stacks" : memory;
        case core::Shape::board:
            return memory + ", " + count + "chips around the die. No HBM";
        case core::Shape::unified:
            return memory + " shared by processor and graphics";
        case core::Shape::chip:
            return memory + " on the die. No HBM";
        case core::Shape::wafer:
            break;
    }
    return core::group_digits(d.units) + " cores with " +
           core::group_digits(std::llround(d.sram_per_unit.value / 1024)) + " KiB each on one wafer. No HBM";
}

}  // namespace kvx::app
