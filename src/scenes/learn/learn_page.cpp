#include "scenes/learn/learn_page.h"

#include <algorithm>

#include "scenes/parts/page_frame.h"
#include "scenes/parts/sheet_frame.h"
#include "scenes/parts/transport.h"
#include "scenes/parts/waiting.h"

namespace kvx::scenes {

using ui::Rect;

namespace {

void draw_inside_centre(Learn& l, Rect area) {
    Page& p = l.p;
    draw_heads_title(l, area.cut_top(44, 12));
    // Heads as high as their square maps need; below them what the cache saves, or the prompts that share one.
    const float panel = (area.w - 36) / 4, wanted = panel - 28 + 4 * 16 + 2 * 6 + 2 * 64 + 24 + 44;
    const bool real = app::tour_target(p.state) == app::TourTarget::real_model;
    const bool shared = l.in().keep == app::Keep::prefix && !l.view.shared.empty();
    const float shared_h = shared ? draw_shared(l, {0, 0, area.w - 32, 0}, true) + 32 : 0;
    const float least = shared ? std::min(shared_h, area.h * 0.52f) : std::clamp(area.h * 0.38f, 216.0f, 280.0f);
    const bool below = shared || area.h > 460;
    const float heads_h = std::min(area.h - (below ? least + 14 : 0), wanted);
    draw_heads(l, area.cut_top(heads_h, 14));
    if (!below) return;
    Rect rest{area.x, area.y, area.w, std::min(area.h, shared ? shared_h : 420.0f)};
    if (real) return draw_sections(l, rest, "real", {draw_real_model});
    if (!shared) return draw_compare(l, rest);
    point_at(l, app::TourTarget::shared, rest);
    ui::card(p.ui, rest);
    const Rect content = p.ui.begin_scroll("shared", rest.inset(16), shared_h - 32);
    draw_shared(l, content, false);
    p.ui.end_scroll();
}

// Returns where the card is.
Rect draw_right(Learn& l, Rect r) {
    Rect coach;
    if (l.touring()) {
        constexpr float kSeen = 250;  // of what it speaks of, if that is in this column
        const app::TourTarget target = app::tour_target(l.p.state);
        const bool below = target == app::TourTarget::next_token || target == app::TourTarget::kept;
        coach = r.cut_top(std::min(coach_height(l, r.w), below ? std::max(300.0f, r.h - kSeen) : r.h), 12);
        draw_coach(l, coach);
    }
    if (r.h > 60) draw_sections(l, r, "learn.right", {draw_what_happened, draw_next_token, draw_keep, draw_skills});
    return coach;
}

// 768 to 1279: the card lies below what it speaks of, across the whole column.
Rect draw_tour_centre(Learn& l, Rect r) {
    const float most = std::max(220.0f, r.h * 0.55f);
    const Rect coach = r.cut_bottom(std::min(coach_height(l, r.w), most), 16);
    draw_coach(l, coach);
    if (app::tour_target(l.p.state) == app::TourTarget::heads)
        draw_inside_centre(l, r);
    else
        draw_tour_stage(l, r);
    return coach;
}

// In a frame in which the tour has moved, it shows what it speaks of.
void follow_tour(Learn& l, int& step, int& answer) {
    const int now = l.in().tour, chosen = app::tour_answer(l.p.state);
    l.tour_moved = l.touring() && (now != step || chosen != answer);
    if (l.tour_moved && now != step) {
        l.p.memory.drawer = false;
        l.p.memory.sheet = 0.51f;
        l.p.memory.explained.clear();
    }
    step = now;
    answer = chosen;
}

void draw_learn_sheet(Learn& l, const Rect& r, bool grab) {
    Page& p = l.p;
    Rect body = draw_sheet_frame(p, r, grab);
    if (l.touring()) return draw_coach_in_sheet(l, body);
    draw_sheet_tabs(p, body,
                    {{"prompt", "Prompt"}, {"token", "Token"}, {"cost", "Cost"}, {"cache", "Cache"}, {"lab", "Lab"}});
    if (body.h < 24) return;
    const std::string tab = p.memory.sheet_tab;
    if (tab == "lab") {
        p.memory.sheet_tab = "train";
        p.set("lesson", "lab");
    } else if (tab == "token")
        draw_sections(l, body, "sheet.token", {draw_head_choice, draw_pipeline});
    else if (tab == "cost")
        draw_sections(l, body, "sheet.cost", {draw_cost});
    else if (tab == "cache")
        draw_sections(l, body, "sheet.cache", {draw_keep, draw_skills, draw_shared});
    else
        draw_sections(l, body, "sheet.prompt", {draw_prompt, draw_what_happened, draw_next_token});
}

}  // namespace

void LearnPage::draw_inside(Page& p, const Rect& area) {
    if (scaled_ != p.view.learn) {
        scaled_ = p.view.learn;
        scale_ = scale_of(*scaled_);
    }
    Learn l{p, *p.view.learn, scale_, app::shown_token(p.state.in.learn, *p.view.learn),
            app::explained_head(p.state.in.learn, *p.view.learn->model)};
    follow_tour(l, tour_step_, tour_answer_);
    const bool wide = p.ui.viewport.w >= 1280, coached = l.touring() && !p.state.in.present;
    Rect coach;
    PageFrame f;
    f.left = [&](const Rect& r) { draw_sections(l, r, "learn.left", {draw_prompt, draw_pipeline}); };
    f.centre = [&](const Rect& r) {
        if (coached && !wide)
            coach = draw_tour_centre(l, r);
        else
            draw_inside_centre(l, r);
    };
    f.right = [&](const Rect& r) {
        if (is_narrow(p.ui))
            draw_sections(
                l, r, "learn.drawer",
                {draw_what_happened, draw_next_token, draw_keep, draw_skills, draw_head_choice, draw_pipeline});
        else if (!wide)
            draw_sections(l, r, "learn.right", {draw_what_happened, draw_next_token, draw_keep, draw_skills});
        else
            coach = draw_right(l, r);
    };
    f.timeline = [&](const Rect& r) { draw_learn_timeline(l, r, false); };
    f.strip_height = draw_prompt(l, {0, 0, p.ui.viewport.w - 64, 0}, true) + 32;
    f.strip = [&](const Rect& r) {
        ui::card(p.ui, r);
        draw_prompt(l, r.inset(16), false);
    };
    f.bar = [&](const Rect& r) { draw_learn_timeline(l, r, true); };
    f.stage = [&](const Rect& r) {
        if (coached) return draw_tour_stage(l, r);
        if (r.h > 150) draw_heads(l, {r.x, r.y, std::min(r.w, 499.0f), r.h});
    };
    f.sheet = [&](const Rect& r, bool grab) {
        coach = r;
        draw_learn_sheet(l, r, grab);
    };
    const auto toggle = [&] {
        if (!p.state.playing) p.out.push_back(app::Seek{static_cast<double>(l.token >= l.view.count() ? 1 : l.token)});
        p.out.push_back(app::Play{!p.state.playing});
    };
    f.transport = {static_cast<double>(l.token), 1, 1, static_cast<double>(l.view.count()), toggle, true};
    draw_page_frame(p, area, f);
    if (coached && !coach.empty()) draw_pointer(l, coach);
    if (coached && !p.ui.dialog_open() && p.ui.took_key("Escape")) leave_tour(l);  // after a drawer
}

void LearnPage::draw_lab(Page& p, const Rect& area) {
    ui::Ui& ui = p.ui;
    const auto column = [&](const Rect& r, std::string_view id, auto draw) {
        const float h = draw(p, Rect{0, 0, r.w - 32, 0}, true) + 32;
        Rect content = ui.begin_scroll(id, r, h);
        const Rect c = content.cut_top(h);
        ui::card(ui, c);
        draw(p, c.inset(16), false);
        ui.end_scroll();
    };
    PageFrame f;
    f.left = [&](const Rect& r) { column(r, "lab.left", draw_lab_settings); };
    f.right = [&](const Rect& r) {
        if (is_narrow(ui)) {
            const float a = draw_lab_settings(p, {0, 0, r.w, 0}, true), b = draw_lab_memory(p, {0, 0, r.w, 0}, true);
            Rect content = ui.begin_scroll("lab.drawer", r, a + 24 + b);
            draw_lab_settings(p, content.cut_top(a, 24), false);
            draw_lab_memory(p, content.cut_top(b), false);
            ui.end_scroll();
        } else {
            column(r, "lab.right", draw_lab_memory);
        }
    };
    f.centre = [&](const Rect& r) { draw_lab_centre(p, r); };
    f.timeline = [&](const Rect& r) { draw_lab_bar(p, r); };
    f.bar = f.timeline;
    f.bar_height = 72;
    f.stage = [&](const Rect& r) {
        if (r.h > 216) draw_lab_curve(p, r, false, true);
    };
    f.sheet = [&](const Rect& r, bool grab) {
        Rect body = draw_sheet_frame(p, r, grab);
        draw_sheet_tabs(
            p, body,
            {{"train", "Train"}, {"loss", "Loss"}, {"heads", "Heads"}, {"memory", "Memory"}, {"inside", "Inside"}});
        if (body.h < 24) return;
        const std::string tab = p.memory.sheet_tab;
        if (tab == "inside") {
            p.memory.sheet_tab = "prompt";
            p.set("lesson", "inside");
            return;
        }
        const auto one = [&](auto draw) {
            const float h = draw(p, Rect{0, 0, body.w, 0}, true) + 16;
            draw(p, ui.begin_scroll("lab.sheet", body, h), false);
            ui.end_scroll();
        };
        if (tab == "loss")
            one([](Page& page, const Rect& b, bool measure) { return draw_lab_curve(page, b, measure, false); });
        else if (tab == "heads")
            one(draw_lab_heads);
        else if (tab == "memory")
            one(draw_lab_memory);
        else
            one(draw_lab_settings);
    };
    draw_page_frame(p, area, f);
}

void LearnPage::draw(ui::Ui& ui, const app::State& state, const app::View& view, const Rect& area,
                     std::vector<app::Action>& out) {
    const std::vector<core::Quantity> quantities = app::quantities(view, state);
    Page p{ui, state, view, quantities, memory_, out};
    const bool lab = state.in.learn.stage == app::LearnStage::lab;
    if (lab)
        draw_lab(p, area);
    else if (view.learn && view.learn->count() > 0)
        draw_inside(p, area);
    else
        draw_waiting(p, area, "learn");
    draw_open_details(p, area);
}

std::unique_ptr<PageScene> make_learn_page() {
    return std::make_unique<LearnPage>();
}

}  // namespace kvx::scenes
