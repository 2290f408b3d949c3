#include "sim/placement.h"

#include <cmath>

#include "core/support.h"

namespace kvx::sim {
namespace {

using core::InferenceInput;
using core::InferencePlan;
using test::setup;

struct Counts {
    int64_t of[8] = {};  // one for each CellKind
    int64_t operator[](CellKind k) const { return of[static_cast<int>(k)]; }
};
Counts count(const Placement& p) {
    Counts c;
    for (const auto& module : p.modules)
        for (const Cell& cell : module) ++c.of[static_cast<int>(cell.kind)];
    return c;
}

Placement place_input(const InferenceInput& in, int modules, int cells, uint32_t seed = 1) {
    return place(core::plan_inference(in), in.paged_attention, modules, cells, seed);
}

TEST(Placement, ShowsTheBytesWithinOneCellOfEachKind) {
    for (const char* m : {"llama-3.2-1b", "llama-3.1-8b", "gemma-2-9b", "qwen3-next-80b-a3b", "gpt-2-124m"})
        for (const char* d : {"rtx-4090-24gb", "h100-sxm-80gb", "mi300x-192gb", "wse-2"})
            for (int bits = 0; bits < 8; ++bits)
                for (const int64_t tokens : {0, 100, 5000}) {
                    InferenceInput in = setup(m, d, tokens, 5);
                    in.context_max = {6000};
                    in.lengths = staggered_lengths({tokens}, 5);
                    in.continuous_batching = bits & 1;
                    in.paged_attention = bits & 2;
                    in.flash_attention = bits & 4;
                    const InferencePlan plan = core::plan_inference(in);
                    if (plan.needed > plan.usable) continue;
                    const Placement p = place(plan, in.paged_attention, in.device->modules, 1024, 7);
                    ASSERT_EQ(p.modules.size(), static_cast<size_t>(in.device->modules));
                    const Counts c = count(p);
                    const double cell = p.cell_bytes.value;
                    const std::string what =
                        std::string(m) + " on " + d + " " + std::to_string(bits) + " at " + std::to_string(tokens);
                    EXPECT_NEAR(static_cast<double>(c[CellKind::weights]) * cell, plan.weights.value, cell) << what;
                    EXPECT_NEAR(static_cast<double>(c[CellKind::kv]) * cell, plan.kv_used.value,
                                cell * (in.paged_attention ? 1 : 5))
                        << what;
                    EXPECT_NEAR(static_cast<double>(c[CellKind::kv] + c[CellKind::reserved]) * cell,
                                plan.kv_allocated.value, cell)
                        << what;
                    EXPECT_NEAR(static_cast<double>(c[CellKind::activations]) * cell,
                                (plan.activations + plan.runtime).value, cell)
                        << what;
                    EXPECT_NEAR(static_cast<double>(c[CellKind::scores]) * cell, plan.scores.value, 2 * cell) << what;
                    EXPECT_NEAR(static_cast<double>(c[CellKind::outside]) * cell, (plan.capacity - plan.usable).value,
                                cell)
                        << what;
                    EXPECT_NEAR(static_cast<double>(c[CellKind::free] + c[CellKind::ghost]) * cell, plan.free.value,
                                3 * cell)
                        << what;
                    EXPECT_TRUE(in.flash_attention || c[CellKind::ghost] == 0) << what;
                }
}

TEST(Placement, SpreadsEveryKindEvenlyOverModules) {
    const Placement p = place_input(setup("llama-3.1-8b", "h100-sxm-80gb", 50000, 6), 5, 700);
    std::vector<int64_t> weights(5), kv(5);
    for (size_t i = 0; i < 5; ++i) {
        ASSERT_EQ(p.modules[i].size(), 700u);
        for (const Cell& c : p.modules[i]) {
            weights[i] += c.kind == CellKind::weights;
            kv[i] += c.kind == CellKind::kv;
        }
    }
    for (size_t i = 1; i < 5; ++i) {
        EXPECT_LE(std::abs(weights[i] - weights[0]), 1);
        EXPECT_LE(std::abs(kv[i] - kv[0]), 1);
    }
}

TEST(Placement, IsTheSameEveryTime) {
    const InferenceInput in = setup("llama-3.1-8b", "h100-sxm-80gb", 30000, 8);
    EXPECT_EQ(place_input(in, 5, 512, 3).modules, place_input(in, 5, 512, 3).modules);
    EXPECT_NE(place_input(in, 5, 512, 3).modules, place_input(in, 5, 512, 4).modules);
}

TEST(Placement, KeepsCellsWhereTheyAreWhileTheContextGrows) {
    InferenceInput in = setup("llama-3.1-8b", "h100-sxm-80gb", 8192, 8);
    in.lengths = equal_lengths({8192}, 8);
    const Placement before = place_input(in, 5, 1024);
    in.lengths = equal_lengths({16384}, 8);
    const Placement after = place_input(in, 5, 1024);
    for (size_t i = 0; i < 5; ++i)
        for (size_t j = 0; j < 1024; ++j)
            if (before.modules[i][j].kind == CellKind::kv) {
                EXPECT_EQ(before.modules[i][j], after.modules[i][j]) << i << ", " << j;
            }
}

// A frame can keep its cells because above capacity nothing moves, however many tokens follow.
TEST(Placement, KeepsItsShapeBetweenFrames) {
    const auto shape = [](int64_t tokens) {
        InferenceInput in = setup("llama-3.1-8b", "h100-sxm-80gb", tokens, 8);
        in.context_max = {100000000};
        in.lengths = staggered_lengths({tokens}, 8);
        return shape_of(core::plan_inference(in), true, 5, 1600, 7);
    };
    EXPECT_NE(shape(60000), shape(80000));
    EXPECT_EQ(shape(30000000), shape(90000000));
}

TEST(Placement, OfPagesScattersAndWithoutPagesDoesNot) {
    InferenceInput in = setup("llama-3.1-8b", "h100-sxm-80gb", 40000, 4);
    const auto runs = [](const Placement& p) {
        int n = 0;
        for (size_t i = 1; i < p.modules[0].size(); ++i) {
            const Cell &a = p.modules[0][i - 1], &b = p.modules[0][i];
            n += b.kind == CellKind::kv && !(a == b);
        }
        return n;
    };
    EXPECT_GT(runs(place_input(in, 5, 2000)), 12);
    in.paged_attention = false;
    EXPECT_EQ(runs(place_input(in, 5, 2000)), 4);
    in.continuous_batching = false;
    EXPECT_EQ(runs(place_input(in, 5, 2000)), 4);
}

TEST(Placement, AboveCapacityIsClamped) {
    for (const int64_t tokens : {131072, 1000000}) {
        InferenceInput in = setup("llama-3.1-8b", "rtx-4090-24gb", tokens, 32);
        const InferencePlan plan = core::plan_inference(in);
        const Counts c = count(place(plan, true, 12, 512, 1));
        const double cell = plan.capacity.value / (12 * 512);
        EXPECT_NEAR(static_cast<double>(c[CellKind::weights]) * cell, plan.weights.value, cell);
        EXPECT_EQ(c[CellKind::free] + c[CellKind::ghost], 0);
        EXPECT_GT(c[CellKind::kv], 0);
    }
    const InferencePlan huge = core::plan_inference(setup("llama-3.1-405b", "t4-16gb", 1000000, 4));
    const Counts c = count(place(huge, false, 8, 512, 1));
    EXPECT_EQ(c[CellKind::kv] + c[CellKind::reserved] + c[CellKind::free], 0);
    EXPECT_NEAR(static_cast<double>(c[CellKind::weights]), huge.usable / huge.capacity * 8 * 512, 1);
}

TEST(Placement, OfNothingIsEmpty) {
    const InferencePlan plan = core::plan_inference(setup());
    EXPECT_TRUE(place(plan, true, 0, 10, 1).modules.empty());
    EXPECT_TRUE(place(plan, true, 4, 0, 1).modules.empty());
    EXPECT_TRUE(place(InferencePlan{}, true, 4, 4, 1).modules.empty());
    EXPECT_EQ(place(plan, true, 3, 1, 1).modules.size(), 3u);
    InferenceInput many = setup("llama-3.2-1b", "h100-sxm-80gb", 100, 4096);
    EXPECT_EQ(place_input(many, 5, 64).modules.size(), 5u);
    many.paged_attention = false;
    EXPECT_EQ(place_input(many, 5, 64).modules.size(), 5u);
}

}  // namespace
}  // namespace kvx::sim
