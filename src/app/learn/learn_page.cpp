#include "app/learn/learn_page.h"

#include <algorithm>

namespace kvx::app {

namespace {

constexpr double kTokenSeconds = 0.8;  // it plays one token after another; where the line ends only the view knows

}  // namespace

View derive_learn_page(const State& s, const View* last) {
    View v;
    v.subject = subject_of(s, last);
    v.requested = v.input = input_at(s, *v.subject, s.in.at.value_or(s.in.context));
    v.learn = derive_learn(s, last != nullptr ? last->learn : nullptr);
    return v;
}

std::vector<core::Quantity> learn_quantities(const View& v, const State& s) {
    return v.learn ? explain_learn(s, *v.learn) : std::vector<core::Quantity>();
}

std::string learn_headline(const State&, const View&) {
    return "Inside a small transformer that runs here";
}

void seek_learn(State& s, double token) {
    s.in.learn.token = static_cast<int>(std::clamp(token, 1.0, double{lm::Shape{}.context}));
}

void play_learn(State& s, bool on) {
    s.learn.since_token = 0;
    s.playing = on;
}

void tick_learn(State& s, double seconds) {
    s.learn.since_token += seconds * s.in.speed;
    const int tokens = static_cast<int>(s.learn.since_token / kTokenSeconds);
    s.learn.since_token -= tokens * kTokenSeconds;
    if (tokens > 0) seek_learn(s, s.in.learn.token.value_or(0) + tokens);
}

double next_tick_learn(const State& s) {
    return std::max(0.0, (kTokenSeconds - s.learn.since_token) / s.in.speed);
}

std::string learn_paused(const State& s, const View& v) {
    return v.learn ? explain_step(s, *v.learn, Depth::brief) : std::string("Paused");
}

TextReport learn_report(const State& s, const View& view) {
    if (!view.learn) return {.before = s.learn.trouble};
    const LearnView& v = *view.learn;
    const int n = shown_token(s.in.learn, v);
    const auto at = static_cast<size_t>(n - 1);
    TextTable prompt{
        "prompt",
        {{"Prompt", s.in.learn.text},
         {"Token", std::to_string(n) + " of " + std::to_string(v.count()) + ", " + lm::name_of(v.tokens[at])},
         {"Expected next", lm::name_of(v.steps[at].best())}}};
    TextTable figures{"figures", {}}, without{"without a cache", {}}, with{"with the cache", {}};
    for (const core::Quantity& q : explain_learn(s, v)) {
        TextTable& table = q.id.ends_with("_without") ? without : q.id.ends_with("_with") ? with : figures;
        table.rows.push_back({q.label, q.shown()});
    }
    return {.tables = {prompt, figures, without, with}, .after = explain_step(s, v, Depth::longer), .aligned = true};
}

}  // namespace kvx::app
