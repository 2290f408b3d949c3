// The arithmetic shown with each figure gives its value.
#include <cmath>
#include <set>

#include "arithmetic.h"
#include "core/support.h"

namespace kvx::core {
namespace {

using test::quantity;
using test::setup;

void check_all(const InferenceInput& in, const std::string& what) {
    const InferencePlan p = plan_inference(in);
    const std::vector<Quantity> all = explain(in, p);
    std::set<std::string> ids;
    for (const Quantity& q : all) {
        const std::string where = what + ", " + q.id + ": " + q.substituted;
        EXPECT_TRUE(ids.insert(q.id).second) << where;
        EXPECT_FALSE(q.label.empty() || q.text.empty() || q.formula.empty() || q.substituted.empty() ||
                     q.source.empty())
            << where;
        EXPECT_TRUE(std::isfinite(q.value)) << where;
        if (q.unit == Unit::text || q.id == "fits_context") continue;
        if (in.device->kind == MemoryKind::sram && q.id == "fits_batch")
            continue;  // activations change with the batch there
        test::expect_gives(q, where);
    }
    for (const char* id : {"context_now",     "context_max",          "capacity",          "usable",
                           "weights",         "activations",          "runtime",           "scores",
                           "scores_avoided",  "kv_per_token",         "kv_used",           "kv_allocated",
                           "kv_wasted",       "wasted_reservation",   "wasted_block_tail", "free",
                           "needed",          "needed_without_flash", "pressure",          "kv_efficiency",
                           "allocation_unit", "fits_context",         "fits_batch",        "devices_needed",
                           "params_total",    "params_active",        "decode_bytes",      "decode_floor"})
        EXPECT_TRUE(quantity(all, id)) << what << " lacks " << id;
    EXPECT_TRUE(quantity(all, "activations")->approximate);
    EXPECT_TRUE(quantity(all, "decode_floor")->lower_bound);
    EXPECT_FALSE(formula_lines(in, p).empty());
    for (const std::string& line : formula_lines(in, p)) EXPECT_LT(line.size(), 140u) << what;
}

TEST(EveryFigure, ExplainsItselfWithArithmeticThatGivesIt) {
    for (const Model& m : test::catalog().models)
        for (int bits = 0; bits < 8; ++bits) {
            InferenceInput in = setup(m.id, bits % 2 ? "h100-sxm-80gb" : "wse-2", 5003, 3);
            in.lengths = bits & 2 ? sim::staggered_lengths({5003}, 3) : in.lengths;
            in.context_max = {16384};
            in.continuous_batching = bits & 1;
            in.paged_attention = bits & 2;
            in.flash_attention = bits & 4;
            in.kv_dtype = bits == 5 ? Dtype::int8 : bits == 6 ? Dtype::fp8 : bits == 3 ? Dtype::nvfp4 : Dtype::bf16;
            in.weight_dtype = bits == 2 ? Dtype::fp8 : bits == 7 ? Dtype::int4 : Dtype::bf16;
            in.skip_weights = bits == 4;
            check_all(in, m.id + " " + std::to_string(bits));
        }
}

TEST(EveryFigure, HoldsOnEveryDevice) {
    for (const Device& d : test::catalog().devices) {
        check_all(setup("llama-3.1-8b", d.id, 131072, 8), d.id);
        check_all(setup("deepseek-v3", d.id, 0, 1), d.id + " at zero");
    }
}

TEST(EveryFigure, MarksWhatIsNotExact) {
    Quantity q;
    q.text = "4.73 GiB";
    EXPECT_EQ(q.shown(), "4.73 GiB");
    q.approximate = true;
    EXPECT_EQ(q.shown(), "≈ 4.73 GiB");
    q.lower_bound = true;
    EXPECT_EQ(q.shown(), "≥ 4.73 GiB");
    const InferenceInput known = setup("llama-3.1-8b", "h100-sxm-80gb"),
                         unknown = setup("llama-3.1-8b", "h100-pcie-80gb");
    EXPECT_FALSE(quantity(explain(known, plan_inference(known)), "usable")->approximate);
    EXPECT_TRUE(quantity(explain(unknown, plan_inference(unknown)), "usable")->approximate);
}

}  // namespace
}  // namespace kvx::core
