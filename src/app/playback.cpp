#include "app/playback.h"

#include <algorithm>
#include <cmath>

#include "app/layout/layout_view.h"
#include "sim/playback.h"

namespace kvx::app {
namespace {

double maximum(const State& s) {
    return static_cast<double>(s.in.context.value);
}

}  // namespace

void move_to(State& s, double tokens) {
    if (std::isnan(tokens)) return;
    s.position = std::clamp(tokens, 0.0, maximum(s));
    const int64_t rounded = std::llround(s.position);
    if (rounded == s.in.context.value) {
        s.in.at.reset();
    } else {
        s.in.at = core::Tokens{rounded};
    }
}

void follow_context(State& s) {
    const bool at_maximum = !s.in.at && !s.playing;
    move_to(s, at_maximum ? maximum(s) : s.position);
}

namespace {

// The training page plays one step slowly, in a loop, or the whole run once.
constexpr double kStepSeconds = 16, kRunSeconds = 24;

double& training_position(State& s) {
    return s.in.pace == Pace::run ? s.in.progress : s.in.phase;
}

void tick_training(State& s, double seconds) {
    double& at = training_position(s);
    at += seconds * s.in.speed / (s.in.pace == Pace::run ? kRunSeconds : kStepSeconds);
    if (at < 1) return;
    if (s.in.pace == Pace::step) {
        at -= std::floor(at);
    } else {
        at = 1;
        s.playing = false;
    }
}

// The learn page plays token by token; only the view knows where the line ends.
constexpr double kTokenSeconds = 0.8;

void tick_learn(State& s, double seconds) {
    s.learn.since_token += seconds * s.in.speed;
    const int tokens = static_cast<int>(s.learn.since_token / kTokenSeconds);
    s.learn.since_token -= tokens * kTokenSeconds;
    if (tokens > 0) seek(s, s.in.learn.token.value_or(0) + tokens);
}

// The layout page adds one column of its picture every interval.
void tick_layout(State& s, double seconds) {
    const double interval = s.in.layout.interval / 1000.0;
    s.since_column += seconds;
    const double columns = std::floor(s.since_column / interval);
    if (columns < 1) return;
    s.since_column -= columns * interval;
    const auto step = static_cast<double>(column_tokens(layout_max(s)));
    const LayoutInputs& in = s.in.layout;
    const double now = in.source == LayoutSource::shape   ? static_cast<double>(in.length)
                       : in.source == LayoutSource::small ? s.in.learn.token.value_or(0)
                                                          : s.position;
    // Whole columns, even if the scrubber stood between two.
    seek(s, (std::floor(now / step) + columns) * step);
    if (in.source == LayoutSource::shape ? in.length >= in.max
                                         : in.source == LayoutSource::model && s.position >= maximum(s))
        s.playing = false;
}

}  // namespace

void seek(State& s, double to) {
    if (s.in.view == "layout" && s.in.layout.source == LayoutSource::shape) {
        if (!std::isnan(to))
            s.in.layout.length = std::llround(std::clamp(to, 0.0, static_cast<double>(s.in.layout.max)));
        return;
    }
    if (s.in.view == "layout" && s.in.layout.source == LayoutSource::small) {
        if (!std::isnan(to)) s.in.learn.token = static_cast<int>(std::clamp(to, 1.0, double{lm::Shape{}.context}));
        return;
    }
    if (s.in.view == "learn") {
        if (!std::isnan(to)) s.in.learn.token = static_cast<int>(std::clamp(to, 1.0, double{lm::Shape{}.context}));
        return;
    }
    if (s.in.view == "training") {
        if (!std::isnan(to)) training_position(s) = std::clamp(to, 0.0, 1.0);
    } else {
        move_to(s, to);
    }
}

double next_tick(const State& s) {
    if (s.in.view == "layout") return std::max(0.0, s.in.layout.interval / 1000.0 - s.since_column);
    if (s.in.view != "learn") return 0;
    return std::max(0.0, (kTokenSeconds - s.learn.since_token) / s.in.speed);
}

void play(State& s, bool on) {
    if (s.in.view == "learn") {
        s.learn.since_token = 0;
        s.playing = on;
        return;
    }
    if (s.in.view == "layout") {
        s.since_column = 0;
        const LayoutInputs& in = s.in.layout;
        const bool at_end = in.source == LayoutSource::shape   ? in.length >= in.max
                            : in.source == LayoutSource::model ? s.position >= maximum(s)
                                                               : false;
        if (on && at_end) seek(s, 0);
        s.playing = on;
        return;
    }
    if (s.in.view == "training") {
        if (on && training_position(s) >= 1) training_position(s) = 0;
        s.playing = on;
        return;
    }
    if (on && s.position >= maximum(s)) move_to(s, 0);
    s.playing = on;
}

void tick(State& s, double seconds) {
    if (!s.playing || !(seconds > 0) || !std::isfinite(seconds)) return;
    if (s.in.view == "learn") return tick_learn(s, seconds);
    if (s.in.view == "layout") return tick_layout(s, seconds);
    if (s.in.view == "training") return tick_training(s, seconds);
    move_to(s, sim::advance(s.position, maximum(s), s.in.speed, seconds));
    if (s.position >= maximum(s)) s.playing = false;
}

}  // namespace kvx::app
