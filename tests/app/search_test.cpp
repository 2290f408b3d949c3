#include "app/search.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/support.h"

namespace kvx::app {
namespace {

State catalog_state() {
    State s;
    s.catalog = test::catalog();
    return s;
}

std::string first(const State& s, const char* id, const char* query) {
    const std::vector<Choice> found = search_choices(s, id, query);
    return found.empty() ? std::string() : found.front().value;
}

TEST(SearchChoices, FindsWhatPeopleType) {
    const State s = catalog_state();
    for (const auto& [query, model] : {std::pair{"qwen3-235b-a22b", "qwen3-235b-a22b"},
                                       {"qwen3 235", "qwen3-235b-a22b"},
                                       {"Llama3.1 70b", "llama-3.1-70b"},
                                       {"70b 3.1 llama", "llama-3.1-70b"},
                                       {"meta-llama/llama-3.1-8b", "llama-3.1-8b"}})
        EXPECT_EQ(first(s, "model", query), model) << query;
    for (const auto& [query, device] : {std::pair{"h200", "h200-sxm-141gb"},
                                        {"4090", "rtx-4090-24gb"},
                                        {"mi300x", "mi300x-192gb"},
                                        {"l4", "l4-24gb"},
                                        {"mi-300x", "mi300x-192gb"},
                                        {"nvidia h100 pcie", "h100-pcie-80gb"}})
        EXPECT_EQ(first(s, "device", query), device) << query;
    EXPECT_FALSE(search_choices(s, "system", "dgx h100").empty());
}

TEST(SearchChoices, EveryRowIsFoundByItsNameAndId) {
    const State s = catalog_state();
    for (const char* id : {"model", "device", "system"})
        for (const Choice& c : find_param(id)->choices(s))
            for (const std::string& query : {c.label, c.value}) {
                const std::vector<Choice> found = search_choices(s, id, query);
                const auto same = [&](const Choice& f) { return f.value == c.value; };
                EXPECT_TRUE(std::any_of(found.begin(), found.end(), same)) << query;
            }
}

TEST(SearchChoices, AnEmptySearchKeepsTheListAndNonsenseEmptiesIt) {
    const State s = catalog_state();
    EXPECT_EQ(search_choices(s, "model", "").size(), s.catalog.models.size());
    EXPECT_TRUE(search_choices(s, "model", "no such model").empty());
    EXPECT_TRUE(search_choices(s, "no-such-list", "x").empty());
}

}  // namespace
}  // namespace kvx::app
