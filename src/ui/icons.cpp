#include "ui/icons.h"

#include <initializer_list>

namespace kvx::ui {

namespace {

struct Pen {
    Ui& ui;
    float ox, oy, k;
    Color c;
    ImVec2 at(float x, float y) const { return {ox + x * k, oy + y * k}; }
    void path(std::initializer_list<ImVec2> points, bool closed = false) const {
        for (const ImVec2& p : points) ui.draw->PathLineTo(at(p.x, p.y));
        ui.draw->PathStroke(c, closed ? ImDrawFlags_Closed : 0, 1.5f * k);
    }
    void arc(float x, float y, float r, float from, float to) const {
        ui.draw->PathArcTo(at(x, y), r * k, from, to);
        ui.draw->PathStroke(c, 0, 1.5f * k);
    }
    void circle(float x, float y, float r) const { ui.draw->AddCircle(at(x, y), r * k, c, 0, 1.5f * k); }
    void dot(float x, float y, float r) const { ui.draw->AddCircleFilled(at(x, y), r * k, c); }
    void solid(std::initializer_list<ImVec2> points) const {
        for (const ImVec2& p : points) ui.draw->PathLineTo(at(p.x, p.y));
        ui.draw->PathFillConvex(c);
    }
};

void logo(const Pen& p) {
    const Theme& t = *p.ui.theme;
    const Color cells[9] = {t.weights, t.line2, t.line2, t.weights, t.accent, t.line2, t.sequence[0], t.accent, t.gold};
    for (int i = 0; i < 9; ++i) {
        const ImVec2 a = p.at(static_cast<float>(i % 3) * 6.4f, static_cast<float>(i / 3) * 6.4f);
        p.ui.fill({a.x, a.y, 5.2f * p.k, 5.2f * p.k}, cells[i], 1.4f * p.k);
    }
}

}  // namespace

void icon(Ui& ui, Icon i, const Rect& r, Color c, float scale) {
    const Pen p{ui, ui.px(r.cx() - 9 * scale), ui.px(r.cy() - 9 * scale), scale, c};
    constexpr float pi = 3.14159265f;
    switch (i) {
        case Icon::play:
            p.solid({{5.5f, 3.2f}, {15, 9}, {5.5f, 14.8f}});
            break;
        case Icon::pause:
            ui.fill({p.ox + 4.8f * scale, p.oy + 3.5f * scale, 3 * scale, 11 * scale}, c, 1);
            ui.fill({p.ox + 10.2f * scale, p.oy + 3.5f * scale, 3 * scale, 11 * scale}, c, 1);
            break;
        case Icon::restart:
            p.arc(9, 9.5f, 5.8f, -0.75f * pi, 0.95f * pi);
            p.path({{4.6f, 2.2f}, {4.6f, 5.6f}, {8, 5.6f}});
            break;
        case Icon::share:
            p.path({{9, 11.5f}, {9, 2}});
            p.path({{5.8f, 5}, {9, 1.8f}, {12.2f, 5}});
            p.path({{6, 7.6f}, {3.4f, 7.6f}, {3.4f, 15.6f}, {14.6f, 15.6f}, {14.6f, 7.6f}, {12, 7.6f}});
            break;
        case Icon::theme:
            p.circle(9, 9, 6.6f);
            p.ui.draw->PathArcTo(p.at(9, 9), 6.6f * scale, -0.5f * pi, 0.5f * pi);
            p.ui.draw->PathFillConvex(c);
            break;
        case Icon::help:
            p.circle(9, 9, 7);
            p.arc(9, 7.2f, 2.1f, -pi, 0.35f * pi);
            p.path({{10.2f, 8.9f}, {9, 9.7f}, {9, 10.8f}});
            p.dot(9, 13, 1);
            break;
        case Icon::back:
            p.path({{11.5f, 4}, {6.5f, 9}, {11.5f, 14}});
            break;
        case Icon::chevron_right:
            p.path({{6.5f, 4}, {11.5f, 9}, {6.5f, 14}});
            break;
        case Icon::chevron:
            p.path({{5, 7}, {9, 11}, {13, 7}});
            break;
        case Icon::up:
            p.path({{5, 11}, {9, 7}, {13, 11}});
            break;
        case Icon::close:
            p.path({{4.5f, 4.5f}, {13.5f, 13.5f}});
            p.path({{13.5f, 4.5f}, {4.5f, 13.5f}});
            break;
        case Icon::sliders:
            p.path({{2, 5.5f}, {16, 5.5f}});
            p.path({{2, 12.5f}, {16, 12.5f}});
            p.dot(6, 5.5f, 2.4f);
            p.dot(12, 12.5f, 2.4f);
            break;
        case Icon::info:
            p.circle(9, 9, 6.6f);
            p.path({{9, 8.2f}, {9, 12.6f}});
            p.dot(9, 5.8f, 1);
            break;
        case Icon::warning:
            p.path({{9, 2}, {16.6f, 15.5f}, {1.4f, 15.5f}}, true);
            p.path({{9, 7}, {9, 11}});
            p.dot(9, 13.2f, 0.95f);
            break;
        case Icon::check:
            p.path({{3.5f, 9.5f}, {7.2f, 13}, {14.5f, 5}});
            break;
        case Icon::plus:
            p.path({{9, 3.5f}, {9, 14.5f}});
            p.path({{3.5f, 9}, {14.5f, 9}});
            break;
        case Icon::minus:
            p.path({{3.5f, 9}, {14.5f, 9}});
            break;
        case Icon::whole:
            p.path({{3, 6.5f}, {3, 3}, {6.5f, 3}});
            p.path({{11.5f, 3}, {15, 3}, {15, 6.5f}});
            p.path({{15, 11.5f}, {15, 15}, {11.5f, 15}});
            p.path({{6.5f, 15}, {3, 15}, {3, 11.5f}});
            break;
        case Icon::search:
            p.circle(7.8f, 7.8f, 5);
            p.path({{11.5f, 11.5f}, {15.6f, 15.6f}});
            break;
        case Icon::import:
            p.path({{9, 2}, {9, 11}});
            p.path({{5.6f, 7.8f}, {9, 11.2f}, {12.4f, 7.8f}});
            p.path({{3, 12}, {3, 15.6f}, {15, 15.6f}, {15, 12}});
            break;
        case Icon::logo:
            logo(p);
            break;
    }
}

}  // namespace kvx::ui
