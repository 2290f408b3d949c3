// The tour in words, and what its last step computes.
#include <algorithm>
#include <cmath>

#include "app/state.h"
#include "app/tour.h"
#include "core/format.h"
#include "core/memory/inference_plan.h"
#include "lm/shape.h"

namespace kvx::app {
namespace {

std::string whole_bytes(core::Bytes b) {
    return core::group_digits(std::llround(b.value));
}

TourWords real_model_words(const RealModel& r) {
    const std::string context = core::short_tokens(r.context);
    TourWords w;
    w.title = tour_steps().back().title;
    w.text = "A token costs this model " + whole_bytes(r.small_per_token) + " bytes. " + r.model + " keeps " +
             whole_bytes(r.per_token) + " bytes a token, " + core::group_digits(std::llround(r.times)) +
             " times as many: a conversation of " + context + " tokens needs " + core::format_bytes(r.sequence).text() +
             ", its weights " + core::format_bytes(r.weights).text() + ".";
    w.question = "How many such conversations fit beside the weights on one " + r.device + "?";
    const int64_t wrong[] = {std::max<int64_t>(0, r.fits / 3), r.fits * 4};
    w.answers[0] = core::group_digits(wrong[0]);
    w.answers[1] = core::group_digits(r.fits);
    w.answers[2] = core::group_digits(wrong[1]);
    w.right = 2;
    w.reveal = "Of " + core::format_bytes(r.usable).text() + " usable memory the weights leave room for " +
               core::group_digits(r.fits) + ". That is why everything on the other pages is about the cache.";
    w.formula = whole_bytes(r.per_token) + " B × " + core::group_digits(r.context.value) +
                " tokens = " + core::format_bytes(r.sequence).text();
    return w;
}

}  // namespace

RealModel tour_real_model(const State& s) {
    constexpr core::Tokens kContext{131072};
    RealModel r;
    const core::Model* m = s.catalog.model("llama-3.1-8b");
    const core::Device* d = s.catalog.device("h100-sxm-80gb");
    if (m == nullptr || d == nullptr) return r;
    core::InferenceInput in;
    in.model = m;
    in.device = d;
    in.context_max = kContext;
    in.lengths = {kContext};
    const core::InferencePlan plan = core::plan_inference(in);
    const lm::Shape small;
    r.model = m->name;
    r.device = d->name;
    r.small_rule = "2 × " + core::group_digits(small.layers) + " × " + core::group_digits(small.heads) + " × " +
                   core::group_digits(small.head_dim()) + " × 4 B";
    const std::vector<std::string> lines = core::formula_lines(in, plan);
    if (!lines.empty()) r.model_rule = lines.front();
    r.small_per_token = core::Bytes{static_cast<double>(small.cache_bytes_per_token())};
    r.per_token = plan.bytes_per_token_now;
    r.times = r.per_token.value / r.small_per_token.value;
    r.weights = plan.weights;
    r.usable = plan.usable;
    r.sequence = plan.kv_used;
    r.context = kContext;
    r.fits = plan.fits_batch;
    r.query = "?view=inference&model=" + m->id + "&device=" + d->id + "&context=" + std::to_string(kContext.value) +
              "&batch=" + std::to_string(std::max<int64_t>(1, r.fits));
    return r;
}

TourWords tour_words(const State& s) {
    if (tour_target(s) == TourTarget::none) return {};
    if (tour_target(s) == TourTarget::real_model) return real_model_words(tour_real_model(s));
    const TourStep& step = tour_steps()[static_cast<size_t>(s.in.learn.tour - 1)];
    TourWords w;
    w.title = step.title;
    w.text = step.text;
    w.question = step.question;
    for (size_t i = 0; i < std::size(step.answers); ++i) w.answers[i] = step.answers[i];
    w.right = step.right;
    w.reveal = step.reveal;
    w.formula = step.formula;
    return w;
}

std::string tour_announcement(const State& s) {
    if (tour_target(s) == TourTarget::none) return {};
    const TourWords w = tour_words(s);
    const int chosen = tour_answer(s);
    if (chosen > 0) return (chosen == w.right ? "Yes. " : "Not quite. ") + w.reveal;
    return "Tour, step " + std::to_string(s.in.learn.tour) + " of " + std::to_string(kTourSteps) + ": " + w.title +
           ". " + w.question;
}

}  // namespace kvx::app
