#include "scenes/inference/overflow.h"

#include <algorithm>
#include <cmath>

#include "app/inference/memory_alert.h"
#include "core/format.h"
#include "scenes/parts/cells.h"

namespace kvx::scenes {

using ui::Align;
using ui::Rect;
using ui::Theme;

namespace {

constexpr float kFall = 0.7f;          // seconds of a cell from the chip to the tray
constexpr int kTail = 6;               // cells in the air
constexpr int64_t kMostSquares = 900;  // then a square stands for several devices
constexpr ui::TextStyle kSaved{ui::Face::mono, 28, 32};

// Hatched: it is not there.
void draw_hollow(ui::Ui& ui, const Rect& r, float pitch, float width) {
    const Theme& t = *ui.theme;
    ui.fill(r, t.ghost_fill);
    ui.stripes(r, ui::fade(t.ghost, 0.9f), pitch, width);
}

// Few stripes in each, as there can be 900; none in the smallest, where they would look like dots.
void draw_hollow_square(ui::Ui& ui, const Rect& s) {
    if (s.w >= 9) return draw_hollow(ui, s, std::max(4.0f, s.w / 4), s.w < 16 ? 1.5f : 2.0f);
    ui.fill(s, ui.theme->ghost_fill);
    ui.stroke(s, ui::fade(ui.theme->ghost, 0.8f), 0);
}

void dashed_box(ui::Ui& ui, const Rect& r, ui::Color c) {
    ui.dashed(r.x, r.y, r.right(), r.y, c, 4, 3);
    ui.dashed(r.x, r.bottom(), r.right(), r.bottom(), c, 4, 3);
    ui.dashed(r.x, r.y, r.x, r.bottom(), c, 4, 3);
    ui.dashed(r.right(), r.y, r.right(), r.bottom(), c, 4, 3);
}

// Where the package's edge is open.
Rect opening_of(const Rect& chip) {
    const float h = std::min(54.0f, chip.h * 0.18f);
    return {chip.right() - 2, std::min(chip.y + chip.h * 0.62f, chip.bottom() - h - 20), 4, h};
}

int64_t more_devices(const Page& p) {
    return std::max<int64_t>(0, app::devices_needed(p.view) - p.view.cluster.devices);
}

void draw_scores_square(ui::Ui& ui, const Rect& s) {
    const Theme& t = *ui.theme;
    ui.fill(s, ui::mix(t.bg, t.red, 0.22f), 2);
    ui.line(s.x + 1, s.bottom() - 1, s.right() - 1, s.y + 1, t.red, 1.2f);
}

// An entry of a legend.
struct LegendItem {
    enum class Look { plain, sequences, hatched, ghost, scores };
    std::string id, name, amount;
    ui::Color color;
    Look look = Look::plain;
};

float swatch_width(const LegendItem& item, size_t sequences) {
    return item.look == LegendItem::Look::sequences ? 6 * static_cast<float>(std::min<size_t>(sequences, 8)) + 4 : 12;
}

void draw_swatch(ui::Ui& ui, const Rect& s, const LegendItem& item, size_t sequences) {
    const Theme& t = *ui.theme;
    if (item.look == LegendItem::Look::sequences) {
        for (size_t i = 0; i < std::min<size_t>(sequences, 8); ++i)
            ui.fill({s.x + 6 * static_cast<float>(i), s.y, 5, s.h}, t.sequence[i], 1);
        return;
    }
    if (item.look == LegendItem::Look::scores) return draw_scores_square(ui, s);
    const bool ghost = item.look == LegendItem::Look::ghost;
    ui.fill(s, ghost ? t.ghost_fill : item.color, 3);
    if (ghost) ui.stripes(s, t.ghost, 4, 1.5f);
    if (item.look == LegendItem::Look::hatched) ui.stripes(s, t.reserved_stripe, 5, 1.4f);
}

std::string caches_name(size_t sequences) {
    return sequences > 1 ? core::group_digits(static_cast<int64_t>(sequences)) + " caches" : "Cache";
}

int64_t devices_saved(const core::InferencePlan& plan) {
    return plan.usable.value > 0 ? static_cast<int64_t>(std::ceil(plan.scores_avoided / plan.usable - 1e-9)) : 0;
}

}  // namespace

void Overflow::count(const Page& p, core::Bytes cell) {
    const core::InferencePlan& plan = p.view.plan;
    const sim::Spill now = sim::spill_of(plan, cell);
    ghost_ = p.view.fa ? sim::ghost_outside(plan, cell) : 0;
    cell_ = cell;
    cells_current_ = cells_current_ && now == spill_;
    spill_ = now;
}

// Only for a picture of cells: squares need none.
void Overflow::update_cells(const Page& p) {
    constexpr int64_t kMost = 40000;  // more than any screen shows as cells
    if (!cells_current_) cells_ = sim::spilled_cells(p.view.plan, p.view.pa, spill_, kMost, 7);
    cells_current_ = true;
}

void Overflow::arrange(const app::StageScale& scale, const Rect& chip, const Rect& room, float right) {
    scale_ = scale;
    tray_ = ghost_at_ = squares_ = spill_words_ = ghost_words_ = line_ = {};
    const auto pitch = static_cast<float>(scale.pitch);
    constexpr auto gap = static_cast<float>(app::kPartGap), edge = static_cast<float>(app::kTrayEdge);
    Rect inside = room;
    const bool narrow = room.w < static_cast<float>(app::kWordsBeside);
    if (narrow && any()) line_ = inside.cut_bottom(static_cast<float>(app::kWordLine)).inset(0, 1);
    const float head = narrow ? 0 : static_cast<float>(app::kBandHead);
    if (scale.squares) {
        const float top = chip.bottom() + 4 + head;
        squares_ = scale.beside ? Rect{chip.right() + gap, inside.y, inside.right() - chip.right() - gap, inside.h}
                                : Rect{inside.x, top, inside.w, inside.bottom() - top};
        if (!scale.beside && !narrow) spill_words_ = {room.x, chip.bottom() + 4, room.w, head};
        return;
    }
    const auto size = [pitch](const app::Block& b) {
        return std::pair{static_cast<float>(b.columns) * pitch, static_cast<float>(b.rows) * pitch};
    };
    const auto [sw, sh] = size(scale.spill);
    const auto [gw, gh] = size(scale.ghost);
    if (!scale.beside) {
        float y = chip.bottom() + 6;
        const auto band = [&](float w, float h, Rect& at, Rect& words) {
            if (w <= 0) return;
            if (!narrow) words = {room.x, y, room.w, head};
            at = {room.x, y + head, w, h};
            y = at.bottom() + 6;
        };
        band(sw, sh, tray_, spill_words_);
        band(gw, gh, ghost_at_, ghost_words_);
        return;
    }
    if (sw > 0) {
        const float x = chip.right() + gap;
        const float w = std::max(sw + 2 * edge, narrow ? 0 : static_cast<float>(app::kTrayWidth));
        tray_ = {x + edge, chip.bottom() - edge - sh, sw, sh};
        // Above the gap in the package's edge, so that nothing falls over the words; a high pile lifts them.
        const float y = std::min(opening_of(chip).y - 50, tray_.y - static_cast<float>(app::kTrayHead));
        if (!narrow) spill_words_ = {x, y, w, 44};
    }
    if (gw > 0) ghost_at_ = {right - gw, gh > chip.h ? room.y : chip.bottom() - gh, gw, gh};
}

void Overflow::arrange_squares(Page& p, Rect r) {
    scale_ = {};
    scale_.squares = true;
    draw_squares_legend(p, r);
    tray_ = ghost_at_ = spill_words_ = ghost_words_ = line_ = {};
    squares_ = r;
}

float Overflow::bottom() const {
    return std::max({tray_.bottom() + 4, ghost_at_.bottom(), squares_.bottom()});
}

std::string Overflow::scale_words(const Page& p) const {
    if (!scale_.squares)
        return "One cell is " + tidy(core::format_bytes(cell_).text()) + (any() ? ", on the chip and outside it" : "");
    const int64_t all = more_devices(p) + (p.view.fa ? devices_saved(p.view.plan) : 0);
    const int64_t each = (all + kMostSquares - 1) / kMostSquares;
    const std::string& unit = p.state.device().short_name;
    return each <= 1 ? "One square is one " + unit : "One square is " + core::group_digits(each) + " × " + unit;
}

void Overflow::draw_pile(Page& p, float pitch) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    if (tray_.empty()) return;
    const auto edge = static_cast<float>(app::kTrayEdge);
    const Rect box = scale_.beside ? tray_.grow(edge) : tray_.grow(1);
    ui.fill(box, t.alert_surface);
    ui.fill({box.x, box.y, 1.5f, box.h}, t.red);
    ui.fill({box.right() - 1.5f, box.y, 1.5f, box.h}, t.red);
    ui.fill({box.x, box.bottom() - 1.5f, box.w, 1.5f}, t.red);
    // One module a column, or a row if there are fewer of those: rows of the state texture stay short.
    const auto columns = static_cast<size_t>(scale_.spill.columns), rows = static_cast<size_t>(scale_.spill.rows);
    const bool upright = columns <= rows;
    const size_t modules = std::min<size_t>(upright ? columns : rows, 128), length = upright ? rows : columns;
    pile_.resize(upright ? 1 : static_cast<int>(length), upright ? static_cast<int>(length) : 1, modules);
    pile_.pitch = pitch;
    pile_.gap = pitch >= 6 ? 1.0f : 1 / ui.viewport.scale;
    pile_.radius = pitch < 6 ? 0.8f : ui::radius::cell;
    pile_.modules.clear();
    const auto there = std::min(cells_.size(), static_cast<size_t>(std::max(0.0f, std::round(piled_))));
    for (size_t m = 0; m < modules; ++m) {
        const float at = static_cast<float>(m) * pitch;
        pile_.modules.push_back({ui.px(tray_.x + (upright ? at : 0)), ui.px(tray_.y + (upright ? 0 : at))});
        uint8_t* cell = pile_.module(m);
        for (size_t k = 0; k < length; ++k, cell += 2) {
            const size_t row = upright ? k : m, column = upright ? m : k;
            const size_t i = (rows - 1 - row) * columns + column;  // from the bottom
            cell[0] = i < there ? cell_code(cells_[i]) : gfx::code::none;
            cell[1] = 0;
        }
    }
    pile_.changed();
    pile_.draw(ui.draw, cell_palette(t), ui.viewport.scale, ui.viewport.w, ui.viewport.h);
}

// Through the gap in the package's edge, over the tray's wall, onto the pile.
void Overflow::draw_fall(Page& p, const Rect& chip, float pitch, float flow) const {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    if (!scale_.beside || tray_.empty()) return;
    const auto [x0, y, w0, h] = opening_of(chip);
    ui.fill({x0, y, w0, h}, t.bg);
    ui.line(chip.right() - 7, y - 5, chip.right() + 1, y + 1, t.red, 1.5f);
    ui.line(chip.right() - 7, y + h + 5, chip.right() + 1, y + h - 1, t.red, 1.5f);
    if (cells_.empty() || (!p.state.playing && piled_ >= static_cast<float>(spill_.total()) - 0.5f)) return;
    const ImVec2 from{chip.right() - 6, y + h * 0.5f}, over{tray_.x + tray_.w * 0.3f, y - 4},
        to{tray_.cx(), std::max(tray_.y, y + 30)};
    const gfx::Palette palette = cell_palette(t);
    for (int i = 0; i < kTail; ++i) {
        float u = flow + static_cast<float>(i) / kTail;
        u -= std::floor(u);
        const float q = 1 - u;
        const float x = q * q * from.x + 2 * q * u * over.x + u * u * to.x,
                    at = q * q * from.y + 2 * q * u * over.y + u * u * to.y;
        const size_t which = (static_cast<size_t>(piled_) + static_cast<size_t>(i)) % cells_.size();
        const sim::Cell& c = cells_[which];
        const ui::Color color = c.kind == sim::CellKind::weights       ? palette.weights
                                : c.kind == sim::CellKind::scores      ? t.red
                                : c.kind == sim::CellKind::activations ? palette.activations
                                                                       : t.sequence[c.sequence % 8];
        for (int tail = 3; tail >= 1; --tail) {
            const float back = 3.2f * static_cast<float>(tail);
            ui.disc(x - back * q, at + back * (0.4f - u), pitch * 0.22f,
                    ui::fade(color, 0.36f - 0.1f * static_cast<float>(tail)));
        }
        ui.fill(Rect{x, at, 0, 0}.grow(pitch * 0.42f), color, 1);
    }
}

void Overflow::draw_ghost(Page& p, float pitch) const {
    ui::Ui& ui = p.ui;
    if (ghost_at_.empty()) return;
    // The last row is not full: as many cells as there are.
    const int64_t full = ghost_ / scale_.ghost.columns, rest = ghost_ % scale_.ghost.columns;
    const float h = static_cast<float>(full) * pitch;
    const Rect whole{ghost_at_.x, ghost_at_.bottom() - h, ghost_at_.w, h};
    const float apart = pitch < 5 ? 4.0f : 7.0f, width = pitch < 5 ? 1.5f : 2.2f;
    draw_hollow(ui, whole, apart, width);
    if (rest > 0)
        draw_hollow(ui, {ghost_at_.x, whole.y - pitch, static_cast<float>(rest) * pitch, pitch}, apart, width);
    dashed_box(ui, ghost_at_, ui::fade(ui.theme->ghost, 0.9f));
}

// One square a device, as large as the room allows: those it needs beyond the ones there are, then those never needed.
void Overflow::draw_squares(Page& p) const {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const core::InferencePlan& plan = p.view.plan;
    const sim::Spill parts = sim::as_devices(spill_, more_devices(p));
    const int64_t saved = p.view.fa ? devices_saved(plan) : 0, all = parts.total() + saved;
    if (all <= 0 || squares_.empty()) return;
    const int64_t each = (all + kMostSquares - 1) / kMostSquares, squares = (all + each - 1) / each;
    float pitch =
        std::clamp(std::floor(std::sqrt(squares_.w * squares_.h / static_cast<float>(squares))), 3.0f, 140.0f);
    const auto across = [&] { return std::max(1, static_cast<int>(squares_.w / pitch)); };
    while (pitch > 3 && std::ceil(static_cast<float>(squares) / static_cast<float>(across())) * pitch > squares_.h)
        pitch -= 1;
    const int columns = across();
    const auto cached = static_cast<double>(std::max<int64_t>(1, parts.kv));
    for (int64_t i = 0; i < squares; ++i) {
        const Rect s{squares_.x + static_cast<float>(i % columns) * pitch,
                     squares_.y + static_cast<float>(i / columns) * pitch, pitch - 2, pitch - 2};
        const int64_t device = i * each, kv_at = device - parts.weights - parts.activations;
        if (device < parts.weights) {
            ui.fill(s, t.weights, 2);
        } else if (kv_at < 0) {
            ui.fill(s, t.activations, 2);
        } else if (kv_at < parts.kv) {
            const auto sequence =
                static_cast<size_t>(static_cast<double>(kv_at) / cached * static_cast<double>(plan.sequences.size()));
            ui.fill(s, t.sequence[sequence % 8], 2);
        } else if (device < parts.total()) {
            draw_scores_square(ui, s);
        } else {
            draw_hollow_square(ui, s);
        }
    }
    const std::string more = core::group_digits(parts.total()) + " more devices of this kind needed, at least; ",
                      avoided = core::group_digits(saved) + " for scores that are never stored; ";
    if (parts.total() > 0)
        ui.record("overflow.squares", "image", "What does not fit", squares_,
                  more + (saved > 0 ? avoided : std::string()) + scale_words(p));
    else
        ui.record(
            "overflow.squares", "image", "Scores that are never stored", squares_,
            core::format_bytes_in_gib(plan.scores_avoided).text() + " saved by FlashAttention; " + scale_words(p));
}

namespace {

struct Amount {
    const char *id, *explains;
    std::string name, number, unit, below;
    bool says_more = false;  // `below` says more than the name
};

// Right-aligned in the line, if it leaves the title enough.
void draw_amount(Page& p, Rect& line, float title, const Amount& a) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const float nw = ui.width(a.number, kSaved);
    const float w = std::max(nw + 8 + ui.width(a.unit, ui::type::control), ui.width(a.below, ui::type::caption)) + 2;
    if (w + 24 + title > line.w) return;
    const Rect body = line.cut_right(w, 24);
    if (ui::figure_area(ui, a.id, body.grow(3), a.name,
                        a.number + " " + a.unit + (a.says_more ? " " + a.below : std::string())))
        p.explain(a.explains, body);
    ui.text({body.x, body.y - 5, nw + 1, 32}, a.number, kSaved, t.text);
    ui.text({body.x + nw + 8, body.y + 3, w - nw - 8, 24}, a.unit, ui::type::control, t.dim);
    ui.text({body.x, body.y + 26, w, 18}, a.below, ui::type::caption, t.dim);
}

}  // namespace

Rect Overflow::draw_amounts(Page& p, Rect line) const {
    const ui::Ui& ui = p.ui;
    constexpr float kPercent = 162;  // at the right end of the title
    const float title = kPercent + std::max(ui.width(p.state.device().name, ui::type::title),
                                            ui.width(scale_words(p), ui::type::label));
    if (ghost_ > 0) {
        const core::Reading saved = core::format_bytes_in_gib(p.view.plan.scores_avoided);
        draw_amount(p, line, title,
                    {"figure.saved", "scores_avoided", "Saved by FlashAttention", saved.number, "GiB",
                     "saved by FlashAttention"});
    }
    if (squares() && spill_.total() > 0)
        draw_amount(p, line, title,
                    {"figure.more", "devices_needed", "More devices needed", core::group_digits(more_devices(p)),
                     p.state.device().short_name, p.view.fewest.count > 0 ? "more" : "more, at least", true});
    return line;
}

void Overflow::draw(Page& p, const Rect& chip, float pitch, float flow) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const auto wanted = static_cast<float>(spill_.total());
    if (ui.viewport.reduced_motion || wanted < piled_ || scale_.squares) {
        piled_ = wanted;
    } else if (piled_ < wanted) {
        const float each = ui.dt / kFall;
        piled_ = std::min(wanted, piled_ + std::max(each * kTail, (wanted - piled_) * (1 - std::exp(-4 * each))));
        if (wanted - piled_ < 0.5f) piled_ = wanted;
        ui.ask_frame();
    }
    if (scale_.squares) {
        draw_squares(p);
        const std::string more = spill_.total() > 0 ? core::group_digits(more_devices(p)) +
                                                          (p.view.fewest.count > 0 ? " more. " : " more, at least. ")
                                                    : "";
        const Rect& words = line_.empty() ? spill_words_ : line_;
        if (!words.empty()) ui.text(words, more + scale_words(p), ui::type::caption, t.dim);
        return;
    }
    draw_ghost(p, pitch);
    update_cells(p);
    draw_pile(p, pitch);
    draw_fall(p, chip, pitch, flow);
    draw_words(p);
}

void Overflow::draw_words(Page& p) const {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const core::InferencePlan& plan = p.view.plan;
    const std::string amount = core::format_bytes(plan.needed - plan.usable).text();
    const std::string avoided = core::format_bytes_in_gib(plan.scores_avoided).text(),
                      saved = avoided + " saved by FlashAttention";
    if (!tray_.empty())
        ui.record("overflow.spill", "image", "What does not fit", scale_.beside ? tray_.grow(4) : tray_,
                  amount + " in " + core::group_digits(spill_.total()) + " cells beside the chip; " + scale_words(p));
    if (!ghost_at_.empty())
        ui.record("overflow.ghost", "image", "Scores that are never stored", ghost_at_, saved + "; " + scale_words(p));
    if (!line_.empty()) {
        float x = line_.x;
        if (!tray_.empty()) x += ui.text(line_, amount + " spills out", ui::type::caption_bold, t.red_text) + 10;
        const Rect rest{x, line_.y, line_.right() - x, line_.h};
        if (!ghost_at_.empty())
            ui.text(rest, ui.width(saved, ui::type::caption) <= rest.w ? saved : avoided + " saved", ui::type::caption,
                    t.dim);
    }
    if (!spill_words_.empty() && scale_.beside) {
        const bool large = ui.width(amount, ui::type::title_mono) <= spill_words_.w;
        ui.text({spill_words_.x, spill_words_.y, spill_words_.w, 22}, amount,
                large ? ui::type::title_mono : ui::type::caption_mono, t.red_text, Align::center);
        ui.text({spill_words_.x, spill_words_.y + 22, spill_words_.w, 16}, "spills out", ui::type::caption, t.dim,
                Align::center);
    } else if (!spill_words_.empty()) {
        ui.text(spill_words_, amount + " spills out", ui::type::caption_bold, t.red_text);
    }
    if (!ghost_words_.empty()) ui.text(ghost_words_, saved, ui::type::caption_bold, t.dim);
}

void Overflow::draw_legend(Page& p, const Rect& r) const {
    using Look = LegendItem::Look;
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const core::InferencePlan& plan = p.view.plan;
    std::vector<LegendItem> items;
    const auto gib = [](core::Bytes b) { return core::format_bytes_in_gib(b).number; };
    const size_t n = plan.sequences.size();
    if (plan.weights.value > 0) items.push_back({"weights", "Weights", gib(plan.weights), t.weights});
    items.push_back({"kv_used", caches_name(n), gib(plan.kv_allocated), t.sequence[0], Look::sequences});
    items.push_back({"overhead", "Activations", gib(plan.activations + plan.runtime), t.activations});
    if (!p.view.fa && plan.scores.value > 0)
        items.push_back({"scores", "Scores", gib(plan.scores), t.red, Look::ghost});
    if (plan.scores_avoided.value > 0)
        items.push_back({"scores_avoided", "Never stored", gib(plan.scores_avoided), t.red, Look::ghost});
    items.push_back({"usable", "Reserved", gib(plan.capacity - plan.usable), t.reserved, Look::hatched});
    float x = r.x;
    for (const LegendItem& item : items) {
        const float swatch = swatch_width(item, n), name = ui.width(item.name, ui::type::caption),
                    amount = ui.width(item.amount, ui::type::caption_mono);
        const float w = swatch + 6 + name + 6 + amount + 2;
        if (x + w > r.right()) continue;
        const Rect at{x, r.y, w, r.h};
        if (ui::figure_area(ui, "legend." + item.id, at.grow(3), item.name, item.amount + " GiB"))
            p.explain(item.id, at);
        draw_swatch(ui, Rect{x, r.y, swatch, r.h}.centered(swatch, 12), item, n);
        ui.text({x + swatch + 6, r.y, name + 1, r.h}, item.name, ui::type::caption, t.dim);
        ui.text({x + swatch + 12 + name, r.y, amount + 1, r.h}, item.amount, ui::type::caption_mono, t.text);
        x += w + 16;
    }
}

// A line for each kind of square, below them: how many devices it takes.
void Overflow::draw_squares_legend(Page& p, Rect& r) const {
    using Look = LegendItem::Look;
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const core::InferencePlan& plan = p.view.plan;
    const sim::Spill parts = sim::as_devices(spill_, more_devices(p));
    const size_t n = plan.sequences.size();
    std::vector<LegendItem> items;
    const auto add = [&](const char* id, std::string name, int64_t devices, ui::Color color, Look look) {
        if (devices > 0) items.push_back({id, std::move(name), core::group_digits(devices), color, look});
    };
    add("weights", "Weights", parts.weights, t.weights, Look::plain);
    add("overhead", "Activations", parts.activations, t.activations, Look::plain);
    add("kv_used", caches_name(n), parts.kv, t.sequence[0], Look::sequences);
    add("scores", "Scores", parts.scores, t.red, Look::scores);
    add("scores_avoided", "Saved by FlashAttention", p.view.fa ? devices_saved(plan) : 0, t.red, Look::ghost);
    constexpr float kLine = 18;
    float swatches = 0;
    for (const LegendItem& item : items) swatches = std::max(swatches, swatch_width(item, n));
    Rect below = r.cut_bottom(kLine * static_cast<float>(items.size()), 8);
    for (LegendItem& item : items) {
        Rect line = below.cut_top(kLine);
        const float room = line.w - swatches - 8 - ui.width(item.amount, ui::type::caption_mono) - 1 - 6;
        if (item.id == "scores_avoided" && ui.width(item.name, ui::type::caption) > room) item.name = "Never stored";
        if (ui::figure_area(ui, "legend." + item.id, line, item.name,
                            item.amount + " × " + p.state.device().short_name))
            p.explain(item.id, line);
        const Rect column = line.cut_left(swatches, 8);
        draw_swatch(ui, Rect{column.x, column.y, swatch_width(item, n), column.h}.centered(swatch_width(item, n), 12),
                    item, n);
        ui.text(line.cut_right(ui.width(item.amount, ui::type::caption_mono) + 1, 6), item.amount,
                ui::type::caption_mono, t.text);
        ui.text(line, item.name, ui::type::caption, t.dim);
    }
}

}  // namespace kvx::scenes
