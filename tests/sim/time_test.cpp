#include "core/support.h"
#include "sim/lengths.h"
#include "sim/playback.h"

namespace kvx::sim {
namespace {

TEST(Lengths, EqualAreEqual) {
    EXPECT_EQ(equal_lengths({1000}, 3), (std::vector<core::Tokens>{{1000}, {1000}, {1000}}));
    EXPECT_TRUE(equal_lengths({1000}, 0).empty());
    EXPECT_EQ(equal_lengths({-5}, 1)[0].value, 0);
}

TEST(Lengths, StaggeredFallFromTheLongestToItsShare) {
    EXPECT_EQ(staggered_lengths({1000}, 4), (std::vector<core::Tokens>{{1000}, {750}, {500}, {250}}));
    EXPECT_EQ(staggered_lengths({1000}, 3), (std::vector<core::Tokens>{{1000}, {667}, {333}}));
    EXPECT_EQ(staggered_lengths({999999999999}, 1)[0].value, 999999999999);
    for (const core::Tokens t : staggered_lengths({0}, 8)) EXPECT_EQ(t.value, 0);
    const auto many = staggered_lengths({100000000}, 4096);
    ASSERT_EQ(many.size(), 4096u);
    for (size_t i = 1; i < many.size(); ++i) EXPECT_LT(many[i], many[i - 1]);
    EXPECT_GT(many.back().value, 0);
}

TEST(Playback, SweepsTheContextIn24Seconds) {
    double at = 0;
    for (int i = 0; i < 24 * 60; ++i) at = advance(at, 131072, 1, 1.0 / 60);
    EXPECT_NEAR(at, 131072, 1e-3);
    EXPECT_NEAR(advance(0, 1e6, 2, 6), 5e5, 1e-6);
    EXPECT_EQ(advance(131072, 131072, 100, 1), 131072);
    EXPECT_EQ(advance(5, 100, 100, 1e9), 100);
    EXPECT_EQ(advance(50, 100, 1, 0), 50);
    EXPECT_EQ(advance(50, 100, 1, -1), 50);
    EXPECT_EQ(advance(500, 100, 1, 0), 100);
    EXPECT_EQ(advance(-3, 100, 1, 0), 0);
    EXPECT_EQ(advance(3, 0, 1, 1), 0);
}

// At 100× every stage of filling is still seen: a run lasts a second, and faster is still faster.
TEST(Playback, NeverLastsLessThanASecond) {
    double last = 1e9;
    for (const double speed : {0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0}) {
        EXPECT_GE(sweep_seconds(speed), 1);
        EXPECT_LT(sweep_seconds(speed), last);
        last = sweep_seconds(speed);
        if (speed <= 20) EXPECT_NEAR(sweep_seconds(speed), 24 / speed, 1e-9);
    }
    EXPECT_LT(advance(0, 1e6, 100, 0.9), 1e6);
    EXPECT_EQ(advance(0, 1e6, 100, 1.1), 1e6);
}

}  // namespace
}  // namespace kvx::sim
