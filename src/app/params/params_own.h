// Rows of the registry for what people bring along: a model's config.json, the figures of a device.
#pragma once
#include <span>

#include "app/params/params.h"

namespace kvx::app {

std::span<const Param> own_params();

}  // namespace kvx::app
