// The cache layer by layer: a strip of keys beside a strip of values, heads as rows, positions as columns.
#include <algorithm>
#include <cmath>

#include "core/format.h"
#include "scenes/layout/layout.h"
#include "scenes/parts/cells.h"
#include "scenes/parts/fields.h"

namespace kvx::scenes {

using core::StripKind;
using ui::Align;
using ui::Rect;
using ui::Theme;

namespace {

constexpr double kGolden = 0.6180339887498949;  // turns of hue per position, so that neighbours differ most
constexpr float kDimmed = 0.4f;                 // of layers that are not selected
constexpr float kDragThreshold = 4;
constexpr float kHead = 20, kAxis = 18;

ui::Color strip_color(const Theme& t, StripKind k) {
    switch (k) {
        case StripKind::values:
        case StripKind::window:
            return t.sequence[2];
        case StripKind::indexer:
            return t.sequence[6];
        case StripKind::state:
            return t.sequence[5];
        default:
            return t.sequence[0];
    }
}

gfx::StripPalette palette_of(const Theme& t) {
    gfx::StripPalette p{};
    p.unfilled = t.free_cell;
    p.reserved = t.reserved;
    p.stripe = t.reserved_stripe;
    p.white = t.dark ? ui::rgb(0xFFFFFF) : ui::rgb(0x131A2A);
    for (const StripKind k : {StripKind::keys, StripKind::values, StripKind::indexer, StripKind::entries})
        p.cells[static_cast<size_t>(k == StripKind::keys      ? 0
                                    : k == StripKind::values  ? 1
                                    : k == StripKind::indexer ? 3
                                                              : 4)] = strip_color(t, k);
    p.cells[2] = strip_color(t, StripKind::latent);
    p.positive = t.sequence[0];
    p.negative = t.sequence[1];
    p.gap = t.bg;
    p.stripe_light = t.dark ? 1.0f : 0.78f;
    return p;
}

double turn(double v) {
    return v - std::floor(v);
}

// One strip inside r, at `px` of the screen per position.
gfx::Strip strip_at(const Layout& l, const LayoutGeometry& g, const core::CacheStrip& s, const Rect& r, double px,
                    float light, double shown) {
    const bool real = l.v.learn != nullptr;
    const int64_t bin = real ? 1 : g.bin(px, l.v.max);
    const auto width = static_cast<double>(bin);
    const double first = g.first / width, base = real ? 0 : std::floor(first);
    const auto column = [&](double position) {
        return static_cast<float>(std::clamp(position / width - base, -1e5, 1e5));
    };
    const auto filled_to = std::min(static_cast<double>(s.end), shown);
    const auto block = static_cast<double>(l.v.order->paged ? l.v.block : l.v.max.value);
    gfx::Strip out{};
    out.x = r.x, out.y = r.y, out.w = r.w, out.h = r.h;
    out.first = static_cast<float>(first - base);
    out.per_px = static_cast<float>(1 / (px * width));
    out.rows = static_cast<float>(r.h / static_cast<float>(s.rows) >= 2.5f ? s.rows : 1);
    out.light = light;
    out.from = column(static_cast<double>(s.first));
    out.to = column(filled_to);
    out.reserved_to = column(
        s.end > s.first ? std::min(static_cast<double>(l.v.max.value), std::ceil(filled_to / block) * block) : 0);
    out.end = column(std::ceil(static_cast<double>(l.v.max.value) / width) * width);
    out.hue = static_cast<float>(turn(base * width * kGolden));
    out.hue_step = static_cast<float>(turn(width * kGolden));
    out.block = bin == 1 && l.v.order->paged ? static_cast<float>(l.v.block) : 0;
    out.block_first = bin == 1 ? static_cast<float>(std::fmod(base, block)) : 0;
    out.newest = s.end > s.first && s.kind != StripKind::entries ? std::floor(column(filled_to - 1e-6)) : -1;
    out.color = static_cast<float>(s.kind == StripKind::values || s.kind == StripKind::window ? 1
                                   : s.kind == StripKind::indexer                             ? 3
                                   : s.kind == StripKind::entries                             ? 4
                                                                                              : 0);
    out.values = -1;
    return out;
}

struct Spot {  // what is under the pointer
    int64_t layer = 0, head = 0, position = -1;
    int part = 0;
};

// The strips of a layer: keys beside values, everything else across the full width.
struct Placed {
    Rect r;
    double px;  // CSS px per position
};
Placed place(const LayoutGeometry& g, const core::LayerCache& layer, size_t part, const Rect& row) {
    const StripKind kind = layer.strips[part].kind;
    if (kind == StripKind::keys) return {{row.x, row.y, g.half(), row.h}, g.per_token};
    if (kind == StripKind::values) return {{row.x + g.half() + g.part_gap, row.y, g.half(), row.h}, g.per_token};
    const double px = g.per_token * static_cast<double>(row.w / g.half());
    if (layer.strips.size() == 1) return {row, px};
    // A small strip below: the indexer's keys, or the window of a compressed cache.
    if (row.h < 10) return {part == 0 ? row : Rect{row.x, row.y, 0, 0}, px};
    const float upper = std::floor(row.h * 0.72f);
    return {part == 0 ? Rect{row.x, row.y, row.w, upper - 1} : Rect{row.x, row.y + upper, row.w, row.h - upper}, px};
}

Spot spot_at(const Layout& l, const LayoutGeometry& g, float x, float y) {
    Spot out;
    const auto index = static_cast<int64_t>(std::floor((y - g.area.y + g.top) / g.pitch));
    if (index < 0 || index >= static_cast<int64_t>(l.v.layers.size())) return out;
    out.layer = index + 1;
    const core::LayerCache& layer = l.v.layers[static_cast<size_t>(index)];
    for (size_t part = 0; part < layer.strips.size(); ++part) {
        const core::CacheStrip& s = layer.strips[part];
        const Placed at = place(g, layer, part, g.layer(index));
        if (!at.r.contains(x, y)) continue;
        out.part = static_cast<int>(part);
        out.head = std::clamp<int64_t>(static_cast<int64_t>((y - at.r.y) / at.r.h * static_cast<float>(s.rows)), 0,
                                       s.rows - 1) +
                   1;
        const auto position = static_cast<int64_t>(std::floor(g.first + static_cast<double>(x - at.r.x) / at.px));
        if (s.kind != StripKind::state && position < l.v.max.value) out.position = position;
    }
    return out;
}

void pick(Layout& l, const Spot& s) {
    if (s.layer == 0) return;
    l.p.set("current-layer", std::to_string(s.layer));
    if (s.position < 0) return;
    l.p.set("cell-head", std::to_string(s.head));
    if (l.v.layers[static_cast<size_t>(s.layer - 1)].strips.size() > 1) l.p.set("cell-part", s.part == 0 ? "k" : "v");
    l.p.set("cell-position", std::to_string(s.position + 1));
}

void move_camera(Layout& l, const Rect& area, const LayoutGeometry& g) {
    ui::Ui& ui = l.p.ui;
    LayoutCamera& c = l.camera;
    // Keeps the position under the pointer, or between the fingers, in place.
    const auto zoom_at = [&](float px, float py, float zoom) {
        float x = px - area.x;
        if (x > g.half() + g.part_gap) x -= g.half() + g.part_gap;
        const double under = g.first + static_cast<double>(x) / g.per_token;
        const float row = (py - area.y + g.top) / g.pitch;
        c.zoom = std::clamp(zoom, 0.0f, most_zoom(area, l.v));
        const LayoutGeometry after = measure_layout(area, l.v, c, l.p.ui.viewport.scale);
        c.position = under - static_cast<double>(x) / after.per_token;
        c.top = row * after.pitch - (py - area.y);
        ui.ask_frame();
    };
    const float turned = ui.take_wheel(area);
    if (turned != 0) zoom_at(ui.pointer_x(), ui.pointer_y(), c.zoom - turned * 0.004f);
    const ui::Gestures& fingers = ui.gestures;
    if (fingers.pinching() && area.contains(fingers.centre_x(), fingers.centre_y())) {
        if (c.pinch != fingers.pinches()) c.pinch = fingers.pinches(), c.zoom_before = c.zoom;
        zoom_at(fingers.centre_x(), fingers.centre_y(), c.zoom_before + std::log2(fingers.scale()));
    }
    const ui::Hit hit = ui.hit("layout.stage", area);
    if (hit.pressed)
        c.grab_x = ui.pointer_x(), c.grab_y = ui.pointer_y(), c.moved = 0, c.position_before = c.position,
        c.top_before = c.top;
    if (hit.held) {
        const float dx = ui.pointer_x() - c.grab_x, dy = ui.pointer_y() - c.grab_y;
        c.moved = std::max(c.moved, std::hypot(dx, dy));
        if (c.moved > kDragThreshold && c.zoom > 0) {
            ui.lock_drag();
            c.position = c.position_before - static_cast<double>(dx) / g.per_token;
            c.top = c.top_before - dy;
            ui.ask_frame();
        }
    }
    if (hit.clicked && c.moved <= kDragThreshold) pick(l, spot_at(l, g, ui.pointer_x(), ui.pointer_y()));
    if (hit.hovered) {
        const Spot s = spot_at(l, g, ui.pointer_x(), ui.pointer_y());
        if (s.layer == 0) return;
        const core::LayerCache& layer = l.v.layers[static_cast<size_t>(s.layer - 1)];
        std::string words = app::layer_name(layer);
        if (s.position >= 0) {
            const core::CacheStrip& strip = layer.strips[static_cast<size_t>(s.part)];
            words = "Layer " + core::group_digits(s.layer) +
                    (strip.rows > 1 ? ", head " + core::group_digits(s.head) : std::string()) + ", position " +
                    core::group_digits(s.position + 1) + ": " +
                    (s.position < strip.first ? "no longer kept"
                     : s.position < strip.end ? "cached"
                                              : "unfilled");
        }
        draw_hint(ui, words);
    }
}

// The row of a layer without its own strips: a small block that never grows, or a line to its owner.
void draw_row_words(Layout& l, const core::LayerCache& layer, const Rect& row, float light) {
    ui::Ui& ui = l.p.ui;
    const Theme& t = *ui.theme;
    const bool shared = layer.owner > 0 && layer.owner != layer.layer;
    const bool state = !layer.strips.empty() && layer.strips.front().kind == StripKind::state;
    float x = row.x;
    if (state) {
        const Rect block{row.x, row.y, 40, std::max(row.h, 1.0f)};
        const ui::Color c = l.v.length.value > 0 ? ui::mix(t.bg, strip_color(t, StripKind::state), 0.95f * light)
                                                 : ui::mix(t.bg, t.free_cell, light);
        ui.fill(block, c, row.h >= 8 ? 3.0f : 0);
        x = block.right() + 6;
    }
    if (row.h >= 2 && layer.owner > 0)
        for (float at = x; at < row.right() - 2; at += 8)
            ui.fill({at, ui.px(row.cy()), 2, 1}, ui::fade(t.faint, (state ? 0.35f : 0.7f) * light));
    if (row.h < 13) return;
    const std::string words =
        layer.owner == 0 ? "no attention: keeps nothing"
        : shared         ? "reads the cache of L" + core::group_digits(layer.owner)
                         : "fixed state, " + core::format_bytes(layer.strips.front().cell).text() + " at any length";
    const float w = ui.width(words, ui::type::micro) + 12;
    const Rect tag{x, row.cy() - 8, w, 16};
    if (state || shared) ui.fill(tag, t.bg);
    ui.text(tag.inset(state ? 2.0f : 0.0f, 0), words, ui::type::micro, t.dim);
}

void draw_labels(Layout& l, const LayoutGeometry& g, float label_w) {
    ui::Ui& ui = l.p.ui;
    const Theme& t = *ui.theme;
    const auto count = static_cast<int64_t>(l.v.layers.size());
    int64_t step = 1;  // 1, 2, 5, 10, 20, 50 …: a label is 15 px high
    for (const int64_t wider : {2, 5, 10, 20, 50, 100})
        if (static_cast<float>(step) * g.pitch < 15) step = wider;
    const int64_t chosen = l.p.state.in.layout.layer;
    ui.clip({g.area.x - label_w, g.area.y - 8, label_w, g.area.h + 16});
    for (int64_t i = 0; i < count; ++i) {
        const bool picked = chosen == i + 1;
        if (!picked && (i + 1) % step != 0) continue;
        if (!picked && chosen > 0 && std::fabs(static_cast<float>(i + 1 - chosen)) * g.pitch < 15) continue;
        const Rect row = g.layer(i);
        const Rect label{row.x - label_w, row.cy() - 8, label_w - 8, 16};
        if (label.bottom() < g.area.y || label.y > g.area.bottom()) continue;
        ui.text(label, "L" + std::to_string(i + 1), ui::type::micro_mono, picked ? t.accent : t.faint, Align::right);
    }
    ui.unclip();
}

void record_layers(Layout& l, const LayoutGeometry& g) {
    ui::Ui& ui = l.p.ui;
    if (ui.take("layout.figure", ui::ActKind::press)) l.p.explain("layout_total", {g.area.x, g.area.y, 200, 40});
    if (!ui.recording) return;
    ui.record("layout.figure", "figure", app::layout_summary(l.v), g.area,
              core::group_digits(l.v.length.value) + " of " + core::group_digits(l.v.max.value) + " positions cached");
    for (const app::LayerGroup& group : app::layer_groups(l.v))
        ui.record("layout.layers." + std::to_string(group.front()->layer), "text", app::layer_group_text(l.v, group),
                  g.area);
}

void draw_axis(Layout& l, const LayoutGeometry& g, const Rect& r, bool halves) {
    ui::Ui& ui = l.p.ui;
    const Theme& t = *ui.theme;
    const double last = std::min(g.first + g.visible(), static_cast<double>(l.v.max.value));
    const float scale = halves ? 1.0f : g.area.w / g.half();
    for (int side = 0; side < (halves ? 2 : 1); ++side) {
        const Rect line{g.area.x + static_cast<float>(side) * (g.half() + g.part_gap), r.y, g.half() * scale, r.h};
        const std::string from = core::group_digits(static_cast<int64_t>(g.first) + 1),
                          to = core::group_digits(static_cast<int64_t>(std::ceil(last)));
        const float end = static_cast<float>((last - g.first) * g.per_token) * scale;
        ui.text(line, from, ui::type::micro_mono, t.faint);
        const float w = ui.width(to, ui::type::micro_mono) + 1;
        if (end > w + ui.width(from, ui::type::micro_mono) + 12)
            ui.text({line.x + end - w, line.y, w, line.h}, to, ui::type::micro_mono, t.faint);
    }
}

}  // namespace

// The real numbers of the small model: bytes around 127, row by row of [layer][part][head][number].
void load_layout_values(Layout& l) {
    const app::LearnView& learn = *l.v.learn;
    const lm::Shape& s = learn.model->weights.shape();
    const int rows = s.layers * 2 * s.width;
    std::vector<uint8_t> texels(static_cast<size_t>(rows * s.context), 127);
    for (int layer = 0; layer < s.layers; ++layer)
        for (int part = 0; part < 2; ++part) {
            float most = 1e-6f;
            const auto values = [&](size_t at) -> const std::vector<float>& {
                const lm::LayerTrace& t = learn.steps[at].layers[static_cast<size_t>(layer)];
                return part == 0 ? t.k : t.v;
            };
            for (size_t at = 0; at < learn.steps.size(); ++at)
                for (const float v : values(at)) most = std::max(most, std::fabs(v));
            for (size_t at = 0; at < learn.steps.size(); ++at)
                for (int i = 0; i < s.width; ++i) {
                    const float v = std::clamp(values(at)[static_cast<size_t>(i)] / (0.6f * most), -1.0f, 1.0f);
                    texels[static_cast<size_t>(((layer * 2 + part) * s.width + i) * s.context) + at] =
                        static_cast<uint8_t>(std::lround(127 + 127 * v));
                }
        }
    l.field.set_values(std::move(texels), s.context, rows);
}

namespace {

bool begins_with(const Layout& l, StripKind k) {
    return std::any_of(l.v.layers.begin(), l.v.layers.end(),
                       [&](const core::LayerCache& x) { return !x.strips.empty() && x.strips.front().kind == k; });
}

void draw_headings(Layout& l, const LayoutGeometry& g, const Rect& head) {
    ui::Ui& ui = l.p.ui;
    const Theme& t = *ui.theme;
    if (begins_with(l, StripKind::keys)) {
        ui.text({g.area.x, head.y, g.half(), head.h}, "Keys", ui::type::caption_bold, t.dim);
        ui.text({g.area.x + g.half() + g.part_gap, head.y, g.half(), head.h}, "Values", ui::type::caption_bold, t.dim);
        return;
    }
    const bool compressed = begins_with(l, StripKind::entries) || begins_with(l, StripKind::window);
    draw_caption(l.p, "layout.headings", head,
                 begins_with(l, StripKind::latent) ? "Latent vectors, for keys and values together"
                 : compressed                      ? "Compressed entries and the last tokens"
                                                   : "States",
                 ui::type::caption_bold, t.dim);
}

// The newest column stays in sight while it plays.
void follow_newest(Layout& l, const LayoutGeometry& g) {
    if (!l.p.state.playing || l.camera.zoom <= 0) return;
    const double newest = static_cast<double>(l.v.length.value);
    if (newest < g.first || newest > g.first + g.visible()) l.camera.position = newest - g.visible() * 0.7;
}

// Playback fades columns in; dragging follows at once.
double shown_length(Layout& l) {
    ui::Ui& ui = l.p.ui;
    const auto unit = static_cast<double>(app::column_tokens(l.v.max));
    const double now = static_cast<double>(l.v.length.value);
    if (l.p.state.playing) {
        const double seen =
            static_cast<double>(ui.animate("layout.length", static_cast<float>(now / unit), ui::duration::cell)) * unit;
        if (seen < now && now - seen <= 1.01 * unit) return seen;
    }
    ui.settle("layout.length", static_cast<float>(now / unit));
    return now;
}

void place_strips(Layout& l, const LayoutGeometry& g, double shown) {
    l.field.strips.clear();
    const int picked = l.p.state.in.layout.layer;
    const float others = l.p.ui.animate("layout.dim", picked > 0 ? kDimmed : 1, ui::duration::toggle);
    for (const core::LayerCache& layer : l.v.layers) {
        const Rect row = g.layer(layer.layer - 1);
        if (row.bottom() < g.area.y || row.y > g.area.bottom()) continue;
        const bool lit = picked == layer.layer || (picked > 0 && l.v.picked().owner == layer.layer);
        const float light = lit ? 1 : others;
        const bool plain = layer.owner != layer.layer || layer.strips.front().kind == StripKind::state;
        if (plain) {
            draw_row_words(l, layer, row, light);
            continue;
        }
        for (size_t part = 0; part < layer.strips.size(); ++part) {
            const Placed at = place(g, layer, part, row);
            if (at.r.empty()) continue;
            gfx::Strip s = strip_at(l, g, layer.strips[part], at.r, at.px, light, shown);
            if (l.v.learn) {
                s.rows = static_cast<float>(layer.strips[part].rows);
                s.width = static_cast<float>(layer.strips[part].width);
                s.values = static_cast<float>(((layer.layer - 1) * 2 + static_cast<int64_t>(part)) *
                                              layer.strips[part].rows * layer.strips[part].width);
            }
            l.camera.column = l.v.learn ? 1 : g.bin(at.px, l.v.max);
            l.field.strips.push_back(s);
        }
    }
}

// The selected cell, or its column if cells are too small to tell apart.
void outline_picked(Layout& l, const LayoutGeometry& g) {
    if (l.p.state.in.layout.layer <= 0 || l.v.strip == nullptr || l.v.position <= 0 || l.v.picked().owner <= 0 ||
        l.v.strip->kind == StripKind::state)
        return;
    const Placed at = place(g, l.v.picked(), static_cast<size_t>(l.v.part), g.layer(l.v.picked().owner - 1));
    const auto bin = static_cast<double>(l.v.learn ? 1 : g.bin(at.px, l.v.max));
    const double column = std::floor(static_cast<double>(l.v.position - 1) / bin);
    const float x = at.r.x + static_cast<float>((column * bin - g.first) * at.px), w = static_cast<float>(bin * at.px);
    const float h = at.r.h / static_cast<float>(l.v.strip->rows);
    const Rect cell =
        h >= 5 ? Rect{x, at.r.y + h * static_cast<float>(l.v.head - 1), w, h} : Rect{x, at.r.y, w, at.r.h};
    if (x + w > at.r.x && x < at.r.right()) l.p.ui.stroke(cell.grow(1), l.p.ui.theme->text, 2, 1.5f);
}

// How far down the layers the page is.
void draw_scroll_bar(Layout& l, const LayoutGeometry& g) {
    const float whole = g.pitch * static_cast<float>(l.v.layers.size());
    if (whole <= g.area.h + 1) return;
    const float h = std::max(20.0f, g.area.h * g.area.h / whole);
    l.p.ui.fill({g.area.right() + 3, g.area.y + (g.area.h - h) * g.top / (whole - g.area.h), 3, h}, l.p.ui.theme->line2,
                1.5f);
}

}  // namespace

void draw_layout_grid(Layout& l, Rect r) {
    ui::Ui& ui = l.p.ui;
    const float label_w = ui.width("L126", ui::type::micro_mono) + 10;
    Rect head = r.cut_top(kHead);
    r.cut_bottom(kAxis);
    r.cut_left(label_w);
    const LayoutGeometry before = measure_layout(r, l.v, l.camera, ui.viewport.scale);
    move_camera(l, r, before);
    follow_newest(l, before);
    const LayoutGeometry g = measure_layout(r, l.v, l.camera, ui.viewport.scale);
    head.cut_left(label_w);
    draw_headings(l, g, head);
    const double shown = shown_length(l);
    ui.clip(g.area);
    place_strips(l, g, shown);
    if (!l.field.strips.empty() && !ui.linting)
        l.field.draw(ui.draw, palette_of(*ui.theme), ui.viewport.scale, ui.viewport.w, ui.viewport.h);
    outline_picked(l, g);
    ui.unclip();
    draw_labels(l, g, label_w);
    const Rect last = g.layer(static_cast<int64_t>(l.v.layers.size()) - 1);
    draw_axis(l, g, {r.x, std::min(g.area.bottom(), last.bottom()) + 2, r.w, kAxis - 2},
              begins_with(l, StripKind::keys));
    record_layers(l, g);
    draw_scroll_bar(l, g);
}

}  // namespace kvx::scenes
