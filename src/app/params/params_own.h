// Registry rows for a model's config.json and for the figures of a custom device.
#pragma once
#include <span>

#include "app/params/params.h"

namespace kvx::app {

std::span<const Param> own_params();

}  // namespace kvx::app
