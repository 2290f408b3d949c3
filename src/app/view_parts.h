// derive() by page. What another page needs is loaded with it (core/later.h).
#pragma once
#include <memory>
#include <vector>

#include "app/view.h"
#include "core/later.h"

namespace kvx::app {

KVX_LATER std::shared_ptr<const TrainingView> derive_training(const State& s, const core::Cluster& cluster);
KVX_LATER bool still_holds(const TrainingView& t, const State& s);  // while only the drawn moment moves
KVX_LATER View derive_layout_page(const State& s, const View* last);
KVX_LATER std::vector<core::Quantity> layout_quantities(const View& v, const State& s);

}  // namespace kvx::app
