// The stage keeps what animates between frames: cells and their ages, phases of waves and sparks.
#pragma once
#include <string>

#include "gfx/cell_field.h"
#include "scenes/inference/package_layout.h"
#include "scenes/parts/page.h"
#include "sim/placement.h"

namespace kvx::scenes {

class Stage {
  public:
    void draw(Page& p, const ui::Rect& r, bool compact);
    core::Bytes cell_bytes() const { return cells_.cell_bytes; }  // of the last frame
    void forget();                                                // lost WebGL context

  private:
    void place_cells(const Page& p);
    void draw_waves(Page& p, const ui::Rect& r) const;
    void draw_modules(Page& p);
    void draw_tiles(Page& p, const ui::Rect& r, int first, int count, int all) const;
    void draw_triangle(Page& p);
    void draw_flow(Page& p) const;
    std::string describe_cell(const Page& p, size_t module, float x, float y) const;

    PackageLayout layout_;
    sim::PlacementShape shape_;  // of cells_
    sim::Placement cells_;
    bool aging_ = false;  // some cells are still fading in
    gfx::CellField banks_, triangle_;
    float flow_ = 0.3f, die_wave_ = 0.2f, wave_ = 0;
    std::string hint_;
};

}  // namespace kvx::scenes
