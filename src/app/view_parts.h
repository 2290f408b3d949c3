// derive() by page. What another page needs is loaded with it (core/deferred.h).
#pragma once
#include <memory>
#include <vector>

#include "app/view.h"
#include "core/deferred.h"

namespace kvx::app {

KVX_DEFERRED std::shared_ptr<const TrainingView> derive_training(const State& s,
                                                                 const std::shared_ptr<const Subject>& subject);
// While only the drawn moment moves.
KVX_DEFERRED bool still_holds(const TrainingView& t, const State& s, const std::shared_ptr<const Subject>& subject);
KVX_DEFERRED View derive_layout_page(const State& s, const std::shared_ptr<const Subject>& subject, const View* last);
KVX_DEFERRED std::vector<core::Quantity> layout_quantities(const View& v, const State& s);

}  // namespace kvx::app
