#include "core/serving/fit_search.h"

#include <algorithm>
#include <tuple>

#include "core/format.h"

namespace kvx::core {

namespace {

struct Candidate {
    const Device* device;
    int count;
    double price;  // dollars an hour, all of them; 0 unknown
};

// Counts to try: those that machines come in.
constexpr int kCounts[] = {1, 2, 4, 8, 16, 32, 64, 72, 128};

int fewest(const InferenceInput& in, const ClusterCatalog& catalog) {
    const InferencePlan whole = plan_inference(in);
    if (whole.needed <= whole.usable) return 1;
    for (const int n : kCounts) {
        if (n == 1 || n < whole.devices_needed) continue;  // a lower bound: fewer cannot do
        const Cluster c = make_cluster(catalog, *in.device, n, "auto", "auto");
        if (plan_cluster(in, choose_parallelism(in, c).parallelism).fits) return n;
    }
    return 0;
}

std::string dollars(double v) {
    return "$" + fixed(v, 2) + " per hour";
}
std::string many(int n, const Device& d) {
    return n == 1 ? d.name : group_digits(n) + " × " + d.name;
}

std::vector<std::pair<std::string, std::string>> changes_to(const Candidate& c) {
    return {{"device", c.device->id}, {"devices", std::to_string(c.count)},
            {"tp", "auto"},           {"pp", "auto"},
            {"ep", "auto"},           {"dcp", "auto"}};
}

FitAnswer longest_context(const InferenceInput& in, const ClusterPlan& plan, const std::string& here) {
    const int64_t context = plan.rank.fits_context.value * plan.parallelism.dcp;
    FitAnswer a{"context", "Longest context here", {}, {}, {}};
    if (plan.rank.context_limit_hit || context >= 100000000) {
        a.answer = "100M tokens or more";
        a.changes = {{"context", "100000000"}};
    } else if (context > 0) {
        a.answer = short_tokens({context}) + " tokens";
        a.changes = {{"context", std::to_string(context)}};
    } else {
        a.answer = "None: weights and activations alone are too large";
    }
    a.detail = "For " + group_digits(static_cast<int64_t>(in.lengths.size())) + " sequences on " + here + ".";
    if (in.model->max_context > 0 && context > in.model->max_context)
        a.detail += " The model itself ends at " + short_tokens({in.model->max_context}) + ".";
    return a;
}

FitAnswer largest_batch(const InferenceInput& in, const ClusterPlan& plan, const std::string& here) {
    const int64_t batch = plan.rank.fits_batch * plan.parallelism.dp, shown = std::min<int64_t>(batch, 4096);
    FitAnswer a{"batch", "Largest batch here", group_digits(shown) + " sequences", {}, {}};
    if (batch > 4096) a.answer = "4,096 sequences or more";
    a.detail = "Each at " + short_tokens(in.context_max) + " tokens on " + here + ".";
    if (batch > 0) a.changes = {{"batch", std::to_string(shown)}};
    return a;
}

std::string failure(const InferenceInput& in) {
    const InferencePlan p = plan_inference(in);
    return in.device->short_name + ": needs " + format_bytes(p.needed).text() + ", at least " +
           group_digits(p.devices_needed) + " of " + format_bytes(p.usable).text() + " usable";
}

FitAnswer fewest_of_this(const Device& device, const std::vector<Candidate>& fitting) {
    for (const Candidate& c : fitting)
        if (c.device->id == device.id)
            return {"devices", "Fewest of this device", many(c.count, *c.device),
                    "Of 1, 2, 4, 8, 16, 32, 64, 72 or 128, with automatic parallelism.", changes_to(c)};
    return {"devices", "Fewest of this device", "128 are not enough", "", {}};
}

// `fitting` is not empty.
FitAnswer fewest_of_any(std::vector<Candidate> fitting) {
    std::stable_sort(fitting.begin(), fitting.end(), [](const Candidate& a, const Candidate& b) {
        return a.count != b.count ? a.count < b.count : a.device->memory < b.device->memory;
    });
    const Candidate& c = fitting.front();
    std::string next;
    for (size_t i = 1; i < fitting.size() && i < 3; ++i)
        next += (next.empty() ? "Next: " : ", then ") + many(fitting[i].count, *fitting[i].device);
    return {"any", "Fewest devices of any kind", many(c.count, *c.device), next.empty() ? next : next + ".",
            changes_to(c)};
}

FitAnswer cheapest(std::vector<Candidate> fitting) {
    fitting.erase(std::remove_if(fitting.begin(), fitting.end(), [](const Candidate& c) { return c.price <= 0; }),
                  fitting.end());
    if (fitting.empty())
        return {"cheapest", "Cheapest that holds it", "No device with a known price, up to 128", "", {}};
    std::stable_sort(fitting.begin(), fitting.end(), [](const Candidate& a, const Candidate& b) {
        return std::tie(a.price, a.count, a.device->memory) < std::tie(b.price, b.count, b.device->memory);
    });
    const Candidate& c = fitting.front();
    std::string next = "Dated list prices, see the device.";
    if (fitting.size() > 1)
        next = "Next: " + many(fitting[1].count, *fitting[1].device) + ", " + dollars(fitting[1].price) +
               ". Dated list prices.";
    return {"cheapest", "Cheapest that holds it", many(c.count, *c.device) + ", " + dollars(c.price), next,
            changes_to(c)};
}

}  // namespace

FitReport what_fits(const InferenceInput& in, const std::vector<Device>& devices, const ClusterCatalog& catalog,
                    const Cluster& cluster, const ClusterPlan& plan, double price) {
    constexpr size_t kMostFailures = 24;
    FitReport out;
    const std::string here = many(cluster.devices, *cluster.device);
    out.answers.push_back(longest_context(in, plan, here));
    out.answers.push_back(largest_batch(in, plan, here));

    // every device, with the fewest that hold the workload
    std::vector<Candidate> fitting;
    for (const Device& d : devices) {
        InferenceInput there = in;
        there.device = &d;
        const int n = fewest(there, catalog);
        if (n > 0) {
            const double each = d.id == in.device->id && price > 0 ? price : d.price_per_hour;
            fitting.push_back({&d, n, each * n});
        } else if (out.failures.size() < kMostFailures) {
            out.failures.push_back(failure(there));
        }
    }
    out.answers.push_back(fewest_of_this(*in.device, fitting));
    if (!fitting.empty()) out.answers.push_back(fewest_of_any(fitting));
    out.answers.push_back(cheapest(std::move(fitting)));
    return out;
}

}  // namespace kvx::core
