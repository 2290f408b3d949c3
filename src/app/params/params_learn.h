// The parameters of the learn page.
#pragma once
#include <span>

#include "app/params/params.h"

namespace kvx::app {

std::span<const Param> learn_params();

}  // namespace kvx::app
