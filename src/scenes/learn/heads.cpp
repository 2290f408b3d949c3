// Four heads: what each keeps, where it looks, what it was measured to do.
#include <algorithm>

#include "core/format.h"
#include "scenes/learn/heat.h"
#include "scenes/learn/learn.h"
#include "scenes/parts/cells.h"
#include "scenes/parts/fields.h"
#include "scenes/parts/page_frame.h"

namespace kvx::scenes {

using ui::Align;
using ui::Choices;
using ui::Rect;
using ui::Theme;

namespace {

constexpr float kLabel = 16, kGap = 6;

std::string share(float v) {
    return app::share_text(static_cast<double>(v));
}

const lm::LayerTrace& trace_at(const Learn& l, int token, const app::HeadAt& h) {
    return l.view.steps[static_cast<size_t>(token)].layers[static_cast<size_t>(h.layer)];
}
float attention_at(const Learn& l, const app::HeadAt& h, int query, int key) {
    return trace_at(l, query, h).attention[static_cast<size_t>(h.head * (query + 1) + key)];
}
float score_at(const Learn& l, const app::HeadAt& h, int query, int key) {
    return trace_at(l, query, h).scores[static_cast<size_t>(h.head * (query + 1) + key)];
}

// Whether a token's key was still stored when the shown token was read.
bool stored(const Learn& l, int position) {
    return position < l.token && l.view.policy.reach.sees(l.token - 1, position);
}

std::string token_words(const Learn& l, int position) {
    return "“" + glyph(l.view.tokens[static_cast<size_t>(position)]) + "” (" + core::group_digits(position + 1) + ")";
}

// Keys or values of one head: one column per token, head_dim numbers high.
void draw_strip(Learn& l, const Rect& r, const app::HeadAt& h, bool values) {
    ui::Ui& ui = l.p.ui;
    const int dh = l.shape().head_dim(), n = l.view.count();
    const CellGrid g{r, n, dh, 1};
    const float most = values ? l.scale.value : l.scale.key;
    draw_cells(ui, g, [&](int column, int row) -> ui::Color {
        if (column >= l.token) return ui::fade(ui.theme->free_cell, 0.35f);
        if (!stored(l, column)) return ui::fade(ui.theme->reserved_stripe, 0.6f);
        const lm::LayerTrace& t = trace_at(l, column, h);
        return signed_color(*ui.theme, (values ? t.v : t.k)[static_cast<size_t>(h.head * dh + row)], most);
    });
    const Rect first = g.cell(ui, l.token - 1, 0), last = g.cell(ui, l.token - 1, dh - 1);
    ui.stroke(Rect{first.x, first.y, first.w, last.bottom() - first.y}.grow(2), ui.theme->text, 3, 1.2f);
    int column = 0, row = 0;
    if (g.at(ui, column, row) && column < l.token)
        draw_hint(ui, std::string(values ? "Value" : "Key") + " of " + token_words(l, column) + ", number " +
                          core::group_digits(row + 1) + ": " +
                          (stored(l, column)
                               ? core::significant(
                                     static_cast<double>(
                                         (values ? trace_at(l, column, h).v
                                                 : trace_at(l, column, h).k)[static_cast<size_t>(h.head * dh + row)]),
                                     3)
                               : std::string("left the window")));
}

void draw_map(Learn& l, const Rect& r, const app::HeadAt& h) {
    ui::Ui& ui = l.p.ui;
    const int n = l.view.count();
    const CellGrid g{r, n, n, 1};
    draw_cells(ui, g, [&](int column, int row) -> ui::Color {
        if (column > row) return 0;
        if (row >= l.token) return ui::fade(ui.theme->triangle_future, 0.5f);
        return attention_color(*ui.theme, attention_at(l, h, row, column));
    });
    const Rect a = g.cell(ui, 0, l.token - 1), b = g.cell(ui, l.token - 1, l.token - 1);
    ui.stroke(Rect{a.x, a.y, b.right() - a.x, a.h}.grow(2), ui.theme->text, 3, 1.2f);
    int column = 0, row = 0;
    if (g.at(ui, column, row) && column <= row && row < l.token)
        draw_hint(ui, token_words(l, row) + " looks at " + token_words(l, column) + ": weight " +
                          share(attention_at(l, h, row, column)) + ", q·k/√" +
                          core::group_digits(l.shape().head_dim()) + " = " +
                          core::significant(static_cast<double>(score_at(l, h, row, column)), 3));
}

void draw_tokens_below(Learn& l, const Rect& r) {
    ui::Ui& ui = l.p.ui;
    const int n = l.view.count();
    const float pitch = r.w / static_cast<float>(n);
    if (pitch < 7) return;
    for (int i = 0; i < n; ++i)
        ui.text({r.x + pitch * static_cast<float>(i) - 4, r.y, pitch + 8, r.h}, shown_glyph(l, i), ui::type::micro_mono,
                i == l.token - 1 ? ui.theme->text
                : i < l.token    ? ui.theme->dim
                                 : ui.theme->faint,
                Align::center);
}

std::string summary_of(const Learn& l, const app::HeadAt& h, const std::string& role, const lm::HeadScores* scores) {
    int best = 0;
    for (int j = 1; j < l.token; ++j)
        if (attention_at(l, h, l.token - 1, j) > attention_at(l, h, l.token - 1, best)) best = j;
    return role + ", layer " + core::group_digits(h.layer + 1) + ", head " + core::group_digits(h.head + 1) +
           (scores ? ", score " + core::significant(static_cast<double>(scores->strongest()), 2) : "") +
           ". Keys, Attention and Values of each token. Token " + core::group_digits(l.token) + ", " +
           lm::name_of(l.view.tokens[static_cast<size_t>(l.token - 1)]) + ", looks most at token " +
           core::group_digits(best + 1) + ", " + lm::name_of(l.view.tokens[static_cast<size_t>(best)]) + ": " +
           share(attention_at(l, h, l.token - 1, best));
}

// The whole panel is a button that selects its head for the explanation; its picture is described in a sentence.
void press_head(Learn& l, const Rect& r, const app::HeadAt& h, const std::string& id, const std::string& role,
                const lm::HeadScores* scores) {
    Page& p = l.p;
    ui::Ui& ui = p.ui;
    const ui::Hit hit = ui.hit(id, r);
    if (hit.hovered) ui.cursor_hand();
    ui.record(
        id, "button",
        "Explain head " + core::group_digits(h.head + 1) + " of layer " + core::group_digits(h.layer + 1) + ": " + role,
        r);
    ui.record(id + ".picture", "image", summary_of(l, h, role, scores), {r.x, r.y, r.w, r.h});
    if (hit.clicked || ui.take(id, ui::ActKind::press)) {
        p.set("layer", std::to_string(h.layer + 1));
        p.set("head", std::to_string(h.head + 1));
    }
}

void draw_head(Learn& l, const Rect& r, const app::HeadAt& h) {
    Page& p = l.p;
    ui::Ui& ui = p.ui;
    const Theme& th = *ui.theme;
    const bool chosen = h.layer == l.layer() && h.head == l.head();
    const size_t index = static_cast<size_t>(h.layer * l.shape().heads + h.head);
    const lm::HeadScores* scores =
        index < l.view.model->report.heads.size() ? &l.view.model->report.heads[index] : nullptr;
    const std::string role = scores ? app::role_name(*scores) : "Not measured";
    const std::string id = "head." + std::to_string(index);
    ui::card(ui, r);
    if (chosen) ui.stroke(r, th.accent, ui::radius::card);
    Rect body = r.inset(14, 12);
    ui.text(body.cut_top(20), role, ui::type::control_bold, th.text);
    std::string note = "layer " + core::group_digits(h.layer + 1) + ", head " + core::group_digits(h.head + 1);
    if (scores) note += ", score " + core::significant(static_cast<double>(scores->strongest()), 2);
    if (ui.width(note, ui::type::caption) > body.w && scores)
        note = "L" + core::group_digits(h.layer + 1) + " H" + core::group_digits(h.head + 1) + ", " +
               core::significant(static_cast<double>(scores->strongest()), 2);
    ui.text(body.cut_top(kLabel, 8), note, ui::type::caption, th.dim);
    const auto label = [&](Rect& from, const char* words) {
        ui.text(from.cut_top(kLabel), words, ui::type::micro, th.faint);
    };
    const auto answer = [&] { press_head(l, r, h, id, role, scores); };
    if (body.w > body.h * 1.1f) {  // a phone: the map on the left, what is kept beside it
        const float edge = std::min(body.h - kLabel, body.w * 0.55f);
        const Rect map{body.x, body.y, edge, edge};
        draw_map(l, map, h);
        draw_tokens_below(l, {map.x, map.bottom(), edge, kLabel});
        Rect kept{map.right() + 16, body.y, body.w - edge - 16, body.h};
        const float half = std::clamp((edge - 2 * kLabel - kGap) * 0.5f, 20.0f, 90.0f);
        for (const bool values : {false, true}) {
            label(kept, values ? "Values" : "Keys");
            draw_strip(l, kept.cut_top(half, kGap), h, values);
        }
        return answer();
    }
    // The three pictures share the token columns; the map is square.
    const float fixed = 3 * kLabel + 2 * kGap + kLabel;
    const float side = std::min(body.w, body.h - fixed - 2 * 32.0f);
    if (side < 24) {  // low: the map alone
        const float edge = std::min(body.w, body.h - 2 * kLabel);
        if (edge >= 24) {
            label(body, "Attention");
            draw_map(l, {body.x, body.cut_top(edge).y, edge, edge}, h);
            draw_tokens_below(l, {body.x, body.y, edge, kLabel});
        }
        return answer();
    }
    const float strip = std::clamp((body.h - fixed - side) * 0.5f, 32.0f, 64.0f);
    const float x = body.x;
    label(body, "Keys");
    draw_strip(l, {x, body.cut_top(strip, kGap).y, side, strip}, h, false);
    label(body, "Attention");
    draw_map(l, {x, body.cut_top(side).y, side, side}, h);
    draw_tokens_below(l, {x, body.cut_top(kLabel, kGap).y, side, kLabel});
    label(body, "Values");
    draw_strip(l, {x, body.cut_top(strip).y, side, strip}, h, true);
    answer();
}

}  // namespace

void draw_lesson_choice(Page& p, const Rect& r) {
    draw_segments(p, "lesson", r);
}

float draw_head_choice(Learn& l, Rect body, bool measure) {
    Page& p = l.p;
    ui::Ui& ui = p.ui;
    const float seg = segment_height(p);
    const app::HeadKind kind = l.in().heads;
    const std::string meaning = app::heads_words(kind, *l.view.model);
    const float words_h = ui.paragraph({0, 0, body.w, 0}, meaning, ui::type::caption, 0, true) + 8;
    const float height = kLine + 6 + seg + 12 + (kind == app::HeadKind::layer ? kLine + 6 + seg + 12 : 0) + words_h;
    if (measure) return height;
    const bool chips = ui.viewport.coarse;
    ui.text(body.cut_top(kLine, 6), p.label("heads"), ui::type::label, ui.theme->dim);
    const Rect row = body.cut_top(seg, 12);
    if (chips || row.w < 400)
        draw_chips(p, "heads", row);
    else
        draw_segments(p, "heads", row);
    if (kind == app::HeadKind::layer)
        draw_labelled_segments(p, "layer", "", body.cut_top(kLine + 6 + seg, 12), {}, true);
    draw_note(p, "heads.meaning", body, meaning, ui.theme->faint);
    return height;
}

void draw_heads_title(Learn& l, const Rect& area) {
    Page& p = l.p;
    ui::Ui& ui = p.ui;
    const Theme& th = *ui.theme;
    Rect r = area;
    const bool by_layer = l.in().heads == app::HeadKind::layer;
    const bool roomy = r.w > 700;
    std::string name = (roomy ? "Four heads of layer " : "Heads of layer ") + core::group_digits(l.layer() + 1);
    for (const auto& [value, label] : p.choices("heads"))
        if (!by_layer && value == p.get("heads"))
            name = p.get("heads") == "each" ? "A head of each kind" : label + " heads";
    const float h = ui.viewport.coarse ? 44 : 34, lesson = roomy ? 216 : 196, layer = ui.viewport.coarse ? 138 : 104;
    draw_lesson_choice(p, r.cut_right(lesson, 12).centered(lesson, h));
    if (r.w > 380) {
        if (by_layer) {
            const Rect c = r.cut_right(layer, 12);
            draw_segments(p, "layer", c.centered(layer, h), true);
        }
        const float kinds = roomy || !by_layer ? 132 : 118;
        draw_select(p, "heads", r.cut_right(kinds, 12).centered(kinds, h));
    }
    ui::heading(ui, "stage.title", r.cut_top(22, 2), name, ui::type::title, th.text, 2);
    const char* words = !by_layer   ? "measured"
                        : r.w > 210 ? "each with its own keys and values"
                                    : "own keys, own values";
    draw_caption(p, "stage.caption", r.cut_top(18), words, ui::type::label, th.dim);
}

void draw_heads(Learn& l, const Rect& area) {
    ui::Ui& ui = l.p.ui;
    const Theme& th = *ui.theme;
    Rect r = area;
    point_at(l, app::TourTarget::heads, area);
    const app::HeadKind kind = l.in().heads;
    if (kind != app::HeadKind::layer && area.w > 500) {
        const std::string meaning = app::heads_words(kind, *l.view.model);
        const float h = ui.paragraph({0, 0, r.w, 0}, meaning, ui::type::caption, 0, true);
        const Rect line = r.cut_top(h, 8);
        ui.paragraph(line, meaning, ui::type::caption, th.dim);
        ui.record("heads.meaning", "text", meaning, line);
    }
    std::vector<app::HeadAt> heads = app::shown_heads(l.in(), *l.view.model);
    if (area.w < 500) {  // a phone shows the head that the explanation is about
        heads = {{l.layer(), l.head()}};
    }
    if (heads.empty()) {
        const std::string none =
            "No head of this model reaches 40 % for this. That is a finding, not a gap: "
            "a model of this size has no use for it.";
        ui::card(ui, r);
        Rect body = r.inset(20);
        const float h = ui.paragraph(body, none, ui::type::control, th.dim);
        ui.record("heads.none", "text", none, {body.x, body.y, body.w, h});
        return;
    }
    const int columns = static_cast<int>(heads.size());
    for (size_t i = 0; i < heads.size(); ++i) draw_head(l, r.column(static_cast<int>(i), columns, 12), heads[i]);
}

}  // namespace kvx::scenes
