#include "core/catalog/model.h"

#include <cmath>

#include "core/memory/kv_cache.h"
#include "core/memory/weights.h"
#include "core/support.h"

namespace kvx::core {
namespace {

using test::catalog;
using test::model;

struct Truth {
    std::string text = test::data("model_truth.json");
    JsonText json;
    Truth() { EXPECT_EQ(json.parse(text), ""); }
    JsonValue operator[](const std::string& id) const { return json.root()[id]; }
    JsonValue first() const { return json.root().first(); }  // rows; the key is a model's id
};

// Models whose count differs from the survey's on purpose.
bool counted_otherwise(const std::string& id) {
    return id == "gemma-4-31b" || id == "gemma-4-26b-a4b" ||
           id == "gemma-4-e4b"       // the survey used one head width for every layer and left out the dense MLP
           || id == "minimax-m2.7";  // the survey left out the norms of q and k that its own note names
}

TEST(Parameters, AreCountedExactlyFromTheArchitecture) {
    const Truth truth;
    int exact = 0;
    for (JsonValue row = truth.first(); row; row = row.next()) {
        const Model& m = model(row.key());
        EXPECT_EQ(static_cast<double>(m.layer_count()), row["layers"].number()) << m.id;
        if (!row["total"] || counted_otherwise(m.id)) continue;
        EXPECT_EQ(total_params(m), row["total"].number()) << m.id;
        // Phi-3.5-MoE's survey drops the head's bias and the last norm from the active count.
        EXPECT_NEAR(active_params(m), row["active"].number(), m.id == "phi-3.5-moe" ? 36160 : 0) << m.id;
        ++exact;
    }
    EXPECT_GE(exact, 70);
}

TEST(Parameters, AgreeWithThePublishedSizeWhereNoExactCountIsKnown) {
    const Truth truth;
    for (const Model& m : catalog().models) {
        const double published = truth[m.id]["published"].number(m.published_params);  // a new model needs no row there
        if (published <= 0 || !m.params_counted) continue;
        // Published totals round, and may hold vision towers (Gemma 3, Qwen3.5) or prediction heads (Qwen3-Next).
        const double low = m.id == "gemma-3-4b" ? 0.90 : 0.96;
        EXPECT_GT(total_params(m) / published, low) << m.id;
        EXPECT_LT(total_params(m) / published, 1.025) << m.id;
    }
    EXPECT_NEAR(total_params(model("gemma-4-31b")) / 30.7e9, 1, 0.001);
    EXPECT_NEAR(active_params(model("gemma-4-26b-a4b")) / 3.8e9, 1, 0.01);
    EXPECT_NEAR(total_params(model("minimax-m1")) / 456e9, 1, 0.001);
    EXPECT_NEAR(total_params(model("mimo-v2-flash")) / 309e9, 1, 0.001);
    EXPECT_NEAR(total_params(model("opt-13b")), 12853473280.0, 0);
}

TEST(Parameters, OfExpertsAreAllInMemoryButOnlySomeActive) {
    EXPECT_NEAR(total_params(model("mixtral-8x7b")) / 1e9, 46.7, 0.01);  // not 56B
    EXPECT_NEAR(active_params(model("mixtral-8x7b")) / 1e9, 12.88, 0.01);
    EXPECT_NEAR(total_params(model("mixtral-8x22b")) / 1e9, 140.6, 0.1);  // not 176B
    EXPECT_NEAR(active_params(model("phi-3.5-moe")) / 1e9, 6.64, 0.01);   // not 16B
    EXPECT_NEAR(active_params(model("deepseek-v3")) / 1e9, 37.55, 0.01);
}

TEST(CacheOfEveryModel, CostsPerTokenWhatItsConfigSays) {
    const Truth truth;
    int checked = 0;
    for (JsonValue row = truth.first(); row; row = row.next()) {
        const Model& m = model(row.key());
        const KvRate r = kv_rate(m, Dtype::bf16);
        if (row["growing"]) {
            EXPECT_EQ((r.growing - r.sparse_index).value, row["growing"].number()) << m.id;
            EXPECT_EQ(r.bounded.value, row["windowed"].number()) << m.id;
            ++checked;
        }
        EXPECT_EQ(r.sparse_index.value,
                  m.id.substr(0, 11) == "deepseek-v4" ? r.sparse_index.value : row["indexer"].number())
            << m.id;
        if (row["fp8_mla"]) {
            const KvRate f = kv_rate(m, Dtype::fp8);
            EXPECT_EQ((f.growing - f.sparse_index).value, row["fp8_mla"].number()) << m.id;
        }
        const JsonValue s = row["state"];
        if (s) {
            bool fp32 = false;
            for (const LayerGroup& g : m.layers) fp32 = fp32 || g.attention.state_fp32;
            EXPECT_EQ(r.state.value, s["conv_bf16"].number() + s[fp32 ? "ssm_fp32" : "ssm_bf16"].number()) << m.id;
        } else {
            EXPECT_EQ(r.state.value, 0) << m.id;
        }
    }
    EXPECT_GE(checked, 85);
}

TEST(CacheOfEveryModel, IsRightWhereOtherToolsAreWrong) {
    EXPECT_EQ(kv_rate(model("gemma-2-9b"), Dtype::fp16).growing.value +
                  kv_rate(model("gemma-2-9b"), Dtype::fp16).bounded.value,
              344064);  // not 301,056
    EXPECT_EQ(kv_rate(model("gemma-2-27b"), Dtype::fp16).growing.value +
                  kv_rate(model("gemma-2-27b"), Dtype::fp16).bounded.value,
              376832);                                                                  // not 423,936
    EXPECT_EQ(kv_rate(model("qwen3-next-80b-a3b"), Dtype::fp16).growing.value, 24576);  // not 12,288
    EXPECT_EQ(kv_rate(model("qwen3-omni-30b-a3b"), Dtype::fp16).growing.value, 98304);  // not 147,456
    EXPECT_GT(kv_rate(model("qwen3-next-80b-a3b"), Dtype::fp16).state.value, 36e6);     // not forgotten
    EXPECT_EQ(kv_rate(model("kimi-k3"), Dtype::bf16).growing.value, 27648);  // not 107,136: 69 layers do not grow
}

TEST(Weights, OfQuantisedCheckpointsKeepEmbeddingsIn16Bit) {
    const ParamCount p = count_params(model("llama-3.1-8b"));
    EXPECT_EQ(weight_bytes(p, Dtype::bf16).value, p.total() * 2);
    EXPECT_EQ(weight_bytes(p, Dtype::fp32).value, p.total() * 4);
    EXPECT_EQ(weight_bytes(p, Dtype::int8).value, p.linear() + p.kept() * 2);
    EXPECT_EQ(p.kept(), 2 * 128256.0 * 4096 + 65 * 4096);
    EXPECT_NEAR(weight_bytes(p, Dtype::int4).value, p.linear() * 4.15625 / 8 + p.kept() * 2, 1);
}

TEST(Weights, ShrinkWithTheFormat) {
    for (const Model& m : catalog().models) {
        double before = INFINITY;
        for (const Dtype d :
             {Dtype::fp32, Dtype::bf16, Dtype::fp8, Dtype::int8, Dtype::nvfp4, Dtype::mxfp4, Dtype::int4}) {
            const double now = weight_bytes(m, d).value;
            EXPECT_LT(now, before) << m.id << " " << info(d).id;
            EXPECT_GT(now, 0) << m.id;
            before = now;
        }
    }
}

TEST(Weights, ReadInAStepGrowWithTheExpertsThatTokensReach) {
    const Mlp mixtral = model("mixtral-8x7b").layers[0].mlp;
    EXPECT_NEAR(distinct_experts(mixtral, 1), 2, 1e-12);
    EXPECT_NEAR(distinct_experts(mixtral, 4), 5.47, 0.01);
    EXPECT_NEAR(distinct_experts(mixtral, 64), 8, 0.01);
    for (const Model& m : catalog().models) {
        double before = 0;
        for (const int64_t tokens : {1, 4, 64, 4096}) {
            const double read = weight_bytes_read(m, Dtype::bf16, tokens).value;
            EXPECT_GE(read, before) << m.id;
            EXPECT_LE(read, weight_bytes(m, Dtype::bf16).value + 4096.0 * 2 * static_cast<double>(m.hidden)) << m.id;
            EXPECT_GT(read, 0) << m.id;
            before = read;
        }
    }
    // A dense model reads all but the embedding rows that are not looked up.
    const Model& llama = model("llama-3.1-8b");
    EXPECT_EQ(weight_bytes_read(llama, Dtype::bf16, 1).value, (total_params(llama) - 128256.0 * 4096 + 4096) * 2);
}

}  // namespace
}  // namespace kvx::core
