#include "scenes/frame/shortcuts.h"

#include <algorithm>
#include <string>

#include "app/pages.h"
#include "app/params/params.h"

namespace kvx::scenes {

namespace {

// "1 2 3 4": a digit for each page, in the order of the bar.
const std::string& page_keys() {
    static const std::string keys = [] {
        std::string out;
        for (size_t i = 0; i < app::pages().size(); ++i) out += (i == 0 ? "" : " ") + std::to_string(i + 1);
        return out;
    }();
    return keys;
}

const Shortcut kShortcuts[] = {
    {" ", "Space", "play or pause", false},
    {"ArrowLeft ArrowRight", "← →", "one step back, forward", false},
    {"Home End", "Home, End", "to the start, to the end", false},
    {"Tab", "Tab", "to every control", false},
    {"Escape", "Escape", "closes what is open", false},
    {"[ ]", "[ ]", "previous, next model", true},
    {"- + =", "- +", "slower, faster", true},
    {page_keys(), page_keys(), "the pages, as in the bar", true},
    {"p", "p", "presentation for a talk", true},
    {"s", "s", "share, save, export", true},
    {"r u", "r, u", "start over, undo it", true},
    {"t", "t", "light or dark", true},
    {"d", "d", "frame timing", true},
    {"?", "?", "this list", true},
};

bool among(std::string_view keys, std::string_view key) {
    while (!keys.empty()) {
        const std::string_view one = keys == " " ? keys : keys.substr(0, keys.find(' '));
        if (one == key) return true;
        keys.remove_prefix(std::min(one.size() + 1, keys.size()));
    }
    return false;
}

}  // namespace

std::span<const Shortcut> shortcuts() {
    return kShortcuts;
}

bool wants_key(std::string_view key, const app::State& s) {
    if (key == "Tab") return false;  // the browser moves the focus
    for (const Shortcut& k : kShortcuts)
        if (among(k.keys, key)) return !k.single || s.keys;
    return false;
}

void act_on_key(std::string_view key, const app::State& s, std::vector<app::Action>& out) {
    const auto set = [&](std::string_view id, std::string value) {
        out.push_back(app::SetParam{std::string(id), std::move(value)});
    };
    const auto step = [&](std::string_view id, int by) { set(id, app::neighbour(*app::find_param(id), s, by).value); };
    if (key == "[" || key == "]") {
        if (app::has_model(s)) step("model", key == "]" ? 1 : -1);
    } else if (key == "+" || key == "=" || key == "-") {
        const std::vector<app::Choice> speeds = app::find_param("speed")->choices(s);
        const bool faster = key != "-";  // no wrap-around: the fastest speed is not followed by the slowest
        if (app::find_param("speed")->get(s) != (faster ? speeds.back() : speeds.front()).value)
            step("speed", faster ? 1 : -1);
    } else if (among(page_keys(), key)) {
        out.push_back(app::Play{false});
        set("view", std::string(app::pages()[static_cast<size_t>(key[0] - '1')].name));
    } else if (key == "p") {
        set("present", s.in.present ? "0" : "1");
    } else if (key == "r") {
        out.push_back(app::Reset{});
    } else if (key == "u") {
        out.push_back(app::Undo{});
    } else if (key == "d") {
        set("debug", s.debug ? "0" : "1");
    }
}

}  // namespace kvx::scenes
