#include "app/state.h"

namespace kvx::app {

const core::Model& State::model() const {
    static const core::Model kNone;  // only before the catalog is loaded
    if (const OwnModel* own = own_model(in.model)) return own->model;
    if (const core::Model* found = catalog.model(in.model)) return *found;
    return catalog.models.empty() ? kNone : catalog.models.front();
}

const OwnModel* State::own_model(std::string_view wanted) const {
    if (wanted == kImported) return own_models.empty() ? nullptr : &own_models.back();
    for (const OwnModel& own : own_models)
        if (own.model.id == wanted || own.model.name == wanted) return &own;
    return nullptr;
}

std::string release_key(const core::Model& m, const core::Release& r) {
    std::string key(kReleased);
    return m.releases.empty() || &r == &m.releases.front() ? key : key + "-" + r.id;
}

core::Device own_device() {
    core::Device d;
    d.id = kOwnDevice;
    d.name = d.short_name = "My device";
    d.vendor = "own";
    d.memory_type = "memory";
    d.module_name = "Memory";
    d.modules = 4;
    d.memory = d.reported = core::gib(80);
    d.bandwidth = 3.35e12;
    d.bf16_flops = 989e12;
    d.fp8_flops = 1979e12;
    d.tdp_watts = 700;
    d.source = "the figures you gave";
    d.verified = "own";
    return d;
}

const core::Device& State::device() const {
    static const core::Device kNone;
    if (in.device == kOwnDevice) return in.own;
    if (const core::Device* found = catalog.device(in.device)) return *found;
    return catalog.devices.empty() ? kNone : catalog.devices.front();
}

}  // namespace kvx::app
