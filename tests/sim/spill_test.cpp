#include "sim/spill.h"

#include "core/support.h"
#include "sim/lengths.h"

namespace kvx::sim {
namespace {

using core::InferenceInput;
using core::InferencePlan;
using test::setup;

const core::Bytes kCell = core::gib(80) * (1.0 / 1280);  // 64 MiB

InferencePlan plan_of(const char* model, const char* device, int64_t tokens, int64_t batch, bool flash = true) {
    InferenceInput in = setup(model, device, tokens, batch);
    in.flash_attention = flash;
    return core::plan_inference(in);
}

TEST(Spill, IsNothingWhileItFits) {
    const InferencePlan p = plan_of("llama-3.1-8b", "h100-sxm-80gb", 4096, 4);
    ASSERT_LE(p.needed, p.usable);
    EXPECT_EQ(spill_of(p, kCell), Spill{});
    EXPECT_TRUE(spilled_cells(p, true, spill_of(p, kCell), 100, 7).empty());
}

TEST(Spill, HasAsManyCellsAsAreMissing) {
    for (const int64_t tokens : {66000, 70000, 131072, 1000000, 100000000})
        for (const bool flash : {true, false}) {
            const InferencePlan p = plan_of("llama-3.1-8b", "h100-sxm-80gb", tokens, 8, flash);
            if (p.needed <= p.usable) continue;
            const Spill s = spill_of(p, kCell);
            EXPECT_NEAR(static_cast<double>(s.total()), (p.needed - p.usable) / kCell, 1.0) << tokens << flash;
            EXPECT_GE(s.total(), 1);
            EXPECT_EQ(s.weights, 0);
            EXPECT_EQ(s.scores > 0, !flash);
        }
}

TEST(Spill, StartsWithOneCell) {
    int64_t last = 0;
    for (int64_t tokens = 50000; tokens < 60000; tokens += 16) {
        const InferencePlan p = plan_of("llama-3.1-8b", "h100-sxm-80gb", tokens, 8);
        const int64_t now = spill_of(p, kCell).total();
        if (p.needed > p.usable) EXPECT_GE(now, 1);
        EXPECT_GE(now, last);
        EXPECT_LE(now - last, 2) << tokens;
        last = now;
    }
    EXPECT_GT(last, 10);
}

TEST(Spill, HoldsTheWeightsThatHaveNoRoom) {
    const InferencePlan p = plan_of("llama-3.1-405b", "h100-sxm-80gb", 1000, 1);
    const Spill s = spill_of(p, kCell);
    EXPECT_NEAR(static_cast<double>(s.weights), (p.weights - p.usable) / kCell, 2.0);
    EXPECT_GT(s.weights, s.kv);
}

TEST(Spill, ColoursTheCacheByItsSequences) {
    InferenceInput in = setup("llama-3.1-8b", "h100-sxm-80gb", 131072, 8);
    for (const bool paged : {true, false}) {
        in.paged_attention = paged;
        const InferencePlan p = core::plan_inference(in);
        const Spill s = spill_of(p, kCell);
        const std::vector<Cell> cells = spilled_cells(p, paged, s, 1 << 20, 7);
        ASSERT_EQ(static_cast<int64_t>(cells.size()), s.total());
        int64_t of[8] = {};
        for (const Cell& c : cells)
            if (c.kind == CellKind::kv) ++of[c.sequence];
        for (const int64_t n : of) EXPECT_NEAR(static_cast<double>(n), static_cast<double>(s.kv) / 8, 24) << paged;
        EXPECT_EQ(spilled_cells(p, paged, s, 5, 7).size(), 5u);
    }
}

TEST(Spill, SharesOutWholeDevices) {
    const Spill d = as_devices({10, 0, 90, 0}, 12);
    EXPECT_EQ(d.total(), 12);
    EXPECT_EQ(d.weights, 1);
    EXPECT_EQ(d.kv, 11);
    EXPECT_EQ(as_devices({}, 3).total(), 0);
}

TEST(Ghost, StandsOutsideOnceItExceedsTheFreeMemoryAndNeverShrinks) {
    int64_t last = 0;
    for (int64_t tokens = 1024; tokens <= 131072; tokens *= 2) {
        const InferencePlan p = plan_of("llama-3.1-8b", "h100-sxm-80gb", tokens, 8);
        const int64_t ghost = ghost_outside(p, kCell);
        if (p.scores_avoided <= p.free)
            EXPECT_EQ(ghost, 0);
        else
            EXPECT_NEAR(static_cast<double>(ghost), p.scores_avoided / kCell, 1.0);
        EXPECT_GE(ghost, last);
        last = ghost;
    }
    EXPECT_GT(last, 10000);
}

}  // namespace
}  // namespace kvx::sim
