// A parameter is declared once: its row says all that the page, the link, the console and the command line need.
#include "app/params/params.h"

#include <set>

#include "app/params/params_layout.h"
#include "app/params/params_learn.h"
#include "app/params/params_training.h"
#include "core/support.h"

namespace kvx::app {
namespace {

TEST(Registry, EveryRowIsComplete) {
    std::set<std::string_view> names;
    for (const Param& p : params()) {
        EXPECT_FALSE(p.label.empty() || p.help.empty() || p.flag.empty()) << p.id;
        EXPECT_TRUE(p.get != nullptr && p.initial != nullptr && p.set != nullptr) << p.id;
        EXPECT_TRUE(p.kind != ParamKind::choice || p.choices != nullptr) << p.id;
        EXPECT_FALSE(p.control_label().empty()) << p.id;
        for (const std::string_view name : std::set<std::string_view>{p.id, p.flag, p.alias})
            EXPECT_TRUE(name.empty() || names.insert(name).second) << name << " is two parameters";
    }
}

TEST(Registry, NoRowGetsAPageByDefault) {
    for (const auto& [page, rows] :
         {std::pair{"training", training_params()}, {"learn", learn_params()}, {"layout", layout_params()}})
        for (const Param& p : rows) EXPECT_EQ(p.page, page) << p.id;
    for (const char* shared : {"model", "price", "acceptance", "offload", "theme", "own-memory"})
        EXPECT_EQ(find_param(shared)->page, "") << shared;
}

TEST(Registry, NumbersSayWhatIsAllowed) {
    State s;
    s.catalog = test::catalog();
    for (const auto& [id, why] : {std::pair{"batch", "9999 is not a number of sequences (1 to 4096)."},
                                  {"devices", "9999 is not a number of devices (1 to 1024)."},
                                  {"draft", "9999 is not a number of tokens (0 to 16)."},
                                  {"util", "9999 is not a share of the memory (0.5 to 1)."},
                                  {"pue", "9999 is not a power usage effectiveness (1 to 3)."},
                                  {"phase", "9999 is not a share of the step (0 to 1)."},
                                  {"layer", "9999 is not a number from 1 to 3."},
                                  {"cp", "9999 is neither auto nor a number from 1 to 1024."},
                                  {"cache-bits", "9999 is not one of 8, 4, 3, 2, 1."}})
        EXPECT_EQ(find_param(id)->set(s, "9999"), why);
    EXPECT_EQ(find_param("seq")->set(s, "0"), "0 is not a number of tokens (1 to 100M).");
}

}  // namespace
}  // namespace kvx::app
