#include "core/serving/datacenter.h"

#include "core/support.h"

namespace kvx::core {
namespace {

using test::catalog;
using test::setup;

InferenceInput of_100m() {
    return setup("llama-3.1-405b", "h100-sxm-80gb", 100000000, 8);
}

TEST(Datacenter, CountsDevicesRacksPowerAndPrice) {
    const InferenceInput in = of_100m();
    const InferencePlan plan = plan_inference(in);
    EXPECT_EQ(plan.devices_needed, 5668);
    const Datacenter c = datacenter_for(plan, *in.device, node_size(catalog().clusters, *in.device), 0);
    EXPECT_EQ(c.per_node, 8);
    EXPECT_EQ(c.per_rack, 32);
    EXPECT_EQ(c.nodes, 709);
    EXPECT_EQ(c.racks, 178);
    EXPECT_EQ(c.for_weights, 12);
    EXPECT_NEAR(c.megawatts, 5668 * 700 / 1e6, 1e-9);
    EXPECT_NEAR(c.dollars_an_hour, 5668 * in.device->price.median, 1e-6);
    EXPECT_NEAR(datacenter_for(plan, *in.device, 8, 4).dollars_an_hour, 5668 * 4.0, 1e-6);
}

TEST(Datacenter, ARackIsWholeNodes) {
    const InferencePlan plan = plan_inference(of_100m());
    for (const Device& d : catalog().devices) {
        const int node = node_size(catalog().clusters, d);
        const Datacenter c = datacenter_for(plan, d, node, 0);
        EXPECT_EQ(c.per_rack % c.per_node, 0) << d.id;
        EXPECT_LE(c.per_rack, 72) << d.id;
        EXPECT_GE(c.racks * c.per_rack, c.devices) << d.id;
    }
    EXPECT_EQ(node_size(catalog().clusters, *catalog().device("gb200")), 72);
    EXPECT_EQ(node_size(catalog().clusters, *catalog().device("tpu-v4")), 64);
}

TEST(Datacenter, SaysWhatTakesFewer) {
    const std::vector<Relief> all = reliefs(of_100m(), catalog().models, 5668);
    ASSERT_GE(all.size(), 2u);
    EXPECT_LE(all.size(), 3u);
    EXPECT_EQ(all.front().name, "The same in FP8");
    EXPECT_EQ(all.front().devices, 2834);
    for (size_t i = 1; i < all.size(); ++i) EXPECT_LE(all[i].devices, all[i - 1].devices);
    for (const Relief& r : all) {
        EXPECT_LT(r.devices, 5668);
        EXPECT_FALSE(r.changes.empty());
    }
}

// The page loads the hall's code by this bound, so it may never be too small.
TEST(Datacenter, TheCheapBoundIsNeverTooSmall) {
    int halls = 0;
    for (const Model& m : catalog().models)
        for (const char* device : {"h100-sxm-80gb", "t4-16gb", "groq-lpu-v1", "wse-3", "apple-m3-ultra"})
            for (const int64_t tokens : {0, 4096, 131072, 1000000, 100000000})
                for (const int64_t batch : {1, 8, 512})
                    for (const bool flash : {true, false}) {
                        InferenceInput in = setup(m.id.c_str(), device, tokens, batch);
                        in.context_max = {std::max<int64_t>(tokens, 4096)};
                        in.flash_attention = flash;
                        const InferencePlan p = plan_inference(in);
                        if (p.devices_needed <= kHallFrom) continue;
                        ++halls;
                        EXPECT_TRUE(could_take_hall(m, *in.device, in.weight_dtype, in.kv_dtype, in.context_max, batch,
                                                    flash, in.utilisation))
                            << m.id << " " << device << " " << tokens << " " << batch << flash;
                    }
    EXPECT_GT(halls, 100);
}

}  // namespace
}  // namespace kvx::core
