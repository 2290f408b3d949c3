// What stands outside the chip, at its scale: memory that has no room, and the scores that FlashAttention keeps away.
#pragma once
#include "app/inference/stage_scale.h"
#include "gfx/cell_field.h"
#include "scenes/parts/page.h"
#include "sim/spill.h"

namespace kvx::scenes {

class Overflow {
  public:
    // Counts what is outside; `cell`: bytes of a cell of the chip.
    void count(const Page& p, core::Bytes cell);
    app::Outside outside() const { return {spill_.total(), ghost_}; }
    // Finds the places beside or below the chip, inside `room`; what stands beside it ends at `right`.
    void arrange(const app::StageScale& scale, const ui::Rect& chip, const ui::Rect& room, float right);
    // Whole devices only, all over r but for the legend below them: beside a cluster.
    void arrange_squares(Page& p, ui::Rect r);
    // `flow`: 0 … 1, how far the falling cells are.
    void draw(Page& p, const ui::Rect& chip, float pitch, float flow);
    // At the right end of the title's line, large enough for the last row of a hall: what FlashAttention saves, and how
    // many more devices it takes. Returns what is left of the line.
    ui::Rect draw_amounts(Page& p, ui::Rect line) const;
    // One line: what each colour is, and how much of it.
    void draw_legend(Page& p, const ui::Rect& r) const;
    std::string scale_words(const Page& p) const;  // "A cell is 64 MiB, on the chip and outside it"
    float bottom() const;                          // of what is drawn beside or below the chip
    bool squares() const { return any() && scale_.squares; }
    bool any() const { return !outside().none(); }
    void forget() { pile_.forget(); }

  private:
    void update_cells(const Page& p);
    void draw_pile(Page& p, float pitch);
    void draw_fall(Page& p, const ui::Rect& chip, float pitch, float flow) const;
    void draw_ghost(Page& p, float pitch) const;
    void draw_words(Page& p) const;
    void draw_squares(Page& p) const;
    void draw_squares_legend(Page& p, ui::Rect& r) const;  // at the bottom of r, and cuts it off

    sim::Spill spill_;
    int64_t ghost_ = 0;
    core::Bytes cell_;
    std::vector<sim::Cell> cells_;
    bool cells_current_ = false;  // they belong to spill_
    app::StageScale scale_;
    ui::Rect tray_, ghost_at_, squares_, spill_words_, ghost_words_;
    ui::Rect line_;  // narrow pictures: the amounts in one line
    gfx::CellField pile_;
    float piled_ = 0;  // cells that have arrived
};

}  // namespace kvx::scenes
