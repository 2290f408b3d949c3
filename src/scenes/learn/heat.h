// Numbers as colours: signed vectors in blue and sand, attention in green.
#pragma once
#include <functional>

#include "ui/ui.h"

namespace kvx::scenes {

ui::Color signed_color(const ui::Theme& t, float value, float most);
ui::Color attention_color(const ui::Theme& t, float weight);
// The text colour on such a cell: dark or light, whichever reads better.
ui::Color ink_on(ui::Color ground);

// Columns × rows of cells inside r, `gap` between them; nothing where the colour is 0.
struct CellGrid {
    ui::Rect area;
    int columns = 1, rows = 1;
    float gap = 1;
    float pitch_x() const { return area.w / static_cast<float>(columns); }
    float pitch_y() const { return area.h / static_cast<float>(rows); }
    ui::Rect cell(const ui::Ui& ui, int column, int row) const;
    // Under the pointer; false when none.
    bool at(const ui::Ui& ui, int& column, int& row) const;
};
void draw_cells(ui::Ui& ui, const CellGrid& g, const std::function<ui::Color(int, int)>& color);

}  // namespace kvx::scenes
