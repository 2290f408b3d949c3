// Fields of equal cells (memory banks, compute tiles, the attention triangle) drawn by one instanced call and one small
// integer texture. Cost depends on the pixels, not on the number of cells.
#pragma once
#include <imgui.h>

#include <cstdint>
#include <vector>

#include "gfx/gl_program.h"

namespace kvx::gfx {

// Codes of a cell, first byte of its texel. The second byte is its age: 255 new (white outline), fading to 0.
namespace code {
inline constexpr uint8_t free = 0, weights = 1, activations = 2, outside = 3, ghost = 4, none = 5, scores = 6;
inline constexpr uint8_t sequence = 16;  // + sequence & 31: colour by & 7, a notch from the ninth on
inline constexpr uint8_t reserved = 48;  // + sequence & 31: hatched in that colour
inline constexpr uint8_t glow = 96;      // + level 0..63: from idle to bright green
inline constexpr uint8_t future = 160;   // rows of the triangle still to come
}  // namespace code

struct Palette {  // ImGui colours
    uint32_t free, weights, activations, outside, outside_stripe, ghost_fill, ghost, idle, green, future, white;
    uint32_t sequence[8];
    float sequence_outline = 0;  // 1: pale colours get a darker edge (light theme)
};

class CellField {
  public:
    int columns = 0, rows = 0;
    float pitch = 9, gap = 1, radius = 1.6f;  // CSS px; pitch should be whole device pixels
    struct Origin {
        float x, y;
    };
    std::vector<Origin> modules;  // upper left corner of each, CSS px; at most 128

    void resize(int columns, int rows, size_t module_count);
    uint8_t* module(size_t m) {
        return texels_.data() + m * static_cast<size_t>(columns) * static_cast<size_t>(rows) * 2;
    }
    void changed() { dirty_ = true; }
    void draw(ImDrawList* list, const Palette& palette, float scale, float screen_w, float screen_h);
    void forget();  // after a lost context: the next draw builds everything anew

  private:
    struct Job {
        CellField* field;
        Palette palette;
        float scale, w, h;
    };
    static void render(const ImDrawList*, const ImDrawCmd* cmd);
    bool build();
    std::vector<uint8_t> texels_;
    Program program_;
    unsigned texture_ = 0, vao_ = 0;
    int texture_w_ = 0, texture_h_ = 0;
    bool dirty_ = true;
};

}  // namespace kvx::gfx
