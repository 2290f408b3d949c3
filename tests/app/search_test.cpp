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

TEST(SearchChoices, TheFirstRowIsTheOneThatWasMeant) {
    const State s = catalog_state();
    for (const auto& [query, device] : {std::pair{"3090", "rtx-3090-24gb"},
                                        {"rtx 3090", "rtx-3090-24gb"},
                                        {"4090", "rtx-4090-24gb"},
                                        {"5090", "rtx-5090-32gb"},
                                        {"rtx pro 6000", "rtx-pro-6000-96gb"},
                                        {"7900 xtx", "rx-7900-xtx-24gb"},
                                        {"7900xtx", "rx-7900-xtx-24gb"},
                                        {"strix halo", "ryzen-ai-max-395"},
                                        {"ryzen ai max", "ryzen-ai-max-395"},
                                        {"spark", "dgx-spark-gb10"},
                                        {"dgx spark", "dgx-spark-gb10"},
                                        {"jetson thor", "jetson-thor-128gb"},
                                        {"orin", "jetson-agx-orin-64gb"},
                                        {"mac m4 max", "apple-m4-max"},
                                        {"m4 max", "apple-m4-max"},
                                        {"m3 ultra", "apple-m3-ultra"},
                                        {"m4", "apple-m4"},
                                        {"mac mini m4 pro", "apple-m4-pro"},
                                        {"h100", "h100-sxm-80gb"},
                                        {"h20", "h20-96gb"},
                                        {"h800", "h800-80gb"},
                                        {"gh200", "gh200-96gb"},
                                        {"l40", "l40-48gb"},
                                        {"l40s", "l40s-48gb"},
                                        {"a100 80gb", "a100-sxm-80gb"},
                                        {"mi355x", "mi355x-288gb"},
                                        {"910b", "ascend-910b-64gb"},
                                        {"trn1", "trainium1"}})
        EXPECT_EQ(first(s, "device", query), device) << query;
    for (const auto& [query, model] : {std::pair{"qwen3.5 9b", "qwen3.5-9b"},
                                       {"qwen3.6 27b", "qwen3.6-27b"},
                                       {"qwen3 coder 30b", "qwen3-30b-a3b-2507"},
                                       {"qwq", "qwen2.5-32b"},
                                       {"gpt oss", "gpt-oss-20b"},
                                       {"gpt-oss 120b", "gpt-oss-120b"},
                                       {"r1", "deepseek-r1"},
                                       {"deepseek r1", "deepseek-r1"},
                                       {"deepseek v3.2", "deepseek-v3.2"},
                                       {"r1 distill llama 70b", "llama-3.1-70b"},
                                       {"kimi k2 thinking", "kimi-k2"},
                                       {"kimi k2.6", "kimi-k2.5"},
                                       {"glm 4.6", "glm-4.6"},
                                       {"glm 4.7", "glm-4.6"},
                                       {"glm 4.7 flash", "glm-4.7-flash"},
                                       {"minimax m2", "minimax-m2.7"},
                                       {"mistral large 3", "mistral-large-3-675b"},
                                       {"ministral 8b", "ministral-3-8b"},
                                       {"devstral small 2", "devstral-small-2-24b"},
                                       {"nemotron 3 nano", "nemotron-3-nano-30b-a3b"},
                                       {"hy3", "hy3-295b-a21b"},
                                       {"ernie 21b", "ernie-4.5-21b-a3b"},
                                       {"granite small", "granite-4.0-h-small"},
                                       {"llama 70b", "llama-3.1-70b"},
                                       {"gemma 3 27b", "gemma-3-27b"}})
        EXPECT_EQ(first(s, "model", query), model) << query;
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
