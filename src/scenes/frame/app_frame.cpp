#include "scenes/frame/app_frame.h"

#include <algorithm>
#include <utility>

#include "app/codec.h"
#include "app/headline.h"
#include "app/pages.h"
#include "core/deferred.h"
#include "scenes/details/help.h"
#include "scenes/frame/shortcuts.h"
#include "scenes/parts/page_frame.h"
#include "ui/widgets.h"

namespace kvx::scenes {

using ui::Rect;
using ui::Theme;

PageScene& AppFrame::scene(app::Page page) {
    scenes_.resize(app::pages().size());
    std::unique_ptr<PageScene>& scene = scenes_[static_cast<size_t>(page)];
    if (!scene) scene = make_scene(page);
    return *scene;
}

void AppFrame::forget() {
    for (const std::unique_ptr<PageScene>& scene : scenes_)
        if (scene) scene->forget();
}

void AppFrame::draw_top_bar(ui::Ui& ui, const app::State& state, std::vector<app::Action>& out, Requests& requests,
                            const Rect& r) {
    const Theme& t = *ui.theme;
    ui.fill(r, t.bar);
    ui.fill({r.x, r.bottom() - 1, r.w, 1}, t.line);
    const bool tiny = r.w < 430;  // room only for the page tabs and three buttons; below 370, two
    const float side = tiny ? 6 : 16, gap = tiny ? 2 : 8;
    Rect bar{r.x + side + ui.viewport.safe_left, r.y + ui.viewport.safe_top,
             r.w - 2 * side - ui.viewport.safe_left - ui.viewport.safe_right, r.h - ui.viewport.safe_top};
    const Rect whole = bar;
    if (whole.w >= 430) ui::icon(ui, ui::Icon::logo, bar.cut_left(22, 12), t.text, 1.05f);
    const float size = ui.viewport.coarse ? 44 : 36;
    const bool themed = r.w >= 370;
    const Rect help = bar.cut_right(size, gap).centered(size, size);
    const Rect theme = themed ? bar.cut_right(size, gap).centered(size, size) : Rect{};
    const Rect share = bar.cut_right(size, tiny ? 4.0f : 16.0f).centered(size, size);
    const Rect present = r.w >= kPresentFrom ? bar.cut_right(size, gap).centered(size, size) : Rect{};
    if (whole.w >= 500)
        ui::heading(ui, "title", {bar.x, bar.y, std::min(bar.w, 260.0f), bar.h}, "KV Cache Explorer",
                    ui::type::control_bold, t.text, 1);
    else if (ui.recording) {  // a phone shows the pages instead
        ui.node(ui::make_node("title", "heading", "KV Cache Explorer", {bar.x, bar.y, 1, bar.h}).with_level(1));
    }
    // The page tabs: in the middle of the bar, or after the title if that is too close.
    const bool small = whole.w < 900;
    const ui::TextStyle& st = tiny ? ui::type::caption : small ? ui::type::label : ui::type::control;
    const float pad = tiny ? 6 : small ? 12 : 24;
    float all = 0;
    const float least = ui.viewport.coarse ? 44 : 0;  // of a touch target
    const auto width_of = [&](const app::PageRow& c) { return std::max(least, ui.width(c.label, st) + pad); };
    for (const app::PageRow& c : app::pages()) all += width_of(c);
    const float title_w = ui.width("KV Cache Explorer", ui::type::control_bold);
    float x = whole.cx() - all * 0.5f;
    if (x < bar.x + title_w + 16) x = bar.x + title_w + 16;
    // The drawer's button is left of the icons.
    if (whole.w >= 700 && whole.w < 1250) x = std::min(x, std::max(bar.x + title_w + 8, bar.right() - 128 - all));
    if (whole.w < 500)
        x = tiny ? r.x + 4 + ui.viewport.safe_left : bar.x;  // a phone shows the pages instead of the title
    ui.record("pages", "tablist", "Pages", {x, bar.y, all, bar.h});
    for (const app::PageRow& c : app::pages()) {
        const Rect tab{x, r.y + ui.viewport.safe_top, width_of(c), bar.h};
        x += tab.w;
        const std::string id = "page." + std::string(c.name);
        const bool on = state.in.page == c.id;
        const ui::Hit hit = ui.hit(id, tab);
        if (hit.hovered) ui.cursor_hand();
        ui.text(tab, c.label, st, on ? t.text : hit.hovered ? ui::mix(t.dim, t.text, 0.5f) : t.dim, ui::Align::center);
        if (on) ui.fill({tab.x + pad * 0.25f, r.bottom() - 2, tab.w - pad * 0.5f, 2}, t.accent);
        ui.control_box(tab, c.label);
        if ((hit.clicked || ui.take(id, ui::ActKind::press)) && !on) {
            out.push_back(app::Play{false});
            out.push_back(app::SetParam{"view", std::string(c.name)});
        }
        if (ui.recording) ui.node(ui::make_node(id, "tab", c.label, tab).with_parent("pages").with_selected(on));
    }
    // read from left to right, as drawn
    if (!present.empty() && ui::icon_button(ui, "present", present, ui::Icon::whole, "Present on the whole screen"))
        out.push_back(app::SetParam{"present", "1"});
    if (ui::icon_button(ui, "share", share, ui::Icon::share, "Share this configuration")) requests.share = true;
    if (themed && ui::icon_button(ui, "theme", theme, ui::Icon::theme, t.dark ? "Light theme" : "Dark theme"))
        out.push_back(app::SetTheme{t.dark ? app::Theme::light : app::Theme::dark});
    if (ui::icon_button(ui, "help", help, ui::Icon::help, "Help")) help_ = !help_;
}

// Embedded: whose picture this is, and a link to the full explorer.
void AppFrame::draw_embed_bar(ui::Ui& ui, const app::State& state, const Rect& r) {
    const Theme& t = *ui.theme;
    ui.fill(r, t.bar);
    ui.fill({r.x, r.bottom() - 1, r.w, 1}, t.line);
    Rect bar{r.x + 16, r.y + ui.viewport.safe_top, r.w - 32, r.h - ui.viewport.safe_top};
    ui::icon(ui, ui::Icon::logo, bar.cut_left(22, 12), t.text, 1.05f);
    ui::heading(ui, "title", bar.cut_left(std::min(bar.w, 150.0f), 12), "KV Cache Explorer", ui::type::control_bold,
                t.text, 1);
    std::string query = app::to_query(state);
    constexpr std::string_view kEmbed = "embed=1";
    if (const size_t at = query.find(kEmbed); at != std::string::npos) query.erase(at - 1, kEmbed.size() + 1);
    const std::string_view words = "Open the full explorer";
    const float w = std::min(ui.width(words, ui::type::caption) + 2, bar.w);
    ui::external_link(ui, "embed.open", bar.cut_right(w).centered(w, 20), words, "./" + query);
}

// What went wrong, or what can be undone; oldest first.
void AppFrame::draw_notice(ui::Ui& ui, const app::State& state, std::vector<app::Action>& out, const Rect& area) {
    const bool undo = state.notices.empty();
    if (undo && state.undo.empty()) return;
    const Theme& t = *ui.theme;
    const std::string text = undo ? std::string(app::kResetWords) : state.notices.front();
    const float side = undo ? 130 : 44;
    const float w = std::min(area.w - 24, 460.0f), text_w = w - 32 - side;
    const float h = ui.paragraph({0, 0, text_w, 0}, text, ui::type::label, 0, true) + 28;
    const Rect r{ui.px(area.cx() - w * 0.5f), area.y + 12, w, std::max(h, 48.0f)};
    ui.begin_layer(r, 6);
    ui.fill(r, t.raised, ui::radius::card);
    ui.stroke(r, t.line2, ui::radius::card);
    ui.fill({r.x, r.y + 10, 4, r.h - 20}, undo ? t.accent : t.amber, 2);
    Rect body = r.inset(16, 14);
    const float target = ui.viewport.coarse ? 44 : 28;
    const Rect close = body.cut_right(target - 10, 12);
    if (undo &&
        ui::button(ui, "undo", Rect{body.right() - 76, r.y, 76, r.h}.centered(76, ui.viewport.coarse ? 44.0f : 32.0f),
                   "Undo", ui::ButtonLook::primary))
        out.push_back(app::Undo{});
    body.w = text_w;
    ui.paragraph(body, text, ui::type::label, t.text);
    ui.record("notice", "status", "Notice", {body.x, body.y, body.w, body.h}, text);
    if (ui::icon_button(ui, "notice.close", {close.x, r.cy() - target * 0.5f, target, target}, ui::Icon::close,
                        "Dismiss") ||
        ui.took_key("Escape"))
        out.push_back(app::DismissNotice{});
    ui.end_layer();
}

// Single keys, unless a field takes them as text or a dialog is open.
void AppFrame::take_keys(ui::Ui& ui, const app::State& state, std::vector<app::Action>& out, Requests& requests) {
    if (ui.dialog_open()) return;
    for (const Shortcut& k : shortcuts())
        if (k.single)
            for (const char c : k.keys) {
                const std::string key(1, c);
                if (c == ' ' || !ui.took_key(key)) continue;
                if (c == '?')
                    help_ = !help_, ui.ask_frame();
                else if (state.in.embed)
                    continue;  // an embedded picture stays as the other page requested it
                else if (c == 's')
                    requests.share = true;
                else if (c == 't')
                    out.push_back(app::SetTheme{ui.theme->dark ? app::Theme::light : app::Theme::dark});
                else
                    act_on_key(key, state, out);
            }
}

// Above the stage of a presentation: model, device and progress. Touch screens have no Escape key.
void AppFrame::draw_headline(ui::Ui& ui, const app::State& state, const app::View& view, std::vector<app::Action>& out,
                             const Rect& r) {
    const Theme& t = *ui.theme;
    const float edge = is_phone(ui) ? 12 : 24;
    Rect bar{r.x + edge + ui.viewport.safe_left, r.y + ui.viewport.safe_top, r.w - 2 * edge,
             r.h - ui.viewport.safe_top};
    const float size = ui.viewport.coarse ? 44 : 36;
    bool end = ui::icon_button(ui, "present.end", bar.cut_right(size, 4).centered(size, size), ui::Icon::close,
                               "End the presentation");
    if (!ui.viewport.coarse) {
        const std::string_view keys = "Esc ends · ? keys";
        ui.text(bar.cut_right(ui.width(keys, ui::type::caption) + 2, 16), keys, ui::type::caption, t.faint,
                ui::Align::right);
    }
    const ui::TextStyle words = is_phone(ui) ? ui::type::title : ui::TextStyle{ui::Face::semibold, 20, 28};
    ui::heading(ui, "title", bar, app::headline(state, view), words, t.text, 1);
    if (end) out.push_back(app::SetParam{"present", "0"});
}

// The window's background; returns what is left below the bar.
Rect AppFrame::draw_ground(ui::Ui& ui, Rect& bar) {
    Rect area{0, 0, ui.viewport.w, ui.viewport.h};
    ui.fill(area, ui.theme->bg);
    const bool low = ui.viewport.h < 600 && ui.viewport.w >= 560;
    bar = area.cut_top((low ? 44.0f : 52.0f) + ui.viewport.safe_top);
    return area;
}

void AppFrame::draw_waiting(ui::Ui& ui, const app::State& state, std::vector<app::Action>& out, Requests& requests) {
    Rect bar;
    const Rect area = draw_ground(ui, bar);
    if (state.in.embed)
        draw_embed_bar(ui, state, bar);
    else
        draw_top_bar(ui, state, out, requests, bar);
    const Rect words = area.centered(std::min(area.w - 32, 420.0f), 24);
    ui.text(words, "Loading this page", ui::type::control, ui.theme->dim, ui::Align::center);
    ui.record("page.waiting", "status", "Loading", words, "Loading this page");
    draw_notice(ui, state, out, area);
}

void AppFrame::draw(ui::Ui& ui, const app::State& state, const app::View& view, std::vector<app::Action>& out,
                    Requests& requests, const FrameCost& cost) {
    Rect bar;
    const Rect area = draw_ground(ui, bar);
    take_keys(ui, state, out, requests);
    ui.invalid = state.refused_param;
    if (state.in.present)
        draw_headline(ui, state, view, out, bar);
    else if (state.in.embed)
        draw_embed_bar(ui, state, bar);
    else
        draw_top_bar(ui, state, out, requests, bar);
    const bool tabs = !state.in.present && !state.in.embed;  // what the chosen one shows
    if (tabs) {
        ui.record("page", "tabpanel", std::string(app::page_row(state).label), area);
        ui.parent = "page";
    }
    PageScene& page = scene(state.in.page);
    page.memory().details = requests.has_details;
    page.draw(ui, state, view, area, out);
    requests.wants_details = std::exchange(page.memory().wants_details, false) || (help_ && !requests.has_details);
    requests.copy = std::exchange(page.memory().copy, {});
    requests.open_file = std::exchange(page.memory().open_file, false);
    ui.parent.clear();
    if (help_ && requests.has_details &&
        !core::deferred(draw_help)(ui, state, out, {0, 0, ui.viewport.w, ui.viewport.h}))
        help_ = false, ui.ask_frame();
    draw_notice(ui, state, out, area);
    if (state.debug) draw_cost(ui, cost, {0, 0, ui.viewport.w, ui.viewport.h});
    // last: whatever is open closes first
    if (state.in.present && ui.took_key("Escape")) out.push_back(app::SetParam{"present", "0"});
}

}  // namespace kvx::scenes
