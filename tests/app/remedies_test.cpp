// Remedies for what does not fit: each saves what it claims, by the parameter it names.
#include "core/serving/remedies.h"

#include <gtest/gtest.h>

#include "app/action.h"
#include "app/inference/inference_view.h"
#include "app/inference/memory_alert.h"
#include "core/support.h"

namespace kvx::app {
namespace {

State state_of(const std::string& query) {
    State s;
    s.catalog = test::catalog();
    apply(s, SetQuery{query});
    return s;
}

TEST(Remedies, EachChangesTheParameterItNamesAndNeedsWhatItSays) {
    State s = state_of("?view=inference&model=llama-3.1-70b&gpu=h100-sxm-80gb&context=131072&batch=8&fa=0&cb=0");
    const View before = derive(s);
    ASSERT_GT(before.plan.pressure, 1);
    const std::vector<core::Remedy> all = remedies(before, s);
    ASSERT_EQ(all.size(), 3u);
    for (const core::Remedy& r : all) {
        if (r.changes.front().first == "devices")
            s = state_of("?view=inference&model=llama-3.1-70b&gpu=h100-sxm-80gb&context=131072&batch=8&fa=0&cb=0");
        for (const auto& [id, value] : r.changes) EXPECT_TRUE(try_apply(s, SetParam{id, value}).empty()) << r.name;
        const View after = derive(s);
        EXPECT_LT(r.after.value, r.before.value) << r.name;
        EXPECT_NEAR(after.plan.needed.value, r.after.value, 1) << r.name;
    }
}

TEST(Remedies, MoreDevicesAreAlwaysOfferedAndFit) {
    State s = state_of("?view=inference&model=deepseek-v3&gpu=h100-sxm-80gb&context=32768");
    const core::Remedy last = remedies(derive(s), s).back();
    ASSERT_EQ(last.changes.front().first, "devices");
    for (const auto& [id, value] : last.changes) apply(s, SetParam{id, value});
    EXPECT_LE(derive(s).plan.pressure, 1);
}

// Eight H100 hold it, but not by tensor parallelism alone, which copies its four KV heads.
TEST(Remedies, ASplitChosenByHandThatDoesNotFitIsSplitAgain) {
    State s = state_of(
        "?model=qwen3-235b-a22b&gpu=h100-sxm-80gb&devices=8&tp=8&context=65536&batch=40&lengths=equal&dtype=fp8");
    const View v = derive(s);
    EXPECT_NEAR(v.plan.pressure, 1.265, 0.001);
    EXPECT_EQ(memory_alert(v).title, "This split does not fit. Another of 8 devices does.");
    const core::Remedy first = remedies(v, s).front();
    for (const auto& [id, value] : first.changes) apply(s, SetParam{id, value});
    EXPECT_EQ(derive(s).cluster.devices, 8);
    EXPECT_LE(derive(s).plan.pressure, 1);
    EXPECT_NEAR(derive(s).plan.needed.value, first.after.value, 1);
}

TEST(MemoryAlert, SaysACountThatHoldsItAndTheLargestPart) {
    State s = state_of("?view=inference&model=llama-3.1-8b&gpu=h100-sxm-80gb&context=1000000&batch=32&lengths=equal");
    const View v = derive(s);
    ASSERT_GT(v.plan.pressure, 1);
    ASSERT_GT(v.fewest.count, 1);
    const MemoryAlert a = memory_alert(v);
    EXPECT_EQ(a.title, "Needs " + std::to_string(v.fewest.count) + " devices. You have one.");
    EXPECT_NE(a.cause.find("The cache takes"), std::string::npos) << a.cause;
    apply(s, SetParam{"devices", std::to_string(v.fewest.count)});
    EXPECT_LE(derive(s).plan.pressure, 1);
}

TEST(MemoryAlert, BeyondWhatWasTriedItIsABound) {
    const View v = derive(
        state_of("?view=inference&model=llama-3.1-405b&gpu=h100-sxm-80gb&context=100000000&batch=8&lengths=equal"));
    EXPECT_EQ(v.fewest.count, 0);
    EXPECT_EQ(memory_alert(v).title, "Not even 1,024 devices hold it. You have one.");
    EXPECT_EQ(devices_that_hold(v).substr(0, 9), "at least ");
}

}  // namespace
}  // namespace kvx::app
