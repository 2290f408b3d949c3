// Every figure shows an arithmetic that really gives it.
#include <cmath>
#include <cstdlib>
#include <set>

#include "core/support.h"

namespace kvx::core {
namespace {

using test::quantity;
using test::setup;

// Reads "⌈(72.85 GiB − 14.96 GiB) / 2 × 3²⌉": numbers with commas and units, + − × /, brackets, ceilings and floors.
class Sum {
  public:
    explicit Sum(std::string_view text) : rest_(text) {}
    bool read(double& out) {
        out = terms();
        skip();
        return good_ && rest_.empty();
    }

  private:
    void skip() {
        while (!rest_.empty() && rest_[0] == ' ') rest_.remove_prefix(1);
    }
    bool eat(std::string_view s) {
        skip();
        if (rest_.substr(0, s.size()) != s) return false;
        rest_.remove_prefix(s.size());
        return true;
    }
    double terms() {
        double v = factors();
        for (;;) {
            if (eat("+"))
                v += factors();
            else if (eat("−"))
                v -= factors();
            else
                return v;
        }
    }
    double factors() {
        double v = atom();
        for (;;) {
            if (eat("×"))
                v *= atom();
            else if (eat("/"))
                v /= atom();
            else
                return v;
        }
    }
    double atom() {
        if (eat("(")) return closed(terms(), ")");
        if (eat("⌈")) return std::ceil(closed(terms(), "⌉") - 1e-9);
        if (eat("⌊")) return std::floor(closed(terms(), "⌋") + 1e-9);
        skip();
        std::string digits;
        while (!rest_.empty() && ((rest_[0] >= '0' && rest_[0] <= '9') || rest_[0] == '.' || rest_[0] == ',')) {
            if (rest_[0] != ',') digits += rest_[0];
            rest_.remove_prefix(1);
        }
        if (digits.empty()) {
            good_ = false;
            return 0;
        }
        double v = std::strtod(digits.c_str(), nullptr);
        static const std::pair<const char*, double> units[] = {{"KiB", 1024.0},
                                                               {"MiB", 1048576.0},
                                                               {"GiB", 1073741824.0},
                                                               {"TiB", 1099511627776.0},
                                                               {"PiB", 1125899906842624.0},
                                                               {"EiB", 1152921504606846976.0},
                                                               {"ZiB", 1180591620717411303424.0},
                                                               {"GB/s", 1e9},
                                                               {"TB/s", 1e12},
                                                               {"PB/s", 1e15},
                                                               {"B", 1}};
        for (const auto& [name, factor] : units)
            if (eat(name)) {
                v *= factor;
                break;
            }
        if (eat("²")) v *= v;
        return v;
    }
    double closed(double v, std::string_view bracket) {
        if (!eat(bracket)) good_ = false;
        eat("B");
        return v;
    }
    std::string_view rest_;
    bool good_ = true;
};

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
        // "2 × 32 = 64 B": both sides must hold.
        std::string text = q.substituted;
        const size_t equals = text.find(" = ");
        if (equals != std::string::npos) text.resize(equals);
        double value = 0;
        ASSERT_TRUE(Sum(text).read(value)) << where;
        if (q.unit == Unit::percent) value *= 100;
        if (q.formula.find("at least 0") != std::string::npos) value = std::max(value, 0.0);
        // Parts are shown with four digits, so a difference or a floor of them can be off by a little.
        const bool rounded = text.find("iB") != std::string::npos || text.find("B/s") != std::string::npos;
        const bool stepped = q.id == "fits_batch" || q.id == "blocks_total" || q.id == "devices_needed";
        const double size =
            std::max(std::fabs(q.value), q.unit == Unit::bytes && rounded ? p.needed_without_flash.value * 0.02 : 0.0);
        if (in.device->kind == MemoryKind::sram && q.id == "fits_batch")
            continue;  // activations change with the batch there
        EXPECT_NEAR(value, q.value,
                    stepped ? std::max(1.0, 0.02 * q.value)
                            : (rounded ? 0.006 : 1e-9) * size + (q.unit == Unit::bytes ? 0.51 : 1e-9))
            << where;
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
