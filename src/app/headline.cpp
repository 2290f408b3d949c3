#include "app/headline.h"

#include "app/pages.h"
#include "core/format.h"

namespace kvx::app {

std::string headline(const State& s, const View& v) {
    return page_row(s).headline(s, v);
}

std::string devices_text(const State& s) {
    return (s.in.devices > 1 ? core::group_digits(s.in.devices) + " × " : std::string()) + s.device().short_name;
}

}  // namespace kvx::app
