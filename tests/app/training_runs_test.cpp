// Published training runs beside what is computed, and what a first visit to the training page shows.
#include "app/training_runs.h"

#include <gtest/gtest.h>

#include "app/action.h"
#include "app/codec.h"
#include "app/training/training_page.h"
#include "core/support.h"

namespace kvx::app {
namespace {

State on_the_training_page() {
    State s;
    s.catalog = test::catalog();
    welcome(s);
    apply(s, SetParam{"view", "training"});
    return s;
}

TEST(TrainingRuns, OneThatWasMadeIsNeverCalledImpossible) {
    for (const TrainingRun& run : training_runs()) {
        State s = on_the_training_page();
        ASSERT_EQ(take_run(s, run.id), "") << run.id;
        const View v = derive(s);
        ASSERT_EQ(v.training->run, &run);
        const bool fits = v.training->plan.fits;
        EXPECT_EQ(fits, run.gap.empty()) << run.id << ": a computed peak above the device's memory has its known cause";
        const std::string words = training_fit_words(*v.training);
        EXPECT_EQ(words.find("Does not fit"), std::string::npos) << run.id << ": " << words;
        if (!fits) EXPECT_NE(words.find("yet it ran"), std::string::npos) << run.id << ": " << words;
    }
}

TEST(TrainingPage, AFirstVisitOpensOnWhatFits) {
    const View v = derive(on_the_training_page());
    EXPECT_TRUE(v.training->plan.fits) << training_fit_words(*v.training);
}

}  // namespace
}  // namespace kvx::app
