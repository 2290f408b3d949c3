// Key insights: configurations that show something, each with a sentence whose figures are computed from it.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/state.h"

namespace kvx::app {

struct Story {
    std::string_view id, title;
    std::vector<std::pair<std::string_view, std::string_view>>
        changes;                                  // parameter, value; all others at their default
    std::string (*sentence)(const State& there);  // the state with the changes made
};

const std::vector<Story>& stories();
// The present state with the story's configuration; what has nothing to do with it (theme, imports) stays.
State with_story(const State& s, const Story& story);
// The link of a story: what a press on it loads.
std::string story_query(const State& s, const Story& story);

}  // namespace kvx::app
