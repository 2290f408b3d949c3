// Checkpoints as released: what a file's quantisation fields say is what is counted.
#include "core/catalog/gguf_mix.h"
#include "core/catalog/import/hf_config.h"
#include "core/catalog/import/module_names.h"
#include "core/catalog/import/quantization.h"
#include "core/catalog/release_text.h"
#include "core/memory/weights.h"
#include "core/support.h"

namespace kvx::core {
namespace {

using test::model;

QuantizationRead read(std::string_view json) {
    JsonText text;
    EXPECT_EQ(text.parse(json), "");
    return release_from_quantization(text.root());
}
Release release(std::string_view json) {
    QuantizationRead r = read(json);
    EXPECT_EQ(r.error, "") << json;
    EXPECT_TRUE(r.release) << json;
    return r.release.value_or(Release());
}
double bytes(std::string_view id, std::string_view json) {
    const Model& m = model(id);
    return weight_bytes(m, formats_of(m, release(json))).value;
}
std::string name(std::string_view id, std::string_view json) {
    return name_of(model(id), release(json));
}

constexpr const char* kFp8Blocks =
    R"({"quantization_config": {"quant_method": "fp8", "weight_block_size": [128, 128], "fmt": "e4m3"}})";
constexpr const char* kMxfp4 =
    R"({"quantization_config": {"quant_method": "mxfp4", "modules_to_not_convert":
        ["model.layers.*.self_attn", "model.layers.*.mlp.router", "model.embed_tokens", "lm_head"]}})";

TEST(Release, PublishedSizes) {
    // Sizes of the published files (safetensors index), within 3 %.
    EXPECT_NEAR(bytes("deepseek-v3", kFp8Blocks), 673e9, 0.03 * 673e9);
    EXPECT_NEAR(bytes("kimi-k2", kFp8Blocks), 1029e9, 0.03 * 1029e9);
    EXPECT_NEAR(bytes("minimax-m2.7", kFp8Blocks), 230e9, 0.03 * 230e9);
    EXPECT_NEAR(bytes("qwen3-32b", kFp8Blocks), 34.33e9, 0.03 * 34.33e9);
    EXPECT_NEAR(bytes("gpt-oss-20b", kMxfp4), 13.76e9, 0.03 * 13.76e9);
    EXPECT_NEAR(bytes("gpt-oss-120b", kMxfp4), 65248815744.0, 0.03 * 65248815744.0);
    // Loaded by vLLM 0.8.5 (15.68 GiB), by MLX (342.9 MB and 4.638 GB).
    EXPECT_NEAR(bytes("qwen3-30b-a3b", R"({"quant_method": "gptq", "bits": 4, "group_size": 128})"), 16840674142.0,
                0.01 * 16840674142.0);
    constexpr const char* mlx = R"({"quantization": {"group_size": 64, "bits": 4}})";
    EXPECT_NEAR(bytes("qwen3-0.6b", mlx), 342884352, 0.03 * 342884352);
    EXPECT_NEAR(bytes("llama-3.1-8b", mlx), 4637851648.0, 0.03 * 4637851648.0);
}

TEST(Release, ConfigsOpenAsReleased) {
    const ConfigImport awq = import_config(
        R"({"model_type": "llama", "hidden_size": 4096, "intermediate_size": 11008, "max_position_embeddings": 4096,
            "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 32, "vocab_size": 32001,
            "torch_dtype": "float32",
            "quantization_config": {"quant_method": "awq", "zero_point": true, "group_size": 128, "bits": 4}})");
    ASSERT_TRUE(awq.ok) << awq.error;
    ASSERT_EQ(awq.model.releases.size(), 1U);
    EXPECT_EQ(awq.model.releases[0].name, "AWQ 4 bits (groups of 128)");
    const double size = weight_bytes(awq.model, formats_of(awq.model, awq.model.releases[0])).value;
    EXPECT_NEAR(size, 3.89e9, 0.03 * 3.89e9);
}

TEST(Release, NvidiaFp4OfDeepSeek) {
    // hf_quant_config.json of DeepSeek-V3.1: latent projections and head left out, layer by layer.
    std::string list = R"("lm_head", "model.layers.61*")";
    for (int i = 0; i < 61; ++i)
        for (const char* p : {"kv_a_proj_with_mqa", "kv_b_proj", "q_a_proj", "q_b_proj"})
            list += ", \"model.layers." + std::to_string(i) + ".self_attn." + p + "\"";
    const std::string file = R"({"quantization": {"quant_algo": "NVFP4", "kv_cache_quant_algo": "FP8", "group_size": 16,
                                "exclude_modules": [)" +
                             list + "]}}";
    EXPECT_NEAR(bytes("deepseek-v3", file), 386.4e9, 0.05 * 386.4e9);
    EXPECT_EQ(name("deepseek-v3", file), "NVFP4 (part of the attention in BF16)");
    const Release r = release(file);
    EXPECT_EQ(r.kv, Dtype::fp8);
    EXPECT_TRUE(r.unread.empty());
    EXPECT_LT(r.rules.size(), 8U);  // entries of one kind share a rule
}

TEST(Release, ModelsThatCannotBeCounted) {
    // DeepSeek-V4-Pro: FP8 blocks with experts in FP4; 865 GB published.
    const double size = bytes("deepseek-v4-pro", R"({"expert_dtype": "fp4", "quantization_config":
                              {"quant_method": "fp8", "weight_block_size": [128, 128]}})");
    EXPECT_NEAR(size, 865e9, 0.03 * 865e9);
    const Model& m = model("deepseek-v4-pro");
    EXPECT_EQ(weight_bytes(m, Dtype::fp8).value, m.published_params * (8 + 32.0 / 16384) / 8);
}

TEST(Release, Names) {
    EXPECT_EQ(name("gpt-oss-120b", kMxfp4), "MXFP4 experts, BF16 rest");
    EXPECT_EQ(name("deepseek-v3", kFp8Blocks), "FP8");
    EXPECT_EQ(name("llama-3.1-8b", R"({"quant_method": "exl3", "bits": 3.5, "head_bits": 6})"), "EXL3 3.5 bits");
}

TEST(Release, EveryDialect) {
    struct Dialect {
        const char* json;
        double bits;  // of a linear weight
        double tolerance;
    };
    const Dialect all[] = {
        {R"({"quantization_config": {"quant_method": "gptq", "bits": 8, "group_size": 32}})", 8.75, 0},
        {R"({"bits": 4, "group_size": -1, "desc_act": false, "sym": true})", 4, 0.01},
        {R"({"quant_method": "awq", "w_bit": 4, "q_group_size": 64, "zero_point": true})", 4.3125, 0},
        {R"({"quant_method": "bitsandbytes", "load_in_4bit": true, "bnb_4bit_quant_type": "nf4",
             "bnb_4bit_use_double_quant": true})",
         4.127, 0.001},
        {R"({"quant_method": "bitsandbytes", "_load_in_4bit": true, "bnb_4bit_quant_type": "fp4"})", 4.5, 0},
        {R"({"quant_method": "bitsandbytes", "load_in_8bit": true})", 8, 0.02},
        {R"({"quant_method": "fp8", "activation_scheme": "static"})", 8, 0},
        {R"({"quant_method": "fbgemm_fp8", "modules_to_not_convert": ["lm_head"]})", 8, 0.02},
        {R"({"quant_method": "compressed-tensors", "format": "pack-quantized", "config_groups": {"group_0": {
             "targets": ["Linear"], "weights": {"num_bits": 4, "type": "int", "strategy": "group", "group_size": 128,
             "symmetric": true}}}, "ignore": ["lm_head"]})",
         4.125, 0},
        {R"({"quant_method": "compressed-tensors", "config_groups": {"group_0": {"targets": ["Linear"], "weights":
             {"num_bits": 8, "type": "float", "strategy": "channel"}}}})",
         8, 0.02},
        {R"({"quant_method": "compressed-tensors", "config_groups": {"group_0": {"format": "nvfp4-pack-quantized",
             "weights": {"num_bits": 4, "type": "float", "group_size": 16}}}})",
         4.5, 0},
        {R"({"quant_method": "compressed-tensors", "config_groups": {"group_0": {"targets": ["Linear"], "weights":
             {"num_bits": 8, "type": "int", "strategy": "channel"}}}})",
         8, 0.02},
        {R"({"quantization": {"quant_algo": "FP8", "exclude_modules": ["lm_head"]}})", 8, 0},
        {R"({"quantization": {"quant_algo": "W4A16_AWQ", "group_size": 128}})", 4.125, 0},
        {R"({"quant_method": "hqq", "quant_config": {"weight_quant_params": {"nbits": 4, "group_size": 64}},
             "skip_modules": ["lm_head"]})",
         4.5, 0},
        {R"({"quant_method": "eetq", "weights": "int8"})", 8, 0.02},
        {R"({"quant_method": "quark", "global_quant_config": {"weight": {"dtype": "fp4", "qscheme": "per_group",
             "group_size": 32}}, "exclude": ["lm_head"]})",
         4.25, 0},
        {R"({"quant_method": "quark", "global_quant_config": {"weight": {"dtype": "fp8_e4m3", "qscheme":
             "per_tensor"}}})",
         8, 0},
        {R"({"quant_method": "torchao", "quant_type": {"default": {"_type": "Int4WeightOnlyConfig", "_data":
             {"group_size": 128}}}})",
         4.25, 0},
        {R"({"quant_method": "torchao", "quant_type": "int8_weight_only"})", 8, 0.02},
        {R"({"quant_method": "auto-round", "bits": 2, "group_size": 128})", 2 + 18.0 / 128, 0},
        {R"({"quant_method": "exl2", "bits": 4.65})", 4.65, 0},
        {R"({"quantization": {"group_size": 32, "bits": 3}})", 4, 0},
        {R"({"quantization": {"quant_algo": "INT4_AWQ", "group_size": 64}})", 4.25, 0},
        {R"({"quant_method": "quanto", "weights": "int8"})", 8, 0.02},
        {R"({"quant_method": "bitnet"})", 2, 0},
        {R"({"quant_method": "aqlm", "in_group_size": 8, "nbits_per_codebook": 16, "num_codebooks": 1})", 2, 0},
        {R"({"quantization": {"qformat_weight": "fp8_e4m3", "qscheme_act": "TENSOR"}})", 8, 0},
        {R"({"quant_method": "auto-round", "data_type": "mx_fp", "bits": 4, "group_size": 32})", 4.25, 0},
        {R"({"quant_method": "hqq", "quant_config": {"self_attn": {"weight_quant_params": {"nbits": 4, "group_size": 64}},
             "mlp": {"weight_quant_params": {"nbits": 4, "group_size": 64}}}})",
         4.5, 0},
        {R"({"quant_method": "gptq", "bits": 4, "group_size": 128, "modules_in_block_to_quantize":
             [["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj"],
              ["mlp.up_proj", "mlp.gate_proj", "mlp.down_proj"]]})",
         4.15625, 0},
        {R"({"quantization": {"group_size": 32, "bits": 4, "mode": "mxfp4"}})", 4.25, 0},
    };
    const Model& m = model("llama-3.1-8b");
    const ParamCount p = count_params(m);
    for (const Dialect& d : all) {
        const WeightFormats f = formats_of(m, release(d.json));
        EXPECT_NEAR(linear_bits(p, f), d.bits, d.tolerance + 1e-9) << d.json;
        EXPECT_EQ(f[WeightClass::vectors].bits, 16) << d.json;
    }
}

TEST(Release, UnknownIsRefusedInWords) {
    for (const char* json :
         {R"({"quant_method": "brand-new", "bits": 2})", R"({"quantization_config": {"bits": 3}})",
          R"({"quantization": {"quant_algo": "W2A2_MAGIC"}})", R"({"quant_method": "torchao", "quant_type": "uint1"})",
          R"({"quant_method": "gptq", "bits": 99})", R"({"quant_method": "gptq", "group_size": 0.5})",
          R"({"quant_method": "compressed-tensors"})", R"({"quant_method": "bitsandbytes"})"}) {
        const QuantizationRead r = read(json);
        EXPECT_FALSE(r.release) << json;
        EXPECT_GT(r.error.size(), 20U) << json;
    }
    EXPECT_NE(read(R"({"quant_method": "brand-new"})").error.find("brand-new"), std::string::npos);
    const QuantizationRead none = read(R"({"hidden_size": 4096, "quantization_config": {}})");
    EXPECT_FALSE(none.release);
    EXPECT_EQ(none.error, "");
}

TEST(Release, ListsOfModules) {
    const auto parts = [](std::string_view entry) { return modules_named(entry).parts; };
    EXPECT_EQ(parts("lm_head"), mask_of(WeightPart::head));
    EXPECT_EQ(parts("re:.*lm_head"), mask_of(WeightPart::head));
    EXPECT_EQ(parts("model.layers.*.self_attn"), kAttentionParts);
    EXPECT_EQ(parts("re:.*self_attn.(q|k|v)_proj$"),
              mask_of(WeightPart::q) | mask_of(WeightPart::k) | mask_of(WeightPart::v));
    EXPECT_EQ(parts("model.layers.3.mlp.gate"), mask_of(WeightPart::router));
    EXPECT_EQ(modules_named("model.layers.3.mlp.gate").layer, 3);
    EXPECT_EQ(parts("re:.*block_sparse_moe.gate$"), mask_of(WeightPart::router));
    EXPECT_EQ(parts("model.layers.0.mlp.down_proj"), mask_of(WeightPart::down));
    EXPECT_EQ(parts("model.layers.4.mlp.shared_experts.down_proj"), mask_of(WeightPart::shared_down));
    EXPECT_EQ(parts("model.layers.4.mlp.experts.gate_up_proj"), mask_of(WeightPart::expert_up));
    EXPECT_EQ(parts("visual.blocks.0.attn.qkv"), mask_of(WeightPart::tower));
    EXPECT_EQ(parts("model.layers.61*"), kLinearParts);
    EXPECT_TRUE(modules_named("model.norm").known);
    EXPECT_FALSE(modules_named("something_else").known);
    EXPECT_EQ(modules_named("model.layers.0.mlp.experts.7.w1").expert, 7);
    EXPECT_EQ(modules_named("model.layers.0.mlp.experts.7.w1").parts, mask_of(WeightPart::expert_up));
    // What is not known inside of something known is not the whole of it.
    EXPECT_FALSE(modules_named("model.layers.0.self_attn.brand_new_proj").known);
    EXPECT_EQ(modules_named("model.layers.0.self_attn.indexers_proj").parts, 0U);
    EXPECT_TRUE(modules_named("model.layers.0.self_attn.indexers_proj").known);
    EXPECT_EQ(modules_named("re:model.layers.[0-9]+.self_attn.o_proj").layer, -1);
    EXPECT_FALSE(modules_named("re:.*layers.(0|1|2).mlp").known);
    EXPECT_EQ(modules_named("model.language_model.layers.3.mlp*", true).parts & kExpertParts, 0U);
    const Release r = release(R"({"quant_method": "awq", "modules_to_not_convert": ["something_else"]})");
    EXPECT_EQ(r.unread, std::vector<std::string>{"something_else"});
}

TEST(Release, OverridesByLayer) {
    // One layer of 32 at 8 bits: (31 × 4.5 + 8.5) / 32.
    const Model& m = model("llama-3.1-8b");
    const WeightFormats f = formats_of(
        m,
        release(R"({"quantization": {"group_size": 64, "bits": 4, "model.layers.5": {"group_size": 64, "bits": 8}}})"));
    EXPECT_NEAR(f[WeightClass::mlp].bits, (31 * 4.5 + 8.5) / 32, 1e-12);
    EXPECT_EQ(f[WeightClass::head].bits, 4.5);
    const WeightFormats kept =
        formats_of(m, release(R"({"quantization": {"group_size": 64, "bits": 4, "lm_head": false}})"));
    EXPECT_EQ(kept[WeightClass::head].bits, 16);
}

TEST(Release, ClassesAddUpForEveryModel) {
    for (const Model& m : test::catalog().models) {
        const Release r = release(kFp8Blocks);
        const WeightFormats f = formats_of(m, r);
        const ParamCount p = count_params(m);
        double sum = 0;
        for (size_t i = 0; i < kWeightClasses; ++i) sum += params_of(p, static_cast<WeightClass>(i)) * f.of[i].bits / 8;
        EXPECT_DOUBLE_EQ(weight_bytes(p, f).value, sum) << m.id;
        EXPECT_NEAR(params_of(p, WeightClass::shared) + p.attention + p.mlp + p.experts, p.linear(), 1) << m.id;
        if (m.params_counted) {
            EXPECT_NEAR(weight_bytes(m, f).value, weight_bytes(m, Dtype::fp8).value, 0.002 * weight_bytes(m, f).value)
                << m.id;
            EXPECT_GT(weight_bytes(m, Dtype::bf16).value, weight_bytes(m, f).value) << m.id;
        }
    }
}

TEST(Release, PaddingOfExperts) {
    // vLLM on an H100 loaded 65.97 GiB of gpt-oss-120b: 2,880 held as 3,072 × 2,944.
    const Model& m = model("gpt-oss-120b");
    const WeightFormats f = formats_of(m, release(kMxfp4));
    const double held = (weight_bytes(m, f) + padding_bytes(m, f)).value;
    EXPECT_NEAR(held, 70834748129.0, 0.01 * 70834748129.0);
    const double params = 36.0 * 128 * 3 * (3072.0 * 2944 - 2880.0 * 2880);
    EXPECT_NEAR(padding_bytes(m, f).value, params * 4.25 / 8, 1);
    EXPECT_EQ(padding_bytes(m, Dtype::mxfp4).value, 0);  // a conversion is a figure of the format, not of an engine
    EXPECT_EQ(padding_bytes(model("llama-3.1-8b"), f).value, 0);
}

TEST(Release, ExpertsNamedOneByOne) {
    std::string layers, ignored;
    for (int layer = 0; layer < 36; ++layer)
        for (int e = 0; e < 128; ++e)
            for (const char* p : {"up_proj", "down_proj"})
                layers += (layers.empty() ? "\"" : ", \"") + std::string("model.layers.") + std::to_string(layer) +
                          ".mlp.experts." + std::to_string(e) + "." + p + "\": {\"quant_algo\": \"NVFP4\"}";
    const Model& m = model("gpt-oss-120b");
    const Release all =
        release(R"({"quantization": {"quant_algo": "MIXED_PRECISION", "quantized_layers": {)" + layers + "}}}");
    EXPECT_EQ(formats_of(m, all)[WeightClass::experts].bits, 4.5);
    EXPECT_LT(all.rules.size(), 4U);
    // A few left out are neglected.
    const Release few =
        release(R"({"quant_method": "fp8", "ignored_layers": ["model.layers.0.mlp.experts.7.up_proj"]})");
    EXPECT_EQ(formats_of(m, few)[WeightClass::experts].bits, 8);
}

TEST(Release, LayerByLayerInsideAnotherMethod) {
    // NVIDIA's DeepSeek-V4: FP8 as before, experts in NVFP4 instead of MXFP4.
    const Release r = release(R"({"expert_dtype": "fp4", "quantization_config": {"quant_method": "fp8",
        "weight_block_size": [128, 128], "quant_algo": "MIXED_PRECISION", "quantized_layers":
        {"layers.0.ffn.experts": {"quant_algo": "NVFP4", "group_size": 16}}}})");
    const Model& m = model("deepseek-v3");
    EXPECT_EQ(r.rules.back().format, format_of(Dtype::nvfp4));
    EXPECT_EQ(r.rules.back().layers, std::vector<bool>{true});
    EXPECT_NEAR(formats_of(m, r)[WeightClass::attention].bits, 8, 0.01);
}

TEST(Release, EveryRowOfTheCatalogueHasOne) {
    int quantised = 0, sized = 0;
    for (const Model& m : test::catalog().models) {
        ASSERT_FALSE(m.releases.empty()) << m.id;
        for (const Release& r : m.releases) {
            EXPECT_FALSE(r.name.empty()) << m.id;
            EXPECT_FALSE(r.source.empty()) << m.id;
            for (const Release& other : m.releases) EXPECT_TRUE(&r == &other || r.id != other.id) << m.id;
            quantised += r.rules.empty() ? 0 : 1;
            if (r.bytes == 0) continue;
            ++sized;
            EXPECT_NEAR(weight_bytes(m, formats_of(m, r)).value, r.bytes, 0.03 * r.bytes) << m.id << " " << r.name;
        }
    }
    EXPECT_GT(quantised, 60);
    EXPECT_GE(sized, 8);
    EXPECT_EQ(model("gpt-oss-120b").releases.front().name, "MXFP4 experts, BF16 rest");
    EXPECT_EQ(model("llama-3.1-8b").releases.front().name, "BF16");
    EXPECT_EQ(model("kimi-k2.5").releases.front().name, "INT4 (groups of 32) experts, BF16 rest");
}

TEST(Release, LongListsAreShortInALink) {
    std::string list;
    for (int i = 0; i < 600; ++i)
        list += (i == 0 ? "\"" : ", \"") + std::string("model.layers.") + std::to_string(i % 32) +
                (i < 300 ? ".self_attn.o_proj\"" : ".mlp.down_proj\"");
    const std::string config =
        R"({"model_type":"llama","hidden_size":4096,"intermediate_size":11008,"max_position_embeddings":4096,
            "num_attention_heads":32,"num_hidden_layers":32,"num_key_value_heads":32,"vocab_size":32001,
            "quantization_config":{"quant_method":"fp8","ignored_layers":[)" +
        list + R"(, "strange.name"]}})";
    const std::string shorter = compact_config(config);
    EXPECT_LT(shorter.size(), 700U);
    const ConfigImport whole = import_config(config), again = import_config(shorter);
    ASSERT_TRUE(again.ok) << again.error;
    EXPECT_EQ(again.model.releases.front().rules, whole.model.releases.front().rules);
    EXPECT_EQ(again.model.releases.front().name, whole.model.releases.front().name);
    EXPECT_EQ(compact_config(shorter), shorter);
    for (const char* bad : {R"({"quant_method":"kvx"})", R"({"quant_method":"kvx","kept":"bf16","rules":[[1]]})",
                            R"({"quant_method":"kvx","kept":"bf16","rules":[[1,"fp8",8,0,0,0,[4095,9]]]})",
                            R"({"quant_method":"kvx","kept":"bf16","rules":[[1,"fp8",1e300,0,0,0,[]]]})"}) {
        EXPECT_FALSE(read(bad).release && !read(bad).release->rules.empty()) << bad;
        if (std::string_view(bad).size() > 30) {
            EXPECT_NE(read(bad).error, "") << bad;
        }
    }
}

TEST(Release, ShortForm) {
    Release r;
    EXPECT_EQ(read_release("fp16 linear=awq:4:64 head=bf16", r), "");
    EXPECT_EQ(r.kept, Dtype::fp16);
    ASSERT_EQ(r.rules.size(), 2U);
    EXPECT_EQ(r.rules[0].format, grouped_format(Dtype::awq, 4, 64, true));
    for (const char* bad : {"linear=", "linear=fp9", "lineal=fp8", "linear=awq:4", "linear=awq:99:64",
                            "linear=fp8:8:128", "linear=awq:4:99999999999999999999", "fp9", "linear=fp8_ds_mla"}) {
        Release none;
        EXPECT_NE(read_release(bad, none), "") << bad;
    }
}

TEST(Release, GgufMixtures) {
    struct Known {
        const char *id, *mix;
        double bytes;
    };
    // Files of bartowski's conversions of Llama 3.1 8B; their headers take 8 MB.
    for (const Known& k :
         {Known{"llama-3.1-8b", "q4_k_m", 4920739232.0}, Known{"llama-3.1-8b", "q5_k_m", 5732992416.0},
          Known{"llama-3.1-8b", "q6_k", 6596006304.0}, Known{"llama-3.1-8b", "q8_0", 8540775840.0},
          Known{"llama-3.1-8b", "q3_k_m", 4018918816.0}, Known{"llama-3.1-8b", "q2_k", 3179136416.0}}) {
        const Model& m = model(k.id);
        const GgufMix* mix = gguf_mix(k.mix);
        ASSERT_TRUE(mix) << k.mix;
        const double size = weight_bytes(m, formats_of(m, gguf_release(m, *mix))).value;
        EXPECT_NEAR(size, k.bytes, 0.003 * k.bytes) << k.mix;
        EXPECT_LT(size, k.bytes) << k.mix;
    }
    EXPECT_FALSE(gguf_mix("q4_k_x"));
    for (const Model& m : test::catalog().models)
        for (const GgufMix& mix : gguf_mixes())
            EXPECT_GT(weight_bytes(m, formats_of(m, gguf_release(m, mix))).value, 0) << m.id;
}

TEST(Release, FilesBesideTheConfig) {
    constexpr const char* config = R"({"model_type": "llama", "hidden_size": 64})";
    const std::string both = with_quantization(config, R"({"bits": 4, "group_size": 128, "desc_act": false})");
    EXPECT_EQ(release(both).rules.front().format, grouped_format(Dtype::gptq, 4, 128, true));
    EXPECT_EQ(with_quantization(config, "not JSON"), config);
    // Python writes Infinity (Nemotron 3 Super).
    const std::string infinite = with_quantization(R"({"hidden_size": 64, "time_step_limit": [0, Infinity]})",
                                                   R"({"quantization": {"quant_algo": "FP8"}})");
    EXPECT_EQ(release(infinite).rules.front().format, format_of(Dtype::fp8_tensor));
    EXPECT_EQ(with_quantization(kFp8Blocks, R"({"bits": 4, "group_size": 128, "desc_act": false})"), kFp8Blocks);
}

}  // namespace
}  // namespace kvx::core
