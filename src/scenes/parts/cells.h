// Converts the simulated memory cells for the cell field; draws the line of text beside the pointer.
#pragma once
#include <string>

#include "gfx/cell_field.h"
#include "sim/placement.h"
#include "ui/ui.h"

namespace kvx::scenes {

gfx::Palette cell_palette(const ui::Theme& t);
uint8_t cell_code(const sim::Cell& c);
void draw_hint(ui::Ui& ui, const std::string& words);  // nothing when empty, or under a finger

}  // namespace kvx::scenes
