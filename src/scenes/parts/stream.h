// Data that flows along a curve: a thin path and sparks on it.
#pragma once
#include "ui/ui.h"

namespace kvx::scenes {

struct Stream {
    ImVec2 a, b, c, e;  // cubic curve
    float phase = 0;    // 0 … 1, of the first spark
    int sparks = 1;
    float tail = 0.045f;  // share of the path between two points of a tail
    bool reversed = false;
};
// From left to right (or back) between two points, leaving and arriving level.
Stream level_stream(float x0, float y0, float x1, float y1);
void draw_stream(ui::Ui& ui, const Stream& s);

}  // namespace kvx::scenes
