// All figures of a page, computed from the state. Scenes read it and nothing else.
#pragma once
#include <string>
#include <vector>

#include "app/state.h"
#include "core/inference_plan.h"

namespace kvx::app {

struct View {
    core::InferenceInput input;
    core::InferencePlan plan;    // at the present position
    core::InferencePlan at_max;  // at the maximum context: does the whole run fit?
    core::Tokens now, full_at;   // present longest sequence; longest context that fits this batch
    core::DeviceDefaults defaults;
    bool cb = true, pa = true, fa = true;  // resolved
    bool beyond_model_limit = false;
};

View derive(const State& s);
core::InferenceInput input_at(const State& s, core::Tokens longest);
// The same document as `kvx inference --json`:
// {"inputs":{…},"quantities":[{id,label,value,unit,text,formula,substituted,source,note,approximate,…}]}
std::string quantities_json(const State& s);

}  // namespace kvx::app
