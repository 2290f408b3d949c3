// The arithmetic shown with every figure of every page gives its value.
#include <cmath>
#include <set>

#include "app/action.h"
#include "app/codec.h"
#include "app/report.h"
#include "arithmetic.h"
#include "core/support.h"

namespace kvx::app {
namespace {

State with(std::string_view query) {
    State s;
    s.catalog = test::catalog();
    apply(s, ProvideModel{test::asset("learn/model.bin"), test::asset("learn/report.json")});
    from_query(s, query);
    return s;
}

// Found by search, replay, counting or the clock: no arithmetic to evaluate.
bool found(const core::Quantity& q) {
    static const std::set<std::string_view> ids = {"fits_context",      "held",      "next_probability",
                                                   "time_without",      "time_with", "macs_total_with",
                                                   "macs_total_without"};
    return q.unit == core::Unit::text || ids.contains(q.id);
}
// The training page's is a search; the inference page's too, unless nothing holds the workload.
bool searched(const State& s, const core::Quantity& q) {
    return q.id == "devices_needed" && (s.in.page == Page::training || q.substituted.starts_with("searched"));
}
// Names of links and devices' own figures.
bool published_words(const core::Quantity& q) {
    return q.origin == core::Origin::published && (q.id == "link" || q.id == "network");
}

void check(const std::string& query) {
    const State s = with(query);
    ASSERT_TRUE(s.notices.empty()) << query << ": " << s.notices.front();
    const std::vector<core::Quantity> all = quantities(s);
    ASSERT_FALSE(all.empty()) << query;
    std::set<std::string> ids;
    for (const core::Quantity& q : all) {
        const std::string where = std::string(query) + ", " + q.id + ": " + q.text + " = " + q.substituted;
        EXPECT_TRUE(ids.insert(q.id).second) << where;
        EXPECT_FALSE(q.label.empty() || q.text.empty() || q.formula.empty() || q.source.empty()) << where;
        EXPECT_TRUE(std::isfinite(q.value)) << where;
        if (found(q) || searched(s, q) || published_words(q)) continue;
        test::expect_gives(q, where);
    }
}

TEST(FigureArithmetic, HoldsForServing) {
    for (const char* model : {"llama-3.1-8b", "deepseek-v3", "gpt-oss-120b", "gemma-3-27b"})
        for (const char* rest : {"", "&devices=8", "&devices=16&batch=32&draft=3&prefix=512&offload=cpu&price=2",
                                 "&devices=8&offload=nvme&estimate=ideal&kv=fp8&weights=fp8&prompt=4096",
                                 "&gpu=mi300x&devices=8&estimate=textbook&lengths=staggered&batch=5"})
            check("?view=inference&model=" + std::string(model) + rest);
}

TEST(FigureArithmetic, HoldsForTraining) {
    for (const char* model : {"llama-3.2-1b", "llama-3.1-8b", "mixtral-8x7b", "deepseek-v3"})
        for (const char* rest :
             {"", "&devices=8&zero=3", "&devices=64&zero=1&recompute=full", "&devices=64&zero=2&optimizer=muon",
              "&devices=16&zero=hybrid&accum=4", "&devices=8&tp=2&pp=4&accum=16", "&adapters=lora&recompute=selective",
              "&adapters=qlora&devices=8&zero=3", "&devices=8&zero=3&offload-states=all&recipe=fp8-v3",
              "&optimizer=adafactor&recipe=fp32&train-tokens=15T", "&estimate=ideal&chunked-loss=1&price=3&pue=1.2"})
            check("?view=training&model=" + std::string(model) + rest);
}

TEST(FigureArithmetic, HoldsForTheLayout) {
    for (const core::Model& m : test::catalog().models)
        for (const char* rest : {"&context=131072&at=5000&batch=3", "&context=4096&kv=int4&order=hnd&current-layer=2"})
            check("?view=layout&model=" + m.id + rest);
    check("?view=layout&source=shape&num-layers=12&seq-len=20");
    check("?view=layout&source=small");
}

TEST(FigureArithmetic, HoldsForTheSmallModel) {
    for (const char* rest : {"", "&keep=window&window=4&sinks=1", "&keep=quantised&cache-bits=3", "&keep=none",
                             "&keep=prefix", "&text=3%2B4%3D&token=2"})
        check("?view=learn" + std::string(rest));
}

}  // namespace
}  // namespace kvx::app
