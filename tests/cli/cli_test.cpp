// `kvx`: what a person types, and what comes back.
#include <gtest/gtest.h>

#include "cli/run.h"

namespace kvx::cli {
namespace {

struct Answer {
    int code;
    std::string out, err;
};

Answer ask(std::vector<const char*> words) {
    words.insert(words.begin(), "kvx");
    Answer a{};
    a.code = run(static_cast<int>(words.size()), words.data(), a.out, a.err);
    return a;
}

TEST(Kvx, AnswersInATableAndAsJson) {
    const Answer table = ask({"inference", "--model", "llama-3.1-8b", "--device", "h100", "--context", "128K"});
    EXPECT_EQ(table.code, 0) << table.err;
    EXPECT_NE(table.out.find("16.00 GiB"), std::string::npos) << table.out;
    const Answer json = ask({"inference", "--model", "llama-3.1-8b", "--json"});
    EXPECT_EQ(json.code, 0);
    EXPECT_EQ(json.out.front(), '{');
}

TEST(Kvx, ReadsALinkOfThePage) {
    const Answer a = ask({"?view=inference&model=llama-3.1-70b&context=131072&batch=1", "--json"});
    EXPECT_EQ(a.code, 0) << a.err;
    EXPECT_NE(a.out.find("42949672960"), std::string::npos) << "40 GiB of cache";
}

TEST(Kvx, NamesWhatIsWrongAndExitsWithTwo) {
    for (const std::vector<const char*>& words : {std::vector<const char*>{"inference", "--context", "banana"},
                                                  {"inference", "--modell", "x"},
                                                  {"inference", "--model", "no-such"},
                                                  {"nonsense"}}) {
        const Answer a = ask(words);
        EXPECT_EQ(a.code, 2);
        EXPECT_TRUE(a.out.empty());
        EXPECT_FALSE(a.err.empty());
    }
}

TEST(Kvx, ListsModelsAndDevicesAndExplains) {
    EXPECT_NE(ask({"models"}).out.find("DeepSeek-V3"), std::string::npos);
    EXPECT_NE(ask({"devices"}).out.find("H100"), std::string::npos);
    EXPECT_NE(ask({"explain", "kv_per_token", "--model", "llama-3.1-8b"}).out.find("131,072"), std::string::npos);
}

}  // namespace
}  // namespace kvx::cli
