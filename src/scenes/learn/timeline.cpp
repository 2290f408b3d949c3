// The prompt itself is the scrubber: one key per token.
#include <algorithm>

#include "core/format.h"
#include "scenes/learn/learn.h"
#include "scenes/parts/transport.h"
#include "ui/icons.h"

namespace kvx::scenes {

using ui::Align;
using ui::Rect;
using ui::Theme;

namespace {

void draw_play_tokens(Learn& l, const Rect& r) {
    Page& p = l.p;
    const bool at_end = l.token >= l.view.count();
    const int from = at_end ? 1 : l.token;
    if (draw_play(p, r) && !p.state.playing) p.out.push_back(app::Seek{static_cast<double>(from)});
    if (p.state.playing && at_end) {
        p.out.push_back(app::Seek{static_cast<double>(l.view.count())});  // playback may have run beyond the line
        p.out.push_back(app::Play{false});
    }
}

void draw_steps(Learn& l, Rect& bar, float size) {
    Page& p = l.p;
    if (ui::icon_button(p.ui, "token.back", bar.cut_left(size, 4).centered(size, size), ui::Icon::back,
                        "Previous token") &&
        l.token > 1)
        p.out.push_back(app::Seek{static_cast<double>(l.token - 1)});
    if (ui::icon_button(p.ui, "token.next", bar.cut_left(size, 12).centered(size, size), ui::Icon::chevron_right,
                        "Next token") &&
        l.token < l.view.count())
        p.out.push_back(app::Seek{static_cast<double>(l.token + 1)});
}

// Keys of the tokens around the shown one, then what the model expects next.
void draw_keys(Learn& l, const Rect& r) {
    Page& p = l.p;
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const int n = l.view.count();
    const bool small = r.w < 500;
    const float key = small ? 34 : 42, pitch = key + (small ? 6 : 8), h = ui.viewport.coarse ? 44 : 36;
    const int fit = std::max(3, static_cast<int>((r.w + pitch - key) / pitch));
    const int shown = std::min(n + 1, fit);
    const int first = std::clamp(l.token - (shown * 2) / 3, 0, n + 1 - shown);
    const float width = pitch * static_cast<float>(shown) - (pitch - key), x0 = r.x + (r.w - width) * 0.5f;
    const float y = r.y + (r.h - h - 16) * 0.5f;
    if (ui.recording) {
        const lm::Token token = l.view.tokens[static_cast<size_t>(l.token - 1)];
        const std::string spoken =
            core::group_digits(l.token) + " of " + core::group_digits(n) + ", " + lm::name_of(token) +
            (l.hides(app::TourHides::next_token) ? std::string()
                                                 : ". " + app::explain_step(p.state, l.view, app::Depth::brief));
        ui.node(ui::make_node("tokens", "slider", "Token", {x0, y, width, h}, spoken).with_range(1, n, l.token, 1));
    }
    if (const ui::Act* a = ui.take("tokens", ui::ActKind::set)) p.out.push_back(app::Seek{std::atof(a->value.c_str())});
    if (ui.take("tokens", ui::ActKind::increment))
        p.out.push_back(app::Seek{static_cast<double>(std::min(n, l.token + 1))});
    if (ui.take("tokens", ui::ActKind::decrement))
        p.out.push_back(app::Seek{static_cast<double>(std::max(1, l.token - 1))});
    for (int i = 0; i < shown; ++i) {
        const int at = first + i;
        const Rect k{x0 + pitch * static_cast<float>(i), y, key, h};
        const bool current = at == l.token - 1, expected = at == n, written = at >= l.view.prompt;
        const std::string id = "token." + std::to_string(at + 1);
        if (!expected) {
            const ui::Hit hit = ui.hit(id, k);
            if (hit.hovered) ui.cursor_hand();
            ui.fill(k,
                    current        ? t.chip_selected
                    : hit.hovered  ? t.raised_hover
                    : at < l.token ? t.raised
                                   : t.bar,
                    ui::radius::control);
            if (hit.clicked) p.out.push_back(app::Seek{static_cast<double>(at + 1)});
        }
        const ui::Color edge = current ? t.accent : t.line2;
        if (expected || written)
            for (const auto& [x, yy, xx, y2] : {std::tuple{k.x + 6, k.y, k.right() - 6, k.y},
                                                std::tuple{k.x + 6, k.bottom(), k.right() - 6, k.bottom()},
                                                std::tuple{k.x, k.y + 6, k.x, k.bottom() - 6},
                                                std::tuple{k.right(), k.y + 6, k.right(), k.bottom() - 6}})
                ui.dashed(x, yy, xx, y2, current ? t.accent : t.faint, 3, 3);
        else
            ui.stroke(k, edge, ui::radius::control);
        ui.text(k, shown_glyph(l, at), ui::type::title_mono,
                expected       ? t.accent
                : at < l.token ? t.text
                               : t.faint,
                Align::center);
        const std::string under = expected ? "next" : core::group_digits(at + 1);
        ui.text({k.x - 4, k.bottom(), k.w + 8, 16}, under, ui::type::micro, current ? t.text : t.faint, Align::center);
    }
}

}  // namespace

void draw_learn_timeline(Learn& l, const Rect& r, bool phone) {
    Page& p = l.p;
    const bool touch = p.ui.viewport.coarse;
    Timeline timeline;
    timeline.phone_inset = 12;
    timeline.phone_gap = 8;
    timeline.play = [&](const Rect& button) { draw_play_tokens(l, button); };
    timeline.steps = [&](Rect& bar) { draw_steps(l, bar, phone || touch ? 44 : 36); };
    timeline.reading = [&](Rect& bar) {
        if (bar.w > 700)
            draw_reading(p, bar.cut_left(110, 16),
                         core::group_digits(l.token) + " of " + core::group_digits(l.view.count()),
                         l.token > l.view.prompt ? "by the model" : "of the prompt");
    };
    timeline.rate = [&](Rect& bar) {
        if (phone)
            draw_next_speed(p, bar.cut_right(52, 8).centered(52, 44));
        else if (bar.w < 640)
            draw_next_speed(p, bar.cut_right(56, 8).centered(56, 44));
        else
            draw_speeds(p, bar.cut_right(230, 16), false);
    };
    timeline.line = [&](const Rect& bar) { draw_keys(l, bar); };
    draw_timeline_bar(p, r, phone, timeline);
}

}  // namespace kvx::scenes
