// The prompt, what comes next, what just happened, and the tour.
#include <algorithm>

#include "app/tour.h"
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

// The browser draws prose, so that it can be selected, translated and read aloud.
float prose(ui::Ui& ui, std::string_view id, Rect& body, const std::string& words, std::string_view style,
            const ui::TextStyle& st, bool measure) {
    const float h = ui.paragraph({0, 0, body.w - 2, 0}, words, st, 0, true);
    const Rect r = body.cut_top(h);
    if (!measure && ui.recording) ui.node(ui::make_node(id, "text", words, r).drawn_by_browser(style));
    return h;
}

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
        p.set("tour", "1");
    return height;
}

float draw_next_token(Learn& l, Rect body, bool measure) {
    Page& p = l.p;
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    constexpr float kRow = 34;
    const float height = kLine + 6 + kRow * kShownNext;
    if (measure) return height;
    ui::heading(ui, "next", body.cut_top(kLine, 6), "Next token", ui::type::caption_bold, t.dim, 2);
    const std::vector<float>& probabilities = l.step().probabilities;
    std::vector<int> order(probabilities.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
    std::partial_sort(order.begin(), order.begin() + kShownNext, order.end(), [&](int a, int b) {
        return probabilities[static_cast<size_t>(a)] > probabilities[static_cast<size_t>(b)];
    });
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
    const std::string words = app::explain_step(p.state, l.view, l.in().depth);
    Rect whole = body;
    const float words_h = prose(ui, "what", whole, words, "body", ui::type::control, true);
    const float height = kLine + 6 + seg + 12 + words_h;
    if (measure) return height;
    ui::heading(ui, "happened", body.cut_top(kLine, 6), "What just happened", ui::type::caption_bold, ui.theme->dim, 2);
    draw_segments(p, "depth", body.cut_top(seg, 12));
    prose(ui, "what", body, words, "body", ui::type::control, false);
    return height;
}

float draw_tour(Learn& l, Rect body, bool measure) {
    Page& p = l.p;
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const int at = l.in().tour;
    if (at < 1) return 0;
    const app::TourStep& step = app::tour_steps()[static_cast<size_t>(at - 1)];
    const int chosen = p.state.learn.answers[static_cast<size_t>(at - 1)];
    const std::string text(step.text), question(step.question);
    const std::string reveal = (chosen == step.right ? "Yes. " : "Not quite. ") + std::string(step.reveal);
    const float button = ui.viewport.coarse ? 44 : 36;
    Rect r = body;
    const float text_h = prose(ui, "", r, text, "body", ui::type::control, true);
    const float question_h = ui.paragraph({0, 0, body.w, 0}, question, ui::type::control_bold, 0, true);
    const float reveal_h = chosen > 0 ? prose(ui, "", r, reveal, "body", ui::type::control, true) + 12 : 0;
    const float height = kLine + 4 + 24 + text_h + 12 + question_h + 10 + 3 * (button + 8) + 4 + reveal_h + button;
    if (measure) return height;
    Rect head = body.cut_top(kLine, 4);
    if (ui::link_button(ui, "tour.leave", head.cut_right(ui.width("Leave", ui::type::caption) + 2, 8), "Leave",
                        ui::type::caption, t.dim))
        p.set("tour", "0");
    ui.text(head, "Tour, step " + std::to_string(at) + " of " + std::to_string(app::kTourSteps), ui::type::caption_bold,
            t.accent);
    ui::heading(ui, "tour.title", body.cut_top(22, 2), step.title, ui::type::title, t.text, 2);
    prose(ui, "tour.text", body, text, "body", ui::type::control, false);
    body.cut_top(12);
    const Rect asked = body.cut_top(question_h, 10);
    ui.paragraph(asked, question, ui::type::control_bold, t.text);
    ui.record("tour.question", "text", question, asked);
    for (int i = 0; i < 3; ++i) {
        const Rect b = body.cut_top(button, 8);
        const std::string id = "tour.answer." + std::to_string(i + 1);
        const bool right = chosen > 0 && i + 1 == step.right, wrong = chosen == i + 1 && !right;
        const ui::Hit hit = ui.hit(id, b);
        ui.fill(b,
                right         ? ui::mix(t.raised, t.green, 0.25f)
                : wrong       ? ui::mix(t.raised, t.red, 0.2f)
                : hit.hovered ? t.raised_hover
                              : t.raised,
                ui::radius::control);
        if (right || wrong) ui.stroke(b, right ? t.green : t.red, ui::radius::control);
        ui.text(b.inset(12, 0), step.answers[i], ui::type::control, t.text);
        if (right || wrong)
            ui::icon(ui, right ? ui::Icon::check : ui::Icon::close, {b.right() - 30, b.y, 18, b.h},
                     right ? t.green : t.red_text);
        ui.control_box(b, step.answers[i]);
        ui.record(id, "button", std::string(step.answers[i]) + (right ? ", right" : wrong ? ", your answer" : ""), b);
        if (hit.clicked || ui.take(id, ui::ActKind::press)) p.set("tour-answer", std::to_string(i + 1));
    }
    body.cut_top(4);
    if (chosen > 0) {
        prose(ui, "tour.reveal", body, reveal, "body", ui::type::control, false);
        body.cut_top(12);
    }
    const Rect row = body.cut_top(button);
    if (at > 1 && ui::button(ui, "tour.back", row.column(0, 2, 8), "Back", ui::ButtonLook::quiet))
        p.set("tour", std::to_string(at - 1));
    const bool last = at == app::kTourSteps;
    if (ui::button(ui, "tour.next", row.column(1, 2, 8), last ? "Finish" : "Next",
                   chosen > 0 ? ui::ButtonLook::primary : ui::ButtonLook::secondary))
        p.set("tour", last ? "0" : std::to_string(at + 1));
    return height;
}

}  // namespace kvx::scenes
