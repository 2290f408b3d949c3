// Key insights: instructive configurations, each with a sentence whose figures are computed from it.
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
    std::string (*sentence)(const State& there);  // the state with the changes applied
};

const std::vector<Story>& stories();
// The current state with the story's configuration; theme and imports stay.
State with_story(const State& s, const Story& story);
// The link that a press on the story loads.
std::string story_query(const State& s, const Story& story);

}  // namespace kvx::app
