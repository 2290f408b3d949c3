#include "scenes/learn/heat.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace kvx::scenes {

using ui::Rect;

namespace {

// value^exponent for 0 to 1, read from a table: thousands of cells ask for it in a frame.
template <int hundredths>
float power(float value) {
    constexpr int kSteps = 256;
    static const std::array<float, kSteps + 1> table = [] {
        std::array<float, kSteps + 1> out{};
        for (int i = 0; i <= kSteps; ++i)
            out[static_cast<size_t>(i)] = std::pow(static_cast<float>(i) / kSteps, hundredths / 100.0f);
        return out;
    }();
    return table[static_cast<size_t>(std::lround(value * kSteps))];
}

}  // namespace

ui::Color signed_color(const ui::Theme& t, float value, float most) {
    const float k = most > 0 ? std::clamp(value / most, -1.0f, 1.0f) : 0;
    return ui::mix(t.free_cell, t.sequence[k < 0 ? 1 : 0], power<80>(std::fabs(k)));
}

ui::Color attention_color(const ui::Theme& t, float weight) {
    return ui::mix(t.triangle_future, t.green, power<70>(std::clamp(weight, 0.0f, 1.0f)));
}

ui::Color ink_on(ui::Color ground) {
    const auto part = [&](int shift) { return static_cast<float>((ground >> shift) & 0xFF); };
    const float light = 0.299f * part(0) + 0.587f * part(8) + 0.114f * part(16);
    return light > 120 ? ui::rgb(0x0A0E17) : ui::rgb(0xFFFFFF);
}

Rect CellGrid::cell(const ui::Ui& ui, int column, int row) const {
    const auto edge = [&](float from, float pitch, int i) { return ui.px(from + pitch * static_cast<float>(i)); };
    const float x0 = edge(area.x, pitch_x(), column), x1 = edge(area.x, pitch_x(), column + 1);
    const float y0 = edge(area.y, pitch_y(), row), y1 = edge(area.y, pitch_y(), row + 1);
    const float gx = pitch_x() >= 3 ? gap : 0, gy = pitch_y() >= 3 ? gap : 0;
    return {x0, y0, std::max(x1 - x0 - gx, 0.5f), std::max(y1 - y0 - gy, 0.5f)};
}

bool CellGrid::at(const ui::Ui& ui, int& column, int& row) const {
    if (!area.contains(ui.pointer_x(), ui.pointer_y())) return false;
    column = std::clamp(static_cast<int>((ui.pointer_x() - area.x) / pitch_x()), 0, columns - 1);
    row = std::clamp(static_cast<int>((ui.pointer_y() - area.y) / pitch_y()), 0, rows - 1);
    return true;
}

}  // namespace kvx::scenes
