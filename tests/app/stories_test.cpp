// Insights, comparison and tables: every figure is computed from the configuration, none is typed in.
#include <cctype>
#include <set>

#include "app/answers/compare.h"
#include "app/answers/reference_tables.h"
#include "app/answers/stories.h"
#include "app/codec.h"
#include "app/params/params.h"
#include "app/view.h"
#include "core/support.h"

namespace kvx::app {
namespace {

State state() {
    State s;
    s.catalog = test::catalog();
    return s;
}

TEST(Stories, LoadAndHaveText) {
    const State s = state();
    std::set<std::string> seen;
    for (const Story& story : stories()) {
        for (const auto& [id, value] : story.changes) {
            const Param* p = find_param(id);
            ASSERT_NE(p, nullptr) << story.id << " " << id;
            State there = state();
            EXPECT_EQ(p->set(there, value), "") << story.id << " " << id;
        }
        const State there = with_story(s, story);
        const std::string words = story.sentence(there);
        EXPECT_LE(words.size(), 220u) << words;
        EXPECT_TRUE(seen.insert(std::string(story.id)).second);
        EXPECT_NE(words.find_first_of("0123456789"), std::string::npos) << words;
        // A link brings the same configuration back.
        State back = state();
        from_query(back, story_query(s, story));
        EXPECT_TRUE(back.notices.empty()) << story.id;
        EXPECT_EQ(story.sentence(back), words) << story.id;
    }
    EXPECT_GE(stories().size(), 10u);
}

TEST(Stories, AreAboutServingWhateverPageIsShown) {
    const State plain = state();
    for (const char* page : {"training", "learn", "layout"}) {
        State s = state();
        ASSERT_EQ(find_param("view")->set(s, page), "");
        for (const Story& story : stories()) {
            EXPECT_EQ(story.sentence(with_story(s, story)), story.sentence(with_story(plain, story))) << page;
            EXPECT_EQ(story_query(s, story), story_query(plain, story)) << page;
        }
    }
}

TEST(Stories, FiguresFollowTheModel) {
    const State s = state();
    for (const Story& story : stories()) {
        State there = with_story(s, story), other = there;
        other.in.model = there.in.model == "llama-3.1-70b" ? "deepseek-v3" : "llama-3.1-70b";
        EXPECT_NE(story.sentence(there), story.sentence(other)) << story.id;
    }
}

TEST(Compare, PinsAreLinks) {
    State s = state();
    s.in.pins = with_pin(s);
    EXPECT_EQ(split_pins(s.in.pins).size(), 1u);
    EXPECT_EQ(with_pin(s), s.in.pins) << "the same configuration is pinned once";
    s.in.model = "llama-3.1-70b";
    s.in.devices = 8;
    s.in.pins = with_pin(s);
    s.in.batch = 4;
    const std::vector<Compared> all = compare(s);
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[1].name, "Llama-3.1-8B, H100");
    EXPECT_EQ(all[2].name, "Llama-3.1-70B, 8 × H100");
    for (const Compared& c : all) {
        EXPECT_GT(c.memory.size(), 10u);
        for (size_t i = 1; i < c.memory.size(); ++i) EXPECT_GE(c.memory[i].y, c.memory[i - 1].y);
        EXPECT_FALSE(c.throughput.empty());
    }
    // The whole comparison is in the link.
    State back = state();
    from_query(back, to_query(s));
    EXPECT_TRUE(back.notices.empty());
    EXPECT_EQ(back.in.pins, s.in.pins);
    EXPECT_EQ(split_pins(without_pin(s, 0)).size(), 1u);
}

TEST(Compare, ABadPinIsNamedAndDropped) {
    State s = state();
    EXPECT_NE(find_param("pins")->set(s, "?model=nothing"), "");
    EXPECT_TRUE(s.in.pins.empty());
    EXPECT_EQ(find_param("pins")->set(s, "?model=nothing|?model=llama-3.1-70b"), "");
    EXPECT_EQ(s.in.pins, "?model=llama-3.1-70b");
    EXPECT_EQ(s.notices.size(), 1u);
}

TEST(Tables, CopyAsMarkdownAndCsv) {
    for (const ReferenceTable& t : reference_tables(state())) {
        ASSERT_GE(t.rows.size(), 6u);
        for (const auto& row : t.rows) EXPECT_EQ(row.size(), t.columns.size());
        const std::string markdown = to_markdown(t), csv = to_csv(t);
        EXPECT_NE(markdown.find("---:|"), std::string::npos);
        EXPECT_EQ(static_cast<size_t>(std::count(csv.begin(), csv.end(), '\n')), t.rows.size() + 1);
    }
    // 405B at 128K in BF16: 63 GiB; tables with 126 took 16 KV heads
    const std::vector<ReferenceTable> all = reference_tables(state());
    for (const auto& row : all[0].rows)
        if (row[0] == "Llama-3.1-405B") EXPECT_EQ(row[3], "63.00 GiB");
}

}  // namespace
}  // namespace kvx::app
