#include "core/memory/facts.h"

#include "core/support.h"

namespace kvx::core {
namespace {

std::vector<Fact> facts() {
    std::vector<Fact> all;
    EXPECT_EQ(load_facts(test::asset("facts.json"), all), "");
    return all;
}

const Fact& fact(const std::vector<Fact>& all, std::string_view id) {
    for (const Fact& f : all)
        if (f.id == id) return f;
    ADD_FAILURE() << id;
    return all.front();
}

TEST(Facts, AreManyEachWithASource) {
    const std::vector<Fact> all = facts();
    EXPECT_GE(all.size(), 24u);
    for (const Fact& f : all) {
        EXPECT_GE(f.source.size(), 10u) << f.id;
        EXPECT_LT(f.text.size(), 190u) << f.id;
    }
}

TEST(Facts, CanBeFilledWhereverTheyHold) {
    const std::vector<Fact> all = facts();
    std::vector<bool> shown(all.size(), false);
    for (const Model& m : test::catalog().models)
        for (const Device& d : test::catalog().devices)
            for (const int bits : {0, 7}) {
                InferenceInput in = test::setup(m.id, d.id, 4000, bits ? 4 : 1);
                in.continuous_batching = in.paged_attention = in.flash_attention = bits != 0;
                in.kv_dtype = bits ? Dtype::bf16 : Dtype::fp8;
                const InferencePlan p = plan_inference(in);
                int some = 0;
                for (size_t i = 0; i < all.size(); ++i) {
                    if (!holds(all[i], in, p)) continue;
                    const std::string text = fill(all[i].text, in, p);
                    if (text.empty()) continue;
                    EXPECT_EQ(text.find('{'), std::string::npos) << text;
                    shown[i] = true;
                    ++some;
                }
                EXPECT_GE(some, 4) << m.id << " on " << d.id;
            }
    for (size_t i = 0; i < all.size(); ++i) EXPECT_TRUE(shown[i]) << all[i].id << " is never shown";
}

TEST(Facts, AboutAStateAreOnlyShownInThatState) {
    const std::vector<Fact> all = facts();
    InferenceInput in = test::setup("llama-3.1-8b");
    InferencePlan p = plan_inference(in);
    EXPECT_TRUE(holds(fact(all, "flash-exact"), in, p));
    EXPECT_FALSE(holds(fact(all, "mla"), in, p));
    EXPECT_TRUE(holds(fact(all, "gqa"), in, p));
    EXPECT_FALSE(holds(fact(all, "over"), in, p));
    EXPECT_NE(fill(fact(all, "gqa").text, in, p).find("32 query heads share 8"), std::string::npos);
    in.flash_attention = false;
    p = plan_inference(in);
    EXPECT_FALSE(holds(fact(all, "flash-exact"), in, p));
    EXPECT_TRUE(holds(fact(all, "flash-off"), in, p));
    in = test::setup("deepseek-v3");
    p = plan_inference(in);
    EXPECT_TRUE(holds(fact(all, "mla"), in, p));
    EXPECT_TRUE(holds(fact(all, "over"), in, p));
    EXPECT_FALSE(holds(fact(all, "gqa"), in, p));
}

TEST(Facts, WithAFaultAreRefused) {
    std::vector<Fact> out;
    for (const char* bad : {"", "{}", "{\"facts\":[{\"id\":\"a\"}]}",
                            "{\"facts\":[{\"id\":\"a\",\"text\":\"t\",\"source\":\"s\",\"when\":{\"moon\":true}}]}",
                            "{\"facts\":[{\"id\":\"a\",\"text\":\"t\",\"source\":\"s\",\"when\":{\"cb\":1}}]}"})
        EXPECT_NE(load_facts(bad, out), "") << bad;
    EXPECT_TRUE(out.empty());
    const InferenceInput in = test::setup();
    const InferencePlan p = plan_inference(in);
    EXPECT_EQ(fill("{nonsense}", in, p), "");
    EXPECT_EQ(fill("{model", in, p), "");
    EXPECT_EQ(fill("plain", in, p), "plain");
}

}  // namespace
}  // namespace kvx::core
