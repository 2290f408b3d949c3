// What the tests of src/app start from.
#pragma once
#include <string_view>

#include "app/codec.h"
#include "app/state.h"
#include "core/support.h"

namespace kvx::app {

// What a link shows, with the whole catalogue.
inline State state_of(std::string_view query = {}) {
    State s;
    s.catalog = test::catalog();
    from_query(s, query);
    return s;
}

}  // namespace kvx::app
