// Headers and indexes of .safetensors files, and what a tensor belongs to by its name.
#include <gtest/gtest.h>

#include "checkpoint_writer.h"
#include "core/catalog/checkpoint/safetensors_header.h"
#include "core/catalog/checkpoint/safetensors_index.h"
#include "core/catalog/checkpoint/tensor_place.h"

namespace kvx::core {
namespace {

SafetensorsReader read(std::string_view header, uint64_t bytes, size_t piece = 4096,
                       std::vector<StoredTensor>* all = nullptr) {
    SafetensorsReader r(bytes);
    for (size_t i = 0; i < header.size() && !r.done(); i += piece) {
        r.take(header.substr(i, piece));
        if (all != nullptr) all->insert(all->end(), r.tensors().begin(), r.tensors().end());
    }
    return r;
}

// A header with this JSON, in a file whose tensors take `data` bytes.
std::string error_of(std::string_view json, uint64_t data) {
    std::string header;
    test::put<uint64_t>(header, json.size());
    header += json;
    const SafetensorsReader r = read(header, header.size() + data);
    return r.done() ? r.error() : "not done";
}

TEST(SafetensorsHeader, IsTheSameInPiecesOfAnySize) {
    test::SafetensorsWriter w;
    w.tensor("model.embed_tokens.weight", "BF16", 2, {1000, 64}).tensor("model.norm.weight", "F32", 4, {64});
    w.tensor("model.layers.0.mlp.up_proj.weight", "F8_E4M3", 1, {128, 64}).tensor("step", "I64", 8, {});
    const std::string header = w.header();
    for (const size_t piece : {size_t{1}, size_t{5}, size_t{100}, header.size()}) {
        std::vector<StoredTensor> all;
        const SafetensorsReader r = read(header, w.file_bytes(), piece, &all);
        ASSERT_TRUE(r.done());
        ASSERT_EQ(r.error(), "");
        ASSERT_EQ(all.size(), 4U);
        EXPECT_EQ(all[0].name, "model.embed_tokens.weight");
        EXPECT_EQ(all[0].shape, (std::array<uint64_t, 8>{1000, 64}));
        EXPECT_EQ(all[0].dims, 2);
        EXPECT_EQ(all[0].bytes(), 128000U);
        EXPECT_EQ(stored_type_id(all[2].type), "F8_E4M3");
        EXPECT_EQ(all[3].bytes(), 8U);
    }
    for (size_t n = 1; n < header.size(); ++n)
        EXPECT_TRUE(!read(std::string_view(header).substr(0, n), n).done() ||
                    read(std::string_view(header).substr(0, n), n).failed())
            << n;
}

TEST(SafetensorsHeader, WhatDoesNotAddUpIsRefused) {
    EXPECT_EQ(error_of(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 8), "");
    EXPECT_EQ(
        error_of(
            R"({"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
            8),
        "");
    const auto says = [](std::string_view json, uint64_t data, std::string_view words) {
        const std::string error = error_of(json, data);
        EXPECT_NE(error.find(words), std::string::npos) << json << ": " << error;
    };
    says(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", 8, "does not fill");
    says(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})", 8, "does not fill");
    says(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,0]}})", 8,
         "larger than any file");
    says(
        R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})",
        12, "another one lies");
    says(
        R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[9,17]}})",
        17, "after a gap");
    says(
        R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}})",
        16, "occurs twice");
    says(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 4, "not wholly downloaded");
    says(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 9, "belong to no tensor");
    says(R"({"a":{"dtype":"Q9","shape":[2],"data_offsets":[0,8]}})", 8, "number format Q9");
    says(R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})", 8, "no whole number");
    says(R"({"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}})", 8, "no whole number");
    says(R"({"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]}})", 8, "too many dimensions");
    says(R"({"a":{"shape":[2],"data_offsets":[0,8]}})", 8, "lacks its dtype");
    says(R"({"a":7})", 0, "no list of tensors");
    says(R"([1])", 0, "no list of tensors");
    says("{\n  \"a\": {]}", 0, "line 2, column 9");
    std::string huge;
    test::put<uint64_t>(huge, 1ULL << 40);
    EXPECT_NE(read(huge + "{", 1ULL << 41).error().find("longer than 100 MiB"), std::string::npos);
}

TEST(SafetensorsIndex, NamesFilesAndTheirBytes) {
    const std::string json =
        R"({"metadata":{"total_size":16060522496,"x":[1,{"y":2}]},"weight_map":{"a":"m-00001-of-00002.safetensors",)"
        R"("b":"m-00002-of-00002.safetensors","c":"m-00001-of-00002.safetensors"}})";
    for (const size_t piece : {size_t{1}, size_t{9}, json.size()}) {
        SafetensorsIndexReader r;
        for (size_t i = 0; i < json.size(); i += piece) r.take(std::string_view(json).substr(i, piece));
        r.end();
        ASSERT_EQ(r.error(), "");
        EXPECT_EQ(r.tensors(), 3U);
        EXPECT_EQ(r.files().size(), 2U);
        EXPECT_EQ(r.total_bytes(), 16060522496);
    }
    for (const char* bad :
         {"", "{}", "[]", R"({"weight_map":{}})", R"({"weight_map":{"a":7}})", R"({"weight_map":{"a":"b")"}) {
        SafetensorsIndexReader r;
        r.take(bad);
        r.end();
        EXPECT_TRUE(r.failed()) << bad;
    }
}

TEST(TensorPlace, FollowsTheNamesOfEveryHub) {
    using W = WeightClass;
    struct Case {
        const char* name;
        size_t dims;
        TensorPlace place;
    };
    TensorPlaces many;
    for (const Case& c : {
             Case{"model.layers.0.self_attn.q_proj.weight", 2, {W::attention, false, 0}},
             Case{"model.layers.3.self_attn.q_proj.weight", 2, {W::attention, false, 3}},
             Case{"model.layers.3.self_attn.q_proj.bias", 1, {W::vectors, false, 3}},
             Case{"model.layers.3.self_attn.q_norm.weight", 1, {W::vectors, false, 3}},
             Case{"model.layers.3.mlp.gate.weight", 2, {W::router, false, 3}},
             Case{"model.layers.3.mlp.gate.e_score_correction_bias", 1, {W::router, false, 3}},
             Case{"model.layers.3.mlp.experts.17.up_proj.weight", 2, {W::experts, false, 3}},
             Case{"model.layers.3.mlp.experts.gate_up_proj_blocks", 4, {W::experts, false, 3}},
             Case{"model.layers.3.mlp.experts.gate_up_proj_bias", 2, {W::vectors, false, 3}},
             Case{"model.layers.3.mlp.shared_experts.down_proj.weight", 2, {W::shared, false, 3}},
             Case{"model.layers.3.mlp.shared_expert_gate.weight", 2, {W::router, false, 3}},
             Case{"model.layers.3.mlp.down_proj.weight_scale_inv", 2, {W::mlp, false, 3}},
             Case{"model.layers.3.mlp.down_proj.g_idx", 1, {W::mlp, false, 3}},
             Case{"model.layers.3.self_attn.o_proj.input_scale", 0, {W::attention, false, 3}},
             Case{"model.layers.3.linear_attn.in_proj_qkvz.weight", 2, {W::attention, false, 3}},
             Case{"model.layers.3.linear_attn.conv1d.weight", 3, {W::vectors, false, 3}},
             Case{"backbone.layers.3.mixer.up_proj.weight", 2, {W::mlp, false, 3}},
             Case{"backbone.layers.3.mixer.in_proj.weight", 2, {W::attention, false, 3}},
             Case{"backbone.layers.3.mixer.A_log", 2, {W::vectors, false, 3}},
             Case{"model.layers.3.conv.in_proj.weight", 2, {W::attention, false, 3}},
             Case{"model.layers.3.conv.conv.weight", 3, {W::vectors, false, 3}},
             Case{"transformer.h.3.mlp.c_proj.weight", 2, {W::mlp, false, 3}},
             Case{"transformer.encoder.layers.3.self_attention.dense.weight", 2, {W::attention, false, 3}},
             Case{"layers.3.feed_forward.w2.weight", 2, {W::mlp, false, 3}},
             Case{"layers.3.attention.wq.weight", 2, {W::attention, false, 3}},
             Case{"tok_embeddings.weight", 2, {W::embedding, false, -1}},
             Case{"output.weight", 2, {W::head, false, -1}},
             Case{"model.embed_tokens.weight", 2, {W::embedding, false, -1}},
             Case{"lm_head.weight", 2, {W::head, false, -1}},
             Case{"model.visual.blocks.3.attn.qkv.weight", 2, {W::attention, true, 3}},
             Case{"vision_tower.encoder.layers.3.mlp.fc1.weight", 2, {W::mlp, true, 3}},
             Case{"mtp.layers.0.mlp.up_proj.weight", 2, {W::mlp, true, 0}},
             Case{"token_embd.weight", 2, {W::embedding, false, -1}},
             Case{"output_norm.weight", 1, {W::vectors, false, -1}},
             Case{"blk.3.attn_q.weight", 2, {W::attention, false, 3}},
             Case{"blk.3.attn_norm.weight", 1, {W::vectors, false, 3}},
             Case{"blk.3.ffn_up.weight", 2, {W::mlp, false, 3}},
             Case{"blk.3.ffn_up.7.weight", 2, {W::experts, false, 3}},
             Case{"blk.3.ffn_down_exps.weight", 3, {W::experts, false, 3}},
             Case{"blk.3.ffn_down_shexp.weight", 2, {W::shared, false, 3}},
             Case{"blk.3.ffn_gate_inp.weight", 2, {W::router, false, 3}},
             Case{"blk.3.exp_probs_b.bias", 1, {W::router, false, 3}},
             Case{"blk.3.ssm_in.weight", 2, {W::attention, false, 3}},
             Case{"blk.3.ssm_conv1d.weight", 2, {W::vectors, false, 3}},
             Case{"blk.3.shortconv.conv.weight", 2, {W::vectors, false, 3}},
             Case{"blk.3.nextn.eh_proj.weight", 2, {W::mlp, true, 3}},
             Case{"per_layer_token_embd.weight", 2, {W::vectors, true, -1}},
             Case{"v.blk.3.attn_q.weight", 2, {W::attention, true, 3}},
         }) {
        EXPECT_EQ(place_of_tensor(c.name, c.dims), c.place) << c.name;
        EXPECT_EQ(many.of(c.name, c.dims), c.place) << c.name;
    }
}

}  // namespace
}  // namespace kvx::core
