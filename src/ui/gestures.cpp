#include "ui/gestures.h"

#include <algorithm>
#include <cmath>

namespace kvx::ui {

namespace {

constexpr float kSwipeLength = 56, kSwipeSlope = 1.8f;  // CSS px; level : upright
constexpr double kSwipeSeconds = 0.6;

template <class F>
float distance(const F& a, const F& b) {
    return std::max(1.0f, std::hypot(a.x - b.x, a.y - b.y));
}

}  // namespace

Gestures::Finger* Gestures::find(int id) {
    const auto it = std::find_if(fingers_.begin(), fingers_.end(), [&](const Finger& f) { return f.id == id; });
    return it == fingers_.end() ? nullptr : &*it;
}

void Gestures::down(int id, float x, float y) {
    if (find(id) || fingers_.size() == 2) return;
    fingers_.push_back({id, x, y, x, y});
    alone_ = fingers_.size() == 1;
    if (alone_) return;
    start_distance_ = distance(fingers_[0], fingers_[1]);
    ++pinches_;
}

void Gestures::move(int id, float x, float y) {
    if (Finger* f = find(id)) f->x = x, f->y = y;
}

void Gestures::up(int id, double time) {
    const Finger* f = find(id);
    if (!f) return;
    const float dx = f->x - f->from_x, dy = f->y - f->from_y;
    if (alone_ && (f->since < 0 || time - f->since < kSwipeSeconds) && std::fabs(dx) >= kSwipeLength &&
        std::fabs(dx) > kSwipeSlope * std::fabs(dy))
        swipe_ = dx < 0 ? -1 : 1;
    first_ = *f;
    fingers_.erase(fingers_.begin() + (f - fingers_.data()));
}

void Gestures::begin_frame(double time) {
    for (Finger& f : fingers_)
        if (f.since < 0) f.since = time;
}

void Gestures::cancel() {
    fingers_.clear();
    swipe_ = 0;
}

float Gestures::scale() const {
    return pinching() ? distance(fingers_[0], fingers_[1]) / start_distance_ : 1;
}
float Gestures::centre_x() const {
    return pinching() ? (fingers_[0].x + fingers_[1].x) * 0.5f : 0;
}
float Gestures::centre_y() const {
    return pinching() ? (fingers_[0].y + fingers_[1].y) * 0.5f : 0;
}

}  // namespace kvx::ui
