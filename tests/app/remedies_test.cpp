// Remedies for what does not fit: each saves what it claims, by the parameter it names.
#include "core/serving/remedies.h"

#include <gtest/gtest.h>

#include "app/action.h"
#include "app/inference/inference_view.h"
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
        if (r.id == "devices")
            s = state_of("?view=inference&model=llama-3.1-70b&gpu=h100-sxm-80gb&context=131072&batch=8&fa=0&cb=0");
        EXPECT_TRUE(try_apply(s, SetParam{r.id, r.value}).empty()) << r.name;
        const View after = derive(s);
        EXPECT_LT(r.after.value, r.before.value) << r.name;
        EXPECT_NEAR(after.plan.needed.value, r.after.value, 1) << r.name;
    }
}

TEST(Remedies, MoreDevicesAreAlwaysOfferedAndFit) {
    State s = state_of("?view=inference&model=deepseek-v3&gpu=h100-sxm-80gb&context=32768");
    const core::Remedy last = remedies(derive(s), s).back();
    ASSERT_EQ(last.id, "devices");
    apply(s, SetParam{last.id, last.value});
    EXPECT_LE(derive(s).plan.pressure, 1);
}

}  // namespace
}  // namespace kvx::app
