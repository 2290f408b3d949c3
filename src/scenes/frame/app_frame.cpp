#include "scenes/frame/app_frame.h"

#include <algorithm>

#include "app/codec.h"
#include "app/params.h"
#include "ui/widgets.h"

namespace kvx::scenes {

using ui::Rect;
using ui::Theme;

void AppFrame::draw_top_bar(ui::Ui& ui, const app::State& state, std::vector<app::Action>& out, Requests& requests,
                            const Rect& r) {
    const Theme& t = *ui.theme;
    ui.fill(r, t.bar);
    ui.fill({r.x, r.bottom() - 1, r.w, 1}, t.line);
    const bool tiny = r.w < 430;  // no room for more than the pages and three buttons, below 370 two
    const float side = tiny ? 6 : 16, gap = tiny ? 2 : 8;
    Rect bar{r.x + side + ui.view.safe_left, r.y + ui.view.safe_top,
             r.w - 2 * side - ui.view.safe_left - ui.view.safe_right, r.h - ui.view.safe_top};
    const Rect whole = bar;
    if (whole.w >= 430) ui::icon(ui, ui::Icon::logo, bar.cut_left(22, 12), t.text, 1.05f);
    const float size = ui.view.coarse ? 44 : 36;
    if (ui::icon_button(ui, "help", bar.cut_right(size, gap).centered(size, size), ui::Icon::help, "Help"))
        help_ = !help_;
    const bool dark = t.dark;
    if (r.w >= 370 && ui::icon_button(ui, "theme", bar.cut_right(size, gap).centered(size, size), ui::Icon::theme,
                                      dark ? "Light theme" : "Dark theme"))
        out.push_back(app::SetTheme{dark ? app::Theme::light : app::Theme::dark});
    if (ui::icon_button(ui, "share", bar.cut_right(size, tiny ? 4.0f : 16.0f).centered(size, size), ui::Icon::share,
                        "Share this configuration"))
        requests.share = true;
    if (whole.w >= 500)
        ui::heading(ui, "title", {bar.x, bar.y, std::min(bar.w, 260.0f), bar.h}, "KV Cache Explorer",
                    ui::type::control_bold, t.text, 1);
    else if (ui.recording) {  // a phone shows the pages instead
        ui::Node n;
        n.id = "title";
        n.role = "heading";
        n.level = 1;
        n.name = "KV Cache Explorer";
        n.rect = {bar.x, bar.y, 1, bar.h};
        ui.node(std::move(n));
    }
    // The pages: in the middle of the bar, behind the title where the middle is too near.
    const app::Param* view = app::find_param("view");
    const std::vector<app::Choice> pages = view->choices(state);
    const bool small = whole.w < 900;
    const ui::TextStyle& st = tiny ? ui::type::caption : small ? ui::type::label : ui::type::control;
    const float pad = tiny ? 6 : small ? 12 : 24;
    float all = 0;
    const float least = ui.view.coarse ? 44 : 0;  // of a touch target
    const auto width_of = [&](const app::Choice& c) { return std::max(least, ui.width(c.label, st) + pad); };
    for (const app::Choice& c : pages) all += width_of(c);
    const float title_w = ui.width("KV Cache Explorer", ui::type::control_bold);
    float x = whole.cx() - all * 0.5f;
    if (x < bar.x + title_w + 16) x = bar.x + title_w + 16;
    // The drawer's button stands left of the icons.
    if (whole.w >= 700 && whole.w < 1250) x = std::min(x, std::max(bar.x + title_w + 8, bar.right() - 128 - all));
    if (whole.w < 500) x = tiny ? r.x + 4 + ui.view.safe_left : bar.x;  // a phone shows the pages instead of the title
    if (ui.recording) {
        ui::Node list;
        list.id = "pages";
        list.role = "tablist";
        list.name = "Pages";
        list.rect = {x, bar.y, all, bar.h};
        ui.node(std::move(list));
    }
    for (const app::Choice& c : pages) {
        const Rect tab{x, r.y + ui.view.safe_top, width_of(c), bar.h};
        x += tab.w;
        const std::string id = "page." + c.value;
        const bool on = state.in.view == c.value;
        const ui::Hit hit = ui.hit(id, tab);
        if (hit.hovered) ui.cursor_hand();
        ui.text(tab, c.label, st, on ? t.text : hit.hovered ? ui::mix(t.dim, t.text, 0.5f) : t.dim, ui::Align::center);
        if (on) ui.fill({tab.x + pad * 0.25f, r.bottom() - 2, tab.w - pad * 0.5f, 2}, t.accent);
        ui.control_box(tab, c.label);
        if ((hit.clicked || ui.take(id, 0)) && !on) {
            out.push_back(app::Play{false});
            out.push_back(app::SetParam{"view", c.value});
        }
        if (ui.recording) {
            ui::Node n;
            n.id = id;
            n.parent = "pages";
            n.role = "tab";
            n.name = c.label;
            n.rect = tab;
            n.selected = on ? 1 : 0;
            ui.node(std::move(n));
        }
    }
}

// Inside another page: whose picture this is, and the way to the whole of it.
void AppFrame::draw_embed_bar(ui::Ui& ui, const app::State& state, const Rect& r) {
    const Theme& t = *ui.theme;
    ui.fill(r, t.bar);
    ui.fill({r.x, r.bottom() - 1, r.w, 1}, t.line);
    Rect bar{r.x + 16, r.y + ui.view.safe_top, r.w - 32, r.h - ui.view.safe_top};
    ui::icon(ui, ui::Icon::logo, bar.cut_left(22, 12), t.text, 1.05f);
    ui::heading(ui, "title", bar.cut_left(std::min(bar.w, 150.0f), 12), "KV Cache Explorer", ui::type::control_bold,
                t.text, 1);
    std::string query = app::to_query(state);
    constexpr std::string_view kEmbed = "embed=1";
    if (const size_t at = query.find(kEmbed); at != std::string::npos) query.erase(at - 1, kEmbed.size() + 1);
    const std::string_view words = "Open the whole explorer";
    const float w = std::min(ui.width(words, ui::type::caption) + 2, bar.w);
    ui::external_link(ui, "embed.open", bar.cut_right(w).centered(w, 20), words, "./" + query);
}

void AppFrame::draw_notice(ui::Ui& ui, const app::State& state, std::vector<app::Action>& out, const Rect& area) {
    if (state.notices.empty()) return;
    const Theme& t = *ui.theme;
    const std::string& text = state.notices.front();
    const float w = std::min(area.w - 24, 460.0f), text_w = w - 32 - 44;
    const float h = ui.paragraph({0, 0, text_w, 0}, text, ui::type::label, 0, true) + 28;
    const Rect r{ui.px(area.cx() - w * 0.5f), area.y + 12, w, std::max(h, 48.0f)};
    ui.begin_layer(r, 6);
    ui.fill(r, t.raised, ui::radius::card);
    ui.stroke(r, t.line2, ui::radius::card);
    ui.fill({r.x, r.y + 10, 4, r.h - 20}, t.amber, 2);
    Rect body = r.inset(16, 14);
    const Rect close = body.cut_right(28, 12);
    ui.paragraph(body, text, ui::type::label, t.text);
    if (ui.recording) {
        ui::Node n;
        n.id = "notice";
        n.role = "status";
        n.name = "Notice";
        n.value = text;
        n.rect = {body.x, body.y, body.w, body.h};
        ui.node(std::move(n));
    }
    if (ui::icon_button(ui, "notice.close", {close.x, r.cy() - 14, 28, 28}, ui::Icon::close, "Dismiss") ||
        ui.took_key("Escape"))
        out.push_back(app::DismissNotice{});
    ui.end_layer();
}

void AppFrame::draw_help(ui::Ui& ui, std::vector<app::Action>& out, const Rect& area) {
    if (!help_) return;
    const Theme& t = *ui.theme;
    struct Line {
        const char *key, *what;
    };
    static constexpr Line lines[] = {{"Space", "play or pause"},
                                     {"← →", "move by one percent"},
                                     {"Home, End", "to the start or the end"},
                                     {"Tab", "to every control"},
                                     {"Escape", "closes what is open"}};
    static constexpr const char* prose =
        "Press any figure to see its formula, today’s numbers and its source. ≈ is an estimate with its assumption "
        "named, ≥ a lower bound. "
        "GiB is 2³⁰ bytes, 128K is 131,072 tokens, 1M is 1,000,000. A config.json dropped on the page becomes a model.";
    const float w = std::min(420.0f, area.w - 24), inner = w - 40;
    const float prose_h = ui.paragraph({0, 0, inner - 2, 0}, prose, ui::type::label, 0, true);
    const bool theme_here = ui.view.w < 370;  // the bar has no room for its button
    const float h = 20 + 32 + prose_h + 16 + 26 * 5 + (theme_here ? 52 : 0) + 20;
    const Rect r = area.centered(w, std::min(h, area.h - 16));
    ui.begin_layer({0, 0, ui.view.w, ui.view.h}, 5);
    ui.fill({0, 0, ui.view.w, ui.view.h}, ui::fade(t.bg, 0.55f));
    ui.fill(r, t.surface, ui::radius::card);
    ui.stroke(r, t.line2, ui::radius::card);
    if (ui.recording) {
        ui::Node n;
        n.id = "help.panel";
        n.role = "dialog";
        n.name = "Help";
        n.rect = r;
        ui.node(std::move(n));
        ui.parent = "help.panel";
    }
    Rect body = r.inset(20, 16);
    Rect top = body.cut_top(32, 4);
    const bool close =
        ui::icon_button(ui, "help.close", top.cut_right(28, 8).centered(28, 28), ui::Icon::close, "Close");
    ui::heading(ui, "help.title", top, "How to read this page", ui::type::title, t.text, 2);
    const Rect words = body.cut_top(prose_h, 16);
    if (ui.recording) {
        ui::Node n;
        n.id = "help.prose";
        n.role = "text";
        n.name = prose;
        n.rect = words;
        n.visible = true;
        n.style = "body";
        ui.node(std::move(n));
    }
    for (const Line& l : lines) {
        Rect row = body.cut_top(26);
        ui.text(row.cut_left(inner < 300 ? 74.0f : 110.0f, 8), l.key, ui::type::value, t.text);
        ui.text(row, l.what, ui::type::label, t.dim);
        if (ui.recording) {
            ui::Node n;
            n.id = std::string("help.") + l.key;
            n.role = "text";
            n.name = std::string(l.key) + ": " + l.what;
            n.rect = row;
            ui.node(std::move(n));
        }
    }
    if (theme_here &&
        ui::button(ui, "theme", body.cut_top(52).centered(inner, 44), t.dark ? "Light theme" : "Dark theme"))
        out.push_back(app::SetTheme{t.dark ? app::Theme::light : app::Theme::dark});
    ui.parent.clear();
    ui.end_layer();
    if (close || ui.took_key("Escape") || ui.pressed_outside(r)) help_ = false, ui.ask_frame();
}

void AppFrame::draw(ui::Ui& ui, const app::State& state, const app::View& view, std::vector<app::Action>& out,
                    Requests& requests) {
    ui.fill({0, 0, ui.view.w, ui.view.h}, ui.theme->bg);
    Rect area{0, 0, ui.view.w, ui.view.h};
    const bool low = ui.view.h < 600 && ui.view.w >= 560;
    const Rect bar = area.cut_top((low ? 44.0f : 52.0f) + ui.view.safe_top);
    if (state.in.embed)
        draw_embed_bar(ui, state, bar);
    else
        draw_top_bar(ui, state, out, requests, bar);
    if (state.in.view == "training") {
        training_.draw(ui, state, view, area, out);
    } else if (state.in.view == "learn") {
        learn_.draw(ui, state, view, area, out);
    } else if (state.in.view == "layout") {
        layout_.draw(ui, state, view, area, out);
    } else {
        inference_.draw(ui, state, view, area, out);
        requests.copy = inference_.take_copy();
    }
    draw_help(ui, out, area);
    draw_notice(ui, state, out, area);
}

}  // namespace kvx::scenes
