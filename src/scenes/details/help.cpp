#include "scenes/details/help.h"

#include <algorithm>
#include <string>

#include "app/params/params.h"
#include "scenes/frame/shortcuts.h"
#include "ui/widgets.h"

namespace kvx::scenes {

using ui::Rect;

namespace {

constexpr const char* kProse =
    "Press any figure to see its formula, the current values and its source. ≈ marks an estimate and names its "
    "assumption, "
    "≥ a lower bound. GiB is 2³⁰ bytes, 128K is 131,072 tokens, 1M is 1,000,000. A config.json dropped, pasted or "
    "opened becomes a model.";

struct Line {
    std::string_view key, what;
};
constexpr Line kGestures[] = {{"Tap", "the stage: play or pause"},
                              {"Swipe", "the stage: next model"},
                              {"Pinch", "speed; layout: zoom"},
                              {"Hold", "the stage: start over"}};
constexpr float kLine = 26;

// Keys or gestures and what they do, one per line.
void draw_lines(ui::Ui& ui, Rect& body, std::string_view heading, const std::vector<Line>& lines) {
    const ui::Theme& t = *ui.theme;
    ui::heading(ui, std::string("help.") + std::string(heading), body.cut_top(24, 4), heading, ui::type::label_bold,
                t.dim, 3);
    for (const Line& l : lines) {
        Rect row = body.cut_top(kLine);
        const Rect whole = row;
        ui.text(row.cut_left(body.w < 260 ? 84.0f : 96.0f, 8), l.key, ui::type::value, t.text);
        ui.text(row, l.what, ui::type::label, t.dim);
        ui.record("help." + std::string(l.key), "text", std::string(l.key) + ": " + std::string(l.what), whole);
    }
    body.cut_top(12);
}

}  // namespace

bool draw_help(ui::Ui& ui, const app::State& state, std::vector<app::Action>& out, const Rect& area) {
    const ui::Theme& t = *ui.theme;
    std::vector<Line> keys, single;
    for (const Shortcut& k : shortcuts()) (k.single ? single : keys).push_back({k.shown, k.what});
    const std::vector<Line> gestures(std::begin(kGestures), std::end(kGestures));
    const bool touch = ui.viewport.coarse, columns = area.w >= 640;
    const float w = std::min(columns ? 620.0f : 420.0f, area.w - 24), inner = w - 40;
    const float prose_h = ui.paragraph({0, 0, inner - 2, 0}, kProse, ui::type::control, 0, true);
    const auto block = [](size_t lines) { return 40 + kLine * static_cast<float>(lines); };
    const float switch_h = 56;
    const float left_h = block(keys.size()) + (touch ? block(gestures.size()) : 0), right_h = block(single.size());
    const bool theme_here = ui.viewport.w < 370;  // the bar has no room for the theme button
    const float content_h = prose_h + 16 + (columns ? std::max(left_h, right_h) : left_h + right_h) + switch_h +
                            (theme_here ? 56.0f : 0.0f);
    const float head = 52, pad = 16;
    const Rect r = area.centered(w, std::min(content_h + head + 2 * pad, area.h - 16));
    ui.begin_layer(area, 5);
    ui.fill(area, ui.scrim());
    ui.fill(r, t.surface, ui::radius::card);
    ui.stroke(r, t.line2, ui::radius::card);
    ui.dialog();
    ui.record("help.panel", "dialog", "Help", r);
    const std::string outer = std::exchange(ui.parent, "help.panel");
    Rect body = r.inset(20, pad);
    Rect top = body.cut_top(head - pad, 4);
    const float target = touch ? 44 : 28;
    const bool close =
        ui::icon_button(ui, "help.close", top.cut_right(target, 8).centered(target, target), ui::Icon::close, "Close");
    ui::heading(ui, "help.title", top, "How to read this page", ui::type::title, t.text, 2);
    Rect content = ui.begin_scroll("help", body, content_h);
    const Rect words = content.cut_top(prose_h, 16);
    ui.node(ui::make_node("help.prose", "text", kProse, words).drawn_by_browser("body"));
    Rect left = content.cut_top(columns ? std::max(left_h, right_h) : left_h + right_h);
    Rect right = columns ? left.cut_right((left.w - 24) * 0.5f, 24) : Rect{};
    if (touch) draw_lines(ui, left, "On the stage", gestures);
    draw_lines(ui, left, "Keys", keys);
    draw_lines(ui, columns ? right : left, "Single keys", single);
    if (ui::switch_row(ui, "keys", content.cut_top(switch_h).inset(0, 4), app::find_param("keys")->control_label(),
                       "Off: letters and symbols do nothing", state.keys))
        out.push_back(app::SetParam{"keys", state.keys ? "0" : "1"});
    if (theme_here &&
        ui::button(ui, "theme", content.cut_top(56).centered(inner, 44), t.dark ? "Light theme" : "Dark theme"))
        out.push_back(app::SetTheme{t.dark ? app::Theme::light : app::Theme::dark});
    ui.end_scroll();
    ui.parent = outer;
    ui.end_layer();
    return !close && !ui.took_key("Escape") && !ui.pressed_outside(r, 5);
}

}  // namespace kvx::scenes
