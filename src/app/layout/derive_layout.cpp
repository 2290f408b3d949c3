// The layout page's figures besides the cache itself.
#include "app/view.h"
#include "app/view_parts.h"
#include "sim/lengths.h"

namespace kvx::app {

// One device: the cache in detail, and the totals as the inference page counts them.
View derive_layout_page(const State& s, const View* last) {
    View v;
    if (s.in.layout.source == LayoutSource::small) v.learn = derive_learn(s, last ? last->learn : nullptr);
    v.layout = derive_layout(s, v.learn);
    if (!v.layout) return v;
    v.now = v.layout->length;
    v.requested = input_at(s, v.now);
    v.requested.model = v.layout->model;
    v.requested.context_max = v.layout->max;
    v.requested.kv_dtype = v.layout->kv;
    v.requested.lengths = sim::equal_lengths(v.now, v.layout->batch);
    v.requested.paged_attention = v.layout->order->paged;
    v.requested.skip_weights = v.requested.skip_weights || v.layout->own != nullptr;  // a custom shape has none
    v.requested.flash_attention = true;
    v.input = v.requested;
    v.plan = core::plan_inference(v.requested);
    v.plans = 1;
    v.plan.scores_avoided = {};  // not shown on this page
    v.at_max = v.plan;
    v.full_at = v.plan.fits_context;
    v.cluster.devices = 1;
    return v;
}

std::vector<core::Quantity> layout_quantities(const View& v, const State& s) {
    std::vector<core::Quantity> all = v.layout ? explain_layout(s, *v.layout) : std::vector<core::Quantity>();
    // The footprint on the device: the inference page's figures.
    if (!v.layout) return all;
    for (core::Quantity& q : core::explain(v.input, v.plan))
        if ((q.id == "needed" || q.id == "usable" || q.id == "weights" || q.id == "overhead" || q.id == "free" ||
             q.id.starts_with("kv_")))
            all.push_back(std::move(q));
    return all;
}

}  // namespace kvx::app
