// Devices that are no package with stacks: a card with its memory chips around the die, and a whole wafer.
#pragma once
#include "scenes/inference/package_layout.h"
#include "scenes/parts/page.h"

namespace kvx::scenes {

PackageGrid board_grid(const core::Device& d);
PackageLayout lay_out_board(const core::Device& d, const ui::Rect& board, float pitch, float pixel);
// The board with its connector, the die, and the traces; `flow`: 0 … 1, of the sparks; each trace has `sparks` of them.
void draw_board(Page& p, const PackageLayout& layout, float flow, double sparks);

PackageGrid wafer_grid(const core::Device& d);
PackageLayout lay_out_wafer(const core::Device& d, const ui::Rect& board, float pitch, float pixel);
// The wafer, its square and the cores below each field of memory; `wave`: 0 … 1, of the layer that computes. A word on
// its size stands beside it where `room` has room.
void draw_wafer(Page& p, const PackageLayout& layout, const ui::Rect& room, float wave);
void draw_wafer_thread(Page& p, const PackageLayout& layout,
                       float wave);  // the activations of one token, over the cells

}  // namespace kvx::scenes
