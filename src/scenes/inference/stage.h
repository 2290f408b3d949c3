// The stage keeps what animates between frames: cells and their ages, phases of waves and sparks.
#pragma once
#include <string>

#include "gfx/cell_field.h"
#include "scenes/inference/overflow.h"
#include "scenes/inference/package_layout.h"
#include "scenes/parts/page.h"
#include "sim/placement.h"

namespace kvx::scenes {

class Stage {
  public:
    // Finds the scale and the place of everything inside r; draw() then draws it there.
    void arrange(Page& p, const ui::Rect& r);
    void draw(Page& p);
    const ui::Rect& chip() const { return chip_; }  // where it stands once the camera rests
    float bottom() const { return bottom_; }        // of everything
    const Overflow& outside() const { return outside_; }
    void forget();  // lost WebGL context

  private:
    void count_cells(const Page& p);
    void move_camera(Page& p);
    void place_cells(const Page& p);
    void draw_waves(Page& p, const ui::Rect& r) const;
    void draw_ground(Page& p);
    void draw_package(Page& p) const;
    void draw_unified(Page& p) const;
    void draw_compute(Page& p);
    double sparks(const Page& p) const;
    void draw_modules(Page& p);
    void draw_tiles(Page& p, const ui::Rect& r, int first, int count, int all) const;
    void draw_triangle(Page& p);
    void draw_flow(Page& p) const;
    std::string describe_cell(const Page& p, size_t module, float x, float y) const;

    ui::Rect room_, chip_, shown_;  // shown_: the chip while the camera moves
    float pitch_ = 9, bottom_ = 0;
    std::string camera_;  // what the camera looks at: another subject is seen at once
    Overflow outside_;
    PackageLayout layout_;
    sim::PlacementShape shape_, wanted_;  // of cells_, and of this frame
    sim::Placement cells_;
    bool aging_ = false;  // some cells are still fading in
    gfx::CellField banks_, triangle_;
    float flow_ = 0.3f, die_wave_ = 0.2f, wave_ = 0;
    std::string hint_;
};

}  // namespace kvx::scenes
