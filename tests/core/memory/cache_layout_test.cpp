#include <algorithm>
#include <set>
#include <vector>

#include "core/memory/cache_layers.h"
#include "core/memory/cache_order.h"
#include "core/support.h"

namespace kvx::core {
namespace {

using test::catalog;
using test::model;

// The strips hold what the inference page's formulas count, per layer and in total.
TEST(CacheLayers, SumToTheCache) {
    for (const Model& m : catalog().models)
        for (const Dtype kv : {Dtype::bf16, Dtype::fp8, Dtype::int4})
            for (const int64_t n : {0, 1, 7, 1000, 5003, 131072}) {
                Bytes sum;
                for (const LayerCache& l : cache_layers(m, {n}, kv)) {
                    Bytes layer;
                    for (const CacheStrip& s : l.strips) layer += s.bytes();
                    if (l.owner != l.layer) continue;
                    sum += layer;
                    const bool recurrent = !l.strips.empty() && l.strips.back().kind == StripKind::state;
                    if (!recurrent || n > 0) EXPECT_EQ(layer.value, layer_bytes(*l.attention, {n}, kv).value) << m.id;
                }
                if (n > 0) EXPECT_EQ(sum.value, kv_bytes(m, {n}, kv).value) << m.id << " " << n;
            }
}

TEST(CacheLayers, EveryLayerIsThereAndReadsACacheThatExists) {
    for (const Model& m : catalog().models) {
        const auto layers = cache_layers(m, {4096}, Dtype::bf16);
        ASSERT_EQ(static_cast<int64_t>(layers.size()), m.layer_count()) << m.id;
        for (const LayerCache& l : layers) {
            EXPECT_LE(l.owner, l.layer);
            if (l.attention->kind == AttentionKind::none) {
                EXPECT_EQ(l.owner, 0);
                continue;
            }
            ASSERT_GE(l.owner, 1) << m.id << " layer " << l.layer;
            const LayerCache& owner = layers[static_cast<size_t>(l.owner - 1)];
            EXPECT_EQ(owner.owner, owner.layer);
            EXPECT_EQ(owner.attention->kind, l.attention->kind);
        }
    }
}

TEST(CacheLayers, KnownShapes) {
    const auto llama = cache_layers(model("llama-3.1-8b"), {1000}, Dtype::bf16);
    ASSERT_EQ(llama.size(), 32u);
    ASSERT_EQ(llama[31].strips.size(), 2u);
    EXPECT_EQ(llama[31].strips[0].rows, 8);
    EXPECT_EQ(llama[31].strips[0].cell.value, 256);
    EXPECT_EQ(llama[31].strips[0].end, 1000);
    // DeepSeek-V3 keeps 512 + 64 numbers a token and layer, whatever its 128 heads.
    const auto v3 = cache_layers(model("deepseek-v3"), {1000}, Dtype::bf16);
    ASSERT_EQ(v3.size(), 61u);
    ASSERT_EQ(v3[0].strips.size(), 1u);
    EXPECT_EQ(v3[0].strips[0].kind, StripKind::latent);
    EXPECT_EQ(v3[0].strips[0].cell.value, 1152);
    // Gemma 2: every other layer forgets what is older than 4,096 tokens.
    const auto gemma = cache_layers(model("gemma-2-27b"), {10000}, Dtype::bf16);
    EXPECT_EQ(gemma[0].strips[0].first, 10000 - 4096);
    EXPECT_EQ(gemma[1].strips[0].first, 0);
}

// Cells and addresses map one to one.
TEST(CacheOrders, AddressesAreABijection) {
    for (const CacheOrder& o : cache_orders()) {
        const CachePool p{2, 5, 4, 3, {256}};
        std::set<int64_t> seen;
        for (int64_t part = 0; part < p.parts; ++part)
            for (int64_t block = 0; block < p.blocks; ++block)
                for (int64_t slot = 0; slot < p.block_size; ++slot)
                    for (int64_t head = 0; head < p.heads; ++head) {
                        const CacheCell c{part, block, slot, head};
                        const int64_t at = cell_index(o, p, c);
                        EXPECT_TRUE(at >= 0 && at < p.cells());
                        EXPECT_TRUE(seen.insert(at).second);
                        EXPECT_EQ(cell_at(o, p, at), c);
                    }
    }
}

TEST(CacheOrders, StridesAreTheOnesTheShapesSay) {
    const CachePool p{2, 100, 16, 8, {256}};
    const auto step = [&](std::string_view id, const CacheCell& c) {
        for (const CacheOrder& o : cache_orders())
            if (o.id == id) return cell_index(o, p, c);
        return int64_t{-1};
    };
    EXPECT_EQ(step("nhd", {0, 0, 1, 0}), 8);  // the next token: heads apart
    EXPECT_EQ(step("nhd", {0, 0, 0, 1}), 1);  // the next head: beside it
    EXPECT_EQ(step("nhd", {1, 0, 0, 0}), 100 * 16 * 8);
    EXPECT_EQ(step("hnd", {0, 0, 1, 0}), 1);
    EXPECT_EQ(step("hnd", {0, 0, 0, 1}), 16);
    EXPECT_EQ(step("page-nhd", {1, 0, 0, 0}), 16 * 8);
    EXPECT_EQ(step("page-hnd", {0, 1, 0, 0}), 2 * 16 * 8);
}

// The count of contiguous runs against every cell of the read.
TEST(CacheOrders, RunsMatchTheAddresses) {
    for (const CacheOrder& o : cache_orders())
        for (const int64_t sequences : {1, 3})
            for (const int64_t heads : {1, 2, 4})
                for (const int64_t ring : {0, 4})
                    for (int64_t first = 0; first < 14; ++first)
                        for (int64_t end = first; end < 23; ++end) {
                            constexpr int64_t kBlock = 4, kMax = 24;
                            if (ring > 0 && end > 0 && (end - 1) / kBlock - first / kBlock >= ring) continue;
                            const CachePool p{2,
                                              o.paged ? (ring > 0 ? ring : kMax / kBlock) * sequences : sequences,
                                              o.paged ? kBlock : kMax,
                                              heads,
                                              {2}};
                            const BlockTable t{sequences, sequences - 1, o.paged ? ring : 0};
                            for (const int64_t head_end : {int64_t{1}, heads}) {
                                std::vector<int64_t> cells;
                                for (int64_t part = 0; part < 2; ++part)
                                    for (int64_t n = first; n < end; ++n)
                                        for (int64_t h = 0; h < head_end; ++h)
                                            cells.push_back(cell_index(
                                                o, p, {part, t.physical(n / p.block_size), n % p.block_size, h}));
                                std::sort(cells.begin(), cells.end());
                                int64_t runs = cells.empty() ? 0 : 1;
                                for (size_t i = 1; i < cells.size(); ++i) runs += cells[i] != cells[i - 1] + 1;
                                const ReadPattern r = read_pattern(o, p, t, {first, end, 0, head_end});
                                ASSERT_EQ(r.runs, runs) << o.id << " sequences " << sequences << " heads " << heads
                                                        << " ring " << ring << " [" << first << ", " << end << ")";
                                ASSERT_EQ(r.bytes.value, 2.0 * static_cast<double>(cells.size()));
                            }
                        }
}

TEST(CacheOrders, ManyTokensAreAsQuickAsFew) {
    const CacheOrder& nhd = cache_orders()[0];
    const int64_t blocks = pool_blocks({100'000'000}, 0, 16, 1);
    EXPECT_EQ(blocks, 6'250'000);
    const CachePool p{2, blocks, 16, 8, {256}};
    EXPECT_EQ(read_pattern(nhd, p, {}, {0, 100'000'000, 0, 8}).runs,
              1);  // all of it, alone in its pool: keys then values
    EXPECT_EQ(read_pattern(nhd, p, {}, {0, 99'999'999, 0, 8}).runs, 2);
    EXPECT_EQ(read_pattern(nhd, p, {}, {0, 100'000'000, 3, 4}).runs, 200'000'000);
    EXPECT_EQ(pool_blocks({100'000}, 4096, 16, 2), 2 * 257);
}

}  // namespace
}  // namespace kvx::core
