// The cost of a frame, for developers of the app (debug=1, or the key d).
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "ui/ui.h"

namespace kvx::scenes {

struct FrameCost {
    double derive = 0, draw = 0, submit = 0;  // ms: figures, picture and nodes, WebGL calls
    int vertices = 0, commands = 0, nodes = 0, plans = 0;
    int64_t allocations = 0, frames = 0;
    double heap = 0;  // bytes of WebAssembly memory
};
std::vector<std::string> cost_lines(const FrameCost& c);
void draw_cost(ui::Ui& ui, const FrameCost& c, const ui::Rect& area);

}  // namespace kvx::scenes
