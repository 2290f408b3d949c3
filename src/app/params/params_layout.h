// The parameters of the layout page.
#pragma once
#include <span>

#include "app/params/params.h"

namespace kvx::app {

std::span<const Param> layout_params();

}  // namespace kvx::app
