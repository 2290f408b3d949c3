#include "app/answers/compare.h"

#include <algorithm>

#include "app/codec.h"
#include "app/playback.h"
#include "app/view.h"

namespace kvx::app {
namespace {

constexpr int64_t kBatches[] = {1, 2, 4, 8, 16, 32, 64, 128};

std::string join(const std::vector<std::string>& pins) {
    std::string out;
    for (const std::string& p : pins) out += (out.empty() ? "" : "|") + p;
    return out;
}

Compared measured(const State& s) {
    Compared c;
    const View v = derive(s);
    c.name = s.model().name + ", " + (v.many() ? std::to_string(v.cluster.devices) + " × " : std::string()) +
             s.device().short_name;
    c.quantities = quantities(v, s);
    for (const core::CurvePoint& p : core::memory_curve(v.input, 24, false))
        c.memory.push_back({static_cast<double>(p.context.value), p.needed.gib()});
    for (const int64_t batch : kBatches) {
        State at = s;
        at.in.batch = batch;
        const View there = derive(at);
        if (there.plan.pressure > 1) break;  // more sequences than fit give no more tokens
        const auto x = static_cast<double>(batch);
        c.throughput.push_back({x, there.serving.cluster_rate});
        if (there.serving.cost_output > 0) c.cost.push_back({x, there.serving.cost_output});
    }
    return c;
}

}  // namespace

std::vector<std::string> split_pins(std::string_view pins) {
    std::vector<std::string> out;
    while (!pins.empty() && out.size() < kMostPins) {
        const size_t bar = pins.find('|');
        const std::string_view one = pins.substr(0, bar);
        if (!one.empty()) out.emplace_back(one);
        if (bar == std::string_view::npos) break;
        pins = pins.substr(bar + 1);
    }
    return out;
}

std::string with_pin(const State& s) {
    std::vector<std::string> pins = split_pins(s.in.pins);
    State bare = s;
    bare.in.pins.clear();
    bare.in.show = Inputs().show;
    const std::string here = to_query(bare);
    if (std::find(pins.begin(), pins.end(), here) == pins.end()) {
        if (pins.size() == kMostPins) pins.erase(pins.begin());
        pins.push_back(here);
    }
    return join(pins);
}

std::string without_pin(const State& s, size_t index) {
    std::vector<std::string> pins = split_pins(s.in.pins);
    if (index < pins.size()) pins.erase(pins.begin() + static_cast<std::ptrdiff_t>(index));
    return join(pins);
}

State pinned_state(const State& s, std::string_view pin) {
    State there = s;
    there.notices.clear();
    from_query(there, pin);
    there.in.pins.clear();
    return there;
}

std::vector<Compared> compare(const State& s) {
    std::vector<Compared> out = {measured(s)};
    for (const std::string& pin : split_pins(s.in.pins)) out.push_back(measured(pinned_state(s, pin)));
    return out;
}

}  // namespace kvx::app
