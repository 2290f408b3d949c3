#include "scenes/cluster/topology_layout.h"

#include <algorithm>
#include <cmath>

namespace kvx::scenes {

using core::Wiring;
using ui::Rect;

namespace {

constexpr float kRoomyW = 128, kRoomyH = 132, kLabelW = 62, kLabelH = 52;

struct Grid {
    int columns = 1, rows = 1;
};

// Columns and rows for n boxes, with an aspect ratio closest to `aspect`; rows are a multiple of `multiple`.
Grid best_grid(int n, const Rect& r, float aspect, int multiple) {
    Grid best;
    float least = 1e9f;
    for (int rows = multiple; rows <= std::max(n, multiple); rows += multiple) {
        const int columns = (n + rows - 1) / rows;
        const float w = r.w / static_cast<float>(columns), h = r.h / static_cast<float>(rows);
        const float empty = static_cast<float>(columns * rows - n) / static_cast<float>(n);
        const float cost = std::fabs(std::log(w / h / aspect)) + 2.5f * empty;
        if (cost < least) least = cost, best = {columns, rows};
    }
    return best;
}

Rect cell_of(const Rect& r, Grid g, int i, float gap, float gap_y = -1) {
    if (gap_y < 0) gap_y = gap;
    const float w = (r.w - gap * static_cast<float>(g.columns - 1)) / static_cast<float>(g.columns);
    const float h = (r.h - gap_y * static_cast<float>(g.rows - 1)) / static_cast<float>(g.rows);
    return {r.x + static_cast<float>(i % g.columns) * (w + gap), r.y + static_cast<float>(i / g.columns) * (h + gap_y),
            w, h};
}

Wire curve(int a, int b, Point from, Point c1, Point c2, Point to) {
    Wire w;
    w.a = a;
    w.b = b;
    w.p[0] = from;
    w.p[1] = c1;
    w.p[2] = c2;
    w.p[3] = to;
    return w;
}

Wire straight(int a, int b, Point from, Point to) {
    return curve(a, b, from, {from.x + (to.x - from.x) / 3, from.y + (to.y - from.y) / 3},
                 {from.x + (to.x - from.x) * 2 / 3, from.y + (to.y - from.y) * 2 / 3}, to);
}

// A node's devices in two fields with its switch between them.
void lay_switched(TopologyLayout& out, const Rect& area, int node, int first, int count) {
    const float gap = std::clamp(area.w * 0.014f, 2.0f, 12.0f);
    const bool one_row = count <= 2;
    const Grid g = one_row ? Grid{count, 1} : best_grid(count, area, 0.92f, 2);
    Rect r = area;
    if (g.rows > 2) r.w -= gap * 0.8f;  // the last wire of the far rows runs beside them
    const float bar_h = std::clamp(r.h * 0.11f, 5.0f, 62.0f), lane = std::clamp(r.h * 0.075f, 4.0f, 46.0f);
    const int above = one_row ? 1 : g.rows / 2;
    const float field = (r.h - bar_h - lane * (one_row ? 1.0f : 2.0f)) * (one_row ? 1.0f : 0.5f);
    const Rect top{r.x, r.y, r.w, field}, bar{r.x, r.y + field + lane, r.w, bar_h},
        bottom{r.x, bar.bottom() + lane, r.w, field};
    const Grid half{g.columns, above};
    out.switches.push_back(bar);
    const int in_top = std::min(count, g.columns * above);
    for (int i = 0; i < count; ++i) {
        const bool up = i < in_top;
        const Rect d = cell_of(up ? top : bottom, half, up ? i : i - in_top, gap);
        out.devices.push_back(d);
        // Wires of the far rows run in the gap beside the near ones.
        const int row = (up ? i : i - in_top) / g.columns;
        const bool near = up ? row == above - 1 : row == 0;
        const float x = near ? d.cx() : d.right() + gap * 0.5f;
        const Point from = near ? Point{x, up ? d.bottom() : d.y} : Point{d.right(), d.cy()};
        const Point to{x, up ? bar.y : bar.bottom()};
        Wire w = near ? straight(first + i, node, from, to)
                      : curve(first + i, node, from, {x, from.y}, {x, from.y + (to.y - from.y) * 0.2f}, to);
        w.to = Wire::End::node_switch;
        out.wires.push_back(w);
    }
}

// Every device wired to every other device of its node.
void lay_mesh(TopologyLayout& out, const Rect& r, int first, int count) {
    const float gap = std::clamp(r.w * 0.02f, 2.0f, 16.0f);
    if (count <= 2) {
        const float lane = std::clamp(r.w * 0.12f, 6.0f, 120.0f), w = (r.w - lane) * 0.5f;
        for (int i = 0; i < count; ++i) out.devices.push_back({r.x + static_cast<float>(i) * (w + lane), r.y, w, r.h});
        if (count == 2) {
            const Rect &a = out.devices[out.devices.size() - 2], &b = out.devices.back();
            out.wires.push_back(straight(first, first + 1, {a.right(), a.cy()}, {b.x, b.cy()}));
        }
        return;
    }
    const int columns = (count + 1) / 2;
    const float lane = std::clamp(r.h * 0.2f, 8.0f, 130.0f), h = (r.h - lane) * 0.5f;
    const float w = (r.w - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns);
    for (int i = 0; i < count; ++i)
        out.devices.push_back(
            {r.x + static_cast<float>(i % columns) * (w + gap), i < columns ? r.y : r.y + h + lane, w, h});
    // A port for each neighbour on the side that faces the lane, in the neighbours' order.
    const auto port = [&](int i, int j) {
        const Rect& d = out.devices[out.devices.size() - static_cast<size_t>(count - i)];
        const float f = (static_cast<float>(j < i ? j : j - 1) + 0.5f) / static_cast<float>(count - 1);
        return Point{d.x + d.w * (0.12f + 0.76f * f), i < columns ? d.bottom() : d.y};
    };
    for (int i = 0; i < count; ++i)
        for (int j = i + 1; j < count; ++j) {
            const Point a = port(i, j), b = port(j, i);
            const bool same = (i < columns) == (j < columns);
            const float reach = same ? lane * (0.22f + 0.2f * static_cast<float>(j - i) / static_cast<float>(columns)) *
                                           (i < columns ? 1.0f : -1.0f) * 1.33f
                                     : 0;
            out.wires.push_back(
                same ? curve(first + i, first + j, a, {a.x, a.y + reach}, {b.x, b.y + reach}, b)
                     : curve(first + i, first + j, a, {a.x, a.y + lane * 0.5f}, {b.x, b.y - lane * 0.5f}, b));
        }
}

// A closed ring: along the upper row, back along the lower one.
void lay_ring(TopologyLayout& out, const Rect& r, int first, int count) {
    if (count <= 2) return lay_mesh(out, r, first, count);
    const int columns = (count + 1) / 2;
    const float gap = std::clamp(r.w * 0.03f, 4.0f, 40.0f), lane = std::clamp(r.h * 0.12f, 6.0f, 70.0f);
    const float h = (r.h - lane) * 0.5f,
                w = (r.w - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns);
    const size_t base = out.devices.size();
    for (int i = 0; i < count; ++i) {
        const int column = i < columns ? i : count - 1 - i;
        out.devices.push_back({r.x + static_cast<float>(column) * (w + gap), i < columns ? r.y : r.y + h + lane, w, h});
    }
    for (int i = 0; i < count; ++i) {
        const int j = (i + 1) % count;
        const Rect &a = out.devices[base + static_cast<size_t>(i)], &b = out.devices[base + static_cast<size_t>(j)];
        const bool same = (i < columns) == (j < columns);
        const bool right = b.x > a.x;
        out.wires.push_back(
            same ? straight(first + i, first + j, {right ? a.right() : a.x, a.cy()}, {right ? b.x : b.right(), b.cy()})
                 : straight(first + i, first + j, {a.cx(), a.y < b.y ? a.bottom() : a.y},
                            {b.cx(), a.y < b.y ? b.y : b.bottom()}));
    }
}

// Planes of a grid whose rows and columns wrap around; planes of a third dimension side by side.
void lay_torus(TopologyLayout& out, const Rect& area, int first, int count, int dimensions) {
    const TorusShape s = torus_shape(count, dimensions);
    const Rect r = area.inset(10, 10);
    const int planes = s.z;
    const Grid pg = best_grid(planes, r, static_cast<float>(s.x) / static_cast<float>(s.y), 1);
    const float plane_gap = planes > 1 ? 26 : 0;
    const size_t base = out.devices.size();
    const auto at = [&](int x, int y, int z) {
        return static_cast<size_t>((z * s.y + (y + s.y) % s.y) * s.x + (x + s.x) % s.x);
    };
    for (int z = 0; z < planes; ++z) {
        const Rect plane = cell_of(r, pg, z, plane_gap);
        const float gap = std::clamp(plane.w / static_cast<float>(s.x) * 0.2f, 3.0f, 36.0f);
        for (int i = 0; i < s.x * s.y; ++i) out.devices.push_back(cell_of(plane, {s.x, s.y}, i, gap));
    }
    for (int z = 0; z < planes; ++z)
        for (int y = 0; y < s.y; ++y)
            for (int x = 0; x < s.x; ++x) {
                const auto i = at(x, y, z);
                const Rect& a = out.devices[base + i];
                const int me = first + static_cast<int>(i);
                if (s.x > 1 && !(s.x == 2 && x == 1)) {
                    const auto j = at(x + 1, y, z);
                    const Rect& b = out.devices[base + j];
                    Wire w = straight(me, first + static_cast<int>(j), {a.right(), a.cy()}, {b.x, b.cy()});
                    w.wraps = x + 1 == s.x;
                    out.wires.push_back(w);
                }
                if (s.y > 1 && !(s.y == 2 && y == 1)) {
                    const auto j = at(x, y + 1, z);
                    const Rect& b = out.devices[base + j];
                    Wire w = straight(me, first + static_cast<int>(j), {a.cx(), a.bottom()}, {b.cx(), b.y});
                    w.wraps = y + 1 == s.y;
                    out.wires.push_back(w);
                }
                if (planes > 1 && !(planes == 2 && z == 1)) {
                    const auto j = at(x, y, (z + 1) % planes);
                    // A third dimension cannot be drawn flat without crossing everything: draw a stub towards the
                    // viewer.
                    Wire w =
                        straight(me, first + static_cast<int>(j), {a.right() - 1, a.y + 1}, {a.right() - 2, a.y + 2});
                    w.wraps = w.half = true;
                    out.wires.push_back(w);
                }
            }
}

void lay_node(TopologyLayout& out, const core::Cluster& c, const Rect& r, int node, int first, int count) {
    switch (c.wiring) {
        case Wiring::switched:
            return lay_switched(out, r, node, first, count);
        case Wiring::ring:
            return lay_ring(out, r, first, count);
        case Wiring::torus2d:
            return lay_torus(out, r, first, count, 2);
        case Wiring::torus3d:
            return lay_torus(out, r, first, count, 3);
        case Wiring::single:
        case Wiring::pair:
        case Wiring::full_mesh:
            return lay_mesh(out, r, first, count);
    }
}

}  // namespace

TorusShape torus_shape(int devices, int dimensions) {
    TorusShape s{devices, 1, 1};
    if (dimensions == 3) {
        for (int z = static_cast<int>(std::cbrt(static_cast<double>(devices)) + 0.5); z >= 1; --z)
            if (devices % z == 0) {
                s.z = z;
                break;
            }
    }
    const int plane = devices / s.z;
    for (int y = static_cast<int>(std::sqrt(static_cast<double>(plane)) + 1e-6); y >= 1; --y)
        if (plane % y == 0) {
            s.y = y;
            break;
        }
    s.x = plane / s.y;
    return s;
}

TopologyLayout lay_out_topology(const core::Cluster& c, const Rect& area) {
    TopologyLayout out;
    const int nodes = std::max(1, c.nodes), per_node = std::max(1, c.per_node);
    if (nodes == 1) {
        lay_node(out, c, area, 0, 0, c.devices);
    } else {
        const float bar_h = area.h > 320 ? 34 : 22, lane = area.h > 320 ? 22 : 12;
        Grid g = best_grid(nodes, area, per_node <= 2 ? 1.1f : 1.5f, nodes > 2 && nodes % 2 == 0 ? 2 : 1);
        if (nodes == 2) g = {2, 1};
        const int above = std::max(1, g.rows / 2);
        const bool below = g.rows > above;
        const float usable = area.h - bar_h - lane * (below ? 2.0f : 1.0f);
        const float row_h = usable / static_cast<float>(g.rows), gutter = std::clamp(area.w * 0.03f, 8.0f, 22.0f);
        const float gap_y = std::clamp(row_h * 0.16f, 3.0f, gutter);
        out.network = {area.x, area.y + row_h * static_cast<float>(above) + lane, area.w, bar_h};
        for (int n = 0; n < nodes; ++n) {
            const int row = n / g.columns;
            const bool up = row < above;
            const Rect field = up ? Rect{area.x + gutter, area.y, area.w - gutter, row_h * static_cast<float>(above)}
                                  : Rect{area.x + gutter, out.network.bottom() + lane, area.w - gutter,
                                         row_h * static_cast<float>(g.rows - above)};
            const Grid half{g.columns, up ? above : g.rows - above};
            Rect box = cell_of(field, half, up ? n : n - above * g.columns, gutter, gap_y);
            out.nodes.push_back(box);
            const int near_row = up ? above - 1 : above;
            const bool near = row == near_row;
            Wire w = near ? straight(n, 0, {box.cx(), up ? box.bottom() : box.y},
                                     {box.cx(), up ? out.network.y : out.network.bottom()})
                          : curve(n, 0, {box.x, box.cy()}, {box.x - gutter * 0.5f, box.cy()},
                                  {box.x - gutter * 0.5f, box.cy()},
                                  {box.x - gutter * 0.5f, up ? out.network.y : out.network.bottom()});
            w.from = Wire::End::node_switch;
            w.to = Wire::End::network;
            w.between_nodes = true;
            out.wires.push_back(w);
            Rect inner = box.inset(box.w > 150 ? 10.0f : 4.0f, box.w > 150 ? 8.0f : 4.0f);
            out.titles.push_back(inner.h > 84 && inner.w > 96 ? inner.cut_top(18, 4) : Rect{});
            const int first = n * per_node, count = std::min(per_node, c.devices - first);
            if (count <= 0) continue;
            if (inner.w >= 56) {
                lay_node(out, c, inner, n, first, count);
            } else {  // no room for wires: the devices alone
                const Grid dense = best_grid(count, inner, 1, 1);
                for (int i = 0; i < count; ++i) out.devices.push_back(cell_of(inner, dense, i, 1.5f));
            }
        }
    }
    if (!out.devices.empty()) {
        const Rect& d = out.devices.front();
        out.roomy = d.w >= kRoomyW && d.h >= kRoomyH;
        out.labelled = d.w >= kLabelW && d.h >= kLabelH;
    }
    return out;
}

}  // namespace kvx::scenes
