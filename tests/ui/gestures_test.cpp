// Gestures: two fingers scale, one quick level stroke is a swipe, never both.
#include "ui/gestures.h"

#include <gtest/gtest.h>

namespace kvx::ui {
namespace {

// A finger that goes from one place to another in `seconds`, seen by a frame at both ends.
int stroke(Gestures& g, float x0, float y0, float x1, float y1, double seconds) {
    g.down(7, x0, y0);
    g.begin_frame(10);
    g.end_frame();
    g.move(7, x1, y1);
    g.up(7, 10 + seconds);
    const int swipe = g.swipe();
    g.begin_frame(10 + seconds);
    EXPECT_EQ(g.swipe(), swipe) << "reported to the next frame";
    g.end_frame();
    EXPECT_EQ(g.swipe(), 0) << "and only to that one";
    return swipe;
}

TEST(Gestures, AQuickLevelStrokeIsASwipe) {
    Gestures g;
    EXPECT_EQ(stroke(g, 200, 100, 100, 110, 0.2), -1);
    EXPECT_EQ(stroke(g, 100, 100, 200, 95, 0.2), 1);
    EXPECT_FLOAT_EQ(g.start_x(), 100);
}

TEST(Gestures, AShortSlowOrSteepStrokeIsNone) {
    Gestures g;
    EXPECT_EQ(stroke(g, 200, 100, 170, 100, 0.2), 0);
    EXPECT_EQ(stroke(g, 200, 100, 60, 100, 1.5), 0);
    EXPECT_EQ(stroke(g, 200, 100, 100, 200, 0.2), 0);
}

TEST(Gestures, TwoFingersScaleByTheirDistance) {
    Gestures g;
    g.down(1, 100, 100);
    EXPECT_FALSE(g.pinching());
    g.down(2, 140, 100);
    EXPECT_TRUE(g.pinching());
    EXPECT_FLOAT_EQ(g.scale(), 1);
    g.move(2, 180, 100);
    EXPECT_FLOAT_EQ(g.scale(), 2);
    EXPECT_FLOAT_EQ(g.centre_x(), 140);
    g.move(2, 120, 100);
    EXPECT_FLOAT_EQ(g.scale(), 0.5f);
}

TEST(Gestures, TheFingersOfAPinchDoNotSwipe) {
    Gestures g;
    g.down(1, 100, 100);
    g.down(2, 140, 100);
    g.begin_frame(1);
    g.move(2, 300, 100);
    g.up(2, 1.1);
    EXPECT_EQ(g.swipe(), 0);
    g.move(1, 10, 100);
    g.up(1, 1.2);
    EXPECT_EQ(g.swipe(), 0);
    EXPECT_EQ(stroke(g, 200, 100, 100, 100, 0.2), -1) << "the next touch starts afresh";
}

TEST(Gestures, AThirdFingerAndLiftedFingersAreHandled) {
    Gestures g;
    g.down(1, 0, 0);
    g.down(2, 50, 0);
    g.down(3, 90, 0);
    g.move(3, 400, 0);
    EXPECT_FLOAT_EQ(g.scale(), 1);
    g.cancel();
    EXPECT_FALSE(g.pinching());
    g.move(9, 1, 1);
    g.up(9, 2);
    EXPECT_EQ(g.swipe(), 0);
}

}  // namespace
}  // namespace kvx::ui
