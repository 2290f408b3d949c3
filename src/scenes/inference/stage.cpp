// The accelerator from above: memory modules, compute die, the attention triangle, and the data between them.
#include "scenes/inference/stage.h"

#include "scenes/parts/stream.h"

#include <algorithm>
#include <cmath>

#include "app/inference/device_words.h"
#include "app/inference/inference_view.h"
#include "core/deferred.h"
#include "core/format.h"
#include "scenes/chips/chips.h"
#include "scenes/parts/cells.h"
#include "sim/placement.h"

namespace kvx::scenes {

using ui::Align;
using ui::Color;
using ui::fade;
using ui::mix;
using ui::Rect;
using ui::Theme;

namespace {

constexpr int kRows = 32;  // of the attention triangle
constexpr double kBytesPerSpark = 1073741824.0;
constexpr float kPass = 0.9f, kWave = 1.2f;
constexpr double kLudicrous = 100;

std::string module_summary(const Page& p, size_t index, const sim::Placement& cells) {
    const auto& m = cells.modules[index];
    size_t used = 0;
    for (const sim::Cell& c : m)
        used += c.kind == sim::CellKind::kv || c.kind == sim::CellKind::weights ||
                c.kind == sim::CellKind::activations || c.kind == sim::CellKind::scores;
    const core::Device& d = p.state.device();
    return core::fixed(100.0 * static_cast<double>(used) / static_cast<double>(m.size()), 0) +
           " % in use; one cell is " + core::format_bytes(cells.cell_bytes).text() + " of " +
           core::format_bytes(d.memory * (1.0 / static_cast<double>(cells.modules.size()))).text();
}

}  // namespace

void Stage::forget() {
    banks_.forget();
    outside_.forget();
    triangle_.forget();
}

// What is under the pointer, by name and amount.
std::string Stage::describe_cell(const Page& p, size_t module, float x, float y) const {
    const Rect& m = layout_.modules[module];
    const int column = static_cast<int>((x - m.x - layout_.padding) / layout_.pitch),
              row = static_cast<int>((y - m.y - layout_.padding) / layout_.pitch);
    if (column < 0 || row < 0 || column >= layout_.columns || row >= layout_.rows) return {};
    const sim::Cell& c = cells_.modules[module][static_cast<size_t>(row * layout_.columns + column)];
    const core::InferencePlan& plan = p.view.plan;
    const auto sequence = [&](const char* what) {
        const size_t s = std::min<size_t>(c.sequence, plan.sequences.size() - 1);
        const core::SequenceMemory& q = plan.sequences[s];
        return "Sequence " + std::to_string(s + 1) + what +
               core::format_bytes(c.kind == sim::CellKind::kv ? q.used : q.allocated - q.used).text() + " · " +
               core::group_digits(q.length.value) + " tokens";
    };
    switch (c.kind) {
        case sim::CellKind::weights:
            return "Weights · " + core::format_bytes(plan.weights).text();
        case sim::CellKind::activations:
            return "Activations and runtime · ≈ " + core::format_bytes(plan.activations + plan.runtime).text();
        case sim::CellKind::kv:
            return sequence(" · KV cache · ");
        case sim::CellKind::reserved:
            return sequence(" · reserved, unused · ");
        case sim::CellKind::outside:
            return "Reserved by the engine and driver · " +
                   core::format_bytes(p.state.device().memory - plan.usable).text();
        case sim::CellKind::ghost:
            return "Would hold attention scores · " + core::format_bytes(plan.scores_avoided).text() + " avoided";
        case sim::CellKind::scores:
            return "Attention scores of one layer · " + core::format_bytes(plan.scores).text();
        case sim::CellKind::free:
            break;
    }
    return "Free · " + core::format_bytes(plan.free).text();
}

// How many cells hold what, on the chip and outside it.
void Stage::count_cells(const Page& p) {
    const PackageGrid grid = package_grid(p.state.device());
    wanted_ = sim::shape_of(p.view.plan, p.view.pa, grid.modules, grid.columns * grid.rows, 7);
    outside_.count(p, wanted_.cell_bytes);
    if (outside_.outside().ghost > 0) wanted_.ghosts = 0;
}

void Stage::arrange(Page& p, const Rect& r) {
    count_cells(p);
    const float pixel = 1 / p.ui.viewport.scale;
    const app::StageScale s =
        app::stage_scale(package_grid(p.state.device()).size, outside_.outside(), r.w, r.h, pixel, p.state.in.present);
    const auto w = static_cast<float>(s.chip_w), h = static_cast<float>(s.chip_h);
    const auto ghost_h = s.beside ? static_cast<float>(static_cast<double>(s.ghost.rows) * s.pitch) : 0;
    const float whole = w + (s.beside ? static_cast<float>(s.rest_w) : 0);  // with what stands beside
    const float x = outside_.any() && !p.state.in.present ? r.x : r.x + (r.w - whole) * 0.5f;
    chip_ = {p.ui.px(x), p.ui.px(r.y + std::max(0.0f, (ghost_h - h) * 0.5f)), w, h};
    room_ = r;
    pitch_ = static_cast<float>(s.pitch);
    outside_.arrange(s, chip_, r, p.state.in.present ? chip_.right() + static_cast<float>(s.rest_w) : r.right());
    bottom_ = outside_.any() ? std::min(r.bottom(), std::max(chip_.bottom(), outside_.bottom())) : chip_.bottom();
    move_camera(p);
}

// It steps back once, and comes back, in 0.4 s. What is another picture, or has another room, is seen at once.
void Stage::move_camera(Page& p) {
    ui::Ui& ui = p.ui;
    constexpr float kStep = 0.4f;
    const std::string subject = p.state.device().id + " " + std::to_string(std::lround(ui.stage.w)) + "×" +
                                std::to_string(std::lround(ui.stage.h)) + (p.state.in.present ? " large" : "");
    const std::pair<const char*, float*> parts[] = {{"camera.x", &shown_.x},
                                                    {"camera.y", &shown_.y},
                                                    {"camera.w", &shown_.w},
                                                    {"camera.h", &shown_.h},
                                                    {"camera.pitch", &layout_.pitch}};
    const float wanted[] = {chip_.x, chip_.y, chip_.w, chip_.h, pitch_};
    const bool cut = camera_ != subject;
    camera_ = subject;
    for (size_t i = 0; i < std::size(parts); ++i) {
        if (cut) ui.settle(parts[i].first, wanted[i]);
        *parts[i].second = ui.animate(parts[i].first, wanted[i], kStep);
    }
}

void Stage::place_cells(const Page& p) {
    sim::PlacementShape shape = wanted_;
    const bool moved = shape != shape_ || banks_.columns != layout_.columns || banks_.rows != layout_.rows;
    if (!moved && !aging_) return;
    if (moved) {
        shape_ = std::move(shape);
        cells_ = sim::place(shape_);
    }
    banks_.resize(layout_.columns, layout_.rows, layout_.modules.size());
    const bool pulse = p.state.playing && !p.ui.viewport.reduced_motion;
    const int fading = static_cast<int>(255 * p.ui.dt / ui::duration::cell) + 1;
    bool changed = false, alive = false;
    for (size_t m = 0; m < cells_.modules.size(); ++m) {
        uint8_t* t = banks_.module(m);
        for (size_t i = 0; i < cells_.modules[m].size(); ++i, t += 2) {
            const uint8_t now = cell_code(cells_.modules[m][i]);
            const bool born = now != t[0] && now >= gfx::code::sequence && now < gfx::code::reserved;
            uint8_t age = t[1];
            if (born && pulse) {
                age = 255;
            } else if (age) {
                age = static_cast<uint8_t>(std::max(0, static_cast<int>(age) - fading));
            }
            if (now != t[0] || age != t[1]) changed = true;
            t[0] = now;
            t[1] = age;
            alive = alive || age;
        }
    }
    if (changed) banks_.changed();
    aging_ = alive;
    if (alive) p.ui.ask_frame();
}

namespace {

// A soft band between two waves: its colour in the middle, nothing at its edges.
void draw_band(ui::Ui& ui, const Rect& r, float base, float swing, float phase, float half, Color c) {
    constexpr int kSteps = 40;
    const Color none = fade(c, 0);
    ImDrawList& d = *ui.draw;
    d.PrimReserve(kSteps * 12, (kSteps + 1) * 3);
    const auto at = static_cast<ImDrawIdx>(d._VtxCurrentIdx);
    const ImVec2 uv = ImGui::GetFontTexUvWhitePixel();
    for (int s = 0; s <= kSteps; ++s) {
        const float x = r.x + r.w * static_cast<float>(s) / kSteps, u = static_cast<float>(s) / kSteps * 6.2831853f;
        const float y = base + std::sin(u + phase) * swing + std::sin(u * 0.5f - phase) * swing * 0.6f;
        d.PrimWriteVtx({x, y - half}, uv, none);
        d.PrimWriteVtx({x, y}, uv, fade(c, std::sin(u * 0.5f)));  // nothing at the ends
        d.PrimWriteVtx({x, y + half}, uv, none);
    }
    for (int s = 0; s < kSteps; ++s)
        for (int part = 0; part < 2; ++part) {
            const auto i = static_cast<ImDrawIdx>(at + s * 3 + part);
            for (const int corner : {0, 1, 4, 0, 4, 3})
                d.PrimWriteIdx(static_cast<ImDrawIdx>(i + static_cast<ImDrawIdx>(corner)));
        }
}

}  // namespace

// A blue-violet field behind the package: it moves faster the fuller the memory is, and only while it plays.
void Stage::draw_waves(Page& p, const Rect& r) const {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    if (ui.viewport.w < 700 || ui.viewport.reduced_transparency) return;
    const Rect field = r.grow(6);
    ui.clip(field);
    const float strength = t.dark ? 0.15f : 0.10f;
    for (int i = 0; i < 3; ++i) {
        const float fi = static_cast<float>(i);
        const Color c = fade(mix(t.field_blue, t.field_violet, fi * 0.5f), strength);
        draw_band(ui, field, field.y + field.h * (0.34f + 0.16f * fi), field.h * (0.05f + 0.01f * fi),
                  wave_ * 6.2831853f * (i == 1 ? -1.0f : 1.0f) + fi * 2.1f, field.h * 0.2f, c);
    }
    // At ludicrous speed the field becomes streaks.
    if (p.state.playing && p.state.in.speed >= kLudicrous && !ui.viewport.reduced_motion)
        for (int i = 0; i < 28; ++i) {
            const float lane = static_cast<float>(i * 53 % 97) / 97, far = 0.4f + static_cast<float>(i * 31 % 61) / 61;
            float u = flow_ * std::round(far * 3) + static_cast<float>(i * 17 % 41) / 41;
            u -= std::floor(u);
            const float length = field.w * 0.22f * far, x = field.x - length + (field.w + length) * u,
                        y = field.y + field.h * lane;
            ui.line(x, y, x + length, y, fade(mix(t.field_blue, t.text, 0.35f), 0.35f * far), far);
        }
    ui.unclip();
}

void Stage::draw_modules(Page& p) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const core::Device& d = p.state.device();
    banks_.pitch = layout_.pitch;
    banks_.gap = layout_.pitch >= 6 ? 1.0f : 1 / ui.viewport.scale;
    banks_.radius = layout_.pitch < 6 ? 0.8f : ui::radius::cell;
    banks_.modules.clear();
    const bool wafer = d.shape == core::Shape::wafer;
    for (size_t i = 0; i < layout_.modules.size(); ++i) {
        const Rect& m = layout_.modules[i];
        if (!wafer) {
            const float corner = layout_.padding < 5 ? 5.0f : ui::radius::stack;
            ui.fill(m, t.stack_well, corner);
            ui.stroke(m, t.stack_line, corner);
        }
        banks_.modules.push_back({m.x + layout_.padding, m.y + layout_.padding});
        const std::string name = (d.module_name.empty() ? d.memory_type : d.module_name) +
                                 (layout_.modules.size() > 1 ? " " + std::to_string(i + 1) : "");
        if (!layout_.labels[i].empty())
            ui.text(layout_.labels[i].inset(-8, 0), name, ui::type::micro, t.dim, Align::center);
        const std::string id = "stage.module" + std::to_string(i + 1);
        const ui::Hit h = ui.mouse_hit(id, m);
        if (h.hovered) hint_ = describe_cell(p, i, ui.pointer_x(), ui.pointer_y());
        if (h.clicked || ui.take(id, ui::ActKind::press)) p.explain("kv_used", m);
        // The fields of a wafer are alike: one speaks for all.
        if (ui.recording && (!wafer || i == 0)) ui.record(id, "image", name, m, module_summary(p, i, cells_));
    }
    for (const Rect& s : layout_.spacers) {
        const auto side = [&](float x0, float y0, float x1, float y1) { ui.dashed(x0, y0, x1, y1, t.line2, 3, 4); };
        side(s.x, s.y, s.right(), s.y);
        side(s.x, s.bottom(), s.right(), s.bottom());
        side(s.x, s.y, s.x, s.bottom());
        side(s.right(), s.y, s.right(), s.bottom());
        if (s.w > 110) {
            ui.text({s.x, s.cy() - 18, s.w, 18}, "Spacer", ui::type::caption, t.faint, Align::center);
            ui.text({s.x, s.cy(), s.w, 18}, "holds no memory", ui::type::caption, t.faint, Align::center);
        }
    }
    banks_.draw(ui.draw, cell_palette(t), ui.viewport.scale, ui.viewport.w, ui.viewport.h);
}

// Compute units in two fields; each step lights them in a wave.
void Stage::draw_tiles(Page& p, const Rect& r, int first, int count, int all) const {
    ui::Ui& ui = p.ui;
    if (r.h < 10 || count <= 0) return;
    int columns = std::max(1, static_cast<int>(std::ceil(std::sqrt(static_cast<float>(count) * r.w / r.h * 0.62f))));
    columns = std::min(columns, count);
    const int rows = (count + columns - 1) / columns;
    const float gap = std::max(1.5f, std::min(5.0f, r.w / static_cast<float>(columns) * 0.2f));
    const float w = (r.w - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns);
    const float h = std::min((r.h - gap * static_cast<float>(rows - 1)) / static_cast<float>(rows), w * 0.7f);
    const bool over = p.view.plan.pressure > 1;
    for (int i = 0; i < count; ++i) {
        const int c = i % columns, row = i / columns;
        float level = 0;
        if (p.view.now.value > 0 && !over) {
            const float phase = static_cast<float>(c) / static_cast<float>(columns) +
                                static_cast<float>(row + first) / static_cast<float>(all) * 0.9f;
            const float x = phase - die_wave_ - std::floor(phase - die_wave_);
            level = std::pow(std::max(0.0f, 1 - std::fabs(x - 0.5f) * 2.6f), 1.4f) * (p.view.fa ? 0.72f : 0.4f);
        }
        const Rect tile{r.x + static_cast<float>(c) * (w + gap), r.y + static_cast<float>(row) * (h + gap), w, h};
        ui.fill(tile, mix(ui.theme->tile_idle, ui.theme->green, level), std::min(2.0f, h * 0.25f));
    }
}

namespace {

// The scores of the prompt as a triangle of cells: row by row, one for each key before it.
struct Triangle {
    Rect well, grid, words;  // words stand in the masked half
    float pitch;
    double share;  // of the context that is filled
    int current;   // row of the newest token
    std::string keys;
    bool roomy;
};

uint8_t score_code(const app::View& v, int row, int column, int current, float wave) {
    if (column > row) return gfx::code::none;
    if (v.now.value == 0 || row > current) return gfx::code::future;
    if (!v.fa) return gfx::code::ghost;
    float level = row == current ? 0.95f : 0.14f + 0.3f * static_cast<float>(row) / static_cast<float>(current + 1);
    const float band = static_cast<float>(column + row) / (2.0f * kRows) - wave;
    if (row != current) level += 0.22f * std::max(0.0f, 1 - std::fabs(band - std::round(band)) * 9);
    return static_cast<uint8_t>(gfx::code::glow + static_cast<int>(std::min(level, 1.0f) * 63));
}

void draw_triangle_words(Page& p, const Triangle& a) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const app::View& v = p.view;
    if (a.roomy) {
        const std::string lines[3] = {v.fa ? "Causal attention" : "All scores are stored",
                                      v.fa ? "this step: 1 row," : core::format_bytes(v.plan.scores).text(),
                                      v.fa ? a.keys + " keys" : "for one layer"};
        for (int i = 0; i < 3; ++i)
            ui.text(a.words.moved(0, static_cast<float>(i) * 18), lines[i],
                    i ? ui::type::caption : ui::type::caption_bold, i == 1 && !v.fa ? t.red_text : (i ? t.dim : t.text),
                    Align::right);
    } else if (a.well.w > 84) {
        const float side = a.grid.w;
        ui.text({a.grid.x + side * 0.2f, a.grid.y + 2, side * 0.8f - 4, 16}, a.keys, ui::type::caption_mono, t.text,
                Align::right);
        ui.text({a.words.x, a.grid.y + 18, a.words.w + 4, 14}, v.fa ? "keys" : "stored", ui::type::micro, t.dim,
                Align::right);
    }
}

// The moving dot on the diagonal: smaller with FlashAttention, whose row never leaves the chip.
void draw_triangle_dot(Page& p, const Triangle& a) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const app::View& v = p.view;
    if (v.now.value <= 0) return;
    const float at = (static_cast<float>(a.share) * kRows);
    const float x = a.grid.x + std::min(at, kRows - 0.5f) * a.pitch,
                y = a.grid.y + (static_cast<float>(a.current) + 0.5f) * a.pitch;
    const Color c = v.fa ? t.green : t.red;
    const float k = v.fa ? 1.0f : 1.35f;
    for (int i = 4; i >= 1; --i) ui.disc(x, y, (3 + 3.2f * static_cast<float>(i)) * k * 0.9f, fade(c, 0.10f));
    ui.disc(x, y, 4.2f * k * std::clamp(a.pitch / 8, 0.6f, 1.0f), mix(c, 0xFFFFFFFFu, t.dark ? 0.75f : 0.2f));
    const float w = ui.width(a.keys, ui::type::caption_mono) + 4;
    if (a.roomy && x + 12 + w < a.grid.right() + 4 && y > a.words.y + 58)
        ui.text({x + 12, y - 9, w, 18}, a.keys, ui::type::caption_mono, t.text);
}

}  // namespace

void Stage::draw_triangle(Page& p) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const app::View& v = p.view;
    Triangle a;
    a.well = layout_.well;
    a.pitch = layout_.triangle_pitch;
    const float side = a.pitch * kRows;
    a.grid = a.well.centered(side, side);
    a.share = v.requested.context_max.value > 0
                  ? static_cast<double>(v.now.value) / static_cast<double>(v.requested.context_max.value)
                  : 0;
    a.current = std::min(static_cast<int>(std::min(a.share, 1.0) * kRows + 1e-9), kRows - 1);
    a.words = {a.grid.x + side * 0.42f, a.grid.y + 6, side * 0.58f - 8, 18};
    a.roomy = a.words.w > ui.width("All scores are stored", ui::type::caption_bold);
    a.keys = core::group_digits(v.now.value);
    if (!a.roomy && ui.width(a.keys, ui::type::caption_mono) > side * 0.8f - 5) a.keys = core::short_tokens(v.now);

    ui.fill(a.well, t.attention_well, ui::radius::control);
    ui.stroke(a.well, t.stack_line, ui::radius::control);
    triangle_.resize(kRows, kRows, 1);
    triangle_.pitch = a.pitch;
    triangle_.gap = a.pitch >= 5 ? 1.0f : 1 / ui.viewport.scale;
    triangle_.radius = 0.8f;
    triangle_.modules.assign(1, {ui.px(a.grid.x), ui.px(a.grid.y)});
    uint8_t* cell = triangle_.module(0);
    for (int row = 0; row < kRows; ++row)
        for (int column = 0; column < kRows; ++column, cell += 2) {
            cell[0] = score_code(v, row, column, a.current, die_wave_);
            cell[1] = 0;
        }
    triangle_.changed();
    triangle_.draw(ui.draw, cell_palette(t), ui.viewport.scale, ui.viewport.w, ui.viewport.h);
    draw_triangle_words(p, a);
    draw_triangle_dot(p, a);

    const ui::Hit h = ui.mouse_hit("stage.attention", a.well);
    const std::string summary = v.fa ? "This step reads " + core::group_digits(v.now.value) +
                                           " keys per layer; past rows were computed on the chip and never stored"
                                     : "Without FlashAttention a prompt this long stores " +
                                           core::format_bytes(v.plan.scores).text() + " of scores for one layer";
    if (h.hovered) hint_ = summary;
    if (h.clicked || ui.take("stage.attention", ui::ActKind::press))
        p.explain(v.fa ? "scores_avoided" : "scores", a.well);
    ui.record("stage.attention", "image", "Causal attention", a.well, summary);
}

// Gold sparks between memory and die: one per GiB that a decode step moves, at most four per path.
void Stage::draw_flow(Page& p) const {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    if (layout_.memory_on_die) return;
    const core::InferencePlan& plan = p.view.plan;
    const size_t modules = layout_.modules.size();
    const int paths = modules <= 6 ? 4 : (modules <= 12 ? 2 : 1);
    const double moved = (plan.step_weights_read + plan.step_kv_read + plan.step_kv_written).value / kBytesPerSpark;
    const double per_path = moved / static_cast<double>(modules) / paths;
    const Rect& die = layout_.die;
    const float k = layout_.board.w / 776;
    for (size_t m = 0; m < modules; ++m) {
        const Rect& r = layout_.modules[m];
        const bool left = r.cx() < die.cx();
        const float from_x = left ? r.right() : r.x, to_x = left ? die.x : die.right();
        if (std::fabs(to_x - from_x) < 6) continue;
        for (int i = 0; i < paths; ++i) {
            const float f = (static_cast<float>(i) + 0.5f) / static_cast<float>(paths);
            const float y0 = ui.px(r.y + r.h * (0.14f + 0.72f * f));
            const float lane = (static_cast<float>(left ? m : m - (modules + 1) / 2) + f) /
                               std::max(1.0f, std::ceil(static_cast<float>(modules) / 2));
            const float y1 = ui.px(die.y + die.h * (0.1f + 0.8f * lane));
            const float port_h = std::max(4.0f, 8 * k);
            ui.fill({left ? from_x : from_x - 3, y0 - port_h * 0.5f, 3, port_h}, t.port);
            ui.fill({left ? to_x - 3 : to_x, y1 - port_h * 0.5f, 3, port_h}, t.port);
            const bool ludicrous = p.state.playing && p.state.in.speed >= kLudicrous;
            const double whole = ludicrous ? 8.0 : std::min(per_path, k < 0.75f ? 2.0 : 4.0);
            Stream stream = level_stream(from_x, y0, to_x, y1);
            stream.sparks =
                static_cast<int>(whole) + (whole - std::floor(whole) > (static_cast<double>(i) + 0.5) / paths ? 1 : 0);
            stream.phase = flow_ + static_cast<float>((m * 37 + static_cast<size_t>(i) * 17) % 23) / 23;
            if (ludicrous) stream.tail = 0.11f;  // streaks
            draw_stream(ui, stream);
        }
    }
}

void Stage::draw_package(Page& p) const {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const bool over = p.view.plan.pressure > 1;
    ui.gradient(layout_.board, t.package_top, t.package_bottom, ui::radius::package);
    ui.stroke(layout_.board, over ? t.alert_line : t.package_edge, ui::radius::package);
    for (const auto& [x, y] : {std::pair{layout_.board.x + 10, layout_.board.y + 10},
                               std::pair{layout_.board.right() - 10, layout_.board.y + 10},
                               std::pair{layout_.board.x + 10, layout_.board.bottom() - 10},
                               std::pair{layout_.board.right() - 10, layout_.board.bottom() - 10}})
        if (layout_.board.w > 500) ui.draw->AddCircle({x, y}, 3, t.line2);
    ui.gradient(layout_.die, t.die_top, t.die_bottom, ui::radius::die);
    ui.stroke(layout_.die, t.die_line, ui::radius::die);
}

// One ground under processor and graphics: what one writes the other reads.
void Stage::draw_unified(Page& p) const {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const Rect& cpu = layout_.processor;
    ui.gradient(layout_.board, t.unified_top, t.package_bottom, ui::radius::package);
    ui.stroke(layout_.board, p.view.plan.pressure > 1 ? t.alert_line : t.unified_line, ui::radius::package);
    const Rect both{cpu.x, cpu.y, cpu.w, layout_.die.bottom() - cpu.y};
    ui.fill(both.grow(5), fade(t.unified_line, 0.45f), ui::radius::die);
    for (const Rect& die : {cpu, layout_.die}) {
        ui.gradient(die, t.die_top, t.die_bottom, ui::radius::die);
        ui.stroke(die, t.die_line, ui::radius::die);
    }
    if (cpu.w < 130 || cpu.h < 40) return;
    ui.text({cpu.x, cpu.cy() - 18, cpu.w, 18}, "Processor", ui::type::caption_bold, t.dim, Align::center);
    ui.text({cpu.x, cpu.cy(), cpu.w, 18}, "same memory as the graphics", ui::type::micro, t.faint, Align::center);
}

// Sparks of all paths together: one per GiB that a decode step moves.
double Stage::sparks(const Page& p) const {
    const core::InferencePlan& plan = p.view.plan;
    if (p.state.playing && p.state.in.speed >= kLudicrous) return 8.0 * static_cast<double>(layout_.modules.size()) * 4;
    return (plan.step_weights_read + plan.step_kv_read + plan.step_kv_written).value / kBytesPerSpark;
}

void Stage::draw_ground(Page& p) {
    switch (p.state.device().shape) {
        case core::Shape::board:
            core::deferred(draw_board)(p, layout_, flow_, sparks(p) / static_cast<double>(layout_.modules.size()) / 2);
            return;
        case core::Shape::wafer:
            core::deferred(draw_wafer)(p, layout_, outside_.any() ? shown_ : room_, die_wave_);
            return;
        case core::Shape::unified:
            draw_unified(p);
            break;
        case core::Shape::package:
        case core::Shape::chip:
            draw_package(p);
            break;
    }
    draw_flow(p);
}

// Compute units and what they compute. A wafer's cores lie below its memory.
void Stage::draw_compute(Page& p) {
    if (layout_.well.empty()) return;
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const core::Device& d = p.state.device();
    const app::View& v = p.view;
    if (layout_.board.w > 380 && d.units > 0 && layout_.tiles_above.y >= layout_.die.y + 27) {
        std::string caption = core::group_digits(d.units) + " " + d.unit_name + (d.unit_name.size() <= 4 ? "s" : "");
        const std::string doing = v.fa ? "Tiled computation · " + caption : caption;
        if (d.cache.value > 0)
            caption += " · " + tidy(core::format_bytes(d.cache).text()) + " cache";
        else if (d.sram.value > 0)
            caption += " · " + tidy(core::format_bytes(d.sram).text()) + " SRAM";
        const std::string tiles = v.fa ? "Tiled computation · " + caption : caption;
        caption = ui.width(tiles, ui::type::caption) <= layout_.die.w - 16 ? tiles : doing;
        const std::string tile = core::group_digits(v.plan.tile.rows) + " × " + core::group_digits(v.plan.tile.columns);
        ui.record("stage.tiles", "image", "Compute units", layout_.tiles_above,
                  v.fa ? caption + "; scores are computed in tiles" +
                             (v.plan.tile.known ? " of " + tile : std::string()) + " and stay on the chip"
                       : caption);
        ui.text({layout_.die.x + 8, layout_.die.y + 8, layout_.die.w - 16, 18}, caption, ui::type::caption, t.dim,
                Align::center);
    }
    // As many tiles as the device has units; beyond 160 per field, a tile stands for a group.
    const int half = d.units > 0 ? (d.units > 320 ? 66 : d.units / 2) : 40;
    draw_tiles(p, layout_.tiles_above, 0, half, 12);
    draw_tiles(p, layout_.tiles_below, 6, half, 12);
    draw_triangle(p);
}

void Stage::draw(Page& p) {
    ui::Ui& ui = p.ui;
    const core::Device& d = p.state.device();
    const app::View& v = p.view;
    hint_.clear();
    if (p.state.playing && !ui.viewport.reduced_motion) {
        // Faster playback shows as faster flow: three times as fast at 100×.
        const float haste = 1 + static_cast<float>(std::log10(std::max(1.0, p.state.in.speed)));
        flow_ += ui.dt / kPass * haste;
        die_wave_ += ui.dt / kWave * haste;
        // 12 s a wave at rest, 4 s when the memory is full.
        wave_ += ui.dt * haste / (12 - 8 * static_cast<float>(std::min(1.0, v.plan.pressure)));
        wave_ -= std::floor(wave_);
        flow_ -= std::floor(flow_);
        die_wave_ -= std::floor(die_wave_);
    }
    layout_ = lay_out_package(d, shown_, layout_.pitch, 1 / ui.viewport.scale);
    place_cells(p);
    draw_waves(p, room_);
    const bool moving = std::fabs(shown_.w - chip_.w) > 0.5f || std::fabs(shown_.y - chip_.y) > 0.5f;
    if (moving) ui.clip({room_.x - 8, room_.y - 2, room_.w + 16, ui.viewport.h});

    draw_ground(p);
    ui.record("stage.package", "image", d.name, shown_,
              app::memory_words(d) + ". " + app::stage_in_words(p.state, p.view));
    draw_modules(p);
    if (d.shape == core::Shape::wafer) core::deferred(draw_wafer_thread)(p, layout_, die_wave_);
    draw_compute(p);
    outside_.draw(p, shown_, layout_.pitch, flow_);
    if (moving) ui.unclip();

    draw_hint(ui, hint_);
}

}  // namespace kvx::scenes
