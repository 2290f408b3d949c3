// Strips of cache cells: heads as rows, positions as columns. Everything but real numbers is worked out in the shader
// from where a strip begins and what of it is filled, so that a million positions cost as much as thirty.
#pragma once
#include <imgui.h>

#include <cstdint>
#include <vector>

#include "gfx/gl_program.h"

namespace kvx::gfx {

struct Strip {
    float x, y, w, h;          // CSS px
    float first;               // column at the left edge, counted from `hue_first`; may be a fraction
    float per_px;              // columns a CSS px
    float rows;                // rows of cells
    float light;               // 0 … 1: a dimmed layer has less
    float from, to;            // filled columns, from `hue_first`
    float reserved_to, end;    // reserved beyond the filled; end of the grid
    float hue, hue_step;       // of column 0, and from column to column: turns, 0 … 1
    float block, block_first;  // columns a block (0: none); column 0's place in its block
    float newest;              // column, or -1
    float color;               // 0 keys, 1 values, 2 latent, 3 indexer, 4 entries
    float values, width;       // row of the values texture where it starts (-1: none); numbers of a cell
};

struct StripPalette {  // ImGui colours
    uint32_t unfilled, reserved, stripe, white, cells[5], negative, positive, gap;
    float stripe_light;  // of the hue stripes
};

class StripField {
  public:
    std::vector<Strip> strips;
    // Numbers of the cells, −1 … 1 as 0 … 254 around 127: [row][position].
    void set_values(std::vector<uint8_t> texels, int positions, int rows);
    void draw(ImDrawList* list, const StripPalette& palette, float scale, float screen_w, float screen_h);
    void forget();  // after a lost context

  private:
    struct Job {
        StripField* field;
        StripPalette palette;
        float scale, w, h;
    };
    static void render(const ImDrawList*, const ImDrawCmd* cmd);
    bool build();
    std::vector<uint8_t> texels_ = {0};
    int positions_ = 1, rows_ = 1;
    Program program_;
    unsigned vao_ = 0, buffer_ = 0, texture_ = 0;
    bool dirty_ = true;
};

}  // namespace kvx::gfx
