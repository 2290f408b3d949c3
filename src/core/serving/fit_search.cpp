#include "core/serving/fit_search.h"

#include <algorithm>
#include <cmath>

#include "core/format.h"
#include "core/serving/parallel_search.h"

namespace kvx::core {

namespace {

struct Candidate {
    const Device* device;
    int count;
    double price;  // dollars an hour, all of them; 0 unknown
};

constexpr int kMostTried = 128;

std::string dollars(double v) {
    return "$" + fixed(v, 2) + " per hour";
}
std::string many(int n, const Device& d) {
    return n == 1 ? d.name : group_digits(n) + " × " + d.name;
}

}  // namespace

FitReport what_fits(const InferenceInput& in, const std::vector<Device>& devices, const ClusterCatalog& catalog,
                    const Cluster& cluster, const ClusterPlan& plan, double price) {
    FitReport out;
    const Parallelism& l = plan.parallelism;
    const std::string here = many(cluster.devices, *cluster.device);

    const int64_t context = plan.rank.fits_context.value * l.dcp;
    FitAnswer longest{"context", "Longest context here", {}, {}, {}};
    if (plan.rank.context_limit_hit || context >= 100000000) {
        longest.answer = "100M tokens or more";
        longest.changes = {{"context", "100000000"}};
    } else if (context > 0) {
        longest.answer = short_tokens({context}) + " tokens";
        longest.changes = {{"context", std::to_string(context)}};
    } else {
        longest.answer = "None: weights and activations alone are too large";
    }
    longest.detail = "For " + group_digits(static_cast<int64_t>(in.lengths.size())) + " sequences on " + here + ".";
    if (in.model->max_context > 0 && context > in.model->max_context)
        longest.detail += " The model itself ends at " + short_tokens({in.model->max_context}) + ".";
    out.answers.push_back(std::move(longest));

    const int64_t batch = plan.rank.fits_batch * l.dp;
    FitAnswer largest{
        "batch", "Largest batch here", group_digits(std::min<int64_t>(batch, 4096)) + " sequences", {}, {}};
    if (batch > 4096) largest.answer = "4,096 sequences or more";
    largest.detail = "Each at " + short_tokens(in.context_max) + " tokens on " + here + ".";
    if (batch > 0) largest.changes = {{"batch", std::to_string(std::min<int64_t>(batch, 4096))}};
    out.answers.push_back(std::move(largest));

    // every device, with the fewest that hold the workload
    std::vector<Candidate> fitting;
    for (const Device& d : devices) {
        InferenceInput there = in;
        there.device = &d;
        const int n = fewest_devices(there, catalog, "auto", "auto", kMostTried);
        if (n > 0) {
            const double each = d.id == in.device->id && price > 0 ? price : d.price_per_hour;
            fitting.push_back({&d, n, each * n});
        } else if (out.failures.size() < 24) {
            const InferencePlan p = plan_inference(there);
            out.failures.push_back(d.short_name + ": needs " + format_bytes(p.needed).text() + ", at least " +
                                   group_digits(p.devices_needed) + " of " + format_bytes(p.usable).text() + " usable");
        }
    }
    const auto changes = [](const Candidate& c) {
        return std::vector<std::pair<std::string, std::string>>{
            {"device", c.device->id}, {"devices", std::to_string(c.count)},
            {"tp", "auto"},           {"pp", "auto"},
            {"ep", "auto"},           {"dcp", "auto"}};
    };
    for (const Candidate& c : fitting)
        if (c.device->id == in.device->id) {
            out.answers.push_back({"devices", "Fewest of this device", many(c.count, *c.device),
                                   "With the fastest split that holds it.", changes(c)});
        }
    if (std::none_of(fitting.begin(), fitting.end(), [&](const Candidate& c) { return c.device->id == in.device->id; }))
        out.answers.push_back({"devices", "Fewest of this device", "128 are not enough", "", {}});

    const auto by_count = [](const Candidate& a, const Candidate& b) {
        return a.count != b.count ? a.count < b.count : a.device->memory < b.device->memory;
    };
    std::stable_sort(fitting.begin(), fitting.end(), by_count);
    if (!fitting.empty()) {
        const Candidate& c = fitting.front();
        std::string next;
        for (size_t i = 1; i < fitting.size() && i < 3; ++i)
            next += (next.empty() ? "Next: " : ", then ") + many(fitting[i].count, *fitting[i].device);
        out.answers.push_back({"any", "Fewest devices of any kind", many(c.count, *c.device),
                               next.empty() ? next : next + ".", changes(c)});
    }
    std::vector<Candidate> priced;
    for (const Candidate& c : fitting)
        if (c.price > 0) priced.push_back(c);
    std::stable_sort(priced.begin(), priced.end(),
                     [](const Candidate& a, const Candidate& b) { return a.price < b.price; });
    if (!priced.empty()) {
        const Candidate& c = priced.front();
        std::string next = "Dated list prices, see the device.";
        if (priced.size() > 1)
            next = "Next: " + many(priced[1].count, *priced[1].device) + ", " + dollars(priced[1].price) +
                   ". Dated list prices.";
        out.answers.push_back({"cheapest", "Cheapest that holds it", many(c.count, *c.device) + ", " + dollars(c.price),
                               next, changes(c)});
    } else {
        out.answers.push_back(
            {"cheapest", "Cheapest that holds it", "No device with a known price, up to 128", "", {}});
    }
    return out;
}

}  // namespace kvx::core
