// What is announced, and what is not.
#include "app/announcer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <string>

#include "app/action.h"
#include "core/support.h"

namespace kvx::app {
namespace {

struct Listener {
    State s;
    View v;
    Announcer announcer;
    Listener() { s.catalog = test::catalog(); }

    // What is said after these changes, one sentence a line, the urgent ones first.
    std::string after(std::initializer_list<Action> actions) {
        for (const Action& a : actions) apply(s, a);
        v = derive(s, &v);
        std::string said;
        for (const Announcement& a : announcer.announce(s, v)) said += (a.assertive ? "! " : "") + a.words + "\n";
        return said;
    }
};

TEST(Announcer, SaysNothingWhileNothingChanges) {
    Listener l;
    EXPECT_EQ(l.after({}), "");
    EXPECT_EQ(l.after({SetParam{"batch", "2"}}), "");
}

TEST(Announcer, SpeaksOfMemoryOnlyWithinAPage) {
    Listener l;
    l.after({});
    EXPECT_EQ(l.after({SetParam{"model", "llama-3.1-405b"}}).substr(0, 18), "! Memory is full. ");
    EXPECT_EQ(l.after({SetParam{"model", "llama-3.1-8b"}}).substr(0, 9), "It fits: ");
    l.after({SetParam{"view", "training"}, SetParam{"model", "llama-3.1-405b"}});
    const std::string said = l.after({SetParam{"view", "inference"}, SetParam{"model", "llama-3.1-8b"}});
    EXPECT_EQ(said.substr(0, 11), "Inference: ");
    EXPECT_EQ(said.find("again"), std::string::npos);
    EXPECT_EQ(said.find('!'), std::string::npos);
}

TEST(Announcer, NamesTheShareThatIsFull) {
    Listener l;
    l.after({SetParam{"view", "training"}, SetParam{"devices", "8"}, SetParam{"zero", "3"}});
    for (int micro = 1; micro <= 64; ++micro) {
        const std::string said = l.after({SetParam{"micro", std::to_string(micro)}});
        const double share = l.v.training->plan.rank().peak() / l.v.training->plan.capacity;
        if (share > 1) break;
        if (share < 0.8) {
            EXPECT_EQ(said, "");
        } else if (!said.empty()) {
            EXPECT_EQ(said,
                      "Memory at the peak is " + std::to_string(static_cast<int>(100 * share)) + " percent full.\n");
            return;
        }
    }
    ADD_FAILURE() << "no size came between 80 percent and full";
}

TEST(Announcer, AResultSaysWhatIsSoNow) {
    Listener l;
    l.after({SetParam{"model", "llama-3.1-70b"}});
    const std::string said = l.after({SetParam{"devices", "8"}, ReportResult{"Serve from 8 devices"}});
    EXPECT_EQ(said.substr(0, 31), "Serve from 8 devices. It fits: ");
    EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
}

TEST(Announcer, TheTitleNamesPageAndHeadline) {
    Listener l;
    l.after({});
    EXPECT_EQ(window_title(l.s, l.v).substr(0, 31), "Inference: Llama-3.1-8B on H100");
    l.after({SetParam{"view", "layout"}});
    EXPECT_EQ(window_title(l.s, l.v).substr(0, 8), "Layout: ");
}

}  // namespace
}  // namespace kvx::app
