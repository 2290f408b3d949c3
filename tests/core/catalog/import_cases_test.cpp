// Cut-down config.json files of every dialect: the counts their authors publish, or a refusal in words.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "core/catalog/import/hf_config.h"
#include "core/catalog/import/quantization.h"
#include "core/json.h"
#include "core/memory/kv_cache.h"
#include "core/memory/weights.h"
#include "core/support.h"

namespace kvx::core {
namespace {

struct Cases {
    JsonText text;
    explicit Cases() { EXPECT_EQ(text.parse(test::data("import_cases.json")), ""); }
};

std::string joined(const std::vector<std::string>& all) {
    std::string out;
    for (const std::string& s : all) out += s + "; ";
    return out;
}

TEST(ImportCases, GiveThePublishedCountsOrARefusalInWords) {
    const Cases cases;
    int seen = 0;
    for (JsonValue c = cases.text.root().first(); c; c = c.next(), ++seen) {
        const std::string file(c["file"].text());
        SCOPED_TRACE(file);
        std::string config = test::data("import/" + file);
        if (c["beside"]) config = with_quantization(config, test::data("import/" + std::string(c["beside"].text())));
        const ConfigImport r = import_config(config);
        if (c["refused"]) {
            EXPECT_FALSE(r.ok);
            EXPECT_NE(r.error.find(c["refused"].text()), std::string::npos) << r.error;
            EXPECT_EQ(r.error.back(), '.');
            continue;
        }
        ASSERT_TRUE(r.ok) << r.error;
        const KvRate rate = kv_rate(r.model, Dtype::bf16);
        ASSERT_FALSE(r.model.releases.empty());
        const double weights = weight_bytes(r.model, formats_of(r.model, r.model.releases.front())).value;
        const std::pair<const char*, double> counted[] = {{"weights", weights},
                                                          {"params_total", total_params(r.model)},
                                                          {"params_active", active_params(r.model)},
                                                          {"kv_per_token", rate.growing.value},
                                                          {"kv_per_token_windowed", rate.bounded.value},
                                                          {"state", rate.state.value}};
        for (const auto& [quantity, value] : counted) {
            if (!c[quantity]) continue;
            const double wanted = c[quantity].number(),
                         tolerance = c["tolerance"][quantity].number(*quantity == 'w' ? 0.03 : 0.001);
            EXPECT_LE(std::fabs(value - wanted), tolerance * wanted) << quantity << " " << value << ", not " << wanted;
        }
        if (c["left_out"]) EXPECT_NE(joined(r.left_out).find(c["left_out"].text()), std::string::npos);
        EXPECT_EQ(joined(r.unread_fields), "");
        EXPECT_EQ(import_config(compact_config(config)).model, r.model);
    }
    EXPECT_GT(seen, 70);
}

// A known beginning of a name is not a known name.
TEST(ImportCases, AnExactTypeIsKnownAndALongerOneIsAssumed) {
    const std::string rest =
        R"(","hidden_size":64,"num_hidden_layers":2,"num_attention_heads":4,"intermediate_size":64,"vocab_size":100,)"
        R"("max_position_embeddings":100})";
    EXPECT_TRUE(import_config(R"({"model_type":"llama)" + rest).assumptions.empty());
    EXPECT_NE(joined(import_config(R"({"model_type":"llama_of_tomorrow)" + rest).assumptions).find("llama_of_tomorrow"),
              std::string::npos);
}

TEST(ImportCases, StructuralFieldsThatNobodyReadAreListed) {
    const ConfigImport r = import_config(
        R"({"model_type":"llama","hidden_size":64,"num_hidden_layers":2,"num_attention_heads":4,"intermediate_size":64,)"
        R"("vocab_size":100,"max_position_embeddings":100,"memory_layers":[1],"rope_theta":10000,"hidden_dropout":0.1,)"
        R"("num_nothing_heads":0})");
    ASSERT_TRUE(r.ok) << r.error;
    EXPECT_EQ(r.unread_fields, std::vector<std::string>{"memory_layers"});
}

TEST(ImportCases, AWindowWithoutAScheduleIsAStatedAssumption) {
    const ConfigImport r = import_config(
        R"({"model_type":"granite","hidden_size":64,"num_hidden_layers":2,"num_attention_heads":4,"intermediate_size":64,)"
        R"("vocab_size":100,"max_position_embeddings":1000,"sliding_window":10})");
    ASSERT_TRUE(r.ok) << r.error;
    EXPECT_NE(joined(r.assumptions).find("sliding_window 10 on every layer"), std::string::npos);
}

TEST(ImportCases, NonFiniteNumbersAreReadAndFaultsHaveALineAndAColumn) {
    const std::string good =
        R"({"model_type":"llama","hidden_size":64,"num_hidden_layers":2,"num_attention_heads":4,"intermediate_size":64,)"
        R"("vocab_size":100,"max_position_embeddings":100,"a":[0.0,Infinity,-Infinity,NaN],"b":"Infinity \" NaN")";
    EXPECT_TRUE(import_config(good + "}").ok) << import_config(good + "}").error;
    const ConfigImport bad = import_config("{\n  \"hidden_size\": 64,\n  \"x\": oops\n}");
    EXPECT_NE(bad.error.find("line 3, column 8"), std::string::npos) << bad.error;
    JsonText strict;
    EXPECT_NE(strict.parse("[NaN]"), "");
}

TEST(ImportCases, ABigFileIsRead) {
    std::string big =
        R"({"model_type":"llama","hidden_size":64,"num_hidden_layers":2,"num_attention_heads":4,"intermediate_size":64,)"
        R"("vocab_size":100,"max_position_embeddings":100,"comment":")";
    big += std::string(10 << 20, 'x') + "\"}";
    EXPECT_TRUE(import_config(big).ok);
}

}  // namespace
}  // namespace kvx::core
