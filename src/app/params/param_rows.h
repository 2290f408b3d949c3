// Rows of the registry for plain members of the state: one template a kind.
#pragma once
#include "app/params/param_tools.h"
#include "app/tour.h"

namespace kvx::app {

// Where a member lives in the state, by the structure it belongs to.
inline Inputs& part_of(State& s, const Inputs*) {
    return s.in;
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
// The page that its parameters concern.
constexpr std::string_view page_of(const void*) {
    return "training";
}
constexpr std::string_view page_of(const LearnInputs*) {
    return "learn";
}
constexpr std::string_view page_of(const LayoutInputs*) {
    return "layout";
}
constexpr std::string_view page_of(const lm::TrainConfig*) {
    return "learn";
}
// What a member is when nobody set it; on the learn page a step of the tour decides.
template <class Part>
Part initial_part(const State&, const Part*) {
    return Part();
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
    static constexpr std::string_view page = page_of(static_cast<const Part*>(nullptr));
    static T& of(State& s) { return part_of(s, static_cast<const Part*>(nullptr)).*member; }
    static const T& of(const State& s) { return of(const_cast<State&>(s)); }
    static T initial(const State& s) { return initial_part(s, static_cast<const Part*>(nullptr)).*member; }
};

constexpr Param row(ParamKind kind, std::string_view page, std::string_view id, std::string_view alias,
                    std::string_view label, std::string_view help) {
    return {.id = id, .flag = id, .alias = alias, .label = label, .unit = "", .help = help, .kind = kind, .page = page};
}

// A choice whose value is one of an enumeration, in the order of its list.
template <auto member, std::vector<Choice> (*choices)(const State&)>
constexpr Param choice_row(std::string_view id, std::string_view alias, std::string_view label, std::string_view help) {
    using F = Field<member>;
    Param p = row(ParamKind::choice, F::page, id, alias, label, help);
    p.choices = choices;
    p.get = [](const State& s) { return choices(s)[static_cast<size_t>(F::of(s))].value; };
    p.initial = [](const State& s) { return choices(s)[static_cast<size_t>(F::initial(s))].value; };
    p.set = [](State& s, std::string_view v) { return set_choice(v, choices(s), F::of(s)); };
    return p;
}

template <auto member>
constexpr Param toggle_row(std::string_view id, std::string_view label, std::string_view help) {
    using F = Field<member>;
    Param p = row(ParamKind::toggle, F::page, id, "", label, help);
    p.get = [](const State& s) { return std::string(F::of(s) ? "1" : "0"); };
    p.initial = [](const State& s) { return std::string(F::initial(s) ? "1" : "0"); };
    p.set = [](State& s, std::string_view v) { return set_toggle(v, F::of(s)); };
    return p;
}

template <auto member, int64_t most, int64_t least = 1>
constexpr Param integer_row(std::string_view id, std::string_view alias, std::string_view label, std::string_view unit,
                            std::string_view help, std::vector<Choice> (*choices)(const State&)) {
    using F = Field<member>;
    Param p = row(ParamKind::integer, F::page, id, alias, label, help);
    p.unit = unit;
    p.min = static_cast<double>(least);
    p.max = static_cast<double>(most);
    p.choices = choices;
    p.get = [](const State& s) { return whole(F::of(s)); };
    p.initial = [](const State& s) { return whole(F::initial(s)); };
    p.set = [](State& s, std::string_view v) {
        int64_t n = 0;
        if (!parse_integer(v, n) || n < least || n > most)
            return refuse(v, "is not a number from " + std::to_string(least) + " to " + std::to_string(most));
        F::of(s) = static_cast<typename F::Type>(n);
        return std::string();
    };
    return p;
}

}  // namespace kvx::app
