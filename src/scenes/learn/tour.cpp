// The tour's card, pinned beside what it speaks of, and the pointer from one to the other.
#include "app/tour.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/format.h"
#include "scenes/learn/learn.h"
#include "scenes/parts/fields.h"
#include "scenes/parts/page_frame.h"
#include "scenes/parts/sheet_frame.h"

namespace kvx::scenes {

using ui::Align;
using ui::Rect;
using ui::Theme;

namespace {

constexpr float kPad = 16, kHead = 24, kGap = 10, kTwoColumns = 560;

struct Coach {
    Learn& l;
    app::TourWords words;
    int chosen = 0;  // 0: not answered
    bool last = false;
    float button = 36;

    explicit Coach(Learn& learn)
        : l(learn),
          words(app::tour_words(learn.p.state)),
          chosen(app::tour_answer(learn.p.state)),
          last(learn.in().tour == app::kTourSteps),
          button(learn.p.ui.viewport.coarse ? 44.0f : 36.0f) {}
    std::string reveal() const {
        return chosen > 0 ? (chosen == words.right ? "Yes. " : "Not quite. ") + words.reveal : std::string();
    }
};

// Three in a row where all fit, otherwise one below the other.
bool in_a_row(const Coach& c, float w) {
    const float room = (w - 16) / 3 - 24 - (c.chosen > 0 ? 20.0f : 0.0f);
    return std::all_of(std::begin(c.words.answers), std::end(c.words.answers),
                       [&](const std::string& a) { return c.l.p.ui.width(a, ui::type::control) <= room; });
}

float answers_height(const Coach& c, float w) {
    return in_a_row(c, w) ? c.button : 3 * c.button + 2 * 8;
}

void draw_answer(const Coach& c, int i, const Rect& b) {
    Page& p = c.l.p;
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const std::string& words = c.words.answers[static_cast<size_t>(i)];
    const std::string id = "tour.answer." + std::to_string(i + 1);
    const bool right = c.chosen > 0 && i + 1 == c.words.right, wrong = c.chosen == i + 1 && !right;
    const ui::Hit hit = ui.hit(id, b);
    const ui::Color plain = hit.hovered ? t.raised_hover : t.raised;
    ui.fill(b,
            right   ? ui::mix(t.raised, t.green, 0.25f)
            : wrong ? ui::mix(t.raised, t.red, 0.2f)
                    : plain,
            ui::radius::control);
    if (right || wrong) ui.stroke(b, right ? t.green : t.red, ui::radius::control);
    ui.text(b.inset(12, 0), words, ui::type::control, t.text);
    if (right || wrong)
        ui::icon(ui, right ? ui::Icon::check : ui::Icon::close, {b.right() - 28, b.y, 18, b.h},
                 right ? t.green : t.red_text);
    ui.control_box(b, words);
    ui.record(id, "button", words + (right ? ", right" : wrong ? ", your answer" : ""), b);
    if (hit.clicked || ui.take(id, ui::ActKind::press)) p.set("tour-answer", std::to_string(i + 1));
}

float draw_question(const Coach& c, Rect body, bool measure) {
    ui::Ui& ui = c.l.p.ui;
    const float question_h = ui.paragraph({0, 0, body.w, 0}, c.words.question, ui::type::control_bold, 0, true);
    const float height = question_h + kGap + answers_height(c, body.w);
    if (measure) return height;
    const Rect asked = body.cut_top(question_h, kGap);
    ui.paragraph(asked, c.words.question, ui::type::control_bold, ui.theme->text);
    ui.record("tour.question", "text", c.words.question, asked);
    const bool row = in_a_row(c, body.w);
    for (int i = 0; i < 3; ++i)
        draw_answer(c, i, row ? Rect{body.x, body.y, body.w, c.button}.column(i, 3, 8) : body.cut_top(c.button, 8));
    return height;
}

float draw_idea(const Coach& c, Rect body, bool measure) {
    return prose(c.l.p.ui, "tour.text", body, c.words.text, "body", ui::type::control, measure);
}

// The feedback, and only now the formula.
float draw_reveal(const Coach& c, Rect body, bool measure) {
    if (c.chosen == 0) return 0;
    ui::Ui& ui = c.l.p.ui;
    if (!measure && c.l.tour_moved) ui.reveal(body);
    float height = prose(ui, "tour.reveal", body, c.reveal(), "body", ui::type::control, measure);
    if (!c.words.formula.empty()) {
        body.cut_top(6);
        height += 6 + prose(ui, "tour.formula", body, c.words.formula, "mono", ui::type::caption_mono, measure);
    }
    return height;
}

// What is between the title and the buttons.
float draw_body(const Coach& c, const Rect& body, bool measure) {
    const auto stack = [&](Rect column, std::initializer_list<float (*)(const Coach&, Rect, bool)> parts) {
        float all = 0;
        for (const auto part : parts) {
            const float h = part(c, {0, 0, column.w, 0}, true);
            if (h <= 0) continue;
            const float gap = all > 0 ? kGap : 0;
            column.cut_top(gap);
            if (!measure) part(c, {column.x, column.y, column.w, h}, false);
            column.cut_top(h);
            all += gap + h;
        }
        return all;
    };
    if (body.w < kTwoColumns) return stack(body, {draw_idea, draw_question, draw_reveal});
    return std::max(stack(body.column(0, 2, 24), {draw_idea, draw_reveal}),
                    stack(body.column(1, 2, 24), {draw_question}));
}

void draw_head(const Coach& c, Rect& body) {
    Page& p = c.l.p;
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    Rect head = body.cut_top(kHead, 2);
    if (ui::link_button(ui, "tour.leave", head.cut_right(ui.width("Leave", ui::type::caption) + 2, 8), "Leave",
                        ui::type::caption, t.dim))
        leave_tour(c.l);
    draw_caption(p, "tour.step", head,
                 "Tour, step " + std::to_string(c.l.in().tour) + " of " + std::to_string(app::kTourSteps),
                 ui::type::caption_bold, t.accent);
    ui::heading(ui, "tour.title", body.cut_top(22, 6), c.words.title, ui::type::title, t.text, 2);
}

void draw_steps(const Coach& c, const Rect& row) {
    Page& p = c.l.p;
    ui::Ui& ui = p.ui;
    const int at = c.l.in().tour;
    const auto go = [&](int step) { p.set("tour", std::to_string(step)); };
    if (at > 1 && ui::button(ui, "tour.back", row.column(0, c.last ? 3 : 2, 8), "Back", ui::ButtonLook::quiet))
        go(at - 1);
    const ui::ButtonLook look = c.chosen > 0 ? ui::ButtonLook::primary : ui::ButtonLook::secondary;
    if (!c.last) {
        if (ui::button(ui, "tour.next", row.column(1, 2, 8), "Next", look)) go(at + 1);
        return;
    }
    if (ui::button(ui, "tour.next", row.column(1, 3, 8), "Finish", ui::ButtonLook::secondary)) leave_tour(c.l);
    if (ui::button(ui, "tour.open", row.column(2, 3, 8), "Open it", look, "Open it on the inference page"))
        p.out.push_back(app::SetQuery{app::tour_real_model(p.state).query});
}

void draw_inside_card(const Coach& c, Rect body) {
    ui::Ui& ui = c.l.p.ui;
    const std::string outer = ui.parent;
    ui.record("tour", "region", "Tour", body);
    ui.parent = "tour";
    draw_head(c, body);
    const Rect steps = body.cut_bottom(c.button, 12);
    const float h = draw_body(c, {0, 0, body.w, 0}, true);
    const Rect content = ui.begin_scroll("tour", body, h);
    if (c.l.tour_moved && c.chosen == 0) ui.scroll_to("tour", 0);
    draw_body(c, content, false);
    ui.end_scroll();
    draw_steps(c, steps);
    ui.parent = outer;
}

}  // namespace

void leave_tour(Learn& l) {
    l.p.set("tour", "0");
    l.p.ui.tree.focus("tour.start");
}

float coach_height(Learn& l, float width) {
    const Coach c(l);
    return 2 * kPad + kHead + 2 + 22 + 6 + draw_body(c, {0, 0, width - 2 * kPad, 0}, true) + 12 + c.button;
}

void draw_coach(Learn& l, const Rect& r) {
    const Coach c(l);
    l.p.ui.fill(r, l.p.ui.theme->surface, ui::radius::card);
    l.p.ui.stroke(r, l.p.ui.theme->accent, ui::radius::card, 1.5f);
    draw_inside_card(c, r.inset(kPad));
}

void draw_coach_in_sheet(Learn& l, const Rect& body) {
    draw_inside_card(Coach(l), {body.x, body.y, body.w, body.h - 8});
}

void point_at(Learn& l, app::TourTarget what, const Rect& r) {
    if (!l.touring() || app::tour_target(l.p.state) != what) return;
    if (l.tour_moved) l.p.ui.reveal(r);
    l.pointed = l.p.ui.visible(r);
}

// An outline around what the card speaks of, and a beak on the side of the card that faces it.
void draw_pointer(Learn& l, const Rect& coach) {
    const Rect& to = l.pointed;
    if (to.empty()) return;
    ui::Ui& ui = l.p.ui;
    const ui::Color c = ui.theme->accent;
    ui.stroke(to, c, ui::radius::card, 2);
    constexpr float kBeak = 9, kEdge = 20;
    const auto beak = [&](ImVec2 tip, ImVec2 a, ImVec2 b) { ui.draw->AddTriangleFilled(tip, a, b, c); };
    const float x = std::clamp(to.cx(), coach.x + kEdge, coach.right() - kEdge),
                y = std::clamp(to.cy(), coach.y + kEdge, coach.bottom() - kEdge);
    if (to.right() <= coach.x + 1)
        beak({coach.x - kBeak, y}, {coach.x, y + kBeak}, {coach.x, y - kBeak});
    else if (to.bottom() <= coach.y + 1)
        beak({x, coach.y - kBeak}, {x - kBeak, coach.y}, {x + kBeak, coach.y});
    else if (to.y >= coach.bottom() - 1)
        beak({x, coach.bottom() + kBeak}, {x + kBeak, coach.bottom()}, {x - kBeak, coach.bottom()});
    else
        beak({coach.right() + kBeak, y}, {coach.right(), y - kBeak}, {coach.right(), y + kBeak});
}

namespace {

std::vector<Section> sections_of(app::TourTarget target) {
    switch (target) {
        case app::TourTarget::next_token:
            return {draw_next_token};
        case app::TourTarget::pipeline:
            return {draw_pipeline};
        case app::TourTarget::compare:
            return {draw_cost};
        case app::TourTarget::kept:
            return {draw_skills, draw_keep};
        case app::TourTarget::shared:
            return {draw_shared};
        case app::TourTarget::real_model:
            return {draw_real_model};
        case app::TourTarget::none:
        case app::TourTarget::heads:
            break;
    }
    return {};
}

}  // namespace

// On a phone what a step speaks of fills the stage. With more room the heads are below it.
void draw_tour_stage(Learn& l, const Rect& r) {
    constexpr float kCompare = 300, kLeastHeads = 300;
    const app::TourTarget target = app::tour_target(l.p.state);
    if (r.h < 60) return;
    if (target == app::TourTarget::heads) return draw_heads(l, r);
    const std::vector<Section> sections = sections_of(target);
    if (is_phone(l.p.ui)) {
        ui::card(l.p.ui, r);
        point_at(l, target, r);
        return draw_sections(l, r.inset(14), "tour.stage", sections);
    }
    const bool compare = target == app::TourTarget::compare;
    float wanted = compare ? kCompare : -12;
    for (const Section draw : compare ? std::vector<Section>() : sections)
        wanted += draw(l, {0, 0, r.w - 2 * kPad, 0}, true) + 2 * kPad + 12;
    Rect rest = r;
    const Rect top = rest.cut_top(std::min(wanted, r.h), 14);
    if (compare)
        draw_compare(l, top);
    else
        draw_sections(l, top, "tour.stage", sections);
    if (rest.h >= kLeastHeads) draw_heads(l, rest);
}

// From a token of this model to conversations on a real device, one multiplication a line.
float draw_real_model(Learn& l, Rect body, bool measure) {
    ui::Ui& ui = l.p.ui;
    const Theme& t = *ui.theme;
    constexpr float kRow = 44;
    constexpr int kRows = 4;
    const float height = kLine + 8 + kRow * kRows;
    if (measure) return height;
    const app::RealModel r = app::tour_real_model(l.p.state);
    const auto bytes = [](core::Bytes b) { return core::group_digits(std::llround(b.value)) + " B"; };
    const bool asked = app::tour_answer(l.p.state) == 0;
    ui::heading(ui, "real.title", body.cut_top(kLine, 8), "From this model to " + r.model, ui::type::caption_bold,
                t.dim, 2);
    const std::string context = core::short_tokens(r.context) + " tokens";
    const struct {
        std::string name, rule, value;
    } rows[kRows] = {{"A token here", r.small_rule, bytes(r.small_per_token)},
                     {"A token of " + r.model, r.model_rule, bytes(r.per_token)},
                     {"A conversation of " + context, "× " + core::group_digits(r.context.value),
                      core::format_bytes(r.sequence).text()},
                     {"On one " + r.device,
                      core::format_bytes(r.usable).text() + " − " + core::format_bytes(r.weights).text() + " weights",
                      asked ? "?" : core::group_digits(r.fits) + " fit"}};
    for (int i = 0; i < kRows; ++i) {
        Rect row = body.cut_top(kRow);
        const Rect whole = row;
        if (i > 0) ui.fill({row.x, row.y, row.w, 1}, t.line);
        const float w = ui.width(rows[i].value, ui::type::title_mono);
        ui.text(row.cut_right(w + 1, 12), rows[i].value, ui::type::title_mono, i == kRows - 1 ? t.green : t.text,
                Align::right);
        ui.text({row.x, row.cy() - 18, row.w, 18}, rows[i].name, ui::type::label_bold, t.text);
        ui.text({row.x, row.cy(), row.w, 16}, rows[i].rule, ui::type::caption_mono, t.faint);
        ui.record("real." + std::to_string(i), "text", rows[i].name + ": " + rows[i].rule + " = " + rows[i].value,
                  whole);
    }
    return height;
}

}  // namespace kvx::scenes
