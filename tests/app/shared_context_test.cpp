// Decode-context parallelism: a device holds a share of every sequence; figures are about the whole sequence.
#include <map>

#include "app/action.h"
#include "app/codec.h"
#include "app/report.h"
#include "app/support.h"
#include "app/view.h"
#include "core/support.h"

namespace kvx::app {
namespace {

std::map<std::string, core::Quantity> figures_of(const State& s) {
    std::map<std::string, core::Quantity> out;
    for (core::Quantity& q : quantities(derive(s), s)) out.emplace(q.id, q);
    return out;
}

const char* const kShared =
    "?view=inference&model=deepseek-v3&gpu=h200-sxm-141gb&devices=8&weights=fp8&batch=16&tp=8&dcp=8&context=";

TEST(SharedContext, FiguresSpeakOfTheWholeSequence) {
    const State s = state_of(std::string(kShared) + "65536");
    const View v = derive(s);
    ASSERT_EQ(v.spread.parallelism.dcp, 8);
    const auto figures = figures_of(s);
    EXPECT_EQ(figures.at("context_max").value, 65536);
    EXPECT_EQ(figures.at("fits_context").value, static_cast<double>(v.full_at.value));
    EXPECT_GT(v.full_at.value, 65536);
}

TEST(SharedContext, CurvesEndAtTheWholeSequence) {
    const View v = derive(state_of(std::string(kShared) + "65530"));
    EXPECT_EQ(core::memory_curve(v.input, 24, false).back().context.value, 65530);
    EXPECT_EQ(core::memory_curve(v.input, 24, true).front().context.value, 1024);
}

TEST(SharedContext, TheLongestContextThatFitsIsWhereItStopsFitting) {
    const int64_t longest = derive(state_of(std::string(kShared) + "65536")).full_at.value;
    EXPECT_LE(derive(state_of(kShared + std::to_string(longest))).plan.pressure, 1);
    EXPECT_GT(derive(state_of(kShared + std::to_string(longest + 16 * 8))).plan.pressure, 1);
}

}  // namespace
}  // namespace kvx::app
