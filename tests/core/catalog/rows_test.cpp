// Rows of the catalogue against the configs their authors publish.
#include <gtest/gtest.h>

#include "core/catalog/import/hf_config.h"
#include "core/memory/kv_cache.h"
#include "core/support.h"

namespace kvx::core {
namespace {

struct Pair {
    const char *row, *config;
};

TEST(Rows, EqualTheImportOfTheirPublishedConfig) {
    for (const auto& [row, config] : {Pair{"ernie-4.5-21b-a3b", "ernie-4.5-21b-a3b"},
                                      {"falcon-h1-7b", "falcon-h1-7b"},
                                      {"glm-5.3-flash", "glm-5.3-flash"},
                                      {"lfm2-1.2b", "lfm2-1.2b"},
                                      {"ling-3.0-flash", "ling-3.0-flash"},
                                      {"ling-mini-2.0", "ling-mini-2.0"},
                                      {"llama-3.3-nemotron-super-49b", "nemotron-super-49b-blocks"},
                                      {"longcat-flash-560b", "longcat-flash"},
                                      {"mimo-7b", "mimo-7b"},
                                      {"mistral-nemo-12b", "mistral-nemo"},
                                      {"mistral-small-4-119b", "mistral-small-4-119b"},
                                      {"nemotron-3.5-lightning-30b-a3b", "nemotron-3.5-lightning-30b"},
                                      {"olmo-3.1-32b", "olmo-3.1-32b"},
                                      {"qwen3-vl-2b", "qwen3-vl-2b"},
                                      {"step-3-321b", "step-3"}}) {
        const ConfigImport r = import_config(test::data(std::string("import/") + config + ".json"));
        ASSERT_TRUE(r.ok) << row << ": " << r.error;
        const Model& m = test::model(row);
        EXPECT_NEAR(total_params(r.model) / total_params(m), 1, 1e-5) << row << ": " << total_params(r.model);
        EXPECT_NEAR(active_params(r.model) / active_params(m), 1, 1e-5) << row;
        for (const Dtype d : {Dtype::bf16, Dtype::fp8}) {
            const KvRate a = kv_rate(r.model, d), b = kv_rate(m, d);
            EXPECT_EQ(a.growing, b.growing) << row;
            EXPECT_EQ(a.bounded, b.bounded) << row;
            EXPECT_EQ(a.state, b.state) << row;
        }
    }
}

// A row that is not verified says so, and only where its shape is not published.
TEST(Rows, SayWhatIsNotVerified) {
    int unverified = 0;
    for (const Model& m : test::catalog().models) {
        if (m.verified) continue;
        ++unverified;
        EXPECT_GT(m.published_params, 0) << m.id << ": nothing published confirms it";
    }
    EXPECT_LT(unverified, 20);
}

}  // namespace
}  // namespace kvx::core
