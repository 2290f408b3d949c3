#include "app/layout/layout_view.h"

#include <cmath>
#include <set>

#include "app/action.h"
#include "app/codec.h"
#include "app/params/params.h"
#include "app/playback.h"
#include "app/support.h"
#include "app/view.h"
#include "core/support.h"

namespace kvx::app {
namespace {

State with(std::string_view query) {
    State s = state_of(query);
    return s;
}
core::Quantity figure(const State& s, std::string_view id) {
    for (core::Quantity& q : quantities(derive(s), s))
        if (q.id == id) return q;
    return {};
}
void set(State& s, std::string_view id, std::string_view value) {
    apply(s, SetParam{std::string(id), std::string(value)});
}

// Every model of the list has its layers, its figures and a picked cell, at any length.
TEST(LayoutPage, ShowsEveryModel) {
    for (const core::Model& m : test::catalog().models)
        for (const char* at : {"0", "1", "5000", "131072"}) {
            const State s = with("?view=layout&context=131072&at=" + std::string(at) + "&batch=3&model=" + m.id);
            ASSERT_TRUE(s.notices.empty()) << s.notices.front();
            const View v = derive(s);
            ASSERT_NE(v.layout, nullptr) << m.id;
            EXPECT_EQ(static_cast<int64_t>(v.layout->layers.size()), m.layer_count());
            std::set<std::string> ids;
            for (const core::Quantity& q : quantities(v, s)) {
                EXPECT_TRUE(ids.insert(q.id).second) << q.id << " twice";
                EXPECT_TRUE(std::isfinite(q.value) && q.value >= 0) << m.id << " " << q.id;
                EXPECT_FALSE(q.formula.empty() || q.source.empty()) << q.id;
            }
            EXPECT_EQ(figure(s, "layout_total").value,
                      core::kv_bytes(m, s.in.at.value_or(s.in.context), s.in.kv).value);
        }
}

// The figures beside the device are those of the inference page.
TEST(LayoutPage, AgreesWithTheInferencePage) {
    const std::string rest = "&model=gemma-2-27b&context=32768&at=20000&batch=4&kv=fp8";
    const State layout = with("?view=layout" + rest), inference = with("?view=inference&pa=1" + rest);
    for (const char* id : {"weights", "kv_used", "needed", "usable"})
        EXPECT_EQ(figure(layout, id).value, figure(inference, id).value) << id;
    EXPECT_EQ(figure(layout, "layout_batch").value, figure(inference, "kv_used").value);
}

// By hand: position 1,000 is slot 7 of block 62; a cell is 128 numbers in BF16.
TEST(LayoutPage, ShowsTheAddressOfACell) {
    const std::string at = "?view=layout&context=131072&current-layer=5&cell-head=3&cell-position=1000";
    EXPECT_EQ(figure(with(at), "layout_address").value, ((62.0 * 16 + 7) * 8 + 2) * 256);
    EXPECT_EQ(figure(with(at + "&cell-part=v"), "layout_address").value, ((8192.0 * 16 + 62 * 16 + 7) * 8 + 2) * 256);
    EXPECT_EQ(figure(with(at + "&order=page-hnd"), "layout_address").value, ((62.0 * 2 * 8 + 2) * 16 + 7) * 256);
    EXPECT_EQ(figure(with(at + "&order=contiguous"), "layout_address").value, (2.0 * 131072 + 999) * 256);
    // With two sequences, blocks alternate between them.
    EXPECT_EQ(figure(with(at + "&batch=2"), "layout_address").value, ((124.0 * 16 + 7) * 8 + 2) * 256);
    EXPECT_EQ(figure(with(at + "&at=1000"), "layout_read_head").value, 2000);
    EXPECT_EQ(figure(with(at + "&at=1000&order=hnd"), "layout_read_head").value, 2 * 63);
}

TEST(LayoutPage, EstimatesByTheTextbookFormula) {
    EXPECT_EQ(figure(with("?view=layout&num-layers=32&num-heads=8&head-dim=128&seq-len=8192"), "estimate").value,
              1073741824);
    EXPECT_EQ(
        figure(with("?view=layout&num-layers=80&num-heads=64&head-dim=128&seq-len=4096&batch=2&kv=fp32"), "estimate")
            .value,
        2.0 * 80 * 64 * 128 * 4096 * 2 * 4);
}

TEST(LayoutPage, PlaysAColumnEveryInterval) {
    State s = with("?view=layout&source=shape");
    EXPECT_EQ(s.in.layout.length, 12);
    apply(s, Play{true});
    EXPECT_NEAR(next_tick(s), 0.6, 1e-9);
    apply(s, Tick{0.59});
    EXPECT_EQ(s.in.layout.length, 12);
    apply(s, Tick{0.02});
    EXPECT_EQ(s.in.layout.length, 13);
    apply(s, Tick{1.2});
    EXPECT_EQ(s.in.layout.length, 15);
    apply(s, Tick{60});
    EXPECT_EQ(s.in.layout.length, 32);
    EXPECT_FALSE(s.playing);
    apply(s, Play{true});
    EXPECT_EQ(s.in.layout.length, 0) << "playing at the end starts over";
    set(s, "interval", "79");
    EXPECT_EQ(s.in.layout.interval, 600);
    EXPECT_FALSE(s.notices.empty());
    set(s, "interval", "80");
    EXPECT_EQ(s.in.layout.interval, 80);
    // A long context plays in the columns that are drawn.
    State m = with("?view=layout&context=1M&at=1000");
    apply(m, Play{true});
    apply(m, Tick{0.6});
    EXPECT_EQ(m.in.at->value, 16384);
}

TEST(LayoutPage, AColumnIsAPowerOfTwoAndThereAreAtMostNinetySix) {
    for (const int64_t max : {1, 32, 96, 97, 4096, 131072, 1000000, 100000000}) {
        const int64_t column = column_tokens({max});
        EXPECT_EQ(column & (column - 1), 0);
        EXPECT_LE((max + column - 1) / column, 96);
        EXPECT_TRUE(column == 1 || (max + column / 2 - 1) / (column / 2) > 96);
    }
}

TEST(LayoutPage, KeepsGridAndLengthInStep) {
    State s = with("?view=layout&source=shape&max-seq-len=64&seq-len=60");
    set(s, "max-seq-len", "40");
    EXPECT_EQ(s.in.layout.length, 40);
    set(s, "seq-len", "8K");
    EXPECT_EQ(s.in.layout.max, 8192);
    for (const auto& [id, value] : {std::pair{"seq-len", "-1"},
                                    {"num-layers", "0"},
                                    {"head-dim", "many"},
                                    {"cell-position", "0"},
                                    {"order", "zigzag"},
                                    {"max-seq-len", "1e12"}}) {
        const Inputs before = s.in;
        s.notices.clear();
        set(s, id, value);
        EXPECT_EQ(s.in, before) << id;
        EXPECT_EQ(s.notices.size(), 1u) << id;
    }
}

// A pick outside the cache is moved inside, and says whether the cell is kept.
TEST(LayoutPage, PicksExistingCells) {
    const View v = derive(with(
        "?view=layout&model=gemma-2-27b&context=8192&at=8000&current-layer=999&cell-head=500&cell-position=99999"));
    EXPECT_EQ(v.layout->layer, 46);
    EXPECT_EQ(v.layout->head, 16);
    EXPECT_EQ(v.layout->position, 8192);
    EXPECT_FALSE(v.layout->kept);
    EXPECT_FALSE(derive(with("?view=layout&model=gemma-2-27b&context=8192&at=8000&current-layer=1&cell-position=3"))
                     .layout->kept)
        << "it has left the window";
    EXPECT_TRUE(derive(with("?view=layout&model=gemma-2-27b&context=8192&at=8000&current-layer=2&cell-position=3"))
                    .layout->kept);
}

TEST(LayoutPage, LinksCarryIt) {
    const State s = with(
        "?view=layout&source=shape&num-layers=3&arrangement=memory&order=hnd&current-layer=2&cell-part=v&interval=150&"
        "embed=1");
    const State again = with(to_query(s));
    EXPECT_EQ(again.in, s.in);
    EXPECT_TRUE(again.in.embed);
}

TEST(LayoutPage, NeedsTheSmallModelOnlyForItsNumbers) {
    const State s = with("?view=layout&source=small");
    EXPECT_EQ(derive(s).layout, nullptr);
    EXPECT_TRUE(quantities(derive(s), s).empty());
}

}  // namespace
}  // namespace kvx::app
