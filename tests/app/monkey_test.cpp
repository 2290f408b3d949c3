// Monkey test of the state: random actions through apply and derive, with models imported and deleted in between. After
// each action the page has figures, a view that reuses parts of the last one equals a fresh one, links and sessions
// round-trip, and no action exceeds the time limit. A failing sequence is reduced to the actions it needs.
// MONKEY_ACTIONS and MONKEY_SEED set the number of actions and the seed.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>

#include "app/action.h"
#include "app/codec.h"
#include "app/params/params.h"
#include "app/view.h"
#include "core/support.h"

namespace kvx::app {
namespace {

// CPU time of this thread, sanitizers included: other load on the machine does not count.
constexpr double kMostSeconds = 10;
double processor_seconds() {
#ifdef CLOCK_THREAD_CPUTIME_ID
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
#else
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
#endif
}

int64_t wanted(const char* name, int64_t otherwise) {
    const char* given = std::getenv(name);
    return given ? std::atoll(given) : otherwise;
}

std::string in_quotes(std::string_view text) {
    return "\"" + std::string(text.substr(0, 200)) + "\"";
}
struct Described {
    std::string operator()(const SetParam& a) const { return "SetParam " + a.id + "=" + in_quotes(a.value); }
    std::string operator()(const ResetParam& a) const { return "ResetParam " + a.id; }
    std::string operator()(const Play& a) const { return a.on ? "Play" : "Pause"; }
    std::string operator()(const Restart&) const { return "Restart"; }
    std::string operator()(const Seek& a) const { return "Seek " + std::to_string(a.to); }
    std::string operator()(const Reset&) const { return "Reset"; }
    std::string operator()(const Undo&) const { return "Undo"; }
    std::string operator()(const Tick& a) const { return "Tick " + std::to_string(a.seconds); }
    std::string operator()(const Import& a) const { return "Import " + in_quotes(a.text); }
    std::string operator()(const ForgetModel& a) const { return "ForgetModel " + a.id; }
    std::string operator()(const SetQuery& a) const { return "SetQuery " + in_quotes(a.query); }
    std::string operator()(const DismissNotice&) const { return "DismissNotice"; }
    std::string operator()(const SetTheme&) const { return "SetTheme"; }
    template <class Other>
    std::string operator()(const Other&) const {
        return "of the lab";
    }
};

State first_visit() {
    static const std::string weights = test::asset("learn/model.bin"), report = test::asset("learn/report.json");
    State s;
    s.catalog = test::catalog();
    from_query(s, "");
    apply(s, ProvideModel{weights, report});
    return s;
}

std::string own_config(int which) {
    static const char* const kNames[] = {"A", "B", "C, of two kinds", "A"};
    std::string json = R"({"_name_or_path":")" + std::string(kNames[which % 4]) +
                       R"(","model_type":"llama","hidden_size":2048,"num_hidden_layers":)" +
                       std::to_string(12 * (1 + which % 3)) +
                       R"(,"num_attention_heads":32,"num_key_value_heads":8,"vocab_size":1000,)" +
                       R"("max_position_embeddings":8192,"intermediate_size":8192)";
    if (which % 4 == 2) json += R"(,"sliding_window":1024,"use_sliding_window":true)";
    return json + "}";
}

// A random next action; it looks at the state, so that most actions have an effect.
class Monkey {
  public:
    explicit Monkey(uint64_t seed) : random_(seed) {}

    Action next(const State& s) {
        if (below(12) == 0) links_.push_back(to_query(s));
        switch (below(24)) {
            case 0:
                return ResetParam{std::string(any_param().id)};
            case 1:
                return Play{below(3) > 0};
            case 2:
                return Restart{};
            case 3:
                return Seek{below(2) ? unit() : unit() * 2e5};
            case 4:
                return below(4) ? Action{Undo{}} : Action{Reset{}};
            case 5:
            case 6:
                return Tick{below(8) ? 0.016 : 5.0};
            case 7:
                return Import{below(6) ? own_config(static_cast<int>(below(8))) : "{\"hidden_size\":-1}"};
            case 8:
                return ForgetModel{own_id(s)};
            case 9:
                return SetParam{"model", own_id(s)};
            case 10:
                return links_.empty() ? SetQuery{"?view=training"} : SetQuery{links_[below(links_.size())]};
            case 11:
                return DismissNotice{};
            case 12:
                return SetTheme{below(2) ? Theme::light : Theme::dark};
            case 13:
                return SetParam{"view", value_of(*find_param("view"), s)};
            default: {
                const Param& p = any_param();
                return SetParam{std::string(p.id), value_of(p, s)};
            }
        }
    }

  private:
    uint64_t below(uint64_t n) { return random_() % n; }
    double unit() { return static_cast<double>(random_() >> 11) * 0x1p-53; }
    const Param& any_param() { return params()[below(params().size())]; }
    std::string own_id(const State& s) {
        return s.own_models.empty() ? "own-nobody" : s.own_models[below(s.own_models.size())].model.id;
    }
    std::string value_of(const Param& p, const State& s) {
        static const char* const kOdd[] = {"", "0", "-1", "1e999", "nan", "auto", "<b>", "9223372036854775807", "1k"};
        if (below(12) == 0) return kOdd[below(std::size(kOdd))];
        if (p.choices)
            if (const std::vector<Choice> all = p.choices(s); !all.empty() && below(5))
                return all[below(all.size())].value;
        if (p.kind == ParamKind::toggle) return below(2) ? "1" : "0";
        if (p.kind == ParamKind::text) return below(2) ? "the cat " : std::string(below(40), 'a');
        // uniform in the logarithm, like the sliders
        const double low = std::max(p.min, 1e-3), value = low * std::pow(std::max(p.max, low) / low, unit());
        return p.kind == ParamKind::real ? std::to_string(value) : std::to_string(static_cast<int64_t>(value));
    }

    std::mt19937_64 random_;
    std::vector<std::string> links_;
};

std::string difference(const std::vector<core::Quantity>& kept, const std::vector<core::Quantity>& fresh) {
    if (kept.size() != fresh.size())
        return "a kept view has " + std::to_string(kept.size()) + " figures, a fresh one " +
               std::to_string(fresh.size());
    for (size_t i = 0; i < kept.size(); ++i) {
        const core::Quantity &a = kept[i], &b = fresh[i];
        const bool same = a.value == b.value || (std::isnan(a.value) && std::isnan(b.value));
        if (!same || a.id != b.id || a.substituted != b.substituted || a.note != b.note)
            return "a kept view says " + a.id + " " + a.substituted + ", a fresh one " + b.substituted;
    }
    return "";
}

// One session; each action is checked as it is applied. Returns what went wrong, or "".
class Life {
  public:
    std::string take(const Action& action) {
        const double before = processor_seconds();
        apply(state, action);
        View next = derive(state, view_ ? &*view_ : nullptr);
        view_ = std::move(next);
        const std::vector<core::Quantity> shown = quantities(*view_, state);
        if (const double spent = processor_seconds() - before; spent > kMostSeconds)
            return "worked for " + std::to_string(spent) + " s";
        if (std::string why = difference(shown, quantities(derive(state), state)); !why.empty()) return why;
        for (const core::Quantity& q : shown)
            if (q.label.empty()) return q.id + " has no label";
        return comes_back();
    }
    State state = first_visit();

  private:
    // After a reload: the same models, the same one shown, and from then on the same text. (Two of one name are
    // numbered in order of import, so the first text may differ.)
    std::string comes_back() const {
        const std::string session = to_session(state);
        State again = first_visit_without_model(), later = first_visit_without_model();
        if (from_session(again, session) != SessionRead::whole) return "its own session is refused: " + session;
        if (again.own_models.size() != state.own_models.size()) return "a model of one's own is lost: " + session;
        if (again.model().name != state.model().name || again.model().layer_count() != state.model().layer_count())
            return "another model comes back: " + session;
        const std::string second = to_session(again);
        if (from_session(later, second) != SessionRead::whole || to_session(later) != second)
            return "it changes each time: " + second;
        return "";
    }
    static State first_visit_without_model() {
        State s;
        s.catalog = test::catalog();
        from_query(s, "");
        return s;
    }
    std::optional<View> view_;
};

std::string replay(const std::vector<Action>& actions) {
    Life life;
    for (const Action& action : actions)
        if (std::string why = life.take(action); !why.empty()) return why;
    return "";
}

// Drops halves, quarters … of a failing sequence while it still fails (delta debugging, Zeller and Hildebrandt 2002).
std::vector<Action> shortest(std::vector<Action> actions) {
    for (size_t part = actions.size() / 2; part > 0; part /= 2)
        for (size_t at = 0; at + part <= actions.size();) {
            std::vector<Action> fewer = actions;
            const auto from = fewer.begin() + static_cast<std::ptrdiff_t>(at);
            fewer.erase(from, from + static_cast<std::ptrdiff_t>(part));
            if (!replay(fewer).empty())
                actions = std::move(fewer);
            else
                at += part;
        }
    return actions;
}

TEST(Monkey, NoSequenceOfActionsBreaksThePage) {
    const int64_t count = wanted("MONKEY_ACTIONS", 300), seed = wanted("MONKEY_SEED", 1);
    const bool told =
        std::getenv("MONKEY_ACTIONS") != nullptr;  // prints each action before it runs: a sanitizer ends the process
    Monkey monkey(static_cast<uint64_t>(seed));
    Life life;
    std::vector<Action> done;
    for (int64_t i = 0; i < count; ++i) {
        done.push_back(monkey.next(life.state));
        if (told) std::fprintf(stderr, "%s\n", std::visit(Described{}, done.back()).c_str());
        const std::string why = life.take(done.back());
        if (why.empty()) continue;
        std::string list;
        for (const Action& action : shortest(done)) list += "  " + std::visit(Described{}, action) + "\n";
        FAIL() << "MONKEY_SEED=" << seed << ", action " << i + 1 << ": " << why << "\nminimal sequence:\n" << list;
    }
}

}  // namespace
}  // namespace kvx::app
