// Axes: where a value lies, which ticks are worth a label.
#include "ui/plot.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace kvx::ui {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Axis, MapsItsEndsAndBack) {
    for (const Axis& a : {Axis{0, 80e9, Scale::linear}, Axis{-5, 5, Scale::linear}, Axis{1024, 1e8, Scale::log10}}) {
        EXPECT_DOUBLE_EQ(a.map(a.min), 0);
        EXPECT_DOUBLE_EQ(a.map(a.max), 1);
        for (const double t : {0.0, 0.1, 0.5, 0.9, 1.0}) EXPECT_NEAR(a.map(a.unmap(t)), t, 1e-12);
    }
    EXPECT_NEAR((Axis{1, 1e4, Scale::log10}.map(100)), 0.5, 1e-12) << "a decade is as long as any other";
}

TEST(Axis, LetsOutsideValuesGoBeyond) {
    const Axis a{0, 10, Scale::linear};
    EXPECT_DOUBLE_EQ(a.map(20), 2);
    EXPECT_DOUBLE_EQ(a.map(-10), -1);
    EXPECT_GT((Axis{1, 10, Scale::log10}.map(100)), 1);
}

TEST(Axis, MapsToZeroWhereItHasNoRange) {
    EXPECT_EQ((Axis{5, 5, Scale::linear}.map(5)), 0);
    EXPECT_EQ((Axis{5, 1, Scale::linear}.map(3)), 0);
    EXPECT_EQ((Axis{kNaN, 1, Scale::linear}.map(0.5)), 0);
    const Axis log{1, 1000, Scale::log10};
    EXPECT_EQ(log.map(0), 0);
    EXPECT_EQ(log.map(-3), 0);
    EXPECT_EQ(log.map(kNaN), 0);
    EXPECT_EQ((Axis{0, 1000, Scale::log10}.map(10)), 0) << "a log axis cannot start at zero";
    EXPECT_EQ((Axis{0, 1000, Scale::log10}.unmap(0.5)), 0);
}

TEST(NiceCeiling, IsTheNextOfOneTwoFive) {
    for (const auto& [value, ceiling] : {std::pair{1.0, 1.0},
                                         {1.01, 2.0},
                                         {2.0, 2.0},
                                         {3.0, 5.0},
                                         {5.1, 10.0},
                                         {10.0, 10.0},
                                         {0.03, 0.05},
                                         {0.1, 0.1},
                                         {81559.0, 1e5},
                                         {1e12, 1e12}})
        EXPECT_NEAR(nice_ceiling(value) / ceiling, 1, 1e-9) << value;
    for (const double broken : {0.0, -4.0, kNaN, kInfinity}) EXPECT_EQ(nice_ceiling(broken), 1) << broken;
}

TEST(NiceCeiling, IsNeverBelowAndNeverFarAbove) {
    for (double v = 1e-6; v < 1e15; v *= 1.37) {
        const double c = nice_ceiling(v);
        EXPECT_GE(c, v * (1 - 1e-9)) << v;
        EXPECT_LE(c, v * 2.5 * (1 + 1e-9)) << v;
    }
}

TEST(Ticks, OfALinearAxisStandOnRoundNumbers) {
    EXPECT_EQ(ticks({0, 10, Scale::linear}, 5), (std::vector<double>{0, 2, 4, 6, 8, 10}));
    EXPECT_EQ(ticks({3, 10, Scale::linear}, 4), (std::vector<double>{4, 6, 8, 10}));
    EXPECT_EQ(ticks({-4, 4, Scale::linear}, 4), (std::vector<double>{-4, -2, 0, 2, 4}));
}

TEST(Ticks, OfALogAxisAreWholeDecadesThinnedEvenly) {
    const auto decades = [](double low, double high, int most) {
        std::vector<int> out;
        for (const double v : ticks({low, high, Scale::log10}, most))
            out.push_back(static_cast<int>(std::lround(std::log10(v))));
        return out;
    };
    EXPECT_EQ(decades(1, 1000, 10), (std::vector<int>{0, 1, 2, 3}));
    EXPECT_EQ(decades(1024, 1e8, 10), (std::vector<int>{4, 5, 6, 7, 8}));
    EXPECT_EQ(decades(1, 1e8, 3), (std::vector<int>{0, 3, 6}));
    EXPECT_TRUE(decades(20, 90, 5).empty()) << "no whole decade inside";
}

TEST(Ticks, StayInsideInOrderAndFew) {
    for (const double low : {0.0, 1.0, 700.0, 1e9})
        for (const double span : {1.0, 37.0, 131072.0, 3e12})
            for (const int most : {1, 2, 5, 8})
                for (const Scale scale : {Scale::linear, Scale::log10}) {
                    const Axis a{low, low + span, scale};
                    const std::vector<double> all = ticks(a, most);
                    // `most` steps of a linear axis have one tick more
                    EXPECT_LE(all.size(), static_cast<size_t>(most) + (scale == Scale::linear ? 1 : 0));
                    for (size_t i = 0; i < all.size(); ++i) {
                        EXPECT_GE(all[i], a.min * (1 - 1e-8)) << low << " " << span;
                        EXPECT_LE(all[i], a.max * (1 + 1e-8)) << low << " " << span;
                        if (i) {
                            EXPECT_GT(all[i], all[i - 1]);
                        }
                    }
                }
}

TEST(Ticks, OfAnInvalidAxisAreNone) {
    for (const Scale scale : {Scale::linear, Scale::log10}) {
        EXPECT_TRUE(ticks({5, 5, scale}, 5).empty());
        EXPECT_TRUE(ticks({5, 1, scale}, 5).empty());
        EXPECT_TRUE(ticks({kNaN, 1, scale}, 5).empty());
        EXPECT_TRUE(ticks({0, kInfinity, scale}, 5).empty());
        EXPECT_TRUE(ticks({1, 10, scale}, 0).empty());
    }
    EXPECT_TRUE(ticks({0, 10, Scale::log10}, 5).empty());
}

}  // namespace
}  // namespace kvx::ui
