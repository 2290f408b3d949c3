// Any assignment of all parameters at once, on every page: an answer within a tenth of a second. The input is a link,
// then bytes that each set one parameter.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "app/codec.h"
#include "app/params/params.h"
#include "app/view.h"
#include "core/catalog/catalog.h"

namespace {

using namespace kvx;

constexpr double kLimit = 0.1;  // seconds for an answer in the released build
constexpr double kSlower = 30;  // what sanitizers, coverage and -O1 cost, generously
constexpr const char* kPages[] = {"inference", "training", "layout", "learn"};

// Of this process: other load on the machine does not count.
double cpu_seconds() {
    timespec t{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

std::string asset(const char* name) {
    std::ifstream file(std::string(KVX_ASSETS_DIR) + "/" + name);
    return {std::istreambuf_iterator<char>(file), {}};
}

const core::Catalog& catalog() {
    static const core::Catalog known = [] {
        core::Catalog c;
        if (!core::load_models(asset("models.json"), c.models).empty() ||
            !core::load_devices(asset("devices.json"), c.devices).empty() ||
            !core::load_clusters(asset("clusters.json"), c.clusters).empty())
            std::abort();
        return c;
    }();
    return known;
}

// What a byte means for a row: one of its choices, an end of its range, or somewhere in it.
std::string value_for(const app::Param& p, const app::State& s, uint8_t byte) {
    const std::vector<app::Choice> choices = p.choices ? p.choices(s) : std::vector<app::Choice>();
    if (!choices.empty() && byte < 160) return choices[byte % choices.size()].value;
    if (p.kind == app::ParamKind::toggle) return byte % 2 ? "1" : "0";
    if (p.max > p.min) {
        const double share = (byte % 32) / 31.0, value = p.min + (p.max - p.min) * share * share * share;
        return p.kind == app::ParamKind::real ? std::to_string(value) : std::to_string(static_cast<int64_t>(value));
    }
    return std::to_string(1 << byte % 17);  // degrees, and others without a range in their row
}

void answer(app::State& s, const std::string& page) {
    if (!app::find_param("view")->set(s, page).empty()) std::abort();
    const double from = cpu_seconds();
    const app::View v = app::derive(s);
    const std::vector<core::Quantity> all = app::quantities(v, s);
    const double took = cpu_seconds() - from;
    for (const core::Quantity& q : all)
        if (q.id.empty()) std::abort();
    if (took > kLimit * kSlower) {
        std::fprintf(stderr, "%.2f s for %s\n", took, app::to_query(s).c_str());
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const size_t end = std::min(text.find('\n'), text.size());
    app::State s;
    s.catalog = catalog();
    app::from_query(s, text.substr(0, end));
    std::vector<app::Assignment> assignments;
    size_t at = end + 1;
    for (const app::Param& p : app::params()) {
        if (at >= size) break;
        const uint8_t byte = data[at++];
        if (byte % 4 == 0 || p.id == "own") continue;  // left as it is; models come in the link
        assignments.push_back({&p, std::string(p.id), value_for(p, s, byte)});
    }
    app::assign(s, assignments);
    for (const char* page : kPages) answer(s, page);
    return 0;
}
