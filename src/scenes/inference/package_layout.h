// Positions of the parts of an accelerator on its package. Pure geometry; everything follows the pitch of a memory
// cell.
#pragma once
#include <vector>

#include "app/inference/stage_scale.h"
#include "core/catalog/device.h"
#include "ui/rect.h"

namespace kvx::scenes {

// How a device's memory is cut into cells. The same at every size of the picture.
struct PackageGrid {
    int modules = 0, columns = 16, rows = 16;
    app::ChipSize size;
};
PackageGrid package_grid(const core::Device& d);

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
    ui::Rect processor;          // beside the graphics, where both share the memory
};

// `board` is as large as the pitch wants it, or up to the grid's slack smaller; `pixel`: CSS px of a device pixel.
PackageLayout lay_out_package(const core::Device& d, const ui::Rect& board, float pitch, float pixel);

}  // namespace kvx::scenes
