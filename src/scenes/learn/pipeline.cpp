// One token's way through one head of one layer: input, query, key and value, attention over the cache, output.
#include <algorithm>

#include "core/format.h"
#include "scenes/learn/heat.h"
#include "scenes/learn/learn.h"
#include "scenes/parts/cells.h"
#include "scenes/parts/fields.h"

namespace kvx::scenes {

using ui::Align;
using ui::Rect;
using ui::Theme;

namespace {

constexpr float kRow = 20, kArrow = 18, kStream = 40, kVector = 12, kTokens = 24, kGap = 8;
constexpr float kLabel = kRow + 4;

// Draws the stations one below the other and uses up `body`.
struct Pipeline {
    Learn& l;
    Rect body;
    const lm::LayerTrace& trace;

    void label(const char* name, const std::string& note, ui::Color c);
    void arrow();
    // A grid of `rows` lines from v[from] on, coloured on the scale of `most`; `what` for the hint.
    struct Numbers {
        const std::vector<float>& v;
        size_t from;
        int columns, rows;
        float height, most;
        const char* what;
    };
    void numbers(const Numbers& n);
    // All numbers of the residual stream at one end of the layer.
    void stream(const std::vector<float>& v, const char* what) {
        numbers({v, 0, l.shape().width / 4, 4, kStream, l.scale.stream, what});
    }
    // The explained head's part of a query, key or value.
    void of_head(const std::vector<float>& v, float most, const char* what) {
        const int width = l.shape().head_dim();
        numbers({v, static_cast<size_t>(l.head() * width), width, 1, kVector, most, what});
    }
    void attended_tokens();
    void figures();
};

void Pipeline::label(const char* name, const std::string& note, ui::Color c) {
    ui::Ui& ui = l.p.ui;
    Rect line = body.cut_top(kRow, 4);
    ui.text(line.cut_right(ui.width(note, ui::type::caption) + 1, 8), note, ui::type::caption, c, Align::right);
    ui.text(line, name, ui::type::label_bold, ui.theme->text);
    ui.record(std::string("pipeline.") + name, "text", std::string(name) + ": " + note, line);
}

void Pipeline::arrow() {
    ui::Ui& ui = l.p.ui;
    const ui::Color c = ui.theme->line2;
    const Rect r = body.cut_top(kArrow);
    ui.line(r.cx(), r.y + 3, r.cx(), r.bottom() - 4, c, 1.5f);
    ui.line(r.cx() - 3.5f, r.bottom() - 7.5f, r.cx(), r.bottom() - 4, c, 1.5f);
    ui.line(r.cx() + 3.5f, r.bottom() - 7.5f, r.cx(), r.bottom() - 4, c, 1.5f);
}

void Pipeline::numbers(const Numbers& n) {
    ui::Ui& ui = l.p.ui;
    const CellGrid g{body.cut_top(n.height), n.columns, n.rows, 1};
    const auto value = [&](int c, int r) { return n.v[n.from + static_cast<size_t>(r * n.columns + c)]; };
    draw_cells(ui, g, [&](int c, int r) { return signed_color(*ui.theme, value(c, r), n.most); });
    int c = 0, r = 0;
    if (g.at(ui, c, r))
        draw_hint(ui, "Number " + core::group_digits(r * n.columns + c + 1) + " of the " + n.what + ": " +
                          core::significant(static_cast<double>(value(c, r)), 3));
}

// The last tokens that fit, each with its weight as background.
void Pipeline::attended_tokens() {
    ui::Ui& ui = l.p.ui;
    const Theme& t = *ui.theme;
    const Rect cells = body.cut_top(kTokens);
    const int fit = std::min(l.token, std::max(1, static_cast<int>(cells.w / 18)));
    const float width = cells.w * static_cast<float>(fit) / static_cast<float>(std::max(fit, 12));
    const CellGrid g{{cells.x, cells.y, width, cells.h}, fit, 1, 2};
    const auto weight = [&](int column) {
        return trace.attention[static_cast<size_t>(l.head() * l.token + l.token - fit + column)];
    };
    draw_cells(ui, g, [&](int column, int) { return attention_color(t, weight(column)); });
    for (int i = 0; i < fit; ++i)
        ui.text(g.cell(ui, i, 0), glyph(l.view.tokens[static_cast<size_t>(l.token - fit + i)]), ui::type::caption_mono,
                ink_on(attention_color(t, weight(i))), Align::center);
}

void Pipeline::figures() {
    for (const char* id : {"learn_cache", "learn_per_token"}) {
        const core::Quantity& q = l.p.quantity(id);
        const Split s = split_reading(q.text);
        const Rect row = body.cut_top(row_height(l.p));
        if (ui::figure_row(l.p.ui, row, {.id = id, .label = q.label, .mark = "", .number = s.number, .unit = s.unit},
                           l.p.memory.explained == id))
            l.p.explain(id, row);
    }
}

std::string title_of(const Learn& l) {
    const lm::Token token = l.view.tokens[static_cast<size_t>(l.token - 1)];
    return "Token " + core::group_digits(l.token) + ", “" + glyph(token) + "”, through layer " +
           core::group_digits(l.layer() + 1) + ", head " + core::group_digits(l.head() + 1);
}

std::string reused_words(const Learn& l) {
    if (l.in().keep == app::Keep::none) return "none reused";
    return core::group_digits(std::min(l.token - 1, lm::kept_tokens(l.view.policy, l.token) - 1)) + " reused";
}

}  // namespace

float draw_pipeline(Learn& l, Rect body, bool measure) {
    const Theme& t = *l.p.ui.theme;
    const float height = kLine + 8 + (kLabel + kStream + kArrow) + 3 * (kLabel + kVector + kGap) + kArrow +
                         (kLabel + kTokens + kArrow) + (kLabel + kStream) + 14 + 2 * row_height(l.p);
    if (measure) return height;
    ui::heading(l.p.ui, "pipeline", body.cut_top(kLine, 8), title_of(l), ui::type::caption_bold, t.dim, 2);
    Pipeline p{l, body, l.step().layers[static_cast<size_t>(l.layer())]};
    const std::string count = core::group_digits(l.shape().width) + " numbers";
    if (l.layer() == 0)
        p.label("Embedding", count, t.faint);
    else
        p.label("Input", count + " from layer " + core::group_digits(l.layer()), t.faint);
    p.stream(p.trace.in, "input");
    p.arrow();
    const bool none = l.in().keep == app::Keep::none;
    const std::string stored = none ? "new, not kept" : "new, stored";
    const ui::Color stored_color = none ? t.faint : t.accent;
    p.label("Query", "used once", t.faint);
    p.of_head(p.trace.q, l.scale.key, "query");
    p.body.cut_top(kGap);
    p.label("Key", stored, stored_color);
    p.of_head(p.trace.k, l.scale.key, "key");
    p.body.cut_top(kGap);
    p.label("Value", stored, stored_color);
    p.of_head(p.trace.v, l.scale.value, "value");
    p.body.cut_top(kGap);
    p.arrow();
    p.label("Attention over the cache", reused_words(l), t.faint);
    p.attended_tokens();
    p.arrow();
    p.label("Output", count, t.faint);
    p.stream(p.trace.out, "output");
    p.body.cut_top(14);
    p.figures();
    return height;
}

}  // namespace kvx::scenes
