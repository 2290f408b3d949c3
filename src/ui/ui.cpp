#include "ui/ui.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

namespace kvx::ui {

namespace {

constexpr float kDragThreshold = 8, kLongPress = 0.5f;

uint32_t be16(const unsigned char* p) {
    return static_cast<uint32_t>(p[0] << 8 | p[1]);
}
uint32_t be32(const unsigned char* p) {
    return be16(p) << 16 | be16(p + 2);
}

// ImGui's font size is ascent + descent; the design's is the em square. The font's tables give the factor between
// them.
float em_factor(const std::string& data) {
    const auto* d = reinterpret_cast<const unsigned char*>(data.data());
    if (data.size() < 12) return 1.2f;
    const uint32_t tables = be16(d + 4);
    float ascent = 0, descent = 0, em = 0;
    for (uint32_t i = 0; i < tables && 12 + (i + 1) * 16 <= data.size(); ++i) {
        const unsigned char* t = d + 12 + i * 16;
        const uint32_t offset = be32(t + 8);
        if (offset + 20 > data.size()) continue;
        if (!std::memcmp(t, "hhea", 4)) {
            ascent = static_cast<int16_t>(be16(d + offset + 4));
            descent = static_cast<int16_t>(be16(d + offset + 6));
        }
        if (!std::memcmp(t, "head", 4)) em = static_cast<float>(be16(d + offset + 18));
    }
    return em > 0 ? (ascent - descent) / em : 1.2f;
}

ImVec2 v2(float x, float y) {
    return {x, y};
}

// The largest part of r that a cover leaves free on one side; an empty one if that is no line of text.
Rect uncovered(const Rect& r, const Rect& cover) {
    constexpr float kLeast = 24;
    const Rect sides[] = {{r.x, r.y, cover.x - r.x, r.h},
                          {cover.right(), r.y, r.right() - cover.right(), r.h},
                          {r.x, r.y, r.w, cover.y - r.y},
                          {r.x, cover.bottom(), r.w, r.bottom() - cover.bottom()}};
    Rect best{};
    for (const Rect& side : sides)
        if (side.w >= kLeast && side.h >= std::min(kLeast, r.h) && side.w * side.h > best.w * best.h) best = side;
    return best;
}

}  // namespace

void Ui::add_font(Face face, const std::string& data) {
    ImFontConfig config;
    config.FontDataOwnedByAtlas = false;
    config.PixelSnapH = false;
    config.OversampleH = 2;
    // The caller keeps the bytes for the life of the program; ImGui only reads them.
    auto* bytes = const_cast<char*>(data.data());
    fonts_[static_cast<int>(face)] =
        ImGui::GetIO().Fonts->AddFontFromMemoryTTF(bytes, static_cast<int>(data.size()), 16.0f, &config);
    factors_[static_cast<int>(face)] = em_factor(data);
}

// ---- input ------------------------------------------------------------------------------------------------------

void Ui::pointer(const PointerEvent& e) {
    using Phase = PointerPhase;
    const bool finger = e.kind == PointerKind::touch;
    if (finger) {
        if (e.phase == Phase::move) gestures.move(e.id, e.x, e.y);
        if (e.phase == Phase::down) gestures.down(e.id, e.x, e.y);
        if (e.phase == Phase::up) gestures.up(e.id, time);
        if (e.phase == Phase::cancel) gestures.cancel();
    }
    if (pointer_id_ >= 0 && e.id != pointer_id_ && e.phase != Phase::down) return;  // the first finger leads
    if (e.phase == Phase::down) {
        if (down_ || (finger && gestures.pinching())) {  // a second finger ends the first gesture
            cancel_ = true;
            down_ = false;
            return;
        }
        pointer_id_ = e.id;
        touch_ = finger;
        down_ = pressed_ = true;
        press_x_ = e.x;
        press_y_ = last_y_ = e.y;
        press_time_ = time;
        long_fired_ = locked_ = false;
    }
    px_ = e.x;
    py_ = e.y;
    if (e.phase == Phase::up) {
        released_ = down_;
        down_ = false;
        pointer_id_ = -1;
        leave_after_ = finger;
    }
    if (e.phase == Phase::cancel) {
        cancel_ = true;
        down_ = false;
        pointer_id_ = -1;
    }
    if (e.phase == Phase::leave) {
        if (released_) leave_after_ = true;  // WebKit leaves with the release: let a frame see the click first
        if (!down_ && !released_) px_ = py_ = -1;
    }
}

void Ui::wheel(float x, float y, float dx, float dy) {
    px_ = x;
    py_ = y;
    wheel_x_ += dx;
    wheel_y_ += dy;
}

bool Ui::took_key(std::string_view name) {
    const auto it = std::find(keys_.begin(), keys_.end(), name);
    if (it == keys_.end()) return false;
    keys_.erase(it);
    return true;
}

const Act* Ui::take(std::string_view id, ActKind kind) {
    const auto it =
        std::find_if(acts_.begin(), acts_.end(), [&](const Act& a) { return a.kind == kind && a.id == id; });
    if (it == acts_.end()) return nullptr;
    taken_ = std::move(*it);
    acts_.erase(it);
    return &taken_;
}

const Act* Ui::take_last(std::string_view id, ActKind kind) {
    const Act* last = nullptr;
    while (const Act* a = take(id, kind)) last = a;
    return last;
}

// ---- frame ------------------------------------------------------------------------------------------------------

void Ui::begin(double seconds, const Theme& t, bool record) {
    dt = static_cast<float>(std::clamp(seconds - time, 0.0, 0.05));
    time = seconds;
    if (pressed_) press_time_ = seconds;  // at rest no frame ran: the press is timed by this frame
    gestures.begin_frame(seconds);
    theme = &t;
    recording = record || linting;
    next_ = -1;
    hand_ = false;
    layer_ = 0;
    last_layers_ = std::move(layers_);
    layers_.clear();
    clips_.assign(1, Rect{0, 0, viewport.w, viewport.h});
    tree.clear();
    boxes.clear();
    lint_figures_.clear();
    dialog_before_ = std::exchange(dialog_, false);
    parent.clear();
    if (cancel_) active_.clear();
    ImGuiIO& io = ImGui::GetIO();
    io.DisplaySize = v2(viewport.w, viewport.h);
    io.DisplayFramebufferScale = v2(viewport.scale, viewport.scale);
    io.DeltaTime = std::max(dt, 1e-4f);
    ImGui::NewFrame();
    draw = ImGui::GetBackgroundDrawList();
}

void Ui::end() {
    if (!down_) {
        active_.clear();
        scroll_owner_.clear();
    }
    if (pressed_ || released_ || wheel_x_ != 0 || wheel_y_ != 0) ask_frame();  // the change shows in the next frame
    if (down_ && touch_ && !long_fired_)
        ask_after(std::max(0.01, press_time_ + static_cast<double>(kLongPress) - time));
    if (dialog_ != dialog_before_) ask_frame();  // keys change hands
    cover_prose();
    for (const LintFigure& f : lint_figures_)
        if (f.box.covered) boxes.push_back(f.box);
    pressed_ = released_ = cancel_ = false;
    gestures.end_frame();
    wheel_x_ = wheel_y_ = 0;
    if (leave_after_) {
        px_ = py_ = -1;
        leave_after_ = false;
    }
    keys_.clear();
    acts_.clear();
    ImGui::Render();
}

void Ui::ask_after(double seconds) {
    if (next_ < 0 || seconds < next_) next_ = std::max(0.0, seconds);
}

float Ui::animate(std::string_view id, float target, float seconds) {
    const auto [it, fresh] = motion_.try_emplace(std::string(id), target);
    if (fresh || viewport.reduced_motion || seconds <= 0) return it->second = target;
    const float gap = target - it->second;
    if (std::fabs(gap) < 1e-3f * std::max(1.0f, std::fabs(target))) return it->second = target;
    it->second += gap * (1 - std::exp(-dt * 4.0f / seconds));
    ask_frame();
    return it->second;
}

void Ui::settle(std::string_view id, float value) {
    motion_[std::string(id)] = value;
}

// ---- drawing ----------------------------------------------------------------------------------------------------

float Ui::px(float v) const {
    return std::round(v * viewport.scale) / viewport.scale;
}

void Ui::fill(const Rect& r, Color c, float radius) {
    if (r.empty()) return;
    draw->AddRectFilled(v2(r.x, r.y), v2(r.right(), r.bottom()), c, radius);
    if (linting) lint_fill(r, c);
}

void Ui::stroke(const Rect& r, Color c, float radius, float width) {
    if (r.empty()) return;
    const float h = width * 0.5f;  // inside, so that hairlines sit on whole pixels
    draw->AddRect(v2(r.x + h, r.y + h), v2(r.right() - h, r.bottom() - h), c, std::max(0.0f, radius - h), 0, width);
}

void Ui::gradient(const Rect& r, Color top, Color bottom, float radius) {
    const int before = draw->VtxBuffer.Size;
    draw->AddRectFilled(v2(r.x, r.y), v2(r.right(), r.bottom()), 0xFFFFFFFFu, radius);
    for (int i = before; i < draw->VtxBuffer.Size; ++i) {
        ImDrawVert& v = draw->VtxBuffer[i];
        const float t = std::clamp((v.pos.y - r.y) / r.h, 0.0f, 1.0f);
        v.col = (mix(top, bottom, t) & 0x00FFFFFFu) | (v.col & 0xFF000000u);
    }
}

void Ui::line(float x0, float y0, float x1, float y1, Color c, float width) {
    if (x0 == x1 && width == 1) return fill({px(x0), y0, 1, y1 - y0}, c);
    if (y0 == y1 && width == 1) return fill({x0, px(y0), x1 - x0, 1}, c);
    draw->AddLine(v2(x0, y0), v2(x1, y1), c, width);
}

void Ui::dashed(float x0, float y0, float x1, float y1, Color c, float dash, float gap, float width) {
    const float length = std::hypot(x1 - x0, y1 - y0);
    if (length <= 0) return;
    const float ux = (x1 - x0) / length, uy = (y1 - y0) / length;
    for (float d = 0; d < length; d += dash + gap) {
        const float e = std::min(length, d + dash);
        draw->AddLine(v2(x0 + ux * d, y0 + uy * d), v2(x0 + ux * e, y0 + uy * e), c, width);
    }
}

namespace {

constexpr float kSqrt2 = 1.41421356f;

// A line at 45 degrees, `run` wide and as high: one quad of ImGui's texture of soft lines, as AddLine draws whole
// widths. Hatching needs thousands a frame, too many for its general path.
void rising_line(ImDrawList* draw, ImVec2 from, float run, Color c, float width) {
    const int whole =
        std::clamp(static_cast<int>(width / draw->_FringeScale + 0.4f), 1, IM_DRAWLIST_TEX_LINES_WIDTH_MAX);
    const ImVec4 uv = ImGui::GetIO().Fonts->TexUvLines[whole];
    const float across =
        (0.5f + 1 / static_cast<float>(whole)) * width / kSqrt2;  // with a texel of soft edge on each side
    const float x = from.x + 0.5f, y = from.y + 0.5f;             // AddLine's centre of a pixel
    draw->PrimReserve(6, 4);
    draw->PrimQuadUV({x - across, y - across}, {x + run - across, y - run - across},
                     {x + run + across, y - run + across}, {x + across, y + across}, {uv.x, uv.y}, {uv.x, uv.y},
                     {uv.z, uv.w}, {uv.z, uv.w}, c);
}

}  // namespace

void Ui::stripes(const Rect& r, Color c, float pitch, float width) {
    if (r.empty()) return;
    // A clip rectangle costs a draw call, and there can be hundreds of small marks: their lines end inside them
    // instead.
    constexpr float kSmall = 64;
    const bool clipped = r.w > kSmall || r.h > kSmall;
    const Rect q = clipped ? r : r.inset(width * 0.35f);
    if (clipped) draw->PushClipRect(v2(r.x, r.y), v2(r.right(), r.bottom()), true);
    const float step = pitch * kSqrt2,
                start = std::floor((r.x - r.h) / step) * step;  // a common phase lets neighbours join
    for (float x = start; x < r.right(); x += step) {
        const float from = std::max(q.x, x + r.bottom() - q.bottom()), to = std::min(q.right(), x + r.bottom() - q.y);
        if (to > from) rising_line(draw, v2(from, r.bottom() - (from - x)), to - from, c, width);
    }
    if (clipped) draw->PopClipRect();
}

Color Ui::scrim() const {
    return viewport.reduced_transparency ? theme->bg : fade(theme->bg, 0.55f);
}

void Ui::disc(float x, float y, float radius, Color c) {
    draw->AddCircleFilled(v2(x, y), radius, c);
}

void Ui::clip(const Rect& r) {
    clips_.push_back(r.intersect(clips_.back()));
    const Rect& k = clips_.back();
    draw->PushClipRect(v2(k.x, k.y), v2(k.right(), k.bottom()), false);
}

void Ui::unclip() {
    clips_.pop_back();
    draw->PopClipRect();
}

float Ui::width(std::string_view s, const TextStyle& st) const {
    if (s.empty() || !font(st.face)) return 0;
    return font(st.face)->CalcTextSizeA(st.size * factor(st.face), 1e9f, 0, s.data(), s.data() + s.size()).x;
}

float Ui::text(const Rect& r, std::string_view s, const TextStyle& st, Color c, Align a) {
    if (s.empty() || !font(st.face)) return 0;
    const float size = st.size * factor(st.face);
    std::string shortened;
    float w = width(s, st);
    const bool cut = w > r.w + 0.75f;
    if (cut) {
        const float room = r.w - width("…", st);
        size_t n = s.size();
        while (n > 0 && (width(s.substr(0, n), st) > room || (n < s.size() && (s[n] & 0xC0) == 0x80))) --n;
        while (n > 0 && s[n - 1] == ' ') --n;
        shortened.assign(s.substr(0, n));
        shortened += "…";
        s = shortened;
        w = width(s, st);
    }
    float x = r.x;
    if (a == Align::center) x += (r.w - w) * 0.5f;
    if (a == Align::right) x += r.w - w;
    const float y = r.y + (r.h - size) * 0.5f;
    draw->AddText(font(st.face), size, v2(px(x), px(y)), c, s.data(), s.data() + s.size());
    if (linting)
        boxes.push_back(
            {{x, r.cy() - st.size * 0.5f, w, st.size}, clips_.back(), std::string(s), layer_, false, cut, false, c});
    return w;
}

float Ui::paragraph(const Rect& r, std::string_view s, const TextStyle& st, Color c, bool only_measure) {
    if (!font(st.face)) return 0;
    const float size = st.size * factor(st.face);
    float y = r.y;
    const char *p = s.data(), *end = s.data() + s.size();
    while (p < end) {
        const char* newline = static_cast<const char*>(std::memchr(p, '\n', static_cast<size_t>(end - p)));
        const char* stop = newline ? newline : end;
        const char* wrap = font(st.face)->CalcWordWrapPosition(size, p, stop, r.w);
        // ImGui breaks lines after a comma, but a number must stay whole.
        if (wrap < stop && wrap - p > 1 && wrap[-1] == ',' && *wrap >= '0' && *wrap <= '9') {
            const char* back = wrap;
            while (back > p && back[-1] != ' ') --back;
            if (back > p) wrap = back;
        }
        if (wrap == p && p < stop) ++wrap;
        if (!only_measure) text({r.x, y, r.w + 1, st.line}, {p, static_cast<size_t>(wrap - p)}, st, c);
        y += st.line;
        p = wrap;
        while (p < end && *p == ' ') ++p;
        if (p < end && *p == '\n' && p == stop) ++p;
    }
    return y - r.y;
}

// ---- interaction ------------------------------------------------------------------------------------------------

bool Ui::blocked() const {
    for (const Layer& l : last_layers_)
        if (l.depth > layer_ && l.rect.contains(px_, py_)) return true;
    return false;
}

bool Ui::was_there(int depth) const {
    return depth == 0 ||
           std::any_of(last_layers_.begin(), last_layers_.end(), [depth](const Layer& l) { return l.depth == depth; });
}

float Ui::take_wheel(const Rect& r) {
    if (!r.contains(px_, py_) || !clips_.back().contains(px_, py_) || blocked()) return 0;
    return std::exchange(wheel_y_, 0.0f);
}

Hit Ui::hit(std::string_view id, const Rect& r) {
    Hit h;
    if (!was_there(layer_)) return h;  // what opens in this frame ignores the press that opened it
    const bool over = r.contains(px_, py_) && clips_.back().contains(px_, py_) && !blocked();
    const bool mine = active_ == id;
    h.hovered = over && (!down_ || mine || pressed_) && scroll_owner_.empty() && !(touch_ && !down_ && !released_);
    if (pressed_ && over) {
        active_ = id;  // a widget drawn later lies on top and takes over
        h.pressed = true;
    }
    const bool owner = active_ == id;
    h.held = owner && down_;
    if (owner && down_ && touch_ && !long_fired_ && time - press_time_ >= static_cast<double>(kLongPress) &&
        std::hypot(px_ - press_x_, py_ - press_y_) < kDragThreshold) {
        long_fired_ = h.long_pressed = true;
    }
    if (h.long_pressed) clicked_ = id;
    if (owner && released_) {
        h.clicked = over && !long_fired_;
        if (h.clicked) clicked_ = id;
        active_.clear();
    }
    if (h.hovered) hand_ = true;
    return h;
}

Rect Ui::begin_scroll(std::string_view id, const Rect& r, float height) {
    Scroll& s = scrolls_[std::string(id)];
    s.content = height;
    s.shown = r.h;
    const float limit = std::max(0.0f, height - r.h);
    const bool over = r.contains(px_, py_) && clips_.back().contains(px_, py_) && !blocked();
    if (over && wheel_y_ != 0 && limit > 0) {
        s.target += wheel_y_;
        wheel_y_ = 0;
    }
    if (down_ && touch_ && !locked_ && limit > 0 && scroll_owner_.empty() && r.contains(press_x_, press_y_) && over &&
        std::fabs(py_ - press_y_) > kDragThreshold && std::fabs(py_ - press_y_) > std::fabs(px_ - press_x_)) {
        scroll_owner_ = id;
        active_.clear();
        last_y_ = py_;
    }
    if (scroll_owner_ == id && down_) {
        const float moved = last_y_ - py_;
        last_y_ = py_;
        s.target = s.offset = s.offset + moved;
        if (dt > 0) s.velocity = 0.6f * s.velocity + 0.4f * moved / dt;
    } else if (std::fabs(s.velocity) > 8 && !viewport.reduced_motion) {
        s.target += s.velocity * dt;
        s.velocity *= std::exp(-dt * 5);
        ask_frame();
    } else {
        s.velocity = 0;
    }
    s.target = std::clamp(s.target, 0.0f, limit);
    const float gap = s.target - s.offset;
    if (std::fabs(gap) > 0.5f && !viewport.reduced_motion && scroll_owner_ != id) {
        s.offset += gap * (1 - std::exp(-dt * 25));
        ask_frame();
    } else {
        s.offset = s.target;
    }
    s.offset = std::clamp(s.offset, 0.0f, limit);
    open_scrolls_.push_back({std::string(id), r});
    clip(r);
    return {r.x, px(r.y - s.offset), r.w, height};
}

void Ui::end_scroll() {
    const OpenScroll o = open_scrolls_.back();
    open_scrolls_.pop_back();
    const Scroll& s = scrolls_[o.id];
    if (s.content > s.shown + 1) {
        const float h = std::max(24.0f, s.shown * s.shown / s.content);
        const float y = o.rect.y + (s.shown - h) * s.offset / (s.content - s.shown);
        unclip();
        fill({o.rect.right() + 5, y + 2, 3, h - 4}, fade(theme->line2, 0.8f),
             1.5f);  // next to the content, never over it
        return;
    }
    unclip();
}

void Ui::scroll_to(std::string_view id, float y) {
    Scroll& s = scrolls_[std::string(id)];
    s.target = std::clamp(y, 0.0f, std::max(0.0f, s.content - s.shown));
    s.velocity = 0;
    ask_frame();
}

void Ui::reveal(const Rect& r) {
    constexpr float kAbove = 16;
    if (open_scrolls_.empty()) return;
    const OpenScroll& o = open_scrolls_.back();
    scroll_to(o.id, scrolls_[o.id].offset + r.y - o.rect.y - kAbove);
}

void Ui::begin_layer(const Rect& r, int depth) {
    outer_layers_.push_back(layer_);
    layer_ = depth > 0 ? depth : layer_ + 1;
    layers_.push_back({layer_, r});
    clips_.push_back({0, 0, viewport.w, viewport.h});
    draw->PushClipRect(v2(0, 0), v2(viewport.w, viewport.h), false);
}

void Ui::end_layer() {
    layer_ = outer_layers_.back();
    outer_layers_.pop_back();
    unclip();
}

// ---- meaning ----------------------------------------------------------------------------------------------------

void Ui::record(std::string_view id, std::string_view role, std::string_view name, const Rect& r,
                std::string_view value) {
    if (recording) node(make_node(id, role, name, r, value));
}

void Ui::record_table(std::string_view id, std::string_view name, const Rect& r, TableRows rows) {
    if (recording) node(make_node(id, "table", name, r).with_rows(std::move(rows)));
}

void Ui::node(Node n) {
    if (!recording) return;
    if (n.parent.empty()) n.parent = parent;
    const Rect seen = n.rect.intersect(clips_.back());
    if (!n.rect.empty() && (seen.w < n.rect.w * 0.3f || seen.h < n.rect.h * 0.5f)) n.hidden = true;
    n.layer = layer_;
    if (n.role == "dialog") n.opener = clicked_;
    if (n.visible && !n.hidden && (seen.w < n.rect.w || seen.h < n.rect.h)) n.clip = seen;
    // Scroll a focused element into view.
    if (!open_scrolls_.empty())
        for (const Act& a : acts_)
            if (a.kind == ActKind::focus && a.id == n.id && n.hidden) {
                const OpenScroll& o = open_scrolls_.back();
                scroll_to(o.id, scrolls_[o.id].offset + n.rect.y - o.rect.y - 40);
            }
    tree.add(std::move(n));
}

// What the browser draws lies above the canvas: it is cut where a layer of this frame covers it.
void Ui::cover_prose() {
    for (Node& n : tree.nodes()) {
        if (!n.visible || n.hidden) continue;
        for (const Layer& l : layers_) {
            if (l.depth <= n.layer || !l.rect.overlaps(n.rect)) continue;
            n.clip = uncovered(n.clip.empty() ? n.rect : n.clip, l.rect);
            n.hidden = n.clip.empty();
        }
    }
}

// ---- for the lint -----------------------------------------------------------------------------------------------

void Ui::figure_box(const Rect& r, std::string_view what) {
    if (!linting) return;
    LintFigure f{{r, clips_.back(), std::string(what), layer_, false, false}};
    const Rect inner = r.inset(std::min(2.0f, r.w * 0.25f), std::min(2.0f, r.h * 0.25f));
    // A fill of the same size has its corners on the edge: it is content as well.
    for (const ImDrawVert& v : draw->VtxBuffer)
        if (inner.contains(v.pos.x, v.pos.y) ||
            (std::fabs(v.pos.x - r.x) < 1.5f && std::fabs(v.pos.y - r.cy()) < r.h * 0.5f + 1.5f))
            f.drawn = true;
    lint_figures_.push_back(std::move(f));
}

void Ui::lint_fill(const Rect& r, Color c) {
    constexpr Color kOpaque = 0x60;  // of 0xFF: more than this hides a line
    if ((c >> 24) < kOpaque) return;
    for (LintFigure& f : lint_figures_) {
        if (!f.drawn || f.box.layer != layer_) continue;
        const Rect seen = r.intersect(f.box.rect);
        if (seen.w * seen.h > 0.5f * f.box.rect.w * f.box.rect.h) f.box.covered = true;
    }
}

void Ui::control_box(const Rect& r, std::string_view what) {
    if (linting) boxes.push_back({r, clips_.back(), std::string(what), layer_, true, false});
}

}  // namespace kvx::ui
