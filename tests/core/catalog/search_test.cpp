#include "core/catalog/search.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kvx::core {
namespace {

Match match(const char* query, std::vector<std::string> texts) {
    return search_match(query, texts);
}

TEST(Search, IgnoresCaseAndSeparators) {
    for (const char* typed :
         {"qwen3-235b-a22b", "QWEN3 235B A22B", "qwen3_235b.a22b", "qwen3235ba22b", "a22b qwen3", "3-235b"})
        EXPECT_NE(match(typed, {"Qwen3-235B-A22B"}), Match::none) << typed;
    EXPECT_NE(match("Llama3.1 70b", {"Llama-3.1-70B"}), Match::none);
    EXPECT_NE(match("llama 3.1 70", {"Llama-3.1-70B"}), Match::none);
}

TEST(Search, IgnoresTheBOfASize) {
    EXPECT_EQ(match("qwen3-235-a22", {"Qwen3-235B-A22B"}), Match::without_sizes);
    EXPECT_EQ(match("r1 671b", {"DeepSeek-R1 671"}), Match::without_sizes);
    EXPECT_EQ(match("b200", {"NVIDIA 200"}), Match::none) << "only at the end of a size";
}

TEST(Search, WantsEveryWordInAnyOrderAndAnyText) {
    EXPECT_NE(match("70b meta", {"Llama-3.1-70B", "meta-llama/Llama-3.1-70B"}), Match::none);
    EXPECT_EQ(match("llama 405b", {"Llama-3.1-70B"}), Match::none);
}

TEST(Search, PrefersWholeWordsToBeginningsToParts) {
    EXPECT_EQ(match("l4", {"NVIDIA L4 24GB"}), Match::whole_words);
    EXPECT_EQ(match("l4", {"NVIDIA L40S 48GB"}), Match::at_start);
    EXPECT_EQ(match("h200", {"GH200"}), Match::inside);
}

TEST(Search, NothingTypedFitsEverything) {
    EXPECT_NE(match("", {"Llama"}), Match::none);
    EXPECT_NE(match("  - . ", {"Llama"}), Match::none);
    EXPECT_EQ(match("llama", {}), Match::none);
}

}  // namespace
}  // namespace kvx::core
