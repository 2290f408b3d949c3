// The prompt, what comes next, and what just happened.
#include <algorithm>

#include "core/format.h"
#include "scenes/learn/learn.h"
#include "scenes/parts/fields.h"

namespace kvx::scenes {

using ui::Align;
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
    draw_caption(p, "prompt.length", line.cut_right(90, 8),
                 core::group_digits(l.view.prompt) + (l.view.prompt == 1 ? " token" : " tokens"), ui::type::caption,
                 t.faint, Align::right);
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

}  // namespace kvx::scenes
