#include "app/layout/layout_page.h"

#include <algorithm>
#include <cmath>

#include "app/playback.h"
#include "core/deferred.h"
#include "core/format.h"
#include "sim/lengths.h"

namespace kvx::app {

namespace {

double maximum(const State& s) {
    return static_cast<double>(s.in.context.value);
}

bool at_end(const State& s) {
    const LayoutInputs& in = s.in.layout;
    if (in.source == LayoutSource::shape) return in.length >= in.max;
    return in.source == LayoutSource::model && s.position >= maximum(s);
}

}  // namespace

// One device: the cache in detail, and the totals as the inference page counts them.
View derive_layout_page(const State& s, const std::shared_ptr<const Subject>& subject, const View* last) {
    View v;
    v.subject = subject;
    v.requested = v.input = input_at(s, *subject, s.in.at.value_or(s.in.context));
    if (s.in.layout.source == LayoutSource::small)
        v.learn = core::deferred(derive_learn)(s, last != nullptr ? last->learn : nullptr);
    v.layout = derive_layout(s, subject, v.learn);
    if (!v.layout) return v;
    v.now = v.layout->length;
    v.requested.model = v.layout->model.get();
    v.requested.context_max = v.layout->max;
    v.requested.kv_dtype = v.layout->kv;
    v.requested.value_dtype.reset();  // its cells are all of one size
    v.requested.lengths = sim::equal_lengths(v.now, v.layout->batch);
    v.requested.paged_attention = v.layout->order->paged;
    v.requested.skip_weights = v.requested.skip_weights || v.layout->on_paper;  // a shape has none
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

std::string layout_headline(const State& s, const View& v) {
    const std::string& model = v.layout && v.layout->model ? v.layout->model->name : s.model().name;
    return "The cache of " + model + " · " + core::group_digits(v.layout ? v.layout->length.value : 0) + " positions";
}

void seek_layout(State& s, double to) {
    switch (s.in.layout.source) {
        case LayoutSource::shape:
            s.in.layout.length = std::llround(std::clamp(to, 0.0, static_cast<double>(s.in.layout.max)));
            return;
        case LayoutSource::small:
            s.in.learn.token = static_cast<int>(std::clamp(to, 1.0, double{lm::Shape{}.context}));
            return;
        case LayoutSource::model:
            move_to(s, to);
    }
}

void play_layout(State& s, bool on) {
    s.since_column = 0;
    if (on && at_end(s)) seek_layout(s, 0);
    s.playing = on;
}

// One column of the picture per interval.
void tick_layout(State& s, double seconds) {
    const double interval = s.in.layout.interval / 1000.0;
    s.since_column += seconds;
    const double columns = std::floor(s.since_column / interval);
    if (columns < 1) return;
    s.since_column -= columns * interval;
    const auto step = static_cast<double>(column_tokens(layout_max(s)));
    const LayoutInputs& in = s.in.layout;
    const double now = in.source == LayoutSource::shape   ? static_cast<double>(in.length)
                       : in.source == LayoutSource::small ? s.in.learn.token.value_or(0)
                                                          : s.position;
    // Whole columns, even if the scrubber stood between two.
    seek_layout(s, (std::floor(now / step) + columns) * step);
    if (at_end(s)) s.playing = false;
}

double next_tick_layout(const State& s) {
    return std::max(0.0, s.in.layout.interval / 1000.0 - s.since_column);
}

std::string layout_paused(const State&, const View& v) {
    return v.layout ? "Paused at " + core::group_digits(v.layout->length.value) + " positions" : std::string("Paused");
}

// Runs of equal layers, the selected cell, and what a decode step reads.
TextReport layout_report(const State& s, const View& view) {
    if (!view.layout) return {.before = s.learn.trouble};
    const LayoutView& v = *view.layout;
    TextTable layers{"layers", {}}, figures{"figures", {}};
    for (const auto& group : layer_groups(v)) {
        const std::string name = layer_name(*group.front());
        layers.rows.push_back({std::to_string(group.size()) + " ×", layer_numbers(group),
                               name.substr(std::min(name.find(", ") + 2, name.size())),
                               layer_kept_text(v, *group.front())});
    }
    for (const core::Quantity& q : layout_quantities(view, s))
        if (q.group == core::FigureGroup::layout) figures.rows.push_back({q.label, q.shown(), q.note});
    return {.before = layout_summary(v), .tables = {layers, figures}};
}

}  // namespace kvx::app
