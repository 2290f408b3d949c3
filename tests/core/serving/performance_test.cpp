// Time of a step against published measurements (tests/data/perf_points.json), with the constants the app ships.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>

#include "core/serving/serving.h"
#include "core/support.h"

namespace kvx::core {
namespace {

struct Errors {
    std::vector<double> all;
    double at(double share) {
        std::sort(all.begin(), all.end());
        return all.empty()
                   ? 0
                   : all[std::min(all.size() - 1, static_cast<size_t>(share * static_cast<double>(all.size())))];
    }
};

std::map<std::string, Errors> errors_of(Estimate e) {
    JsonText text;
    const std::string file = test::data("perf_points.json");
    EXPECT_EQ(text.parse(file), "");
    std::map<std::string, Errors> out;
    for (JsonValue v = text.root()["points"].first(); v; v = v.next()) {
        const Model* m = test::catalog().model(v["model"].text());
        const Device* dev = test::catalog().device(v["device"].text());
        EXPECT_TRUE(m && dev) << v["model"].text() << " " << v["device"].text();
        if (!m || !dev) continue;
        InferenceInput in;
        in.model = m;
        in.device = dev;
        EXPECT_TRUE(parse_dtype(v["weights"].text(), in.weight_dtype));
        const auto tp = static_cast<int>(v["tp"].number());
        const Tokens isl{static_cast<int64_t>(v["isl"].number())}, osl{static_cast<int64_t>(v["osl"].number())};
        in.context_max = {isl.value + osl.value};
        in.lengths = sim::equal_lengths({isl.value + osl.value / 2}, static_cast<int64_t>(v["concurrency"].number()));
        const Cluster c = make_cluster(test::catalog().clusters, *dev, tp, "auto", "auto");
        const ClusterPlan plan = plan_cluster(in, {tp, 1, 1, 1, 1});
        const double ms = service_token_time(in, plan, c, e, isl, osl).value * 1e3, real = v["tpot_ms"].number();
        const double error = 100 * (ms - real) / real;
        bool moe = false;
        for (const LayerGroup& g : m->layers) moe = moe || g.mlp.kind == MlpKind::moe;
        out[moe ? "moe" : "dense"].all.push_back(std::fabs(error));
        out["all"].all.push_back(std::fabs(error));
        if (std::getenv("KVX_POINTS"))
            std::printf("%-34s %-16s tp%d %-5s %6lld %5lld x%-4.0f real %8.2f  ours %8.2f  %+6.1f %%\n", m->id.c_str(),
                        dev->id.c_str(), tp, std::string(v["weights"].text()).c_str(),
                        static_cast<long long>(isl.value), static_cast<long long>(osl.value), v["concurrency"].number(),
                        real, ms, error);
    }
    return out;
}

TEST(Performance, KeepsTheMedianErrorOfTheFixedConstants) {
    for (const auto& [e, name] : {std::pair{Estimate::calibrated, "calibrated"},
                                  std::pair{Estimate::textbook, "textbook"}, std::pair{Estimate::ideal, "ideal"}}) {
        std::map<std::string, Errors> all = errors_of(e);
        for (auto& [set, errors] : all)
            std::printf("%-10s %-6s n %3zu  median %5.1f %%  p90 %5.1f %%\n", name, set.c_str(), errors.all.size(),
                        errors.at(0.5), errors.at(0.9));
        // The error bands that the page prints are those measured here.
        EXPECT_NEAR(all["dense"].at(0.5), error_band(e, false).median, 1);
        EXPECT_NEAR(all["moe"].at(0.5), error_band(e, true).median, 1);
        EXPECT_NEAR(all["dense"].at(0.9), error_band(e, false).worst_tenth, 1);
        EXPECT_NEAR(all["moe"].at(0.9), error_band(e, true).worst_tenth, 1);
    }
}

}  // namespace
}  // namespace kvx::core
