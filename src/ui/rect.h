// Rectangles that are cut into pieces, which is all the layout the app needs. CSS pixels.
#pragma once

namespace kvx::ui {

struct Rect {
    float x = 0, y = 0, w = 0, h = 0;
    constexpr float right() const { return x + w; }
    constexpr float bottom() const { return y + h; }
    constexpr float cx() const { return x + w * 0.5f; }
    constexpr float cy() const { return y + h * 0.5f; }
    constexpr bool empty() const { return w <= 0 || h <= 0; }
    constexpr bool contains(float px, float py) const { return px >= x && py >= y && px < right() && py < bottom(); }
    constexpr bool overlaps(const Rect& o, float slack = 0) const {
        return x + slack < o.right() && o.x + slack < right() && y + slack < o.bottom() && o.y + slack < bottom();
    }
    constexpr bool inside(const Rect& o, float slack = 0) const {
        return x >= o.x - slack && y >= o.y - slack && right() <= o.right() + slack && bottom() <= o.bottom() + slack;
    }
    constexpr Rect inset(float d) const { return {x + d, y + d, w - 2 * d, h - 2 * d}; }
    constexpr Rect inset(float dx, float dy) const { return {x + dx, y + dy, w - 2 * dx, h - 2 * dy}; }
    constexpr Rect grow(float d) const { return inset(-d); }
    constexpr Rect moved(float dx, float dy) const { return {x + dx, y + dy, w, h}; }
    constexpr Rect intersect(const Rect& o) const {
        const float l = x > o.x ? x : o.x, t = y > o.y ? y : o.y;
        const float r = right() < o.right() ? right() : o.right(), b = bottom() < o.bottom() ? bottom() : o.bottom();
        return {l, t, r > l ? r - l : 0, b > t ? b - t : 0};
    }
    // Each cut removes a piece and the `gap` after it from this rectangle.
    constexpr Rect cut_top(float n, float gap = 0) {
        const Rect r{x, y, w, n};
        y += n + gap;
        h -= n + gap;
        return r;
    }
    constexpr Rect cut_bottom(float n, float gap = 0) {
        const Rect r{x, bottom() - n, w, n};
        h -= n + gap;
        return r;
    }
    constexpr Rect cut_left(float n, float gap = 0) {
        const Rect r{x, y, n, h};
        x += n + gap;
        w -= n + gap;
        return r;
    }
    constexpr Rect cut_right(float n, float gap = 0) {
        const Rect r{right() - n, y, n, h};
        w -= n + gap;
        return r;
    }
    // The i-th of n equal columns with `gap` between them.
    constexpr Rect column(int i, int n, float gap = 0) const {
        const float cw = (w - gap * static_cast<float>(n - 1)) / static_cast<float>(n);
        return {x + static_cast<float>(i) * (cw + gap), y, cw, h};
    }
    constexpr Rect centered(float cw, float ch) const { return {x + (w - cw) * 0.5f, y + (h - ch) * 0.5f, cw, ch}; }
};

}  // namespace kvx::ui
