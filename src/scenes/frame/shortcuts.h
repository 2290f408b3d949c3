// All keys in one list: the help panel shows it, the platform consults it, the frame acts on it.
#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "app/action.h"

namespace kvx::scenes {

struct Shortcut {
    std::string_view keys;   // as the browser names them, with spaces between: "ArrowLeft ArrowRight"
    std::string_view shown;  // on the list
    std::string_view what;
    bool single;  // a letter, digit or sign: can be switched off (WCAG 2.1.4)
};
std::span<const Shortcut> shortcuts();
// Whether the app handles a key, so that the page must not.
bool wants_key(std::string_view key, const app::State& s);
// The effect of a single key on the state; keys for the frame itself ("?", "s") are handled there.
void act_on_key(std::string_view key, const app::State& s, std::vector<app::Action>& out);

}  // namespace kvx::scenes
