#include "scenes/parts/scale_bar.h"

#include <algorithm>

#include "core/format.h"

namespace kvx::scenes {

using ui::Align;
using ui::Rect;
using ui::Theme;

void draw_scale_bar(Page& p, const Rect& r) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const core::InferencePlan& plan = p.view.plan;
    const core::Bytes whole = p.state.device().memory;
    struct Part {
        std::string id, name;
        core::Bytes bytes;
        ui::Color color;
        int pattern;
    };  // pattern 1: reserved, 2: ghost over free
    std::vector<Part> parts;
    if (plan.weights.value > 0) parts.push_back({"weights", "Weights", plan.weights, t.weights, 0});
    const size_t n = plan.sequences.size();
    const bool single = n > 16;
    if (single) {
        parts.push_back({"kv_used", "KV cache, " + std::to_string(n), plan.kv_used, t.sequence[0], 0});
    } else {
        for (size_t i = 0; i < n; ++i)
            if (plan.sequences[i].used.value > 0)
                parts.push_back({"kv_used", "S" + std::to_string(i + 1), plan.sequences[i].used, t.sequence[i % 8], 0});
    }
    if (plan.kv_wasted / whole > 0.001) parts.push_back({"kv_wasted", "Unused", plan.kv_wasted, t.reserved_stripe, 3});
    parts.push_back({"overhead", "Act.", plan.activations + plan.runtime, t.activations, 0});
    if (!p.view.fa && plan.scores.value > 0) parts.push_back({"scores", "Scores", plan.scores, t.red, 2});
    if (plan.free.value > 0)
        parts.push_back({"free", "Free", plan.free, t.free_cell, plan.scores_avoided.value > 0 ? 2 : 0});
    parts.push_back({"usable", "Reserved", whole - plan.usable, t.reserved, 1});

    Rect body = r;
    Rect title = body.cut_top(20, 4);
    if (plan.scores_avoided.value > 0 && title.w > 520) {
        const std::string words =
            core::format_bytes(plan.scores_avoided).text() + " of attention scores avoided by FlashAttention";
        const float w = ui.width(words, ui::type::caption) + 1;
        Rect right = title.cut_right(w + 24, 12);
        if (ui::figure_area(ui, "figure.scores_avoided", right.grow(3), "Attention scores avoided",
                            core::format_bytes(plan.scores_avoided).text() + " by FlashAttention"))
            p.explain("scores_avoided", right);
        const Rect swatch = right.cut_left(12, 8).centered(12, 12);
        ui.fill(swatch, t.ghost_fill, 3);
        ui.stripes(swatch, t.ghost, 4, 1.5f);
        ui.text(right, words, ui::type::caption, t.dim);
    }
    ui::heading(ui, "scale", title,
                (p.view.plan.pressure > 1 ? "Demand on " : "Where the ") + tidy(core::format_bytes(whole).text()) +
                    (p.view.plan.pressure > 1 ? "" : " go"),
                ui::type::label_bold, t.dim, 2);

    const Rect bar = body.cut_top(24, 6);
    double sum = 0;
    for (const Part& part : parts) sum += part.bytes.value;
    const double scale = std::max(sum, whole.value);
    float x = bar.x, label_free_from = bar.x;
    for (size_t i = 0; i < parts.size(); ++i) {
        const Part& part = parts[i];
        const float w = static_cast<float>(part.bytes.value / scale) * bar.w;
        const float gap = i + 1 < parts.size() ? std::min(1.0f, w * 0.25f) : 0;  // thin parts stay visible
        const Rect s{x, bar.y, w - gap, bar.h};
        x += w;
        if (s.w < 0.4f) continue;
        const float corner = s.w > 8 ? 3.0f : 0;
        if (part.pattern == 1 || part.pattern == 3) {
            ui.fill(s, t.reserved, corner);
            ui.stripes(s, t.reserved_stripe, 5, 1.4f);
        } else {
            ui.fill(s, part.pattern == 2 ? (part.id == "free" ? t.free_cell : ui::mix(t.bg, t.red, 0.2f)) : part.color,
                    corner);
            if (part.pattern == 2) ui.stripes(s, part.id == "free" ? ui::fade(t.ghost, 0.55f) : t.ghost, 7, 2.2f);
        }
        const std::string key = "scale." + part.name;
        // Short on screen, in full as the accessible name.
        const std::string accessible_name = part.id == "overhead" ? "Activations and runtime"
                                            : part.id == "kv_used" && part.name[0] == 'S'
                                                ? "Sequence " + part.name.substr(1)
                                                : part.name;
        if (ui::figure_area(ui, key, s, accessible_name, core::format_bytes(part.bytes).text(), corner))
            p.explain(part.id, s);
        const std::string amount = core::format_bytes_in_gib(part.bytes).number;
        const bool last = i + 1 == parts.size();
        const float need =
            std::max(26.0f, std::max(ui.width(part.name, ui::type::caption), ui.width(amount, ui::type::caption_mono)));
        const float lx = last ? bar.right() - need - 1 : s.x;
        if ((s.w < 26 && !last) || lx < label_free_from || body.h < 32) continue;
        if (!last && lx + need > bar.right() - 70) continue;
        ui.text({lx, bar.bottom() + 5, need + 1, 16}, part.name, ui::type::caption, t.dim,
                last ? Align::right : Align::left);
        ui.text({lx, bar.bottom() + 21, need + 1, 16}, amount, ui::type::caption_mono, t.faint,
                last ? Align::right : Align::left);
        label_free_from = lx + need + 8;
    }
}

}  // namespace kvx::scenes
