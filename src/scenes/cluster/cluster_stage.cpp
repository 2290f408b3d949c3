#include "scenes/cluster/cluster_stage.h"

#include <algorithm>
#include <cmath>

#include "core/format.h"
#include "scenes/parts/cells.h"
#include "scenes/parts/fields.h"

namespace kvx::scenes {

using ui::Align;
using ui::Color;
using ui::fade;
using ui::mix;
using ui::Rect;
using ui::Theme;

namespace {

constexpr double kBytesPerSpark = 16e6;
constexpr size_t kMostFields = 128;  // of cells
constexpr int kMostNodes = 16;       // devices with their own semantic node

// What a device holds along its longer side, in cell order.
void draw_bar(ui::Ui& ui, const Rect& r, const ClusterPicture& picture, int device) {
    ui.fill(r, ui.theme->free_cell);
    Rect left = r;
    for (const ClusterPicture::Part& part : picture.bar(device)) {
        const auto share = static_cast<float>(part.bytes / picture.capacity);
        ui.fill(r.h > r.w ? left.cut_top(std::min(left.h, share * r.h)) : left.cut_left(std::min(left.w, share * r.w)),
                part.color);
    }
}

float ease(float t) {
    const float u = 1 - t;
    return 1 - u * u * u;
}

Rect between(const Rect& a, const Rect& b, float t) {
    return {a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t, a.w + (b.w - a.w) * t, a.h + (b.h - a.h) * t};
}

Point along(const Point* p, float u) {
    const float q = 1 - u, a = q * q * q, b = 3 * q * q * u, c = 3 * q * u * u, d = u * u * u;
    return {a * p[0].x + b * p[1].x + c * p[2].x + d * p[3].x, a * p[0].y + b * p[1].y + c * p[2].y + d * p[3].y};
}

}  // namespace

ClusterStage::Load ClusterStage::load_of(const Wire& w) const {
    const ClusterPicture& x = *picture_;
    const core::Cluster& c = x.cluster;
    Load load;
    const int per_node = c.per_node, stride = x.pipeline_outermost ? x.tp : x.tp * x.pipeline_stages;
    const auto same_node = [&](int a, int b) { return a / per_node == b / per_node; };
    if (w.between_nodes) {
        load.bandwidth = (c.between ? c.between->bandwidth : 0) * per_node;
        const int first = w.a * per_node, last = std::min(c.devices, first + per_node) - 1;
        // A stage boundary or group that spans nodes sends over the network.
        for (int i = first; i <= last; ++i) {
            const int next = x.next_pipeline_stage(i);
            if (next >= 0 && !same_node(i, next)) load.bytes += x.to_next_pipeline_stage;
            if (x.group > per_node) load.bytes += x.inside;
            // Replicas in one node share its ports: each sends its part.
            if (x.replicas > 1 && stride * x.replicas > per_node)
                load.bytes += x.to_copies / std::max(1, std::min(x.replicas, per_node / stride));
        }
    } else {
        const bool to_switch = w.to == Wire::End::node_switch;
        const double bandwidth = c.inside ? c.inside->bandwidth : 0;
        const double copies = x.replicas > 1 && stride < per_node ? x.to_copies : 0;
        if (to_switch) {
            load.bandwidth = bandwidth;
            load.bytes = x.inside + copies;
            const int next = x.next_pipeline_stage(w.a);
            if (next >= 0 && same_node(w.a, next)) load.bytes += x.to_next_pipeline_stage;
        } else {
            const ClusterPicture::Rank a = x.rank_of(w.a), b = x.rank_of(w.b);
            const bool group = a.pipeline_stage == b.pipeline_stage && (a.replica == b.replica || x.group > x.tp);
            const int peers =
                c.wiring == core::Wiring::full_mesh || c.wiring == core::Wiring::pair
                    ? std::max(1, c.per_node - 1)
                    : (c.wiring == core::Wiring::torus3d ? 6 : (c.wiring == core::Wiring::torus2d ? 4 : 2));
            load.bandwidth = bandwidth / peers;
            if (group) load.bytes = x.inside / std::max(1, std::min(peers, x.group - 1));
            if (a.pipeline_stage == b.pipeline_stage && a.tensor == b.tensor && a.replica != b.replica)
                load.bytes += copies / std::max(1, std::min(peers, x.replicas - 1));
            if (a.tensor == b.tensor && a.replica == b.replica && std::abs(a.pipeline_stage - b.pipeline_stage) == 1)
                load.bytes += x.to_next_pipeline_stage;
        }
    }
    load.seconds = load.bandwidth > 0 ? load.bytes / load.bandwidth : 0;
    load.use = x.step.value > 0 ? load.seconds / x.step.value : 0;
    return load;
}

// Devices glide to their new places; new ones emerge from the first.
void ClusterStage::move_to(Page& p, const Rect& r) {
    const int n = picture_->cluster.devices;
    layout_ = lay_out_topology(picture_->cluster, r);
    const bool resized = std::fabs(r.w - area_.w) + std::fabs(r.h - area_.h) > 0.5f;
    if (n != devices_ && devices_ > 0 && !p.ui.viewport.reduced_motion) {
        from_ = now_;
        from_.resize(layout_.devices.size(), from_.empty() ? r : from_.front());
        moved_ = 0;
    } else if (devices_ == 0 || (resized && n == devices_)) {
        moved_ = 1;
    }
    devices_ = n;
    area_ = r;
    if (moved_ < 1) {
        moved_ = std::min(1.0f, moved_ + p.ui.dt / ui::duration::sheet);
        p.ui.ask_frame();
    }
    now_ = layout_.devices;
    if (moved_ < 1)
        for (size_t i = 0; i < now_.size(); ++i) now_[i] = between(from_[i], layout_.devices[i], ease(moved_));
}

void ClusterStage::place_cells(int columns, int rows, int fields) {
    cell_bytes_ = picture_->divide(fields, columns * rows);
    cells_.resize(columns, rows, now_.size() * static_cast<size_t>(fields));
    bool changed = false;
    for (size_t d = 0; d < now_.size(); ++d) {
        for (int f = 0; f < fields; ++f) {
            uint8_t* t = cells_.module(d * static_cast<size_t>(fields) + static_cast<size_t>(f));
            for (int i = 0; i < columns * rows; ++i, t += 2) {
                const uint8_t code = picture_->cell(static_cast<int>(d), f, i);
                changed = changed || t[0] != code;
                t[0] = code;
                t[1] = 0;
            }
        }
    }
    if (changed) cells_.changed();
}

void ClusterStage::draw_wires(Page& p) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const bool hover = ui.pointer_x() >= 0 && !ui.touch() && area_.contains(ui.pointer_x(), ui.pointer_y());
    float nearest = 6;
    const Wire* near = nullptr;
    const float shown = moved_ < 1 ? ease(moved_) : 1;
    const bool many = layout_.wires.size() > 160;
    size_t index = 0;
    for (const Wire& w : layout_.wires) {
        ++index;
        const Load load = load_of(w);
        const auto use = static_cast<float>(std::clamp(load.use, 0.0, 1.0));
        const bool busy = load.bytes > 0;
        // Width by use on a root scale, so that the usual fraction of a percent is still visible.
        const float width = busy ? (many ? 1.0f : 1.5f) + 6.5f * std::sqrt(use) : 1.0f;
        const Color c = busy ? fade(mix(t.port, t.gold, 0.35f + 0.65f * std::sqrt(use)), 0.75f * shown)
                             : fade(t.line2, 0.8f * shown);
        const ImVec2 q[4] = {{w.p[0].x, w.p[0].y}, {w.p[1].x, w.p[1].y}, {w.p[2].x, w.p[2].y}, {w.p[3].x, w.p[3].y}};
        if (w.wraps) {  // leaves at one edge, comes back at the other
            const float dx = q[3].x - q[0].x, dy = q[3].y - q[0].y, length = std::max(1.0f, std::hypot(dx, dy));
            const float ux = dx / length * -9, uy = dy / length * -9;
            ui.draw->AddLine(q[0], {q[0].x + ux, q[0].y + uy}, c, width);
            if (!w.half) ui.draw->AddLine(q[3], {q[3].x - ux, q[3].y - uy}, c, width);
            continue;
        }
        const bool flat = std::fabs(q[1].x - q[0].x - (q[3].x - q[0].x) / 3) < 0.5f &&
                          std::fabs(q[1].y - q[0].y - (q[3].y - q[0].y) / 3) < 0.5f;
        if (flat)
            ui.draw->AddLine(q[0], q[3], c, width);
        else
            ui.draw->AddBezierCubic(q[0], q[1], q[2], q[3], c, width, many ? 10 : 18);
        if (hover) {
            for (int i = 0; i <= 16; ++i) {
                const Point at = along(w.p, static_cast<float>(i) / 16);
                const float distance = std::hypot(at.x - ui.pointer_x(), at.y - ui.pointer_y());
                if (distance < nearest) nearest = distance, near = &w;
            }
        }
        if (!busy || moved_ < 1) continue;
        // One spark per 16 MB of a step, at most four per wire; less than one shows occasionally.
        const float length = std::hypot(q[3].x - q[0].x, q[3].y - q[0].y);
        const double sparks =
            std::min(std::clamp(static_cast<double>(length) / 14, 1.0, 4.0), load.bytes / kBytesPerSpark);
        const double chance = static_cast<double>(index * 37 % 23) / 23;
        const int count = static_cast<int>(sparks) + (sparks - std::floor(sparks) > chance ? 1 : 0);
        for (int i = 0; i < count; ++i) {
            float u =
                flow_ + static_cast<float>(index * 17 % 29) / 29 + static_cast<float>(i) / static_cast<float>(count);
            u -= std::floor(u);
            if (index % 2) u = 1 - u;
            const Point at = along(w.p, u);
            if (t.dark && !many && length > 24) ui.disc(at.x, at.y, 4, fade(t.gold, 0.28f));
            ui.disc(at.x, at.y, many || length < 24 ? 1.3f : 1.9f, t.gold_head);
        }
    }
    if (near && hint_.empty()) hint_ = describe(*near);
}

void ClusterStage::draw_network(Page& p) const {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const core::Cluster& c = picture_->cluster;
    const float shown = ease(moved_);
    for (size_t i = 0; i < layout_.nodes.size(); ++i) {
        const Rect& n = layout_.nodes[i];
        ui.gradient(n, t.package_top, t.package_bottom, ui::radius::card);
        ui.stroke(n, fade(t.package_edge, shown), ui::radius::card);
        if (layout_.titles[i].w <= 0) continue;
        const int first = static_cast<int>(i) * c.per_node;
        const std::string words = "Node " + std::to_string(i + 1), right = picture_->node_words(first);
        const Rect& r = layout_.titles[i];
        ui.text(r, words, ui::type::caption_bold, t.dim);
        if (r.w > ui.width(words, ui::type::caption_bold) + ui.width(right, ui::type::caption) + 12)
            ui.text(r, right, ui::type::caption, t.faint, Align::right);
    }
    if (layout_.network.w > 0) {
        ui.fill(layout_.network, t.surface, ui::radius::control);
        ui.stroke(layout_.network, t.line2, ui::radius::control);
        std::string name = c.between ? c.between->name : "no network";
        const std::string rate =
            c.between ? " · " + tidy(core::format_rate(c.between->bandwidth).text()) + " each way per device" : "";
        if (ui.width(name + rate, ui::type::caption) <= layout_.network.w - 20) name += rate;
        draw_caption(p, "cluster.network", layout_.network.inset(10, 0), name, ui::type::caption, t.dim, Align::center);
    }
    for (const Rect& s : layout_.switches) {
        ui.fill(s, t.surface, std::min(ui::radius::control, s.h * 0.3f));
        ui.stroke(s, t.line2, std::min(ui::radius::control, s.h * 0.3f));
        if (s.h < 18 || s.w < 120 || !c.inside) continue;
        const std::string name = short_name(*c.inside) + " switch · " +
                                 tidy(core::format_rate(c.inside->bandwidth).text()) + " each way per device";
        const std::string words = s.w > ui.width(name, ui::type::caption) + 24 ? name : short_name(*c.inside);
        ui.text(s.inset(10, 0), words, ui::type::caption, t.dim, Align::center);
        if (&s == &layout_.switches.front()) ui.record("cluster.switch", "text", words, s);
    }
}

void ClusterStage::draw_device(Page& p, int i, const Rect& r) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const float corner = std::clamp(std::min(r.w, r.h) * 0.08f, 2.0f, ui::radius::card);
    if (layout_.roomy)
        ui.gradient(r, t.package_top, t.package_bottom, corner);
    else
        ui.fill(r, t.package_top, corner);
    ui.stroke(r, picture_->over ? t.alert_line : t.package_edge, corner);
    if (layout_.labelled) {
        Rect head = r.inset(std::min(12.0f, r.w * 0.08f), 0);
        head = {head.x, r.y + (layout_.roomy ? 8.0f : 3.0f), head.w, 18};
        const std::string name = std::to_string(i), amount = core::format_bytes_in_gib(picture_->needed(i)).number;
        const ui::TextStyle st = layout_.roomy ? ui::type::caption_bold : ui::type::micro;
        const float w = ui.text(
            head,
            layout_.roomy ? p.state.device().short_name.substr(0, p.state.device().short_name.find(' ')) + " " + name
                          : name,
            st, t.text);
        const ui::TextStyle mono = layout_.roomy ? ui::type::caption_mono : ui::type::micro_mono;
        if (head.w > w + ui.width(amount + (layout_.roomy ? " GiB" : ""), mono) + 6)
            ui.text(head, amount + (layout_.roomy ? " GiB" : ""), mono, picture_->over ? t.red_text : t.dim,
                    Align::right);
    }
}

void ClusterStage::draw_devices(Page& p) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    if (now_.empty()) return;
    // All devices share one grid: two memory fields beside a die if there is room, otherwise one field.
    const Rect& d = layout_.devices.front();  // its destination: the grid keeps its size while it moves
    const int fields = layout_.roomy && now_.size() <= 64 ? 2 : 1;
    const float top = layout_.labelled ? (layout_.roomy ? 32.0f : 22.0f) : 3.0f,
                pad = layout_.roomy ? 10.0f : std::clamp(d.w * 0.05f, 2.0f, 6.0f);
    const Rect body{pad, top, d.w - 2 * pad, d.h - top - pad};
    const float field_w = fields == 2 ? body.w * 0.32f : body.w;
    float pitch = layout_.roomy ? 6.0f : (layout_.labelled ? 5.0f : 4.0f);
    pitch = std::max(std::round(pitch * ui.viewport.scale), 2.0f) / ui.viewport.scale;
    // One row of the state texture holds all cells of a field: stay far below the minimum limit of WebGL2 (2,048).
    while ((field_w / pitch) * (body.h / pitch) > 2000) pitch += 1 / ui.viewport.scale;
    const int columns = std::max(2, static_cast<int>(field_w / pitch)),
              rows = std::max(2, static_cast<int>(body.h / pitch));
    const float grid_w = static_cast<float>(columns) * pitch, grid_h = static_cast<float>(rows) * pitch;
    const bool bars = now_.size() > kMostFields;  // too many for cells: draw each as one bar
    cell_bytes_ = {};
    if (!bars) place_cells(columns, rows, fields);
    cells_.pitch = pitch;
    cells_.gap = pitch >= 5 ? 1.0f : 1 / ui.viewport.scale;
    cells_.radius = pitch < 6 ? 0.6f : 1.2f;
    cells_.modules.clear();
    for (size_t i = 0; i < now_.size(); ++i) {
        const Rect& r = now_[i];
        if (!bars) draw_device(p, static_cast<int>(i), r);
        const float y = ui.px(r.y + top + (body.h - grid_h) * 0.5f);
        const float left = ui.px(r.x + pad + (fields == 1 ? (body.w - grid_w) * 0.5f : 0));
        if (bars)
            draw_bar(ui, r, *picture_, static_cast<int>(i));
        else
            cells_.modules.push_back({left, y});
        if (fields == 2 && !bars) {
            cells_.modules.push_back({ui.px(r.right() - pad - grid_w), y});
            const Rect die{left + grid_w + 6, y, r.right() - pad - grid_w - left - grid_w - 12, grid_h};
            ui.gradient(die, t.die_top, t.die_bottom, 6);
            ui.stroke(die, t.die_line, 6);
            const int across = 4, down = std::max(2, static_cast<int>(die.h / 12));
            const Rect tiles = die.inset(6, 6);
            const float w = tiles.w / across, h = tiles.h / static_cast<float>(down);
            for (int k = 0; k < across * down; ++k) {
                const int column = k % across, row = k / across;
                float level = 0;
                if (picture_->working) {
                    const float phase =
                        static_cast<float>(column) / across + static_cast<float>(row) / static_cast<float>(down) * 0.9f;
                    const float x = phase - wave_ - std::floor(phase - wave_);
                    level = std::pow(std::max(0.0f, 1 - std::fabs(x - 0.5f) * 2.6f), 1.4f) * 0.72f;
                }
                ui.fill({tiles.x + static_cast<float>(column) * w, tiles.y + static_cast<float>(row) * h, w - 2, h - 2},
                        mix(t.tile_idle, t.green, level), 1.5f);
            }
        }
        const ui::Hit h = ui.mouse_hit("cluster.device" + std::to_string(i), r);
        if (h.hovered) hint_ = picture_->describe(static_cast<int>(i));
        if (h.clicked || ui.take("cluster.device" + std::to_string(i), ui::ActKind::press))
            p.explain(picture_->explains, r);
    }
    if (!bars) cells_.draw(ui.draw, cell_palette(t), ui.viewport.scale, ui.viewport.w, ui.viewport.h);
}

std::string ClusterStage::describe(const Wire& w) const {
    const Load load = load_of(w);
    const core::Cluster& c = picture_->cluster;
    const core::Link* link = w.between_nodes ? c.between : c.inside;
    const std::string name = link ? link->name : "Link";
    if (load.bytes <= 0) return name + " · idle in " + picture_->step_words;
    return name + " · ≈ " + core::format_bytes({load.bytes}).text() + " a step at " +
           core::format_rate(load.bandwidth).text() + ": " + core::format_seconds({load.seconds}).text() + ", " +
           core::significant(100 * load.use, 2) + " % of it";
}

void ClusterStage::record(Page& p) const {
    if (!p.ui.recording) return;
    const auto image = [&](std::string_view id, std::string_view name, std::string_view value, const Rect& r) {
        p.ui.record(id, "image", name, r, value);
    };
    const core::Cluster& c = picture_->cluster;
    if (c.devices <= kMostNodes) {
        for (int i = 0; i < c.devices; ++i)
            image("cluster.device" + std::to_string(i), "Device " + std::to_string(i), picture_->describe(i),
                  layout_.devices[static_cast<size_t>(i)]);
    } else if (!layout_.nodes.empty() && layout_.nodes.size() <= 64) {
        for (size_t i = 0; i < layout_.nodes.size(); ++i)
            image("cluster.node" + std::to_string(i), "Node " + std::to_string(i + 1),
                  picture_->describe(static_cast<int>(i) * c.per_node), layout_.nodes[i]);
    } else {
        image("cluster.all", core::group_digits(c.devices) + " devices " + std::string(core::wiring_words(c.wiring)),
              picture_->describe(0), area_);
    }
    if (!layout_.wires.empty()) {
        for (const Wire& w : layout_.wires) {
            if (load_of(w).bytes <= 0) continue;
            image("cluster.links", "Links", describe(w),
                  layout_.switches.empty() ? Rect{area_.x, area_.cy(), area_.w, 1} : layout_.switches.front());
            break;
        }
    }
}

void ClusterStage::draw(Page& p, const Rect& r, ClusterPicture& picture) {
    ui::Ui& ui = p.ui;
    picture_ = &picture;
    hint_.clear();
    if (p.state.playing && !ui.viewport.reduced_motion) {
        const float haste = 1 + static_cast<float>(std::log10(std::max(1.0, p.state.in.speed)));
        flow_ += ui.dt / 0.9f * haste;
        wave_ += ui.dt / 1.2f * haste;
        flow_ -= std::floor(flow_);
        wave_ -= std::floor(wave_);
    }
    move_to(p, r);
    draw_network(p);
    draw_devices(p);
    draw_wires(p);
    record(p);
    draw_hint(ui, hint_);
    picture_ = nullptr;
}

void draw_cluster(ClusterStage& stage, Page& p, const Rect& r, ClusterPicture& picture) {
    stage.draw(p, r, picture);
}

}  // namespace kvx::scenes
