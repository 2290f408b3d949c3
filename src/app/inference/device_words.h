// What a device's memory is and where it lies, in a few words.
#pragma once
#include <string>

#include "core/catalog/device.h"

namespace kvx::app {

std::string memory_words(const core::Device& d);  // "80 GB HBM3 in 5 stacks"

}  // namespace kvx::app
