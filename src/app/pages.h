// The pages, one row each: what a page computes, how it plays and what kvx prints for it. Code that depends on the page
// asks its row; only the rows know which pages exist.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/text_report.h"
#include "app/view.h"

namespace kvx::app {

// What is announced when memory runs out.
struct Pressure {
    double share = 0;                // of the available memory; 1 is full
    std::string words;               // "Memory is full: needs at least 2 devices"
    std::string_view of = "Memory";  // what is full
};

struct PageRow {
    Page id{};
    std::string_view name;   // in links; the command of kvx; the folder of its code, which is the module it comes in
    std::string_view label;  // in the bar
    bool first = false;      // its code is part of the first module

    // For kvx: its options in short, one line for the list of commands, one sentence for its own help.
    std::string_view usage, about, help;

    // Parameters that apply to it besides its own: ids, or all that belong to no page.
    std::span<const std::string_view> shared = {};
    bool shares_all = false;

    View (*derive)(const State&, const std::shared_ptr<const Subject>& subject,
                   const View* last) = nullptr;  // `last`: the previous view; what still holds is kept
    std::vector<core::Quantity> (*quantities)(const View&, const State&) = nullptr;
    std::string (*headline)(const State&, const View&) = nullptr;

    // The rest is optional.
    // Modules that it needs besides its own in this state.
    std::vector<std::string_view> (*modules)(const State&) = nullptr;
    bool (*has_model)(const State&) = nullptr;         // it shows a model from the list; unset: it does
    bool (*runs_small_model)(const State&) = nullptr;  // it needs the learn page's model
    void (*seek)(State&, double to) = nullptr;
    void (*play)(State&, bool on) = nullptr;
    void (*tick)(State&, double seconds) = nullptr;  // only while playing
    double (*next_tick)(const State&) = nullptr;     // seconds until playback changes something; unset: at once
    std::string (*paused)(const State&, const View&) = nullptr;  // announced when playback ends
    Pressure (*pressure)(const View&) = nullptr;
    std::string (*status)(const State&, const View&) = nullptr;   // the state in sentences; unset: the headline
    std::string (*told)(const State&) = nullptr;                  // announced when it changes, unless it is empty
    TextReport (*report)(const State&, const View&) = nullptr;    // kvx's text; unset: the figures in their groups
    TextReport (*appendix)(const State&, const View&) = nullptr;  // below the groups
};

std::span<const PageRow> pages();
const PageRow& page_row(Page id);
const PageRow& page_row(const State& s);  // of the page that is shown
const PageRow* find_page(std::string_view name);

// Modules that must be loaded before the state can be derived and drawn, not counting the first one.
std::vector<std::string_view> modules_for(const State& s);
// The same for a link and a saved session that have not been applied yet.
std::vector<std::string_view> modules_for(const State& start, std::string_view query, std::string_view session);
bool runs_small_model(const State& s);

}  // namespace kvx::app
