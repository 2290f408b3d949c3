#include "app/view.h"

#include "sim/lengths.h"

namespace kvx::app {

core::InferenceInput input_at(const State& s, core::Tokens longest) {
    const core::Device& device = s.device();
    const core::DeviceDefaults defaults = core::defaults_for(device);
    core::InferenceInput input;
    input.model = &s.model();
    input.device = &device;
    input.context_max = s.in.context;
    input.lengths = s.in.lengths == Lengths::staggered ? sim::staggered_lengths(longest, s.in.batch)
                                                       : sim::equal_lengths(longest, s.in.batch);
    input.continuous_batching = s.in.cb.value_or(defaults.continuous_batching);
    input.paged_attention = s.in.pa.value_or(defaults.paged_attention);
    input.flash_attention = s.in.fa.value_or(defaults.flash_attention);
    input.skip_weights = s.in.smw;
    input.weight_dtype = s.in.weights;
    input.kv_dtype = s.in.kv;
    input.block_size = s.in.block;
    input.utilisation = s.in.utilisation;
    return input;
}

View derive(const State& s) {
    View v;
    v.now = s.in.at.value_or(s.in.context);
    v.input = input_at(s, v.now);
    v.plan = core::plan_inference(v.input);
    v.at_max = v.now == s.in.context ? v.plan : core::plan_inference(input_at(s, s.in.context));
    v.full_at = v.plan.fits_context;
    v.defaults = core::defaults_for(s.device());
    v.cb = v.input.continuous_batching;
    v.pa = v.input.paged_attention;
    v.fa = v.input.flash_attention;
    const int64_t limit = s.model().max_context;
    v.beyond_model_limit = limit > 0 && s.in.context.value > limit;
    return v;
}

}  // namespace kvx::app
