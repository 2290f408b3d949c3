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
    std::string group = {};  // the heading it stands under in a long list; may be empty
};

// The card of controls that holds a parameter.
enum class Section : uint8_t {
    model,
    devices,
    sequences,  // how many, how long
    cache,      // how weights and cache are kept
    requests,
    first_token,  // stands beside the figure that it decides
    cost,
    recipe,  // how a training step is done
    run,
    rate,  // its course through a run
    prompt,
    heads,
    lab,
    shape,    // of the layout page's own cache
    picture,  // view and playback: changes no figure
    app
};

struct Param {
    std::string_view id;                // URL key, console property and flag without dashes: "kv"
    std::string_view flag = {};         // command line, without the two dashes: "kv-dtype"; the id when empty
    std::string_view alias = {};        // another accepted name ("gpu" for device)
    std::string_view url = {};          // the key a link is written with, when it is not the id
    std::string_view label = {};        // "KV cache data type"
    std::string_view short_label = {};  // "Cache format": on a control, where the label does not fit or suit
    std::string_view unit = {};         // "tokens", "sequences", "" …
    std::string_view help = {};         // one or two plain sentences
    ParamKind kind = ParamKind::text;
    double min = 0, max = 0;     // tokens, integer, real
    std::string_view page = {};  // the only page that it concerns; empty: see concerns()
    Section section = Section::app;
    bool per_view = true;  // part of a link (false: only remembered)
    bool derived = false;  // derived from others and sets others ("dtype"): never written to a link
    // of choices; suggested stops of tokens and integers
    std::vector<Choice> (*choices)(const State&) = nullptr;
    std::string (*get)(const State&) = nullptr;      // canonical text of the current value
    std::string (*initial)(const State&) = nullptr;  // canonical text of the default for this state
    // Changes the state, or leaves it and returns one sentence that says what is allowed. The sentence begins with the
    // value as given
    // ("banana is not a number of tokens (1 to 100M)."), so that a caller can put "context=" or "--context " before it.
    std::string (*set)(State&, std::string_view) = nullptr;
    // What a control is called, on the screen and to a screen reader.
    std::string_view control_label() const { return short_label.empty() ? label : short_label; }
};

std::span<const Param> params();
// Whether a parameter changes what this page shows.
bool concerns(const Param& p, Page page);
const Param* find_param(std::string_view id_or_flag_or_alias);
// The registered name that was most likely meant, or "".
std::string_view nearest_param(std::string_view name);
// The current value as written in a sentence: "128K", "Llama 3.1 8B", "on".
std::string shown_value(const Param& p, const State& s);

// Whether the page shows a model from the list, so that there is a next one.
bool has_model(const State& s);
// The choice `by` places after the current one, wrapping around.
Choice neighbour(const Param& p, const State& s, int by);

// One assignment from a link or a command line, with the name as given.
struct Assignment {
    const Param* param;
    std::string key, value;
};
struct Refusal {
    const Param* param;       // nullptr: not of a parameter, or of one that does not exist
    std::string key, reason;  // reason as Param::set gave it
};
// Carries out assignments in registry order (a device before its switches, a maximum before the position); of
// repeated ones, the last counts.
std::vector<Refusal> assign(State& s, const std::vector<Assignment>& assignments);

}  // namespace kvx::app
