// The accelerator seen from above: memory modules, compute die, the attention triangle, what flows between them.
#include "scenes/inference/stage.h"

#include "scenes/parts/stream.h"

#include <algorithm>
#include <cmath>

#include "core/format.h"
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
    triangle_.forget();
}

// What lies under the pointer, named and counted.
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
            return "Held back by the engine and driver · " +
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

void Stage::place_cells(const Page& p) {
    const app::View& v = p.view;
    cells_ = sim::place(v.plan, v.pa, static_cast<int>(layout_.modules.size()), layout_.columns * layout_.rows, 7);
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
    if (alive) p.ui.ask_frame();
}

void Stage::draw_waves(Page& p, const Rect& r) const {
    ui::Ui& ui = p.ui;
    if (ui.viewport.w < 700) return;
    const float pressure = static_cast<float>(std::min(1.0, p.view.plan.pressure));
    const Color c =
        fade(mix(ui.theme->wave, p.view.plan.pressure >= 1 ? ui.theme->red : ui.theme->accent, 0.25f), 0.55f);
    const float speed = 6.2831853f / (12 - 8 * pressure);
    for (int i = 0; i < 3; ++i) {
        const float fi = static_cast<float>(i);
        for (int s = 0; s <= 64; ++s) {
            const float x = r.x + r.w * static_cast<float>(s) / 64;
            const float y = r.cy() + (fi - 1) * 90 + std::sin(x * 0.006f + wave_ * speed + fi * 2.1f) * (26 + 10 * fi);
            ui.draw->PathLineTo({x, y});
        }
        ui.draw->PathStroke(c, 0, 1);
    }
}

void Stage::draw_modules(Page& p) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const core::Device& d = p.state.device();
    banks_.pitch = layout_.pitch;
    banks_.gap = layout_.pitch >= 6 ? 1.0f : 1 / ui.viewport.scale;
    banks_.radius = layout_.pitch < 6 ? 0.8f : ui::radius::cell;
    banks_.modules.clear();
    for (size_t i = 0; i < layout_.modules.size(); ++i) {
        const Rect& m = layout_.modules[i];
        ui.fill(m, t.stack_well, ui::radius::stack);
        ui.stroke(m, t.stack_line, ui::radius::stack);
        banks_.modules.push_back({m.x + layout_.padding, m.y + layout_.padding});
        const std::string name = (d.module_name.empty() ? d.memory_type : d.module_name) +
                                 (layout_.modules.size() > 1 ? " " + std::to_string(i + 1) : "");
        if (!layout_.labels[i].empty())
            ui.text(layout_.labels[i].inset(-8, 0), name, ui::type::micro, t.dim, Align::center);
        const std::string id = "stage.module" + std::to_string(i + 1);
        const ui::Hit h = ui.mouse_hit(id, m);
        if (h.hovered) hint_ = describe_cell(p, i, ui.pointer_x(), ui.pointer_y());
        if (h.clicked || ui.take(id, ui::ActKind::press)) p.explain("kv_used", m);
        if (ui.recording) ui.record(id, "image", name, m, module_summary(p, i, cells_));
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
    a.share = v.input.context_max.value > 0
                  ? static_cast<double>(v.now.value) / static_cast<double>(v.input.context_max.value)
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
    const std::string summary =
        v.fa ? "This step reads " + a.keys + " keys per layer; past rows were computed on the chip and never stored"
             : "Without FlashAttention a prompt this long stores " + core::format_bytes(v.plan.scores).text() +
                   " of scores for one layer";
    if (h.hovered) hint_ = summary;
    if (h.clicked || ui.take("stage.attention", ui::ActKind::press))
        p.explain(v.fa ? "scores_avoided" : "scores", a.well);
    ui.record("stage.attention", "image", "Causal attention", a.well, summary);
}

// Gold sparks between memory and die: one spark for each GiB that a decode step moves, at most four on a path.
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
            const double whole = std::min(per_path, k < 0.75f ? 2.0 : 4.0);
            Stream stream = level_stream(from_x, y0, to_x, y1);
            stream.sparks =
                static_cast<int>(whole) + (whole - std::floor(whole) > (static_cast<double>(i) + 0.5) / paths ? 1 : 0);
            stream.phase = flow_ + static_cast<float>((m * 37 + static_cast<size_t>(i) * 17) % 23) / 23;
            // At 100× the tails are twice as long.
            if (p.state.playing && p.state.in.speed >= 100) stream.tail = 0.09f;
            draw_stream(ui, stream);
        }
    }
}

void Stage::draw(Page& p, const Rect& r, bool compact) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const core::Device& d = p.state.device();
    const app::View& v = p.view;
    hint_.clear();
    if (p.state.playing && !ui.viewport.reduced_motion) {
        // Faster playback is seen as faster flow: three times as fast at 100×.
        const float haste = 1 + static_cast<float>(std::log10(std::max(1.0, p.state.in.speed)));
        flow_ += ui.dt / kPass * haste;
        die_wave_ += ui.dt / kWave * haste;
        wave_ += ui.dt * haste;
        flow_ -= std::floor(flow_);
        die_wave_ -= std::floor(die_wave_);
    }
    layout_ = lay_out_package(d, r, ui.viewport.scale);
    place_cells(p);
    if (!compact) draw_waves(p, r);

    const bool over = v.plan.pressure > 1;
    ui.gradient(layout_.board, t.package_top, t.package_bottom, ui::radius::package);
    ui.stroke(layout_.board, over ? t.alert_line : t.package_edge, ui::radius::package);
    for (const auto& [x, y] : {std::pair{layout_.board.x + 10, layout_.board.y + 10},
                               std::pair{layout_.board.right() - 10, layout_.board.y + 10},
                               std::pair{layout_.board.x + 10, layout_.board.bottom() - 10},
                               std::pair{layout_.board.right() - 10, layout_.board.bottom() - 10}})
        if (layout_.board.w > 500) ui.draw->AddCircle({x, y}, 3, t.line2);
    ui.gradient(layout_.die, t.die_top, t.die_bottom, ui::radius::die);
    ui.stroke(layout_.die, t.die_line, ui::radius::die);
    draw_flow(p);
    draw_modules(p);

    if (layout_.board.w > 480 && d.units > 0 && !layout_.memory_on_die) {
        std::string caption = core::group_digits(d.units) + " " + d.unit_name + (d.unit_name.size() <= 4 ? "s" : "");
        if (d.cache.value > 0)
            caption += " · " + tidy(core::format_bytes(d.cache).text()) + " cache";
        else if (d.sram.value > 0)
            caption += " · " + tidy(core::format_bytes(d.sram).text()) + " SRAM";
        ui.text({layout_.die.x + 8, layout_.die.y + 8, layout_.die.w - 16, 18}, caption, ui::type::caption, t.dim,
                Align::center);
    }
    // As many tiles as the device has units; beyond 160 a field they stand for groups.
    const int half = d.units > 0 ? (d.units > 320 ? 66 : d.units / 2) : 40;
    draw_tiles(p, layout_.tiles_above, 0, half, 12);
    draw_tiles(p, layout_.tiles_below, 6, half, 12);
    draw_triangle(p);

    draw_hint(ui, hint_);
}

}  // namespace kvx::scenes
