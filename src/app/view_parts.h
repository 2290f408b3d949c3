// derive() page by page. The code of a page is loaded with it (core/deferred.h).
#pragma once
#include <memory>
#include <vector>

#include "app/view.h"
#include "core/deferred.h"

namespace kvx::app {

KVX_DEFERRED std::shared_ptr<const TrainingView> derive_training(const State& s, const core::Cluster& cluster);
KVX_DEFERRED bool still_holds(const TrainingView& t, const State& s);  // while only the drawn moment changes
KVX_DEFERRED View derive_layout_page(const State& s, const View* last);
KVX_DEFERRED std::vector<core::Quantity> layout_quantities(const View& v, const State& s);

}  // namespace kvx::app
