// Core's pipeline replay: equal to the plain one where it replays everything, bounded where that would grow too large.
#include <gtest/gtest.h>

#include <cmath>

#include "core/training/full_replay.h"
#include "core/training/pipeline_schedule.h"

namespace kvx::core {
namespace {

constexpr PipelineSchedule kAll[] = {PipelineSchedule::gpipe,         PipelineSchedule::one_f_one_b,
                                     PipelineSchedule::interleaved,   PipelineSchedule::zero_bubble,
                                     PipelineSchedule::zero_bubble_v, PipelineSchedule::dual_pipe};
const PassTimes kEven{{1}, {1}, {1}}, kUneven{{1}, {1.3}, {0.9}}, kAdapters{{1.07}, {2.2}, {0}};

void expect_same(const PipelineRun& run, const test::FullReplay& full) {
    EXPECT_EQ(run.most_held, full.most_held);
    EXPECT_EQ(run.length, full.length);
    EXPECT_EQ(run.busy, full.busy);
    ASSERT_EQ(run.pass_count(), full.passes.size());
    std::vector<size_t> at(run.passes.size(), 0);
    for (const test::FullPass& x : full.passes) {
        const auto r = static_cast<size_t>(x.rank);
        const Pass& mine = run.passes[r][at[r]++];
        ASSERT_EQ(mine.start, x.start);
        ASSERT_EQ(mine.end, x.end);
        ASSERT_EQ(mine.micro_batch, x.micro_batch);
        ASSERT_EQ(mine.kind, x.kind);
        ASSERT_EQ(mine.chunk, x.chunk);
    }
}

TEST(Pipeline, EqualsThePlainReplay) {
    for (const PipelineSchedule s : kAll)
        for (const PassTimes& t : {kEven, kUneven, kAdapters})
            for (const int p : {1, 2, 3, 4, 6, 8, 12})
                for (const int chunks : {1, 2, 3}) {
                    if (s == PipelineSchedule::dual_pipe && p % 2 != 0) continue;
                    if (chunks > 1 && s != PipelineSchedule::interleaved) continue;
                    for (const int m : {p, 2 * p, 3 * p}) {
                        SCOPED_TRACE(testing::Message() << "schedule " << static_cast<int>(s) << ", " << p << " ranks, "
                                                        << m << " micro-batches, " << chunks);
                        expect_same(replay(s, p, m, chunks, t), test::full_replay(s, p, m, chunks, t));
                    }
                }
}

TEST(Pipeline, MoreMicroBatchesRepeatTheMiddle) {
    for (const PipelineSchedule s :
         {PipelineSchedule::gpipe, PipelineSchedule::one_f_one_b, PipelineSchedule::interleaved})
        for (const int p : {2, 4, 8})
            EXPECT_NEAR(replay(s, p, 20 * p, 2, kUneven).total.value,
                        test::full_replay(s, p, 20 * p, 2, kUneven).length, 1e-6)
                << static_cast<int>(s) << " on " << p;
}

TEST(Pipeline, AnySizeIsBounded) {
    for (const PipelineSchedule s : kAll)
        for (const int p : {64, 210, 1024})
            for (const int chunks : {2, 64}) {
                if (chunks == 64 && s != PipelineSchedule::interleaved) continue;
                SCOPED_TRACE(testing::Message()
                             << "schedule " << static_cast<int>(s) << ", " << p << " ranks, " << chunks);
                const PipelineRun run = replay(s, p, 65536, chunks, kUneven);
                EXPECT_LE(run.pass_count(), kMostPasses);
                EXPECT_LE(run.pass_count() * sizeof(Pass), size_t{4} << 20);
                ASSERT_EQ(run.most_held.size(), static_cast<size_t>(p));
                EXPECT_GE(run.total.value, 65536 * (1 + 1.3 + 0.9) * 0.999999);
                EXPECT_TRUE(std::isfinite(run.bubble.value));
                for (size_t r = 0; r < run.most_held.size(); ++r) {
                    EXPECT_LT(run.stand_in(r), run.passes.size());
                    EXPECT_GE(run.most_held[r], 1);
                }
            }
}

// Where a few ranks represent all, the fixed orders still give the published bubble and memory.
TEST(Pipeline, FewerRanksRepresentAll) {
    const PipelineRun one = replay(PipelineSchedule::one_f_one_b, 1024, 65536, 1, kUneven);
    EXPECT_LT(one.replayed_ranks(), 1024);
    EXPECT_NEAR(one.bubble.value, published_bubble(PipelineSchedule::one_f_one_b, 1024, 1, kUneven), 1e-6);
    for (int r = 0; r < 1024; ++r) {  // never too low, and too high by at most the difference of two replayed ranks
        const int held = one.most_held[static_cast<size_t>(r)];
        EXPECT_GE(held, 1024 - r) << r;
        EXPECT_LE(held, 1024 - r + 2 * 1024 / one.replayed_ranks() + 1) << r;
    }
    const PipelineRun laced = replay(PipelineSchedule::interleaved, 1024, 65536, 4, kUneven);
    EXPECT_NEAR(laced.bubble.value, published_bubble(PipelineSchedule::interleaved, 1024, 4, kUneven), 1e-6);
    const PipelineRun all = replay(PipelineSchedule::gpipe, 1024, 65536, 1, kUneven);
    EXPECT_NEAR(all.bubble.value, published_bubble(PipelineSchedule::gpipe, 1024, 1, kUneven), 1e-6);
    EXPECT_EQ(all.most_held.front(), 65536);
    EXPECT_NEAR(all.held_for_each(0) * all.replayed_held[0], 65536, 1e-6);
}

// The lower bound that rejects a layout before its passes are timed.
TEST(Pipeline, TheFirstRankHoldsAtLeastTheBound) {
    for (const PipelineSchedule s : kAll)
        for (const PassTimes& t : {kEven, kUneven, kAdapters})
            for (const int p : {2, 4, 6, 16})
                for (const int m : {2 * p, 3 * p, 10 * p}) {
                    const PipelineRun run = replay(s, p, m, 2, t);
                    int held = 0, most = 0;
                    for (const Pass& x : run.passes_of(0)) {
                        if (x.kind == PassKind::backward) break;
                        if (x.chunk == 0) most = std::max(most, ++held);
                    }
                    if (s == PipelineSchedule::gpipe) most = run.most_held[0];
                    EXPECT_GE(most, held_at_least(s, p, m)) << static_cast<int>(s) << " on " << p << " with " << m;
                }
}

// The same of all parts of the first rank, also where fewer ranks are replayed.
TEST(Pipeline, TheFirstRankHoldsEveryPartAtLeastByTheBound) {
    for (const PassTimes& t : {kEven, kUneven, kAdapters})
        for (const int v : {2, 3, 64})
            for (const int p : {2, 4, 64, 256})
                for (const int m : {2 * p, 2 * p + 1, 3 * p, 1024}) {
                    const PipelineRun run = replay(PipelineSchedule::interleaved, p, m, v, t);
                    std::vector<int> held(static_cast<size_t>(v));
                    for (const Pass& x : run.passes_of(0)) {
                        if (x.kind == PassKind::backward) break;
                        ++held[x.chunk];
                    }
                    const int bound = held_at_least_of_each_chunk(PipelineSchedule::interleaved, p, m);
                    EXPECT_EQ(bound, p);
                    for (const int chunk : held)
                        EXPECT_GE(chunk * run.held_for_each(0), bound) << v << " parts on " << p << " with " << m;
                }
}

}  // namespace
}  // namespace kvx::core
