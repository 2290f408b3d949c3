// The parameters of the training page.
#pragma once
#include <span>

#include "app/params/params.h"

namespace kvx::app {

std::span<const Param> training_params();

}  // namespace kvx::app
