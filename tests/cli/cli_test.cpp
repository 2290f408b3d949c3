// `kvx`: command lines and what they print.
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

TEST(Kvx, ShowsTheCustomDeviceOnlyWhereItIsUsed) {
    EXPECT_EQ(ask({"inference"}).out.find("My device"), std::string::npos);
    EXPECT_NE(ask({"inference", "--device", "own"}).out.find("My device"), std::string::npos);
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

TEST(Kvx, RefusesImpossibleParallelismFlagsAndOnlyNotesThemInALink) {
    for (const char* command : {"inference", "training", "explain"}) {
        const Answer a = ask({command, "--model", "gpt-2-1.5b", "--devices", "8", "--tensor-parallel", "2"});
        EXPECT_EQ(a.code, 2) << command;
        EXPECT_NE(a.err.find("--tensor-parallel 2: 25 query heads"), std::string::npos) << a.err;
    }
    for (const char* link : {"?model=gpt-2-1.5b&devices=8&tp=2", "?view=training&model=gpt-2-1.5b&devices=8&tp=2"}) {
        const Answer a = ask({link, "--json"});
        EXPECT_EQ(a.code, 0) << a.err;
        EXPECT_NE(a.out.find("\"notices\":[\"25 query heads"), std::string::npos) << link;
    }
    const Answer fine = ask({"inference", "--model", "llama-3.1-8b", "--devices", "8", "--tp", "2", "--json"});
    EXPECT_EQ(fine.code, 0) << fine.err;
    EXPECT_NE(fine.out.find("\"notices\":[]"), std::string::npos);
}

TEST(Kvx, AnswersAboutServingForTheLinkOfAnyPage) {
    for (const char* command : {"savings", "fits", "insights"}) {
        const std::string wanted = ask({command, "?batch=3", "--json"}).out;
        for (const char* link :
             {"?view=learn&text=abc&batch=3", "?view=layout&batch=3", "?view=layout&source=small&batch=3",
              "?view=layout&source=shape&batch=3", "?view=training&batch=3"}) {
            const Answer a = ask({command, link, "--json"});
            EXPECT_EQ(a.code, 0) << command << " " << link << a.err;
            EXPECT_EQ(a.out, wanted) << command << " " << link;
        }
    }
}

TEST(Kvx, NeverSuggestsTheFlagItRefuses) {
    for (const char* command : {"inference", "training", "learn", "layout", "explain", "savings", "fits", "insights",
                                "tables", "systems", "models", "devices", "params", "help"})
        for (const char* flag :
             {"--json", "--csv", "--markdown", "--filter", "--config", "--model", "--jsn", "--no-json"}) {
            const Answer a = ask({command, flag});
            if (a.code != 0) EXPECT_EQ(a.err.find("mean " + std::string(flag) + "?"), std::string::npos) << a.err;
        }
}

TEST(Kvx, RefusesMoreWordsAfterVersion) {
    EXPECT_EQ(ask({"--version"}).code, 0);
    const Answer a = ask({"--version", "x"});
    EXPECT_EQ(a.code, 2);
    EXPECT_EQ(a.err, "kvx: x is not expected after --version; kvx --help says what is.\n");
}

TEST(Kvx, ListsModelsAndDevicesAndExplains) {
    EXPECT_NE(ask({"models"}).out.find("DeepSeek-V3"), std::string::npos);
    EXPECT_NE(ask({"devices"}).out.find("H100"), std::string::npos);
    EXPECT_NE(ask({"explain", "kv_per_token", "--model", "llama-3.1-8b"}).out.find("131,072"), std::string::npos);
}

}  // namespace
}  // namespace kvx::cli
