// Rows of the registry for plain members of the state, one template a kind. A row gives its names, texts, page and
// section; the template adds how the member is read, checked and written. Fields that a row sets are kept.
#pragma once
#include "app/params/param_tools.h"
#include "app/tour.h"

namespace kvx::app {

// Finds a member in the state by the structure it belongs to.
inline State& part_of(State& s, const State*) {
    return s;
}
inline Inputs& part_of(State& s, const Inputs*) {
    return s.in;
}
inline core::ServingInput& part_of(State& s, const core::ServingInput*) {
    return s.in.serving;
}
inline core::TrainingChoice& part_of(State& s, const core::TrainingChoice*) {
    return s.in.training;
}
inline core::RatePlan& part_of(State& s, const core::RatePlan*) {
    return s.in.training.rate;
}
inline LearnInputs& part_of(State& s, const LearnInputs*) {
    return s.in.learn;
}
inline LayoutInputs& part_of(State& s, const LayoutInputs*) {
    return s.in.layout;
}
inline lm::TrainConfig& part_of(State& s, const lm::TrainConfig*) {
    return s.in.learn.lab;
}
// The default of a member; on the learn page the tour step decides.
template <class Part>
const Part& initial_part(const State&, const Part*) {
    static const Part initial{};
    return initial;
}
inline lm::TrainConfig initial_part(const State&, const lm::TrainConfig*) {
    return LearnInputs().lab;
}
inline LearnInputs initial_part(const State& s, const LearnInputs*) {
    return tour_inputs(s.in.learn.tour);
}
template <auto member>
struct Field;
template <class Part, class T, T Part::*member>
struct Field<member> {
    using Type = T;
    static T& of(State& s) { return part_of(s, static_cast<const Part*>(nullptr)).*member; }
    static const T& of(const State& s) { return of(const_cast<State&>(s)); }
    static T initial(const State& s) { return initial_part(s, static_cast<const Part*>(nullptr)).*member; }
};
// The number inside Tokens, Seconds …, or the plain number itself.
template <class T>
constexpr auto& number_in(T& t) {
    if constexpr (requires { t.value; })
        return t.value;
    else
        return t;
}

constexpr Param of_kind(Param p, ParamKind kind) {
    p.kind = kind;
    if (p.flag.empty()) p.flag = p.id;
    return p;
}

// A choice whose values are those of an enumeration, in order.
template <auto member, std::vector<Choice> (*list)(const State&)>
constexpr Param choice_row(Param p) {
    using F = Field<member>;
    p = of_kind(p, ParamKind::choice);
    p.choices = list;
    p.get = [](const State& s) { return list(s)[static_cast<size_t>(F::of(s))].value; };
    p.initial = [](const State& s) { return list(s)[static_cast<size_t>(F::initial(s))].value; };
    p.set = [](State& s, std::string_view v) { return set_choice(v, list(s), F::of(s)); };
    return p;
}

// A choice that is kept by its name.
template <auto member, std::vector<Choice> (*list)(const State&)>
constexpr Param named_row(Param p) {
    using F = Field<member>;
    p = of_kind(p, ParamKind::choice);
    p.choices = list;
    p.get = [](const State& s) { return F::of(s); };
    p.initial = [](const State& s) { return F::initial(s); };
    if (p.set == nullptr)
        p.set = [](State& s, std::string_view v) {
            const std::string wanted = lower(trimmed(v));
            const std::vector<Choice> all = list(s);
            for (const Choice& c : all)
                if (c.value == wanted) return F::of(s) = wanted, std::string();
            return refuse_choice(v, all);
        };
    return p;
}

// A choice between whole numbers.
template <auto member, std::vector<Choice> (*list)(const State&)>
constexpr Param number_choice_row(Param p) {
    using F = Field<member>;
    p = of_kind(p, ParamKind::choice);
    p.choices = list;
    p.get = [](const State& s) { return whole(F::of(s)); };
    p.initial = [](const State& s) { return whole(F::initial(s)); };
    p.set = [](State& s, std::string_view v) {
        const std::vector<Choice> all = list(s);
        int64_t n = 0;
        if (parse_integer(v, n))
            for (const Choice& c : all)
                if (c.value == whole(n)) return F::of(s) = static_cast<typename F::Type>(n), std::string();
        return refuse_choice(v, all);
    };
    return p;
}

// Ranks of one kind of parallelism; unset: divided automatically.
template <auto member>
constexpr Param degree_row(Param p) {
    using F = Field<member>;
    p = of_kind(p, ParamKind::choice);
    p.choices = degree_choices;
    p.get = [](const State& s) { return F::of(s) ? whole(*F::of(s)) : std::string("auto"); };
    p.initial = automatic;
    p.set = [](State& s, std::string_view v) {
        int64_t n = 0;
        if (lower(trimmed(v)) == "auto") return F::of(s) = std::nullopt, std::string();
        if (!parse_integer(v, n) || n < 1 || n > core::kMostDevices)
            return refuse(v, "is neither auto nor a number from 1 to " + whole(core::kMostDevices));
        F::of(s) = static_cast<int>(n);
        return std::string();
    };
    return p;
}

template <auto member>
constexpr Param toggle_row(Param p) {
    using F = Field<member>;
    p = of_kind(p, ParamKind::toggle);
    p.get = [](const State& s) { return std::string(F::of(s) ? "1" : "0"); };
    p.initial = [](const State& s) { return std::string(F::initial(s) ? "1" : "0"); };
    p.set = [](State& s, std::string_view v) { return set_toggle(v, F::of(s)); };
    return p;
}

// `of`: what is counted ("sequences"), for the sentence that refuses.
template <auto member, int64_t most, int64_t least = 1, const char* of = nullptr>
constexpr Param integer_row(Param p) {
    using F = Field<member>;
    p = of_kind(p, ParamKind::integer);
    p.min = static_cast<double>(least);
    p.max = static_cast<double>(most);
    p.get = [](const State& s) { return whole(F::of(s)); };
    p.initial = [](const State& s) { return whole(F::initial(s)); };
    p.set = [](State& s, std::string_view v) {
        int64_t n = 0;
        if (!parse_integer(v, n) || n < least || n > most)
            return refuse(v, of == nullptr ? "is not a number from " + whole(least) + " to " + whole(most)
                                           : "is not a number of " + std::string(of) + " (" + whole(least) + " to " +
                                                 whole(most) + ")");
        F::of(s) = static_cast<typename F::Type>(n);
        return std::string();
    };
    return p;
}

// `then`: what follows from the new number.
template <auto member, int64_t least, void (*then)(State&) = nullptr>
constexpr Param tokens_row(Param p) {
    using F = Field<member>;
    p = of_kind(p, ParamKind::tokens);
    p.unit = "tokens";
    p.min = static_cast<double>(least);
    p.max = static_cast<double>(kLargestContext);
    p.get = [](const State& s) { return whole(number_in(F::of(s))); };
    p.initial = [](const State& s) {
        const auto initial = F::initial(s);
        return whole(number_in(initial));
    };
    p.set = [](State& s, std::string_view v) {
        int64_t n = 0;
        if (!parse_token_count(v, n) || n < least || n > kLargestContext)
            return refuse(v, "is not a number of tokens (" + whole(least) + " to 100M)");
        number_in(F::of(s)) = n;
        if (then != nullptr) then(s);
        return std::string();
    };
    return p;
}

// A real number and what it is, for the sentence that refuses: "is not a share (0 to 1)".
struct Allowed {
    double least, most;
    std::string_view what;
};
inline constexpr Allowed kShare{0, 1, "a share"};

template <auto member, const Allowed& allowed>
constexpr Param real_row(Param p) {
    using F = Field<member>;
    p = of_kind(p, ParamKind::real);
    p.min = allowed.least;
    p.max = allowed.most;
    p.get = [](const State& s) { return real_text(number_in(F::of(s))); };
    p.initial = [](const State& s) {
        const auto initial = F::initial(s);
        return real_text(number_in(initial));
    };
    p.set = [](State& s, std::string_view v) {
        const std::string why = "is not " + std::string(allowed.what) + " (" + real_text(allowed.least) + " to " +
                                real_text(allowed.most) + ")";
        return set_real(v, allowed.least, allowed.most, why, number_in(F::of(s)));
    };
    return p;
}

// Text that the row itself checks in `set`.
template <auto member>
constexpr Param text_row(Param p) {
    using F = Field<member>;
    p = of_kind(p, ParamKind::text);
    p.get = [](const State& s) { return F::of(s); };
    p.initial = [](const State& s) { return F::initial(s); };
    return p;
}

}  // namespace kvx::app
