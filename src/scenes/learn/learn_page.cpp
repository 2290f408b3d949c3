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
    // Heads as high as their square maps want; below them what the cache saves, or the prompts that share one.
    const float panel = (area.w - 36) / 4, wanted = panel - 28 + 4 * 16 + 2 * 6 + 2 * 64 + 24 + 44;
    const bool shared = l.in().keep == app::Keep::prefix && !l.view.shared.empty();
    const float shared_h = shared ? draw_shared(l, {0, 0, area.w - 32, 0}, true) + 32 : 0;
    const float least = shared ? std::min(shared_h, area.h * 0.52f) : std::clamp(area.h * 0.38f, 216.0f, 280.0f);
    const bool below = shared || area.h > 460;
    const float heads_h = std::min(area.h - (below ? least + 14 : 0), wanted);
    draw_heads(l, area.cut_top(heads_h, 14));
    if (!below) return;
    Rect rest{area.x, area.y, area.w, std::min(area.h, shared ? shared_h : 420.0f)};
    if (!shared) return draw_compare(l, rest);
    ui::card(p.ui, rest);
    const Rect content = p.ui.begin_scroll("shared", rest.inset(16), shared_h - 32);
    draw_shared(l, content, false);
    p.ui.end_scroll();
}

void draw_right(Learn& l, const Rect& r) {
    draw_sections(l, r, "learn.right", {draw_tour, draw_what_happened, draw_next_token, draw_keep, draw_skills});
}

void draw_learn_sheet(Learn& l, const Rect& r, bool grab) {
    Page& p = l.p;
    Rect body = draw_sheet_frame(p, r, grab);
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
        draw_sections(l, body, "sheet.prompt", {draw_tour, draw_prompt, draw_what_happened, draw_next_token});
}

}  // namespace

void LearnPage::draw_inside(Page& p, const Rect& area) {
    if (scaled_ != p.view.learn) {
        scaled_ = p.view.learn;
        scale_ = scale_of(*scaled_);
    }
    Learn l{p, *p.view.learn, scale_, app::shown_token(p.state.in.learn, *p.view.learn),
            app::explained_head(p.state.in.learn, *p.view.learn->model)};
    PageFrame f;
    f.left = [&](const Rect& r) { draw_sections(l, r, "learn.left", {draw_prompt, draw_pipeline}); };
    f.centre = [&](const Rect& r) { draw_inside_centre(l, r); };
    f.right = [&](const Rect& r) {
        if (is_narrow(p.ui))
            draw_sections(l, r, "learn.drawer",
                          {draw_tour, draw_what_happened, draw_next_token, draw_keep, draw_skills, draw_head_choice,
                           draw_pipeline});
        else
            draw_right(l, r);
    };
    f.timeline = [&](const Rect& r) { draw_learn_timeline(l, r, false); };
    f.strip_height = draw_prompt(l, {0, 0, p.ui.viewport.w - 64, 0}, true) + 32;
    f.strip = [&](const Rect& r) {
        ui::card(p.ui, r);
        draw_prompt(l, r.inset(16), false);
    };
    f.bar = [&](const Rect& r) { draw_learn_timeline(l, r, true); };
    f.stage = [&](const Rect& r) {
        if (r.h > 150) draw_heads(l, {r.x, r.y, std::min(r.w, 499.0f), r.h});
    };
    f.sheet = [&](const Rect& r, bool grab) { draw_learn_sheet(l, r, grab); };
    const auto toggle = [&] {
        if (!p.state.playing) p.out.push_back(app::Seek{static_cast<double>(l.token >= l.view.count() ? 1 : l.token)});
        p.out.push_back(app::Play{!p.state.playing});
    };
    f.transport = {static_cast<double>(l.token), 1, 1, static_cast<double>(l.view.count()), toggle, true};
    draw_page_frame(p, area, f);
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
    draw_explanation(p, area);
    draw_picker(p, area);
}

std::unique_ptr<PageScene> make_learn_page() {
    return std::make_unique<LearnPage>();
}

}  // namespace kvx::scenes
