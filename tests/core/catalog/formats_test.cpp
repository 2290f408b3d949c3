// The table of number formats: the same as assets/formats.json, and exact to the byte.
#include "core/catalog/dtype.h"
#include "core/memory/kv_cache.h"
#include "core/support.h"

namespace kvx::core {
namespace {

using test::asset;

Dtype format(std::string_view id) {
    Dtype d = Dtype::bf16;
    EXPECT_TRUE(parse_dtype(id, d)) << id;
    return d;
}

TEST(Formats, TableIsTheAsset) {
    JsonText text;
    ASSERT_EQ(text.parse(asset("formats.json")), "");
    const JsonValue rows = text.root()["formats"];
    ASSERT_EQ(rows.size(), all_formats().size());
    size_t i = 0;
    for (JsonValue row = rows.first(); row; row = row.next(), ++i) {
        const DtypeInfo& f = all_formats()[i];
        EXPECT_EQ(f.id, row["id"].text());
        EXPECT_EQ(f.label, row["label"].text()) << f.id;
        EXPECT_EQ(f.source, row["source"].text()) << f.id;
        EXPECT_FALSE(f.source.empty()) << f.id;
        EXPECT_EQ(f.bits, row["bits"].number()) << f.id;
        EXPECT_EQ(f.stores_weights, row["weights"].boolean(true)) << f.id;
        EXPECT_EQ(f.kv_bits, row["kv"]["bits"].number(0)) << f.id;
        EXPECT_EQ(static_cast<size_t>(f.dtype), i) << f.id;
        if (!row["block"].is(JsonValue::Kind::array)) continue;
        const double elements = row["block"].first().number(), bytes = row["block"].first().next().number();
        EXPECT_EQ(f.bits * elements + f.overhead, 8 * bytes) << f.id;
        EXPECT_NEAR(f.weight_bits, 8 * bytes / elements, 1e-12) << f.id;
    }
}

// Sizes of the structures of ggml-common.h, added up by hand: 2-byte scales, quants, and what a super-block keeps.
TEST(Formats, GgufBlocksByHand) {
    struct Block {
        const char* id;
        int64_t elements;
        double bytes;
    };
    const Block blocks[] = {
        {"f32", 1, 4},
        {"q4_0", 32, 2 + 16},
        {"q4_1", 32, 2 + 2 + 16},
        {"q5_0", 32, 2 + 4 + 16},
        {"q5_1", 32, 2 + 2 + 4 + 16},
        {"q8_0", 32, 2 + 32},
        {"q8_1", 32, 2 + 2 + 32},
        {"q2_k", 256, 16 + 64 + 2 + 2},
        {"q3_k", 256, 32 + 64 + 12 + 2},
        {"q4_k", 256, 2 + 2 + 12 + 128},
        {"q5_k", 256, 2 + 2 + 12 + 32 + 128},
        {"q6_k", 256, 128 + 64 + 16 + 2},
        {"q8_k", 256, 4 + 256 + 32},
        {"iq1_s", 256, 2 + 32 + 16},
        {"iq1_m", 256, 32 + 16 + 8},
        {"iq2_xxs", 256, 2 + 64},
        {"iq2_xs", 256, 2 + 64 + 8},
        {"iq2_s", 256, 2 + 64 + 8 + 8},
        {"iq3_xxs", 256, 2 + 96},
        {"iq3_s", 256, 2 + 64 + 8 + 32 + 4},
        {"iq4_nl", 32, 2 + 16},
        {"iq4_xs", 256, 2 + 2 + 4 + 128},
        {"tq1_0", 256, 48 + 4 + 2},
        {"tq2_0", 256, 64 + 2},
        {"mxfp4", 32, 1 + 16},
    };
    for (const Block& b : blocks) {
        const Format f = format_of(std::string_view(b.id) == "f32" ? Dtype::fp32 : format(b.id));
        EXPECT_EQ(matrix_bytes(f, b.elements, 1), b.bytes) << b.id;
        EXPECT_EQ(matrix_bytes(f, 4096, 11), 4096 / static_cast<double>(b.elements) * b.bytes * 11) << b.id;
    }
}

TEST(Formats, GroupsOfCheckpoints) {
    // 128 values of 4 bits, a 16-bit scale and a 4-bit zero point: 66.5 bytes.
    EXPECT_EQ(weight_bits(grouped_format(Dtype::gptq, 4, 128, true)), 4.15625);
    EXPECT_EQ(weight_bits(grouped_format(Dtype::gptq, 3, 64, true)), 3 + 19.0 / 64);
    EXPECT_EQ(weight_bits(grouped_format(Dtype::packed, 4, 128, false)), 4.125);
    EXPECT_EQ(weight_bits(grouped_format(Dtype::mlx, 4, 64, true)), 4.5);
    EXPECT_EQ(weight_bits(grouped_format(Dtype::mlx, 8, 32, true)), 9);
    EXPECT_NEAR(weight_bits(format_of(Dtype::nf4_double)), 4 + 8.0 / 64 + 32.0 / (64 * 256), 1e-12);
    EXPECT_EQ(weight_bits(format_of(Dtype::nf4)), 4.5);
    // Ragged edges: 200 columns are two scales a row, 130 rows two squares of 128.
    EXPECT_EQ(matrix_bytes(grouped_format(Dtype::awq, 4, 128, true), 200, 3), (200 * 3 * 4 + 6 * 20) / 8.0);
    EXPECT_EQ(matrix_bytes(format_of(Dtype::fp8), 256, 130), 256 * 130 + 4 * 4);
    EXPECT_EQ(matrix_bytes(format_of(Dtype::fp8_channel), 512, 100), 512 * 100 + 400);
    EXPECT_EQ(label_of(grouped_format(Dtype::gptq, 3, 64, true)), "GPTQ 3 bits (groups of 64)");
    EXPECT_EQ(label_of(format_of(Dtype::mxfp4)), "MXFP4");
    EXPECT_EQ(label_of(grouped_format(Dtype::packed, 4, 128, false)), "INT4 (groups of 128)");
}

TEST(Formats, MoreBitsAreNeverFewerBytes) {
    for (const Dtype d : {Dtype::gptq, Dtype::packed, Dtype::hqq, Dtype::mlx, Dtype::exl3})
        for (const int64_t group : {32, 64, 128, -1})
            for (int bits = 1; bits < 8; ++bits)
                EXPECT_LT(matrix_bytes(grouped_format(d, bits, group, true), 1000, 7),
                          matrix_bytes(grouped_format(d, bits + 1, group, true), 1000, 7));
}

TEST(Formats, CachedVectorsByHand) {
    const auto bytes = [](std::string_view id, int64_t width) { return kv_vector_bytes(format(id), width).value; };
    // Of 128 values; llama.cpp stores whole blocks of 32, so 80 values take three of them.
    EXPECT_EQ(bytes("bf16", 128), 256);
    EXPECT_EQ(bytes("fp8", 128), 128);
    EXPECT_EQ(bytes("int8", 128), 132);
    EXPECT_EQ(bytes("nvfp4", 128), 72);
    EXPECT_EQ(bytes("q8_0", 128), 136);
    EXPECT_EQ(bytes("q5_1", 128), 96);
    EXPECT_EQ(bytes("q5_0", 128), 88);
    EXPECT_EQ(bytes("q4_1", 128), 80);
    EXPECT_EQ(bytes("q4_0", 128), 72);
    EXPECT_EQ(bytes("iq4_nl", 128), 72);
    EXPECT_EQ(bytes("q8_0", 80), 3 * 34);
    EXPECT_EQ(bytes("q4_0", 80), 3 * 18);
    EXPECT_EQ(bytes("int4", 80), 40 + 3 * 2);
    // vLLM's TurboQuant slots for K and V: 136 and 104 bytes.
    EXPECT_EQ(2 * bytes("turbo4", 128), 136);
    EXPECT_EQ(2 * bytes("turbo3", 128), 104);
    for (const DtypeInfo& f : all_formats()) EXPECT_EQ(kv_vector_bytes(f.dtype, 0).value, 0) << f.id;
}

TEST(Formats, KeysAndValuesApart) {
    Attention a;
    a.q_heads = 32, a.kv_heads = 8, a.k_dim = a.v_dim = 128;
    EXPECT_EQ(layer_bytes_per_token(a, {Dtype::q8_0, Dtype::q4_0}).value, 8 * (136 + 72));
    EXPECT_EQ(layer_bytes_per_token(a, Dtype::bf16).value, 8 * 512);
    Attention mla;
    mla.kind = AttentionKind::mla;
    mla.kv_lora_rank = 512, mla.rope_dim = 64;
    EXPECT_EQ(layer_bytes_per_token(mla, format("fp8_ds_mla")).value, 656);  // 512 + 4 × 4 + 64 × 2
    EXPECT_EQ(layer_bytes_per_token(mla, Dtype::q8_0).value, 612);           // llama.cpp: 18 blocks of 34
    EXPECT_EQ(layer_bytes_per_token(mla, Dtype::fp8).value, 576);
}

TEST(Formats, EveryRowIsFoundByItsId) {
    for (const DtypeInfo& f : all_formats()) EXPECT_EQ(format(f.id), f.dtype) << f.id;
    Dtype d = Dtype::fp8;
    EXPECT_FALSE(parse_dtype("", d));
    EXPECT_FALSE(parse_dtype(std::string(200, 'q'), d));
    EXPECT_EQ(all_dtypes().size(), 8U);
}

}  // namespace
}  // namespace kvx::core
