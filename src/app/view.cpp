#include "app/view.h"

#include "app/pages.h"

namespace kvx::app {

Subject::Subject(const core::Model& m, const core::Cluster& wired)
    : model(m),
      device(*wired.device),
      inside(wired.inside ? *wired.inside : core::Link{}),
      between(wired.between ? *wired.between : core::Link{}),
      cluster(wired) {
    cluster.device = &device;
    if (wired.inside) cluster.inside = &inside;
    if (wired.between) cluster.between = &between;
}

bool Subject::equals(const core::Model& m, const core::Cluster& wired) const {
    const auto same = [](const core::Link* a, const core::Link* b) { return a && b ? a->id == b->id : a == b; };
    const core::Cluster& c = cluster;
    return model == m && device == *wired.device && c.devices == wired.devices && c.per_node == wired.per_node &&
           c.nodes == wired.nodes && c.wiring == wired.wiring && same(c.inside, wired.inside) &&
           same(c.between, wired.between);
}

std::shared_ptr<const Subject> subject_of(const State& s, const View* last) {
    const core::Cluster wired =
        core::make_cluster(s.catalog.clusters, s.device(), s.in.devices, s.in.link, s.in.network);
    if (last != nullptr && last->subject && last->subject->equals(s.model(), wired)) return last->subject;
    return std::make_shared<const Subject>(s.model(), wired);
}

const std::string& refused_parallelism(const View& v) {
    return v.training ? v.training->parallelism_refused : v.parallelism_refused;
}

std::string parallelism_notice(const View& v, const State& s) {
    const std::string& refused = refused_parallelism(v);
    const bool by_hand = s.in.tp || s.in.pp || s.in.ep || (v.training ? s.in.cp : s.in.dcp);
    return refused + (by_hand && !refused.empty() ? " Divided automatically instead." : "");
}

View derive(const State& s, const View* last) {
    return page_row(s).derive(s, last);
}

std::vector<core::Quantity> quantities(const View& v, const State& s) {
    return page_row(s).quantities(v, s);
}

}  // namespace kvx::app
