// The selected layer's tensor in memory order: addresses from left to right, line by line.
#include <algorithm>
#include <cmath>

#include "core/format.h"
#include "scenes/layout/layout.h"
#include "scenes/parts/cells.h"
#include "scenes/parts/fields.h"

namespace kvx::scenes {

using ui::Align;
using ui::Rect;
using ui::Theme;

namespace {

struct Owner {                           // the owner of a cell of the tensor
    int64_t sequence = 0, position = 0;  // from 0
    bool used = false, kept = false;     // used: its block was taken
};

Owner owner_of(const app::LayoutView& v, const core::CacheCell& c) {
    Owner o;
    const core::BlockTable& t = v.table;
    o.sequence = c.block % t.sequences;
    int64_t logical = c.block / t.sequences;
    const int64_t newest = (v.strip->end - 1) / v.pool.block_size;
    if (t.ring > 0 && newest >= 0) {  // the latest round of the ring that reached this block
        const int64_t rounds = (newest - logical) / t.ring;
        if (newest >= logical) logical += rounds * t.ring;
    }
    o.position = logical * v.pool.block_size + c.slot;
    const int64_t first_block = v.strip->first / v.pool.block_size;
    o.used = v.strip->end > 0 && logical <= newest && logical >= first_block;
    o.kept = o.position >= v.strip->first && o.position < v.strip->end;
    return o;
}

// Cells per line: a power of two of inner axes if they fit, so that neighbours in the shape are stacked.
int64_t cells_a_line(const core::CacheOrder& o, const core::CachePool& p, int64_t fit) {
    int64_t cells = p.size(o.axes[3]);
    if (cells > fit) return std::max<int64_t>(fit, 1);
    const int64_t whole = cells * p.size(o.axes[2]);
    while (cells * 2 <= std::min(fit, whole)) cells *= 2;
    return cells;
}

std::string words_of(const app::LayoutView& v, const core::CacheCell& c, const Owner& o) {
    const auto n = [](int64_t x) { return core::group_digits(x); };
    std::string words =
        "+" + n(static_cast<int64_t>(v.pool.cell.value) * core::cell_index(*v.order, v.pool, c)) + " B: ";
    words += v.pool.parts == 2 ? (c.part == 0 ? "key" : "value") : std::string(core::strip_name(v.strip->kind));
    if (v.pool.heads > 1) words += " of head " + n(c.head + 1);
    if (v.order->paged) words += ", block " + n(c.block) + ", slot " + n(c.slot);
    if (v.batch > 1) words += ", sequence " + n(o.sequence + 1);
    return words + (o.kept ? ", token " + n(o.position + 1) : o.used ? ", reserved" : ", free");
}

// Labels the start of each block with its number and address; without blocks, every fourth line with its address.
void draw_line_label(Layout& l, const Rect& r, int64_t index, int64_t columns) {
    const app::LayoutView& v = l.v;
    if (index >= v.pool.cells()) return;
    const core::CacheCell c = core::cell_at(*v.order, v.pool, index);
    const bool starts = v.order->paged && (index == 0 || core::cell_at(*v.order, v.pool, index - 1).block != c.block);
    const bool second = v.order->paged && index >= 2 * columns && !starts &&
                        core::cell_at(*v.order, v.pool, index - columns - 1).block != c.block;
    const Theme& t = *l.p.ui.theme;
    if (starts)
        l.p.ui.text(r, "block " + core::group_digits(c.block), ui::type::micro_mono, t.dim, Align::right);
    else if (second || (!v.order->paged && index / columns % 4 == 0))
        l.p.ui.text(r, "+" + core::group_digits(static_cast<int64_t>(v.pool.cell.value) * index), ui::type::micro_mono,
                    t.faint, Align::right);
}

}  // namespace

void draw_layout_memory(Layout& l, Rect r) {
    Page& p = l.p;
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const app::LayoutView& v = l.v;
    Rect head = r.cut_top(20, 6);
    const std::string title =
        "Layer " + core::group_digits(v.layer) +
        (v.order->paged ? " in blocks of " + core::group_digits(v.block) + " tokens" : " in one run per sequence");
    draw_caption(p, "layout.memory.title", head, title, ui::type::caption_bold, t.dim);
    if (!v.addressed) {
        const std::string words = v.strip == nullptr    ? "This layer keeps nothing; select another."
                                  : v.length.value == 0 ? "Nothing is cached yet. Play, or move the scrubber."
                                                        : "This layer keeps no vector per token, so it has no blocks.";
        ui.paragraph(r, words, ui::type::control, t.dim);
        ui.record("layout.memory", "text", words, {r.x, r.y, r.w, 40});
        return;
    }
    const float address_w = r.w > 420 ? 118.0f : 0;
    const Rect labels = r.cut_left(address_w, 0);
    const float least = r.w > 300 ? 13.0f : 10.0f;
    const int64_t columns = cells_a_line(*v.order, v.pool, static_cast<int64_t>(r.w / least));
    const float pitch = std::clamp(std::floor(r.w / static_cast<float>(columns)), least, 20.0f);
    const auto lines = std::max<int64_t>(1, static_cast<int64_t>(r.h / pitch));
    const int64_t index = core::cell_index(*v.order, v.pool, v.cell);
    // Keep the selected cell in the upper third.
    const int64_t last_line = (v.pool.cells() + columns - 1) / columns;
    const int64_t first_line =
        std::clamp<int64_t>(index / columns - lines / 3, 0, std::max<int64_t>(0, last_line - lines));
    const Rect area{r.x, r.y, static_cast<float>(columns) * pitch,
                    static_cast<float>(std::min(lines, last_line - first_line)) * pitch};
    const int64_t head_read = v.head - 1;
    for (int64_t line = 0; line < std::min(lines, last_line - first_line); ++line) {
        const float y = ui.px(r.y + static_cast<float>(line) * pitch);
        if (address_w > 0)
            draw_line_label(l, {labels.x, y - 1, address_w - 10, 16}, (first_line + line) * columns, columns);
        for (int64_t column = 0; column < columns; ++column) {
            const int64_t at = (first_line + line) * columns + column;
            if (at >= v.pool.cells()) break;
            const core::CacheCell c = core::cell_at(*v.order, v.pool, at);
            const Owner o = owner_of(v, c);
            const Rect cell{ui.px(r.x + static_cast<float>(column) * pitch), y, pitch - 1, pitch - 1};
            const bool ours = o.sequence == v.table.sequence;
            if (!o.kept) {
                ui.fill(cell, o.used ? t.reserved : t.free_cell, 1.6f);
                if (o.used) ui.stripes(cell, t.reserved_stripe, 4, 1.2f);
                continue;
            }
            const ui::Color color = c.part == 1 ? t.sequence[2] : t.sequence[0];
            const float light = !ours ? 0.16f : c.head == head_read ? 0.95f : 0.42f;
            ui.fill(cell, ui::mix(t.bg, color, light), 1.6f);
            if (at == index) ui.stroke(cell.grow(1), t.text, 2.5f, 1.5f);
        }
    }
    const ui::Hit hit = ui.hit("layout.memory.cells", area);
    if (hit.hovered || hit.clicked) {
        const auto column = static_cast<int64_t>((ui.pointer_x() - area.x) / pitch),
                   line = static_cast<int64_t>((ui.pointer_y() - area.y) / pitch);
        const int64_t at = (first_line + line) * columns + column;
        if (at >= 0 && at < v.pool.cells()) {
            const core::CacheCell c = core::cell_at(*v.order, v.pool, at);
            const Owner o = owner_of(v, c);
            draw_hint(ui, words_of(v, c, o));
            if (hit.clicked && o.kept && o.sequence == v.table.sequence) {
                p.set("cell-head", std::to_string(c.head + 1));
                p.set("cell-position", std::to_string(o.position + 1));
                if (v.pool.parts == 2) p.set("cell-part", c.part == 0 ? "k" : "v");
            }
        }
    }
    if (ui.take("layout.memory", ui::ActKind::press)) p.explain("layout_read", {area.x, area.y, 200, 40});
    const core::Quantity &all = p.quantity("layout_read"), &one = p.quantity("layout_read_head");
    ui.record("layout.memory", "figure",
              title + ", order " + app::order_shape(v) + ". A decode step reads " + all.text + " for all heads, " +
                  one.text + " for head " + core::group_digits(v.head) + ".",
              area, p.quantity("layout_address").text);
}

}  // namespace kvx::scenes
