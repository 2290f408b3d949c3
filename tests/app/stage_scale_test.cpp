#include "app/inference/stage_scale.h"

#include <gtest/gtest.h>

#include <cmath>

namespace kvx::app {
namespace {

const ChipSize kChip;
constexpr double kW = 760, kH = 537;

TEST(StageScale, IsLargeWhileNothingIsOutside) {
    const StageScale s = stage_scale(kChip, {}, kW, kH, 1);
    EXPECT_EQ(s.pitch, 9);
    EXPECT_LE(s.chip_w, kW);
    EXPECT_FALSE(s.squares);
}

TEST(StageScale, PitchesAreWholeDevicePixels) {
    for (const double pixel : {1.0, 0.5, 1.0 / 3, 1 / 1.6875})
        for (const double w : {320.0, 366.0, 760.0, 1090.0}) {
            const double pixels = stage_scale(kChip, {40, 900}, w, w * 0.7, pixel).pitch / pixel;
            EXPECT_NEAR(pixels, std::round(pixels), 1e-6);
        }
}

// The moment of the first cell without a place: one step back, and then none for a while.
TEST(StageScale, StepsBackOnceAndThenStays) {
    const double before = stage_scale(kChip, {}, kW, kH, 1).pitch;
    const double first = stage_scale(kChip, {1, 0}, kW, kH, 1).pitch;
    EXPECT_LT(first, before);
    EXPECT_GE(first, before * 0.6);
    for (int64_t n = 2; n < 100; ++n) EXPECT_EQ(stage_scale(kChip, {n, 0}, kW, kH, 1).pitch, first) << n;
}

TEST(StageScale, EverythingStandsInsideTheRoomAtOneScale) {
    for (const double w : {366.0, 560.0, 760.0, 1090.0})
        for (const double h : {200.0, 300.0, 537.0})
            for (const int64_t spill : {0, 1, 87, 400, 1300})
                for (const int64_t ghost : {0, 30, 1620, 3968}) {
                    const StageScale s = stage_scale(kChip, {spill, ghost}, w, h, 1);
                    EXPECT_LE(s.chip_w, w + 1e-6);
                    EXPECT_LE(s.chip_h, h + 1e-6);
                    if (s.squares) continue;
                    EXPECT_GE(s.spill.columns * s.spill.rows, spill);
                    EXPECT_GE(s.ghost.columns * s.ghost.rows, ghost);
                    const double ghost_w = static_cast<double>(s.ghost.columns) * s.pitch,
                                 spill_w = static_cast<double>(s.spill.columns) * s.pitch;
                    if (s.beside)
                        EXPECT_LE(s.chip_w + ghost_w + spill_w, w);
                    else
                        EXPECT_LE(std::max(ghost_w, spill_w), w);
                    EXPECT_LE(static_cast<double>(s.ghost.rows) * s.pitch, std::max(h, s.chip_h) + 1e-6);
                }
}

TEST(StageScale, GhostGrowsWithWhatItStandsFor) {
    double last = 0;
    for (int64_t cells = 100; cells < 12000; cells += 200) {
        const StageScale s = stage_scale(kChip, {0, cells}, kW, kH, 1);
        if (s.squares) break;
        const double share =
            static_cast<double>(s.ghost.columns * s.ghost.rows) * s.pitch * s.pitch / (s.chip_w * s.chip_h);
        EXPECT_GT(share, last * 0.97) << cells;  // whole columns
        last = share;
    }
    EXPECT_GT(last, 2);
}

TEST(StageScale, TooMuchForCellsBecomesSquares) {
    const StageScale s = stage_scale(kChip, {100000, 0}, kW, kH, 1);
    EXPECT_TRUE(s.squares);
    EXPECT_LT(s.chip_w, kW * 0.6);
}

TEST(StageScale, APresentationKeepsTheChipLarge) {
    const double pixel = 1 / 1.6875;  // 1920 × 1080
    const StageScale s = stage_scale(kChip, {90, 4000}, 1090, 396, pixel, true);
    EXPECT_GE(s.chip_h / 640, 0.6);
    EXPECT_GE(stage_scale(kChip, {90000, 0}, 1090, 396, pixel, true).chip_h / 640, 0.6);
}

}  // namespace
}  // namespace kvx::app
