// Data flowing along a curve: a thin path with sparks.
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
// Between two points, leaving and arriving horizontally.
Stream level_stream(float x0, float y0, float x1, float y1);
void draw_stream(ui::Ui& ui, const Stream& s);

}  // namespace kvx::scenes
