// The registry: every parameter is declared once here and gives the widget, the semantic element, the URL key, the
// console property, the command-line flag and the help text.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/state.h"

namespace kvx::app {

enum class ParamKind : uint8_t { choice, tokens, integer, real, toggle, text };

struct Choice {
    std::string value, label;
};

struct Param {
    std::string_view id;        // URL key, console property and flag without dashes: "kv"
    std::string_view flag;      // command line, without the two dashes: "kv-dtype"
    std::string_view alias;     // another accepted name ("gpu" for device), may be empty
    std::string_view url = {};  // the key a link is written with, when it is not the id
    std::string_view label;     // "KV cache data type"
    std::string_view unit;      // "tokens", "sequences", "" …
    std::string_view help;      // one or two plain sentences
    ParamKind kind;
    double min = 0, max = 0;     // tokens, integer, real
    std::string_view page = {};  // the only page that it concerns; empty: all
    bool per_view = true;        // part of a link (false: remembered only)
    bool derived = false;        // set from others and setting others ("dtype"): never written to a link
    std::vector<Choice> (*choices)(const State&) =
        nullptr;                                 // choice kinds, and suggested stops of tokens/integer kinds
    std::string (*get)(const State&) = nullptr;  // canonical text of the present value
    std::string (*initial)(const State&) =
        nullptr;  // canonical text of the default for this state (device defaults included)
    // Changes the state or returns one sentence saying what is allowed; the state is then untouched. The sentence
    // begins with the value as given
    // ("banana is not a number of tokens (1 to 100M)."), so that a caller can put "context=" or "--context " before it.
    std::string (*set)(State&, std::string_view) = nullptr;
};

std::span<const Param> params();
// Whether a parameter changes what this page shows.
bool concerns(const Param& p, Page page);
const Param* find_param(std::string_view id_or_flag_or_alias);
// The registered name a person most likely meant, or "".
std::string_view nearest_param(std::string_view name);
// The present value as a sentence says it: "128K", "Llama 3.1 8B", "on".
std::string shown_value(const Param& p, const State& s);

// Whether the page shows a model of the list, so that there is a next one.
bool has_model(const State& s);
// The choice `by` places after the present one, going round.
Choice neighbour(const Param& p, const State& s, int by);

// One assignment from a link or a command line, under the name it was given.
struct Assignment {
    const Param* param;
    std::string key, value;
};
struct Refusal {
    const Param* param;       // nullptr: not of a parameter, or of one that does not exist
    std::string key, reason;  // reason as Param::set gave it
};
// Carries assignments out in registry order (a device before its switches, a maximum before the position); the last of
// a repeated one counts.
std::vector<Refusal> assign(State& s, const std::vector<Assignment>& assignments);

}  // namespace kvx::app
