#include "core/memory/kv_cache.h"

#include <cmath>

#include "core/support.h"

namespace kvx::core {
namespace {

using test::catalog;
using test::model;

TEST(Dtypes, CostOfAVectorWithItsScales) {
    EXPECT_EQ(kv_vector_bytes(Dtype::fp32, 128).value, 512);
    EXPECT_EQ(kv_vector_bytes(Dtype::bf16, 128).value, 256);
    EXPECT_EQ(kv_vector_bytes(Dtype::fp8, 128).value, 128);
    EXPECT_EQ(kv_vector_bytes(Dtype::int8, 128).value, 132);
    EXPECT_EQ(kv_vector_bytes(Dtype::int4, 128).value, 72);
    EXPECT_EQ(kv_vector_bytes(Dtype::mxfp4, 128).value, 68);
    EXPECT_EQ(kv_vector_bytes(Dtype::nvfp4, 128).value, 72);
    EXPECT_EQ(kv_vector_bytes(Dtype::int4, 80).value,
              46);                                         // 40 bytes of values, three scales: the last group is padded
    EXPECT_EQ(kv_vector_bytes(Dtype::nvfp4, 1).value, 2);  // whole bytes
    EXPECT_EQ(kv_vector_bytes(Dtype::int8, 0).value, 0);
}

TEST(Dtypes, AreFoundByTheNamesPeopleWrite) {
    Dtype d = Dtype::fp32;
    for (const DtypeInfo& i : all_dtypes()) {
        EXPECT_TRUE(parse_dtype(i.id, d));
        EXPECT_EQ(d, i.dtype);
        EXPECT_TRUE(parse_dtype(i.label, d));
        EXPECT_EQ(d, i.dtype);
    }
    EXPECT_TRUE(parse_dtype("bfloat16", d));
    EXPECT_EQ(d, Dtype::bf16);
    for (const char* bad : {"", "int3", "fp", "bf16x", "a very long word indeed"})
        EXPECT_FALSE(parse_dtype(bad, d)) << bad;
    EXPECT_EQ(d, Dtype::bf16);
}

TEST(Cache, NeverShrinksWhileItGrowsExceptWhereAChunkEnds) {
    for (const Model& m : catalog().models) {
        bool chunked = false;
        for (const LayerGroup& g : m.layers) chunked = chunked || g.attention.kind == AttentionKind::chunked;
        double before = -1;
        for (const int64_t n : {0, 1, 15, 16, 17, 127, 128, 129, 1000, 4095, 4096, 4097, 8192, 8193, 100000, 1000000}) {
            const double now = kv_bytes(m, {n}, Dtype::bf16).value;
            if (!chunked) {
                EXPECT_GE(now, before) << m.id << " at " << n;
            }
            EXPECT_LE(now, kv_bytes_paged(m, {n}, Dtype::bf16, 16).value) << m.id << " at " << n;
            before = now;
        }
    }
}

TEST(Cache, InBlocksWastesLessThanABlockInEachLayer) {
    for (const Model& m : catalog().models) {
        double one_block = 0;
        for (const LayerGroup& g : m.layers)
            if (g.attention.owns_cache)
                one_block +=
                    static_cast<double>(g.count) *
                    (16 * layer_bytes_per_token(g.attention, Dtype::bf16).value + 16 * g.attention.window_bytes +
                     2 * (g.attention.entry_bytes + g.attention.index_entry_bytes));
        for (const int64_t n : {1, 7, 16, 1000, 5000, 100001}) {
            const double waste = kv_bytes_paged(m, {n}, Dtype::bf16, 16).value - kv_bytes(m, {n}, Dtype::bf16).value;
            EXPECT_GE(waste, 0) << m.id;
            EXPECT_TRUE(waste < one_block || one_block == 0) << m.id << " at " << n;
        }
    }
}

TEST(Cache, OfAWindowStopsGrowing) {
    const Model& m = model("mistral-7b-v0.1");
    EXPECT_EQ(kv_bytes(m, {4096}, Dtype::bf16), kv_bytes(m, {1000000}, Dtype::bf16));
    EXPECT_EQ(kv_bytes(m, {4096}, Dtype::bf16).gib(), 0.5);
    EXPECT_EQ(kv_rate(m, Dtype::bf16).growing.value, 0);
    const Model& gemma = model("gemma-3-27b");
    const double slope = (kv_bytes(gemma, {200001}, Dtype::bf16) - kv_bytes(gemma, {200000}, Dtype::bf16)).value;
    EXPECT_EQ(slope, 81920);
}

TEST(Cache, OfAChunkStartsOver) {
    Attention a = model("llama-4-scout-17b-16e").layers[0].attention;
    ASSERT_EQ(a.kind, AttentionKind::chunked);
    EXPECT_EQ(tokens_kept(a, {8192}).value, 8192);
    EXPECT_EQ(tokens_kept(a, {8193}).value, 1);
    EXPECT_EQ(tokens_kept(a, {0}).value, 0);
}

TEST(Cache, OfARecurrentLayerIsConstant) {
    for (const char* id :
         {"qwen3-next-80b-a3b", "kimi-linear-48b-a3b", "jamba-1.5-mini", "nemotron-h-8b", "minimax-m1"}) {
        const Model& m = model(id);
        for (const LayerGroup& g : m.layers) {
            if (layer_state_bytes(g.attention).value == 0) continue;
            EXPECT_EQ(layer_bytes(g.attention, {1}, Dtype::bf16), layer_bytes(g.attention, {1000000}, Dtype::fp8))
                << id;
        }
        EXPECT_EQ(kv_rate(m, Dtype::fp8).state, kv_rate(m, Dtype::bf16).state) << id;  // never quantised
    }
}

TEST(Cache, SharedByLayersIsCountedOnce) {
    EXPECT_EQ(kv_rate(model("hunyuan-large"), Dtype::bf16).growing.value, 81920);
    EXPECT_EQ(kv_rate(model("gemma-4-e4b"), Dtype::bf16).growing.value, 16384);
}

TEST(Cache, ShrinksWithTheFormat) {
    for (const Model& m : catalog().models) {
        const auto rate = [&m](Dtype d) { return (kv_rate(m, d).growing + kv_rate(m, d).bounded).value; };
        // INT8 and FP8 are not compared: which has more scales depends on the attention.
        for (const Dtype middle : {Dtype::fp8, Dtype::int8}) {
            double before = INFINITY;
            for (const Dtype d : {Dtype::fp32, Dtype::bf16, middle, Dtype::nvfp4, Dtype::mxfp4}) {
                EXPECT_LE(rate(d), before) << m.id << " " << info(d).id;
                before = rate(d);
            }
        }
    }
}

TEST(Cache, OfLatentAttentionKeepsItsRotaryPartIn16Bit) {
    const Model& v3 = model("deepseek-v3");
    EXPECT_EQ(kv_rate(v3, Dtype::bf16).growing.value, 61 * 576 * 2);
    EXPECT_EQ(kv_rate(v3, Dtype::fp8).growing.value, 61 * 576);
    EXPECT_EQ(kv_rate(v3, Dtype::int4).growing.value, 61 * (288 + 128));
    EXPECT_EQ(kv_rate(model("deepseek-v3.2"), Dtype::fp8).growing.value, 61 * (656 + 132));
}

TEST(Cache, BlocksRoundUp) {
    EXPECT_EQ(blocks_for({0}, 16), 0);
    EXPECT_EQ(blocks_for({1}, 16), 1);
    EXPECT_EQ(blocks_for({16}, 16), 1);
    EXPECT_EQ(blocks_for({17}, 16), 2);
    EXPECT_EQ(blocks_for({1000000000000}, 1), 1000000000000);
    EXPECT_EQ(blocks_for({-5}, 16), 0);
}

}  // namespace
}  // namespace kvx::core
