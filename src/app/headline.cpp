#include "app/headline.h"

#include "core/format.h"

namespace kvx::app {

std::string headline(const State& s, const View& v) {
    if (s.in.view == "learn") return "Inside a small transformer that runs here";
    const std::string model = v.layout && v.layout->model ? v.layout->model->name : s.model().name;
    if (s.in.view == "layout")
        return "The cache of " + model + " · " + core::group_digits(v.layout ? v.layout->length.value : 0) +
               " positions";
    const std::string device =
        (s.in.devices > 1 ? core::group_digits(s.in.devices) + " × " : std::string()) + s.device().short_name;
    if (s.in.view == "training") return "Training " + model + " on " + device;
    return model + " on " + device + " · " + core::group_digits(v.now.value) + " tokens, batch " +
           core::group_digits(s.in.batch);
}

}  // namespace kvx::app
