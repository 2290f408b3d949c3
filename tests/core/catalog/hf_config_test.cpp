#include "core/catalog/import/hf_config.h"

#include <algorithm>

#include "core/memory/kv_cache.h"
#include "core/support.h"

namespace kvx::core {
namespace {

// Minimal configs in the form the repositories publish; the file's name is the id of the row it must equal.
const char* const kConfigs[] = {"llama-3.1-8b",
                                "llama-3.2-1b",
                                "mistral-7b-v0.1",
                                "mistral-7b-v0.3",
                                "mixtral-8x7b",
                                "qwen2.5-32b",
                                "qwen3-8b",
                                "qwen3-30b-a3b",
                                "qwen3-omni-30b-a3b",
                                "qwen3-next-80b-a3b",
                                "qwen3.5-27b",
                                "gemma-2-9b",
                                "gemma-3-27b",
                                "gemma-4-31b",
                                "gemma-4-26b-a4b",
                                "gemma-4-e4b",
                                "phi-3.5-mini",
                                "phi-3.5-moe",
                                "gpt-oss-120b",
                                "gpt-2-124m",
                                "opt-13b",
                                "deepseek-v3",
                                "deepseek-v3.2",
                                "deepseek-v2-lite",
                                "kimi-k2",
                                "kimi-linear-48b-a3b",
                                "glm-5",
                                "glm-4.5-air",
                                "llama-4-maverick-17b-128e",
                                "minimax-m1",
                                "minimax-m2.7",
                                "jamba-1.5-mini",
                                "nemotron-h-8b",
                                "nemotron-3-super-120b-a12b",
                                "mimo-v2-flash",
                                "olmo-3-7b",
                                "hunyuan-large",
                                "step-3.7-flash"};

TEST(Import, OfAPublishedConfigEqualsTheCatalogue) {
    for (const char* id : kConfigs) {
        const ConfigImport r = import_config(test::data(std::string("configs/") + id + ".json"));
        ASSERT_TRUE(r.ok) << id << ": " << r.error;
        const Model& m = test::model(id);
        EXPECT_EQ(r.model.layer_count(), m.layer_count()) << id;
        EXPECT_EQ(total_params(r.model), total_params(m)) << id;
        EXPECT_EQ(active_params(r.model), active_params(m)) << id;
        EXPECT_EQ(r.model.max_context, m.max_context) << id;
        for (const Dtype d : {Dtype::bf16, Dtype::fp8, Dtype::int4}) {
            const KvRate a = kv_rate(r.model, d), b = kv_rate(m, d);
            EXPECT_EQ(a.growing, b.growing) << id;
            EXPECT_EQ(a.bounded, b.bounded) << id;
            EXPECT_EQ(a.state, b.state) << id;
        }
        EXPECT_EQ(kv_bytes(r.model, {100000}, Dtype::bf16), kv_bytes(m, {100000}, Dtype::bf16)) << id;
        EXPECT_TRUE(r.assumptions.empty()) << id << ": " << r.assumptions.front();
        EXPECT_TRUE(r.unread_fields.empty()) << id << ": " << r.unread_fields.front();
        EXPECT_EQ(r.model.id, "imported");
    }
}

TEST(Import, OfAnUnknownButCompleteArchitectureSaysWhatItAssumed) {
    const ConfigImport r = import_config(
        R"({"model_type":"brandnew","hidden_size":4096,"num_hidden_layers":32,"num_attention_heads":32,"num_key_value_heads":8,"intermediate_size":14336,"vocab_size":128256})");
    ASSERT_TRUE(r.ok) << r.error;
    EXPECT_EQ(kv_rate(r.model, Dtype::bf16).growing.value, 131072);
    EXPECT_EQ(r.assumptions.size(), 2u);
    EXPECT_NE(r.assumptions[0].find("brandnew"), std::string::npos);
}

TEST(Import, NamesWhatIsMissing) {
    const ConfigImport r = import_config(R"({"model_type":"strange","hidden_size":"4096","vocab_size":1e30})");
    EXPECT_FALSE(r.ok);
    for (const char* field : {"hidden_size", "vocab_size", "num_hidden_layers", "num_attention_heads"}) {
        EXPECT_NE(std::find(r.missing.begin(), r.missing.end(), field), r.missing.end()) << field;
        EXPECT_NE(r.error.find(field), std::string::npos) << field;
    }
    EXPECT_EQ(r.error.back(), '.');
    for (const char* other : {"n_embd", "d_model", "model_dim"}) EXPECT_NE(r.error.find(other), std::string::npos);
    const ConfigImport v4 = import_config(
        R"({"model_type":"deepseek_v4","hidden_size":64,"num_hidden_layers":2,"vocab_size":99,"compress_ratios":[0,7]})");
    EXPECT_FALSE(v4.ok);
    EXPECT_NE(v4.error.find("deepseek_v4"), std::string::npos);
}

TEST(Import, TakesTheExplicitHeadWidth) {
    const ConfigImport r = import_config(
        R"({"model_type":"llama","hidden_size":5120,"num_hidden_layers":40,"num_attention_heads":32,"num_key_value_heads":8,"head_dim":128,"intermediate_size":32768,"vocab_size":131072,"max_position_embeddings":131072})");
    ASSERT_TRUE(r.ok);
    EXPECT_EQ(kv_rate(r.model, Dtype::bf16).growing.value, 163840);  // hidden/heads would give 204,800
}

TEST(Import, SurvivesNastyInput) {
    const std::string good = test::data("configs/qwen3-next-80b-a3b.json");
    const auto dies = [](const std::string& text) {
        const ConfigImport r = import_config(text);
        EXPECT_FALSE(r.ok) << text.substr(0, 80);
        EXPECT_FALSE(r.error.empty());
    };
    for (const char* bad : {"", " ", "{", "}", "null", "[]", "7", "\"x\"", "{\"a\":}", "{\"hidden_size\":1}",
                            "\xff\xfe", "{\"model_type\":7}", "{\"text_config\":{\"text_config\":{}}}",
                            "{\"hidden_size\":NaN}", "{\"hidden_size\":1e999}", "{'a':1}"})
        dies(bad);
    dies(std::string(100, '[') + std::string(100, ']'));
    dies(std::string((16 << 20) + 1, ' '));
    std::string deep;
    for (int i = 0; i < 40; ++i) deep += "{\"text_config\":";
    dies(deep + "1" + std::string(40, '}'));
    // Each field in turn takes a wrong value: never a crash, and a plan of what is accepted is finite.
    JsonText json;
    ASSERT_EQ(json.parse(good), "");
    const char* const values[] = {"0",       "-1",   "1",    "1.5",   "1e300", "1099511627777", "1048577",
                                  "1048576", "null", "true", "\"x\"", "[]",    "[1]",           "{}"};
    for (const char* file : kConfigs) {
        const std::string text = test::data(std::string("configs/") + file + ".json");
        JsonText t;
        ASSERT_EQ(t.parse(text), "");
        for (JsonValue v = t.root().first(); v; v = v.next())
            for (const char* value : values) {
                // A later field of the same name wins.
                const std::string changed =
                    text.substr(0, text.rfind('}')) + ",\"" + std::string(v.key()) + "\":" + value + "}";
                const ConfigImport r = import_config(changed);
                if (!r.ok) {
                    EXPECT_FALSE(r.error.empty());
                    continue;
                }
                InferenceInput in = test::setup();
                in.model = &r.model;
                const InferencePlan p = plan_inference(in);
                EXPECT_TRUE(p.needed.value >= 0 && p.needed.value < 1e300) << file << " " << v.key() << " = " << value;
                EXPECT_EQ(model_card(r.model).size(), 3u);
                EXPECT_FALSE(explain(in, p).empty());
            }
    }
    // Cut at every tenth byte, and with bytes changed.
    for (size_t i = 0; i < good.size(); i += 10) {
        import_config(good.substr(0, i));
        std::string changed = good;
        changed[i] = static_cast<char>(changed[i] ^ 0x15);
        import_config(changed);
    }
}

TEST(Import, LimitsLayers) {
    const std::string head =
        R"({"model_type":"llama","hidden_size":64,"num_attention_heads":4,"intermediate_size":64,"vocab_size":100,"max_position_embeddings":100,"num_hidden_layers":)";
    EXPECT_TRUE(import_config(head + "4096}").ok);
    EXPECT_FALSE(import_config(head + "4097}").ok);
    EXPECT_EQ(import_config(head + "4096}").model.layers.size(), 1u);
}

}  // namespace
}  // namespace kvx::core
