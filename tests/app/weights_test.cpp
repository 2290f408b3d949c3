// What the weights are held in: as released, converted, or a GGUF mixture.
#include "app/weights_choice.h"

#include <gtest/gtest.h>

#include "app/action.h"
#include "app/codec.h"
#include "app/support.h"
#include "app/view.h"
#include "core/support.h"

namespace kvx::app {
namespace {

State opened(const std::string& query) {
    State s = state_of(query);
    EXPECT_TRUE(s.notices.empty()) << s.notices.front();
    return s;
}

double weights(const State& s) {
    return derive(s).requested.skip_weights ? 0 : derive(s).plan.weights.value;
}

TEST(Weights, OpenAsTheModelIsReleased) {
    const State s = opened("?model=gpt-oss-120b");
    EXPECT_EQ(find_param("weights")->get(s), "released");
    EXPECT_EQ(find_param("dtype")->get(s), "released");
    EXPECT_EQ(weights_label(s), "MXFP4 experts, BF16 rest");
    // Published tensors of 65.25 GB, and what the kernels of the experts pad: loaded by vLLM as 65.97 GiB.
    EXPECT_NEAR(weights(s), 65.97 * 1073741824, 0.01 * 65.97 * 1073741824);
    EXPECT_NEAR(derive(s).plan.weights.value - derive(s).plan.weight_padding.value, 65248815744.0,
                0.03 * 65248815744.0);
    EXPECT_EQ(weights(opened("?model=llama-3.1-8b")), 2 * 8030261248.0);
}

TEST(Weights, AnOldLinkMeansWhatItSaid) {
    EXPECT_EQ(weights(opened("?model=gpt-oss-120b&dtype=bf16")), 2 * 116829156672.0);
    const State s = opened("?model=gpt-oss-120b&weights=bf16&kv=fp8");
    EXPECT_EQ(weights(s), 2 * 116829156672.0);
    const State again = opened(to_query(s));
    EXPECT_EQ(weights(again), weights(s));
    EXPECT_EQ(to_query(again), to_query(s));
}

TEST(Weights, EveryChoiceOfEveryModelRoundTrips) {
    for (const core::Model& m : test::catalog().models) {
        State s = opened("?model=" + m.id);
        for (const Choice& c : weight_choices(s)) {
            ASSERT_EQ(set_weights(s, c.value), "") << m.id << " " << c.value;
            EXPECT_EQ(weights_key(s), c.value) << m.id;
            EXPECT_GT(chosen_weights(s, s.model()).all()[core::WeightClass::attention].bits, 0)
                << m.id << " " << c.value;
            State other;
            other.catalog = s.catalog;
            from_query(other, to_query(s));
            EXPECT_EQ(weights_key(other), c.value) << m.id;
        }
    }
}

TEST(Weights, TheChoiceOutlivesAChangeOfTheModel) {
    State s = opened("?model=qwen3-32b&weights=released-awq");
    EXPECT_EQ(weights_label(s), "AWQ 4 bits (groups of 128)");
    apply(s, SetParam{"model", "deepseek-v3"});
    EXPECT_EQ(weights_key(s), "released");  // it has none in AWQ
    EXPECT_EQ(weights_label(s), "FP8");
    apply(s, SetParam{"weights", "q4_k_m"});
    apply(s, SetParam{"model", "llama-3.1-8b"});
    EXPECT_NEAR(weights(s), 4920739232.0, 0.003 * 4920739232.0);
}

TEST(Weights, WhatIsNotThereIsRefused) {
    State s = opened("?model=llama-3.1-8b");
    EXPECT_NE(set_weights(s, "released-mxfp4"), "");
    EXPECT_NE(set_weights(s, "fp8_ds_mla"), "");
    EXPECT_NE(set_weights(s, "q4_k_xl"), "");
    EXPECT_EQ(weights_key(s), "released");
}

TEST(Weights, KeysAndValuesAreCachedApart) {
    // Llama 3.1 8B: 32 layers of 8 heads of 128; q8_0 34 bytes of 32 values, q4_0 18.
    const State s = opened("?model=llama-3.1-8b&kv=q8_0&kv-values=q4_0");
    EXPECT_EQ(derive(s).plan.rate.growing.value, 32.0 * 8 * 4 * (34 + 18));
    EXPECT_EQ(find_param("dtype")->get(s), "mixed");
    State t = s;
    apply(t, SetParam{"dtype", "fp8"});
    EXPECT_EQ(derive(t).plan.rate.growing.value, 32.0 * 8 * 128 * 2);
}

TEST(Weights, AnOpenedCheckpointIsCountedAsItIs) {
    State s = opened("?weights=fp8");
    apply(s,
          Import{R"({"model_type":"llama","hidden_size":4096,"intermediate_size":11008,"max_position_embeddings":4096,
        "num_attention_heads":32,"num_hidden_layers":32,"num_key_value_heads":32,"vocab_size":32001,"quantization_config":
        {"quant_method":"awq","zero_point":true,"group_size":128,"bits":4}})"});
    EXPECT_EQ(weights_key(s), "released");
    EXPECT_NEAR(weights(s), 3.89e9, 0.03 * 3.89e9);
}

}  // namespace
}  // namespace kvx::app
