#include "core/memory/inference_plan.h"

#include <cmath>

#include "core/memory/kv_cache.h"
#include "core/memory/plan_shape.h"
#include "core/support.h"

namespace kvx::core {
namespace {

using test::catalog;
using test::setup;

TEST(Plan, OfLlama8BOnAnH100MatchesTheHandCalculation) {
    InferenceInput in = setup("llama-3.1-8b", "h100-sxm-80gb", 131072, 1);
    const InferencePlan p = plan_inference(in);
    EXPECT_EQ(p.capacity.gib(), 80);
    EXPECT_NEAR(p.usable.gib(), 0.92 * 79.18, 1e-6);
    EXPECT_EQ(p.weights.value, 8030261248.0 * 2);
    EXPECT_EQ(p.kv_used.gib(), 16);
    EXPECT_EQ(p.kv_allocated, p.kv_used);
    EXPECT_EQ(p.blocks, 8192);
    EXPECT_EQ(p.block_bytes.value, 16 * 131072);
    EXPECT_EQ(p.scores_avoided.value, 32.0 * 131072 * 131072 * 2);
    EXPECT_EQ(p.devices_needed, 1);
    EXPECT_EQ(p.total_blocks,
              static_cast<int64_t>(std::floor((p.usable - p.weights - p.activations - p.runtime) / p.block_bytes)));
    EXPECT_EQ(p.fits_context.value, p.total_blocks * 16);
    EXPECT_EQ(p.fits_batch, p.total_blocks / 8192);
}

TEST(Plan, AddsUpForEveryModelDeviceAndSwitch) {
    for (const Model& m : catalog().models)
        for (const char* d : {"t4-16gb", "h100-sxm-80gb", "gb200", "wse-2", "ipu-mk2", "apple-m3-ultra"})
            for (int bits = 0; bits < 16; ++bits) {
                InferenceInput in = setup(m.id, d, 5001, 3);
                in.lengths = sim::staggered_lengths({5001}, 3);
                in.context_max = {8192};
                in.continuous_batching = bits & 1;
                in.paged_attention = bits & 2;
                in.flash_attention = bits & 4;
                in.skip_weights = bits & 8;
                const InferencePlan p = plan_inference(in);
                const std::string what = m.id + " on " + d + " " + std::to_string(bits);
                const Bytes parts = p.weights + p.activations + p.runtime + p.scores + p.kv_allocated;
                EXPECT_EQ(parts, p.needed) << what;
                EXPECT_NEAR((p.kv_used + p.wasted_reservation + p.wasted_block_tail).value, p.kv_allocated.value, 1)
                    << what;
                EXPECT_GE(p.wasted_reservation.value, -1) << what;
                EXPECT_GE(p.wasted_block_tail.value, 0) << what;
                EXPECT_LE(p.kv_used, p.kv_allocated) << what;
                EXPECT_LE(p.usable, p.capacity) << what;
                EXPECT_GE(p.free.value, 0) << what;
                if (p.needed <= p.usable) {
                    EXPECT_NEAR((p.needed + p.free).value, p.usable.value, 1) << what;
                    EXPECT_EQ(p.devices_needed, 1) << what;
                    EXPECT_LE(p.pressure, 1) << what;
                } else {
                    EXPECT_GE(p.devices_needed, 2) << what;
                    EXPECT_EQ(p.free.value, 0) << what;
                }
                EXPECT_EQ(p.needed_without_flash - p.needed, p.scores_avoided) << what;
                Bytes used, allocated;
                int64_t blocks = 0;
                ASSERT_EQ(p.sequences.size(), 3u);
                for (const SequenceMemory& s : p.sequences) {
                    used += s.used;
                    allocated += s.allocated;
                    blocks += s.blocks;
                }
                EXPECT_NEAR(used.value, p.kv_used.value, 1) << what;
                EXPECT_NEAR(allocated.value, p.kv_allocated.value, 1) << what;
                EXPECT_EQ(blocks, p.blocks) << what;
                EXPECT_TRUE(std::isfinite(p.step_floor.value)) << what;
                EXPECT_GT(p.step_floor.value, 0) << what;
            }
}

TEST(Plan, CacheOfTheModelFunctionIsTheOneOfThePlan) {
    for (const Model& m : catalog().models)
        for (const int64_t n : {0, 1, 1000, 40000}) {
            InferenceInput in = setup(m.id, "b200-sxm-180gb", n, 2);
            for (const Dtype kv : {Dtype::bf16, Dtype::fp8, Dtype::int4}) {
                in.kv_dtype = kv;
                const InferencePlan p = plan_inference(in);
                EXPECT_EQ(p.kv_used, 2 * kv_bytes(m, {n}, kv)) << m.id;
                EXPECT_EQ(p.kv_allocated, 2 * kv_bytes_paged(m, {n}, kv, 16)) << m.id;
            }
        }
}

TEST(Plan, IsLinearInTheBatch) {
    for (const char* id : {"llama-3.1-8b", "gemma-3-27b", "qwen3-next-80b-a3b", "deepseek-v3.2"}) {
        const InferencePlan one = plan_inference(setup(id, "h200-sxm-141gb", 10000, 1)),
                            eight = plan_inference(setup(id, "h200-sxm-141gb", 10000, 8));
        EXPECT_NEAR(eight.kv_allocated.value, 8 * one.kv_allocated.value, 1) << id;
        EXPECT_EQ(eight.weights, one.weights) << id;
        EXPECT_EQ(eight.activations, one.activations) << id;
        EXPECT_EQ(eight.scores_avoided, one.scores_avoided) << id;  // one prompt is prefilled at a time
    }
}

TEST(Plan, WithoutContinuousBatchingReservesTheMaximumForEverySequence) {
    InferenceInput in = setup("llama-3.1-8b", "h100-sxm-80gb", 1000, 4);
    in.context_max = {32768};
    in.continuous_batching = in.paged_attention = false;
    const InferencePlan p = plan_inference(in);
    EXPECT_EQ(p.kv_allocated.value, 4.0 * 32768 * 131072);
    EXPECT_EQ(p.wasted_reservation.value, 4.0 * (32768 - 1000) * 131072);
    EXPECT_EQ(p.wasted_block_tail.value, 0);
    EXPECT_EQ(p.blocks, 0);
    in.continuous_batching = true;
    const InferencePlan q = plan_inference(in);
    EXPECT_EQ(q.kv_allocated, q.kv_used);
    EXPECT_EQ(q.kv_efficiency, 1);
    in.paged_attention = true;
    const InferencePlan r = plan_inference(in);
    EXPECT_EQ(r.wasted_block_tail.value, 4.0 * 8 * 131072);  // 1,000 tokens in 63 blocks of 16
}

TEST(Plan, CountsScoresOnlyWithoutFlashAttention) {
    InferenceInput in = setup("llama-3.1-8b", "h100-sxm-80gb", 8192, 1);
    const InferencePlan with = plan_inference(in);
    in.flash_attention = false;
    const InferencePlan without = plan_inference(in);
    EXPECT_EQ(without.scores.gib(), 4);  // 32 heads, 8,192 squared, 16 bits, one layer
    EXPECT_EQ(with.scores.value, 0);
    EXPECT_EQ(with.statistics.value, 32.0 * 8192 * 4);
    EXPECT_EQ(without.needed, with.needed_without_flash);
    EXPECT_EQ(without.kv_allocated, with.kv_allocated);  // FlashAttention does not shrink the cache
    EXPECT_EQ(without.scores_avoided.value, 0);
    EXPECT_LT(without.fits_context, with.fits_context);
}

TEST(Plan, FitsExactlyAsFarAsItSays) {
    for (const char* id : {"llama-3.1-8b", "gemma-3-27b", "gpt-oss-20b", "qwen3-next-80b-a3b", "llama-4-scout-17b-16e",
                           "mistral-7b-v0.1", "gemma-4-e4b", "minimax-m1"})
        for (const int bits : {0, 1, 2, 3, 4, 7}) {
            InferenceInput in = setup(id, "mi300x-192gb", 4000, 4);
            in.lengths = sim::staggered_lengths({4000}, 4);
            in.weight_dtype = Dtype::int4;
            in.continuous_batching = bits & 1;
            in.paged_attention = bits & 2;
            in.flash_attention = bits & 4;
            in.context_max = {10000};
            const InferencePlan p = plan_inference(in);
            if (p.context_limit_hit || p.fits_context.value == 0) continue;
            const auto needed_at = [&](int64_t n) {
                InferenceInput at = in;
                const PlanShape shape(at);
                Bytes sum = p.weights + p.activations + p.runtime;
                for (const Tokens t : in.lengths) {
                    const double scaled = std::floor(static_cast<double>(t.value) * static_cast<double>(n) / 4000.0);
                    sum.value += shape.allocated(in.continuous_batching ? static_cast<int64_t>(scaled) : n, true);
                }
                if (!in.flash_attention) sum += score_bytes(*in.model, {n});
                return sum;
            };
            EXPECT_LE(needed_at(p.fits_context.value), p.usable) << id << " " << bits;
            EXPECT_GT(needed_at(p.fits_context.value + 1), p.usable) << id << " " << bits;
        }
}

TEST(Plan, OfAWindowedModelFitsAnyContext) {
    const InferencePlan p = plan_inference(setup("mistral-7b-v0.1", "h100-sxm-80gb", 100000, 1));
    EXPECT_TRUE(p.context_limit_hit);
    EXPECT_EQ(p.fits_context.value, 1000000000);
    EXPECT_GT(p.total_blocks, 0);
}

TEST(Plan, GivesTheLeastNumberOfDevices) {
    InferenceInput in = setup("llama-3.1-405b", "h100-sxm-80gb", 1000000, 1);
    in.context_max = {1000000};
    const InferencePlan p = plan_inference(in);
    EXPECT_EQ(p.devices_needed,
              static_cast<int64_t>(std::ceil((p.weights + p.kv_allocated) / (p.usable - p.activations - p.runtime))));
    EXPECT_GE(p.devices_needed, 16);
    // A chip whose memory is smaller than one layer's transients still gets an answer.
    const InferencePlan tiny = plan_inference(setup("llama-3.1-8b", "ipu-mk2", 1000, 4096));
    EXPECT_GE(tiny.devices_needed, 2);
}

TEST(Plan, OfExtremeInputsStaysFinite) {
    InferenceInput in = setup("llama-3.1-405b", "ipu-mk2", 100000000, 32);
    in.context_max = {100000000};
    in.flash_attention = false;
    const InferencePlan p = plan_inference(in);
    EXPECT_TRUE(std::isfinite(p.needed.value));
    EXPECT_GT(p.pressure, 1e6);
    EXPECT_EQ(p.fits_context.value, 0);
    EXPECT_EQ(p.fits_batch, 0);
    in.lengths = {{0}};
    EXPECT_EQ(plan_inference(in).longest.value, 0);
}

TEST(Plan, ReadsASparseCacheThroughItsIndexer) {
    const InferencePlan dense = plan_inference(setup("deepseek-v3", "gb200", 131072, 1)),
                        sparse = plan_inference(setup("deepseek-v3.2", "gb200", 131072, 1));
    EXPECT_EQ(dense.step_kv_read.value, 131072.0 * 70272);
    EXPECT_EQ(sparse.step_kv_read.value, 61 * (131072.0 * 132 + 2048.0 * 1152));
    EXPECT_GT(sparse.kv_used, dense.kv_used);
}

TEST(Plan, ReadsTheCacheOncePerLayerThatUsesIt) {
    const InferencePlan p = plan_inference(setup("hunyuan-large", "gb200", 1000, 1));
    EXPECT_EQ(p.step_kv_read.value, 2 * p.kv_used.value);  // two layers read each cache
}

TEST(Plan, CurvePassesThroughThePlan) {
    for (const char* id : {"llama-3.1-8b", "gemma-2-9b", "qwen3-next-80b-a3b", "llama-4-scout-17b-16e"})
        for (const bool cb : {true, false}) {
            InferenceInput in = setup(id, "h100-sxm-80gb", 65536, 4);
            in.lengths = sim::staggered_lengths({65536}, 4);
            in.continuous_batching = cb;
            const std::vector<CurvePoint> line = memory_curve(in, 3, false), log = memory_curve(in, 64, true);
            ASSERT_EQ(line.size(), 3u);
            EXPECT_EQ(line[0].context.value, 0);
            EXPECT_EQ(line[2].context.value, 131072);
            EXPECT_EQ(line[1].context.value, 65536);
            const InferencePlan p = plan_inference(in);
            EXPECT_NEAR(line[1].needed.value, p.needed.value, 1) << id;
            EXPECT_NEAR(line[1].needed_without_flash.value, p.needed_without_flash.value, 1) << id;
            ASSERT_EQ(log.size(), 64u);
            EXPECT_EQ(log.front().context.value, 1024);
            EXPECT_EQ(log.back().context.value, 131072);
        }
    EXPECT_TRUE(memory_curve(setup(), 0, true).empty());
    EXPECT_EQ(memory_curve(setup(), 1, true).size(), 1u);
}

TEST(FlashAttention, TileFollowsThePaper) {
    const Tile t = flash_tile(test::model("llama-3.1-8b"), test::device("a100-sxm-80gb"));
    ASSERT_TRUE(t.known);
    EXPECT_EQ(t.columns, 164);  // 164 KiB of 16-bit values over four vectors of 128
    EXPECT_EQ(t.rows, 128);
    EXPECT_FALSE(flash_tile(test::model("llama-3.1-8b"), test::device("tpu-v4")).known);
}

}  // namespace
}  // namespace kvx::core
