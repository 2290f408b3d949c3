// Positions of the parts of an accelerator on its package. Pure geometry.
#pragma once
#include <vector>

#include "core/catalog/device.h"
#include "ui/rect.h"

namespace kvx::scenes {

struct PackageLayout {
    ui::Rect board, die, well;          // well: the attention triangle's place on the die
    ui::Rect tiles_above, tiles_below;  // compute units
    std::vector<ui::Rect> modules,
        labels;  // outline of each memory module and the line for its name (empty rectangle: no room)
    std::vector<ui::Rect> spacers;  // places on the package that hold no memory
    int columns = 16, rows = 16;    // cells of a module
    float pitch = 9, padding = 6;   // CSS px; pitch is whole device pixels
    float triangle_pitch = 8;
    bool memory_on_die = false;  // SRAM devices: the fields lie on the die itself
};

PackageLayout lay_out_package(const core::Device& d, const ui::Rect& area, float pixel_scale);

}  // namespace kvx::scenes
