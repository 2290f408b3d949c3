// Numbers as colours: signed vectors in blue and sand, attention in green.
#pragma once
#include <algorithm>
#include <vector>

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
// `color`: ui::Color(column, row); a template, because it is asked thousands of times in a frame.
template <typename ColorOf>
void draw_cells(ui::Ui& ui, const CellGrid& g, const ColorOf& color) {
    const float radius = std::min(g.pitch_x(), g.pitch_y()) >= 9 ? 1.6f : 0;
    std::vector<ui::Rect> columns;  // their left edges and widths, once for all rows
    for (int column = 0; column < g.columns; ++column) columns.push_back(g.cell(ui, column, 0));
    for (int row = 0; row < g.rows; ++row) {
        const ui::Rect line = g.cell(ui, 0, row);
        for (int column = 0; column < g.columns; ++column) {
            const ui::Rect& across = columns[static_cast<size_t>(column)];
            if (const ui::Color c = color(column, row)) ui.fill({across.x, line.y, across.w, line.h}, c, radius);
        }
    }
}

}  // namespace kvx::scenes
