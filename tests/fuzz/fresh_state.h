// A state without a catalogue: one empty model, one empty device.
#pragma once
#include "app/codec.h"
#include "app/state.h"

inline kvx::app::State fresh() {
    kvx::app::State s;
    s.catalog.models.resize(1);
    s.catalog.devices.resize(1);
    kvx::app::from_query(s, "");
    return s;
}
