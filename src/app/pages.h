// The pages: one row each says what a page computes, how it plays and what kvx says of it. Whatever depends on the page
// asks its row; only the rows know which pages there are.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/text_report.h"
#include "app/view.h"

namespace kvx::app {

// What an overfull page says aloud.
struct Pressure {
    double share = 0;   // of the memory there is, 1 is full
    std::string words;  // "Memory is full: needs at least 2 devices"
};

struct PageRow {
    Page id{};
    std::string_view name;   // in links; the command of kvx; the folder of its code, which is the module it comes in
    std::string_view label;  // in the bar
    bool first = false;      // its code is part of the first module

    // kvx: its options in short, one line about it for the list of commands, one sentence for its own help.
    std::string_view usage, about, help;

    // Parameters that concern it besides its own: ids, or all that belong to no page.
    std::span<const std::string_view> shared = {};
    bool shares_all = false;

    View (*derive)(const State&, const View* last) = nullptr;  // `last`: the view before; what still holds is kept
    std::vector<core::Quantity> (*quantities)(const View&, const State&) = nullptr;
    std::string (*headline)(const State&, const View&) = nullptr;

    // The rest may be left out.
    // Modules it needs besides its own, as it stands.
    std::vector<std::string_view> (*modules)(const State&) = nullptr;
    bool (*has_model)(const State&) = nullptr;         // it shows a model of the list; unset: it does
    bool (*runs_small_model)(const State&) = nullptr;  // it needs the learn page's model
    void (*seek)(State&, double to) = nullptr;
    void (*play)(State&, bool on) = nullptr;
    void (*tick)(State&, double seconds) = nullptr;  // only while playing
    double (*next_tick)(const State&) = nullptr;     // seconds until playback changes something; unset: at once
    std::string (*paused)(const State&, const View&) = nullptr;  // said aloud when playback ends
    Pressure (*pressure)(const View&) = nullptr;
    TextReport (*report)(const State&, const View&) = nullptr;    // kvx's text; unset: the figures in their groups
    TextReport (*appendix)(const State&, const View&) = nullptr;  // below the groups
};

std::span<const PageRow> pages();
const PageRow& page_row(Page id);
const PageRow& page_row(const State& s);  // of the page that is shown
const PageRow* find_page(std::string_view name);

// Modules that must be there before the state can be derived and drawn, the first one not named.
std::vector<std::string_view> modules_for(const State& s);
// The same for a state that is still a link and a saved session.
std::vector<std::string_view> modules_for(const State& start, std::string_view query, std::string_view session);
bool runs_small_model(const State& s);

}  // namespace kvx::app
