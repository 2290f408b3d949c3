#include "app/state.h"

namespace kvx::app {

const core::Model& State::model() const {
    static const core::Model kNone;  // only before the catalog is loaded
    if (in.model == kImported && imported) return *imported;
    if (const core::Model* found = catalog.model(in.model)) return *found;
    return catalog.models.empty() ? kNone : catalog.models.front();
}

const core::Device& State::device() const {
    static const core::Device kNone;
    if (const core::Device* found = catalog.device(in.device)) return *found;
    return catalog.devices.empty() ? kNone : catalog.devices.front();
}

}  // namespace kvx::app
