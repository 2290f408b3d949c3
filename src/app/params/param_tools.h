// What the rows of the registry are written with: readers of values that refuse in one sentence.
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "app/numbers.h"
#include "app/params/params.h"
#include "app/text.h"
#include "core/catalog/cluster.h"

namespace kvx::app {

inline constexpr int64_t kLargestContext = 100'000'000;

inline std::string whole(int64_t value) {
    return std::to_string(value);
}
inline std::string refuse(std::string_view value, std::string_view why) {
    return shown_input(value) + " " + std::string(why) + ".";
}

// "… is not one of a, b, c": what a refused choice is told.
inline std::string refuse_choice(std::string_view value, const std::vector<Choice>& choices) {
    std::string why = "is not one of ";
    for (const Choice& choice : choices) why += (&choice == &choices.front() ? "" : ", ") + choice.value;
    return refuse(value, why);
}

template <class Enum>
inline std::string set_choice(std::string_view value, const std::vector<Choice>& choices, Enum& out) {
    const std::string wanted = lower(trimmed(value));
    for (size_t i = 0; i < choices.size(); ++i) {
        if (choices[i].value == wanted) {
            out = static_cast<Enum>(i);
            return {};
        }
    }
    return refuse_choice(value, choices);
}

inline std::vector<Choice> whole_choices(std::initializer_list<int> values) {
    std::vector<Choice> result;
    for (const int v : values) result.push_back({whole(v), whole(v)});
    return result;
}
inline std::vector<Choice> degree_choices(const State&) {
    std::vector<Choice> result = {{"auto", "Auto"}};
    for (Choice& c : whole_choices({1, 2, 3, 4, 6, 8, 9, 12, 16, 24, 32, 36, 64, 72, 128, 256, 512, 1024}))
        result.push_back(std::move(c));
    return result;
}
inline std::string set_toggle(std::string_view value, bool& out) {
    return parse_switch(value, out) ? std::string() : refuse(value, "is neither 1 (on) nor 0 (off)");
}

// `value` keeps six significant digits, which is what a link carries.
inline std::string set_real(std::string_view value, double least, double most, std::string_view why, double& out) {
    double number = 0;
    if (!parse_real(value, number) || number < least || number > most) return refuse(value, why);
    parse_real(real_text(number), out);
    return {};
}

using Degree = std::optional<int> Inputs::*;
template <Degree member>
std::string get_degree(const State& s) {
    return s.in.*member ? whole(*(s.in.*member)) : std::string("auto");
}
template <Degree member>
std::string set_degree(State& s, std::string_view value) {
    int64_t n = 0;
    if (lower(trimmed(value)) == "auto") return s.in.*member = std::nullopt, std::string();
    if (!parse_integer(value, n) || n < 1 || n > core::kMostDevices)
        return refuse(value, "is neither auto nor a number from 1 to 1024");
    s.in.*member = static_cast<int>(n);
    return {};
}
inline std::string automatic(const State&) {
    return "auto";
}

}  // namespace kvx::app
