#include "core/serving/fit_search.h"

#include <algorithm>
#include <tuple>

#include "core/format.h"
#include "core/serving/parallel_search.h"

namespace kvx::core {

namespace {

struct Candidate {
    const Device* device;
    int count;
    double price;  // dollars an hour, all of them; 0 unknown
};

constexpr int kMostDevicesTried = 128;
constexpr int64_t kMostSequences = 4096;

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
    const int64_t context = plan.rank.fits_context.value;
    FitAnswer a{"context", "Longest context here", {}, {}, {}};
    if (plan.rank.context_limit_hit || context >= 100000000) {
        a.answer = "100M tokens or more";
        a.changes = {{"context", "100000000"}};
    } else if (context > 0) {
        a.answer = short_tokens({context}) + " tokens";
        a.changes = {{"context", std::to_string(context)}};
    } else {
        a.answer = "None: no room beside the weights";
    }
    a.detail = "For " + group_digits(static_cast<int64_t>(in.lengths.size())) +
               (in.lengths.size() == 1 ? " sequence on " : " sequences on ") + here + ".";
    if (in.model->max_context > 0 && context > in.model->max_context)
        a.detail += " The model itself ends at " + short_tokens({in.model->max_context}) + ".";
    return a;
}

// "each at 64K tokens" or "each up to 64K tokens, 32K on average"
std::string lengths_words(const InferenceInput& in) {
    const auto [shortest, longest] = std::minmax_element(in.lengths.begin(), in.lengths.end());
    if (*shortest == *longest) return "each at " + short_tokens(*longest) + " tokens";
    return "each up to " + short_tokens(*longest) + " tokens, " + short_tokens(mean_length(in.lengths)) + " on average";
}

// Sequences of the same kind of lengths as now, by trying: the memory they take grows with their number.
FitAnswer largest_batch(const FitQuestion& q, const Parallelism& l, const std::string& here) {
    InferenceInput in = *q.in;
    const auto fits = [&](int64_t batch) {
        in.lengths = q.lengths(batch);
        return holds(in, l);
    };
    int64_t low = 0, high = kMostSequences + 1;
    while (high - low > 1) {
        const int64_t middle = low + (high - low) / 2;
        (fits(middle) ? low : high) = middle;
    }
    FitAnswer a{"batch", "Largest batch here", group_digits(low) + (low == 1 ? " sequence" : " sequences"), {}, {}};
    if (low == kMostSequences) a.answer = group_digits(low) + " sequences or more";
    in.lengths = q.lengths(std::max<int64_t>(low, 1));
    std::string words = lengths_words(in);
    words[0] = 'E';
    a.detail = words + ", on " + here + ".";
    if (low > 0) a.changes = {{"batch", std::to_string(low)}};
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
                    "With the fastest split that holds it.", changes_to(c)};
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

FitReport what_fits(const FitQuestion& q) {
    constexpr size_t kMostFailures = 24;
    FitReport out;
    const InferenceInput& in = *q.in;
    const std::string here = many(q.cluster->devices, *q.cluster->device);
    out.answers.push_back(longest_context(in, plan_cluster(in, q.parallelism), here));
    out.answers.push_back(largest_batch(q, q.parallelism, here));

    // every device, with the fewest that hold the workload
    std::vector<Candidate> fitting;
    for (const Device& d : *q.devices) {
        InferenceInput there = in;
        there.device = &d;
        const int n = fewest_devices(there, *q.catalog, "auto", "auto", kMostDevicesTried).count;
        if (n > 0) {
            const double each = d.id == in.device->id && q.price > 0 ? q.price : d.price.median;
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
