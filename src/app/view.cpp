#include "app/view.h"

#include "app/pages.h"

namespace kvx::app {

View derive(const State& s, const View* last) {
    return page_row(s).derive(s, last);
}

std::vector<core::Quantity> quantities(const View& v, const State& s) {
    return page_row(s).quantities(v, s);
}

}  // namespace kvx::app
