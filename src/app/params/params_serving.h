// Rows of the registry for requests, speed and cost.
#pragma once
#include <span>

#include "app/params/params.h"

namespace kvx::app {

std::span<const Param> serving_params();

}  // namespace kvx::app
