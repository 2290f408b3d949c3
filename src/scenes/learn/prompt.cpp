// The prompt, what comes next, and what just happened.
#include <algorithm>

#include "core/format.h"
#include "scenes/learn/heat.h"
#include "scenes/learn/learn.h"
#include "scenes/parts/cells.h"
#include "scenes/parts/fields.h"

namespace kvx::scenes {

using ui::Align;
using ui::Choices;
using ui::Rect;
using ui::Theme;

namespace {

constexpr int kShownNext = 5;

struct Example {
    const char *name, *text;
};
constexpr Example kExamples[] = {{"Copy", "copy:lamp>la"},
                                 {"Brackets", "{(a)[b"},
                                 {"Recall", "kx,bq,mo,ty,ce,b"},
                                 {"Verbs", "the cats near the dog run"},
                                 {"Free text", "AI is super cool"}};

}  // namespace

float draw_prompt(Learn& l, Rect body, bool measure) {
    Page& p = l.p;
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const float field = ui.viewport.coarse ? 44 : 40, chip = ui.viewport.coarse ? 44 : 32;
    const int columns = body.w > 480 ? 5 : 3;
    const int rows = (static_cast<int>(std::size(kExamples)) + columns - 1) / columns;
    const bool touring = l.in().tour > 0;
    const float height = kLine + 6 + field + 12 + (chip + 8) * static_cast<float>(rows) - 8 + (touring ? 0 : 12 + chip);
    if (measure) return height;
    Rect line = body.cut_top(kLine, 6);
    ui.text(line.cut_right(90, 8), core::group_digits(l.view.prompt) + " tokens", ui::type::caption, t.faint,
            Align::right);
    ui::heading(ui, "prompt", line, p.label("text"), ui::type::caption_bold, t.dim, 2);
    if (const std::string* s =
            ui::text_field(ui, "text", body.cut_top(field, 12), p.label("text"), l.in().text, "mono"))
        p.set("text", *s);
    for (size_t i = 0; i < std::size(kExamples); ++i) {
        const auto at = static_cast<int>(i);
        const Rect row{body.x, body.y + static_cast<float>(at / columns) * (chip + 8), body.w, chip};
        if (ui::button(ui, std::string("example.") + kExamples[i].name, row.column(at % columns, columns, 8),
                       kExamples[i].name, ui::ButtonLook::quiet))
            p.set("text", kExamples[i].text);
    }
    body.cut_top((chip + 8) * static_cast<float>(rows) - 8, 12);
    if (!touring && ui::button(ui, "tour.start", body.cut_top(chip), "Take the tour", ui::ButtonLook::primary))
        p.set("tour", "1"), ui.tree.focus("tour.title");
    return height;
}

float draw_next_token(Learn& l, Rect body, bool measure) {
    Page& p = l.p;
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    constexpr float kRow = 34;
    const float height = kLine + 6 + kRow * kShownNext;
    if (measure) return height;
    Rect head = body.cut_top(kLine, 6);
    const bool hidden = l.hides(app::TourHides::next_token);
    if (hidden) {
        constexpr std::string_view kLater = "shown after your answer";
        const Rect words = head.cut_right(ui.width(kLater, ui::type::caption) + 1, 8);
        ui.text(words, kLater, ui::type::caption, t.faint);
        ui.record("next.hidden", "text", kLater, words);
    }
    ui::heading(ui, "next", head, "Next token", ui::type::caption_bold, t.dim, 2);
    const std::vector<float>& probabilities = l.step().probabilities;
    std::vector<int> order(probabilities.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
    std::partial_sort(order.begin(), order.begin() + kShownNext, order.end(), [&](int a, int b) {
        return probabilities[static_cast<size_t>(a)] > probabilities[static_cast<size_t>(b)];
    });
    for (int i = 0; hidden && i < kShownNext; ++i) {
        Rect row = body.cut_top(kRow);
        const Rect key = row.cut_left(28, 12).centered(28, 26);
        ui.fill(key, t.raised, 6);
        ui.text(key, "?", ui::type::control_mono, t.faint, Align::center);
        ui.fill(row.centered(row.w, 6), t.raised, 3);
    }
    if (hidden) return height;
    for (int i = 0; i < kShownNext; ++i) {
        const auto token = static_cast<lm::Token>(order[static_cast<size_t>(i)]);
        const float share = probabilities[token];
        const std::string words = app::share_text(static_cast<double>(share));
        Rect row = body.cut_top(kRow);
        if (i == 0) {
            if (ui::figure_area(ui, "figure.next_probability", row.grow(2), "Next token",
                                lm::name_of(token) + ", " + p.quantity("next_probability").text))
                p.explain("next_probability", row);
        } else {
            ui.record("next." + std::to_string(i), "text", lm::name_of(token) + ": " + words, row);
        }
        const Rect key = row.cut_left(28, 12).centered(28, 26);
        ui.fill(key, i == 0 ? t.chip_selected : t.raised, 6);
        if (i == 0) ui.stroke(key, t.accent, 6);
        ui.text(key, glyph(token), ui::type::control_mono, i == 0 ? t.text : t.dim, Align::center);
        ui.text(row.cut_right(62, 10), words, ui::type::value, i == 0 ? t.text : t.faint, Align::right);
        const Rect bar = row.centered(row.w, 6);
        ui.fill(bar, t.raised, 3);
        ui.fill({bar.x, bar.y, std::max(2.0f, bar.w * share), 6}, i == 0 ? t.accent : t.line2, 3);
    }
    return height;
}

float draw_what_happened(Learn& l, Rect body, bool measure) {
    Page& p = l.p;
    ui::Ui& ui = p.ui;
    const float seg = segment_height(p);
    const std::string words = l.hides(app::TourHides::next_token)
                                  ? "Answer the tour’s question first: what the model expects is shown then."
                                  : app::explain_step(p.state, l.view, l.in().depth);
    Rect whole = body;
    const float words_h = prose(ui, "what", whole, words, "body", ui::type::control, true);
    const float height = kLine + 6 + seg + 12 + words_h;
    if (measure) return height;
    ui::heading(ui, "happened", body.cut_top(kLine, 6), "What just happened", ui::type::caption_bold, ui.theme->dim, 2);
    draw_segments(p, "depth", body.cut_top(seg, 12));
    prose(ui, "what", body, words, "body", ui::type::control, false);
    return height;
}

float draw_pipeline(Learn& l, Rect body, bool measure) {
    Page& p = l.p;
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    constexpr float kRow = 20, kArrow = 18;
    const int width = l.shape().width, dh = l.shape().head_dim();
    const float stream = 40, vector = 12, row_cells = 24;
    const float height = kLine + 8 + (kRow + 4 + stream + kArrow) + 3 * (kRow + 4 + vector + 8) + kArrow +
                         (kRow + 4 + row_cells + kArrow) + (kRow + 4 + stream) + 14 + 2 * 28;
    if (measure) return height;
    const lm::LayerTrace& trace = l.step().layers[static_cast<size_t>(l.layer())];
    const lm::Token token = l.view.tokens[static_cast<size_t>(l.token - 1)];
    ui::heading(ui, "pipeline", body.cut_top(kLine, 8),
                "Token " + core::group_digits(l.token) + ", “" + glyph(token) + "”, through layer " +
                    core::group_digits(l.layer() + 1) + ", head " + core::group_digits(l.head() + 1),
                ui::type::caption_bold, t.dim, 2);
    const auto label = [&](const char* name, const std::string& note, ui::Color c) {
        Rect line = body.cut_top(kRow, 4);
        ui.text(line.cut_right(ui.width(note, ui::type::caption) + 1, 8), note, ui::type::caption, c, Align::right);
        ui.text(line, name, ui::type::label_bold, t.text);
        ui.record(std::string("pipeline.") + name, "text", std::string(name) + ": " + note, line);
    };
    const auto arrow = [&] {
        const Rect r = body.cut_top(kArrow);
        ui.line(r.cx(), r.y + 3, r.cx(), r.bottom() - 4, t.line2, 1.5f);
        ui.line(r.cx() - 3.5f, r.bottom() - 7.5f, r.cx(), r.bottom() - 4, t.line2, 1.5f);
        ui.line(r.cx() + 3.5f, r.bottom() - 7.5f, r.cx(), r.bottom() - 4, t.line2, 1.5f);
    };
    const auto numbers = [&](const std::vector<float>& v, size_t from, int columns, int rows, float h, float most,
                             const char* what) {
        const CellGrid g{body.cut_top(h), columns, rows, 1};
        draw_cells(ui, g,
                   [&](int c, int r) { return signed_color(t, v[from + static_cast<size_t>(r * columns + c)], most); });
        int c = 0, r = 0;
        if (g.at(ui, c, r))
            draw_hint(ui,
                      "Number " + core::group_digits(r * columns + c + 1) + " of the " + what + ": " +
                          core::significant(static_cast<double>(v[from + static_cast<size_t>(r * columns + c)]), 3));
    };
    const size_t first = static_cast<size_t>(l.head() * dh);
    const std::string count = core::group_digits(width) + " numbers";
    label(l.layer() == 0 ? "Embedding" : "Input",
          l.layer() == 0 ? count : count + " from layer " + core::group_digits(l.layer()), t.faint);
    numbers(trace.in, 0, width / 4, 4, stream, l.scale.stream, "input");
    arrow();
    const bool none = l.in().keep == app::Keep::none;
    const std::string stored = none ? "new, not kept" : "new, stored";
    label("Query", "used once", t.faint);
    numbers(trace.q, first, dh, 1, vector, l.scale.key, "query");
    body.cut_top(8);
    label("Key", stored, none ? t.faint : t.accent);
    numbers(trace.k, first, dh, 1, vector, l.scale.key, "key");
    body.cut_top(8);
    label("Value", stored, none ? t.faint : t.accent);
    numbers(trace.v, first, dh, 1, vector, l.scale.value, "value");
    body.cut_top(8);
    arrow();
    const int reused = l.token - 1;
    label("Attention over the cache",
          none ? "none reused"
               : core::group_digits(std::min(reused, lm::kept_tokens(l.view.policy, l.token) - 1)) + " reused",
          t.faint);
    // The last tokens that fit, each with its weight as background.
    const Rect cells = body.cut_top(row_cells);
    const int fit = std::min(l.token, std::max(1, static_cast<int>(cells.w / 18)));
    const CellGrid g{
        {cells.x, cells.y, cells.w * static_cast<float>(fit) / static_cast<float>(std::max(fit, 12)), cells.h},
        fit,
        1,
        2};
    const auto weight = [&](int column) {
        return trace.attention[static_cast<size_t>(l.head() * l.token + l.token - fit + column)];
    };
    draw_cells(ui, g, [&](int column, int) { return attention_color(t, weight(column)); });
    for (int i = 0; i < fit; ++i)
        ui.text(g.cell(ui, i, 0), glyph(l.view.tokens[static_cast<size_t>(l.token - fit + i)]), ui::type::caption_mono,
                ink_on(attention_color(t, weight(i))), Align::center);
    arrow();
    label("Output", count, t.faint);
    numbers(trace.out, 0, width / 4, 4, stream, l.scale.stream, "output");
    body.cut_top(14);
    for (const char* id : {"learn_cache", "learn_per_token"}) {
        const core::Quantity& q = p.quantity(id);
        const Split s = split_reading(q.text);
        const Rect row = body.cut_top(28);
        if (ui::figure_row(ui, row, {.id = id, .label = q.label, .mark = "", .number = s.number, .unit = s.unit},
                           p.memory.explained == id))
            p.explain(id, row);
    }
    return height;
}

}  // namespace kvx::scenes
