#include <algorithm>
#include <cmath>

#include "scenes/layout/layout.h"

namespace kvx::scenes {

using ui::Rect;

namespace {

constexpr float kHighestFit = 150, kHighest = 160;          // CSS px of a layer, of the whole and zoomed
constexpr double kNarrowestColumn = 2, kSplitColumn = 3.5;  // CSS px: narrower columns are joined, wider ones split

// Whole columns: the grid ends with its last column.
double whole_width(const app::LayoutView& v) {
    const int64_t column = app::column_tokens(v.max);
    return static_cast<double>((v.max.value + column - 1) / column * column);
}

}  // namespace

float most_zoom(const Rect& area, const app::LayoutView& v) {
    const double fit = static_cast<double>((area.w - 14) * 0.5f) / whole_width(v);
    return static_cast<float>(std::max(0.0, std::log2(kWidestCell / fit)));
}

LayoutGeometry measure_layout(const Rect& area, const app::LayoutView& v, LayoutCamera& c, float pixel_scale) {
    LayoutGeometry g;
    g.area = area;
    g.scale = pixel_scale;
    const auto layers = static_cast<float>(v.layers.size());
    c.zoom = std::clamp(c.zoom, 0.0f, most_zoom(area, v));
    const float scale = std::exp2(c.zoom), fit = std::min(area.h / layers, kHighestFit);
    g.pitch = std::min(fit * scale, std::max(fit, kHighest));
    g.gap = g.pitch >= 28 ? 6.0f : g.pitch >= 12 ? 3.0f : g.pitch >= 3 ? 1.0f : 0;
    g.per_token = static_cast<double>(g.half()) / whole_width(v) * static_cast<double>(scale);
    c.position = std::clamp(c.position, 0.0, std::max(0.0, whole_width(v) - g.visible()));
    c.top = std::clamp(c.top, 0.0f, std::max(0.0f, g.pitch * layers - area.h));
    g.first = c.position;
    g.top = c.top;
    return g;
}

Rect LayoutGeometry::layer(int64_t index) const {
    const auto edge = [&](int64_t i) {
        return std::round((area.y + pitch * static_cast<float>(i) - top) * scale) / scale;
    };
    const float y = edge(index);
    return {area.x, y, area.w, edge(index + 1) - y - gap};
}

int64_t LayoutGeometry::bin(double px, core::Tokens max) const {
    int64_t b = app::column_tokens(max);
    while (b > 1 && static_cast<double>(b / 2) * px >= kSplitColumn) b /= 2;
    while (static_cast<double>(b) * px < kNarrowestColumn) b *= 2;
    return b;
}

}  // namespace kvx::scenes
