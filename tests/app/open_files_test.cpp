// Files of checkpoints, opened together: what they become, and what is refused in words.
#include <gtest/gtest.h>

#include "app/action.h"
#include "app/codec.h"
#include "app/import/import.h"
#include "app/import/open_files.h"
#include "app/support.h"
#include "app/view.h"
#include "arithmetic.h"
#include "checkpoint_writer.h"
#include "core/support.h"

namespace kvx::app {
namespace {

constexpr uint32_t kF32 = 0, kF16 = 1, kQ4K = 12, kQ6K = 14, kMxfp4 = 39, kQ8 = 8;

struct File {
    std::string name, head;
    uint64_t bytes;
};
File of(std::string name, const test::GgufWriter& w) {
    return {std::move(name), w.header(), w.file_bytes()};
}
File of(std::string name, const test::SafetensorsWriter& w) {
    return {std::move(name), w.header(), w.file_bytes()};
}
File of(std::string name, const std::string& text) {
    return {std::move(name), text, text.size()};
}

std::string open(State& s, const std::vector<File>& all, size_t piece = 1000) {
    const std::shared_ptr<OpenFiles> files = open_files();
    for (const File& f : all) {
        bool wanted = files->open(f.name, f.bytes);
        for (size_t i = 0; i < f.head.size() && wanted; i += piece)
            wanted = files->take(std::string_view(f.head).substr(i, piece));
    }
    const std::vector<Refusal> refused = try_apply(s, ImportFiles{files});
    return refused.empty() ? std::string() : refused.front().reason;
}

double figure(const State& s, std::string_view id) {
    for (const core::Quantity& q : quantities(derive(s), s))
        if (q.id == id) return q.value;
    ADD_FAILURE() << id;
    return 0;
}

bool noticed(const State& s, std::string_view words) {
    return std::any_of(s.notices.begin(), s.notices.end(),
                       [&](const std::string& n) { return n.find(words) != std::string::npos; });
}

// llama.cpp's Q4_K_M: half of the layers have attn_v and ffn_down in Q6_K (llama-quant.cpp, use_more_bits).
bool more_bits(uint32_t i, uint32_t layers) {
    return i < layers / 8 || i >= 7 * layers / 8 || (i - layers / 8) % 3 == 2;
}

void numbers(test::GgufWriter& w, const std::string& arch, uint32_t layers, uint32_t hidden, uint32_t heads,
             uint32_t kv) {
    w.text("general.architecture", arch).text("general.name", "Test " + arch).number("general.file_type", 15);
    w.number(arch + ".block_count", layers).number(arch + ".context_length", 131072);
    w.number(arch + ".embedding_length", hidden).number(arch + ".attention.head_count", heads);
    w.number(arch + ".attention.head_count_kv", kv);
}

test::GgufWriter llama_8b() {
    test::GgufWriter w;
    numbers(w, "llama", 32, 4096, 32, 8);
    w.words("tokenizer.ggml.tokens", 2000);
    w.tensor("rope_freqs.weight", {64}, kF32).tensor("token_embd.weight", {4096, 128256}, kQ4K);
    for (uint32_t i = 0; i < 32; ++i) {
        const std::string b = "blk." + std::to_string(i) + ".";
        const uint32_t more = more_bits(i, 32) ? kQ6K : kQ4K;
        w.tensor(b + "attn_norm.weight", {4096}, kF32).tensor(b + "ffn_down.weight", {14336, 4096}, more);
        w.tensor(b + "ffn_gate.weight", {4096, 14336}, kQ4K).tensor(b + "ffn_up.weight", {4096, 14336}, kQ4K);
        w.tensor(b + "ffn_norm.weight", {4096}, kF32).tensor(b + "attn_k.weight", {4096, 1024}, kQ4K);
        w.tensor(b + "attn_output.weight", {4096, 4096}, kQ4K).tensor(b + "attn_q.weight", {4096, 4096}, kQ4K);
        w.tensor(b + "attn_v.weight", {4096, 1024}, more);
    }
    w.tensor("output.weight", {4096, 128256}, kQ6K).tensor("output_norm.weight", {4096}, kF32);
    return w;
}

// "66 f32, 193 q4_K, 33 q6_K tensors; file size = 4.58 GiB (4.89 BPW)": llama.cpp's log of Llama 3.1 8B Q4_K_M.
TEST(OpenFiles, AGgufFileAloneIsAModelWithItsRealBytes) {
    const test::GgufWriter w = llama_8b();
    EXPECT_EQ(w.tensor_count(), 292U);
    EXPECT_NEAR(static_cast<double>(w.tensor_bytes()) / (1 << 30), 4.58, 0.005);
    EXPECT_NEAR(8.0 * static_cast<double>(w.tensor_bytes()) / static_cast<double>(w.elements()), 4.89, 0.005);
    State s = state_of();
    ASSERT_EQ(open(s, {of("llama.gguf", w)}), "");
    EXPECT_EQ(figure(s, "weights"), static_cast<double>(w.tensor_bytes()));
    EXPECT_EQ(core::total_params(s.model()), static_cast<double>(w.elements()));
    for (const core::Quantity& q : quantities(derive(s), s))
        if (q.id == "weights") test::expect_gives(q, q.substituted);
    EXPECT_EQ(figure(s, "kv_per_token"), 131072);  // 2 × 32 layers × 8 heads × 128 × 2 bytes
    EXPECT_TRUE(noticed(s, "Q4_K_M"));
    EXPECT_FALSE(noticed(s, "Assumed"));

    State again = state_of();
    ASSERT_EQ(from_session(again, to_session(s)), SessionRead::whole);
    EXPECT_EQ(again.model(), s.model());
    EXPECT_EQ(figure(again, "weights"), static_cast<double>(w.tensor_bytes()));
    State other = state_of();
    from_query(other, to_query(s));
    EXPECT_EQ(other.model(), s.model());
}

TEST(OpenFiles, PartsOfASplitGgufFileAreOneModelInAnyOrder) {
    test::GgufWriter first, second;
    numbers(first, "llama", 1, 256, 4, 4);
    first.number("split.no", 0).number("split.count", 2);
    first.tensor("token_embd.weight", {256, 500}, kQ4K).tensor("blk.0.attn_q.weight", {256, 256}, kQ4K);
    second.number("split.no", 1).number("split.count", 2);
    second.tensor("blk.0.attn_k.weight", {256, 256}, kQ4K).tensor("blk.0.attn_v.weight", {256, 256}, kQ4K);
    second.tensor("blk.0.attn_output.weight", {256, 256}, kQ4K).tensor("blk.0.ffn_down.weight", {512, 256}, kQ4K);
    second.tensor("blk.0.ffn_up.weight", {256, 512}, kQ4K).tensor("blk.0.ffn_gate.weight", {256, 512}, kQ4K);
    const File a = of("m-00001-of-00002.gguf", first), b = of("m-00002-of-00002.gguf", second);
    State s = state_of();
    ASSERT_EQ(open(s, {b, a}), "");
    EXPECT_EQ(figure(s, "weights"), static_cast<double>(first.tensor_bytes() + second.tensor_bytes()));
    EXPECT_NE(open(s, {a}).find("missing: part 2 of 2"), std::string::npos);
    EXPECT_NE(open(s, {b}).find("missing: part 1 of 2"), std::string::npos);
    EXPECT_NE(open(s, {a, b, b}).find("not the parts of one model"), std::string::npos);
}

// The layers of one architecture, as llama.cpp's converter writes them.
struct Layer {
    std::string rest;
    std::vector<uint64_t> dims;
};
test::GgufWriter hybrid(const std::string& arch, const std::vector<std::vector<Layer>>& layers, uint32_t kv = 2) {
    test::GgufWriter w;
    numbers(w, arch, static_cast<uint32_t>(layers.size()), 256, 4, kv);
    w.tensor("token_embd.weight", {256, 1000}, kF16).tensor("output_norm.weight", {256}, kF32);
    for (size_t i = 0; i < layers.size(); ++i)
        for (const Layer& l : layers[i])
            w.tensor("blk." + std::to_string(i) + "." + l.rest, l.dims, l.dims.size() > 1 ? kF16 : kF32);
    return w;
}
const std::vector<Layer> kAttends = {{"attn_norm.weight", {256}},
                                     {"attn_q.weight", {256, 256}},
                                     {"attn_k.weight", {256, 128}},
                                     {"attn_v.weight", {256, 128}},
                                     {"attn_output.weight", {256, 256}}};
const std::vector<Layer> kDense = {{"ffn_norm.weight", {256}},
                                   {"ffn_gate.weight", {256, 512}},
                                   {"ffn_up.weight", {256, 512}},
                                   {"ffn_down.weight", {512, 256}}};
std::vector<Layer> operator+(std::vector<Layer> a, const std::vector<Layer>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

TEST(OpenFiles, WindowsFollowTheArchitecture) {
    for (const auto& [arch, full] :
         std::vector<std::pair<std::string, int64_t>>{{"gemma3", 2}, {"gemma2", 6}, {"gpt-oss", 6}, {"laguna", 3}}) {
        test::GgufWriter w = hybrid(arch, std::vector<std::vector<Layer>>(12, kAttends + kDense));
        w.number(arch + ".attention.sliding_window", 512);
        State s = state_of();
        ASSERT_EQ(open(s, {of(arch + ".gguf", w)}), "");
        int64_t keeping = 0;
        for (const core::LayerGroup& g : s.model().layers)
            keeping += g.attention.kind == core::AttentionKind::full ? g.count : 0;
        EXPECT_EQ(keeping, full) << arch;
        EXPECT_EQ(s.model().layers.front().attention.kind == core::AttentionKind::full, arch == "laguna") << arch;
    }
    test::GgufWriter w = hybrid("llama", {kAttends + kDense});
    w.number("llama.attention.sliding_window", 512);
    State s = state_of();
    ASSERT_EQ(open(s, {of("w.gguf", w)}), "");
    EXPECT_TRUE(noticed(s, "does not use the window"));
}

TEST(OpenFiles, EachKindOfLayerIsKnownByItsTensors) {
    using K = core::AttentionKind;
    const std::vector<Layer> mamba2 = {{"ssm_in.weight", {256, 1064}},
                                       {"ssm_conv1d.weight", {4, 544}},
                                       {"ssm_a", {1, 8}},
                                       {"ssm_norm.weight", {512}},
                                       {"ssm_out.weight", {512, 256}}};
    const std::vector<Layer> conv = {{"shortconv.in_proj.weight", {256, 768}},
                                     {"shortconv.conv.weight", {3, 256}},
                                     {"shortconv.out_proj.weight", {256, 256}}};
    const std::vector<Layer> experts = {{"ffn_gate_inp.weight", {256, 16}},    {"ffn_gate_exps.weight", {256, 64, 16}},
                                        {"ffn_up_exps.weight", {256, 64, 16}}, {"ffn_down_exps.weight", {64, 256, 16}},
                                        {"ffn_down_shexp.weight", {32, 256}},  {"ffn_up_shexp.weight", {256, 32}},
                                        {"ffn_gate_shexp.weight", {256, 32}}};
    const auto one = [](const std::string& arch, test::GgufWriter w) {
        w.number(arch + ".ssm.conv_kernel", 4)
            .number(arch + ".ssm.inner_size", 512)
            .number(arch + ".ssm.state_size", 16);
        w.number(arch + ".ssm.time_step_rank", 8)
            .number(arch + ".ssm.group_count", 1)
            .number(arch + ".expert_used_count", 2);
        w.number(arch + ".shortconv.l_cache", 3)
            .number(arch + ".attention.key_length_mla", 48)
            .number(arch + ".attention.value_length_mla", 32);
        w.number(arch + ".attention.kv_lora_rank", 64);
        State s = state_of();
        EXPECT_EQ(open(s, {of(arch + ".gguf", w)}), "") << arch;
        EXPECT_EQ(figure(s, "weights"), static_cast<double>(w.tensor_bytes())) << arch;
        return s.model();
    };
    const core::Model nemotron = one("nemotron_h_moe", hybrid("nemotron_h_moe", {mamba2, experts, kAttends}));
    ASSERT_EQ(nemotron.layers.size(), 3U);
    EXPECT_EQ(nemotron.layers[0].attention.kind, K::mamba2);
    EXPECT_EQ(nemotron.layers[0].attention.state_v_dim, 64);
    EXPECT_EQ(nemotron.layers[1].attention.kind, K::none);
    EXPECT_EQ(nemotron.layers[1].mlp.experts, 16);
    EXPECT_EQ(nemotron.layers[1].mlp.shared_width, 32);
    EXPECT_EQ(nemotron.layers[2].mlp.kind, core::MlpKind::none);
    EXPECT_EQ(one("falcon-h1", hybrid("falcon-h1", {mamba2 + kAttends + kDense})).layers[0].attention.beside,
              K::mamba2);
    EXPECT_EQ(one("lfm2", hybrid("lfm2", {conv + kDense, kAttends + kDense})).layers[0].attention.kind, K::short_conv);
    EXPECT_EQ(one("qwen3next", hybrid("qwen3next", {std::vector<Layer>{{"attn_qkv.weight", {256, 544}},
                                                                       {"ssm_conv1d.weight", {4, 544}},
                                                                       {"ssm_out.weight", {512, 256}}} +
                                                    kDense}))
                  .layers[0]
                  .attention.kind,
              K::gated_deltanet);
    const core::Model latent = one("deepseek2", hybrid("deepseek2",
                                                       {std::vector<Layer>{{"attn_q.weight", {256, 192}},
                                                                           {"attn_kv_a_mqa.weight", {256, 80}},
                                                                           {"attn_kv_a_norm.weight", {64}},
                                                                           {"attn_k_b.weight", {32, 64, 4}},
                                                                           {"attn_v_b.weight", {64, 32, 4}},
                                                                           {"attn_output.weight", {128, 256}}} +
                                                        kDense},
                                                       1));
    EXPECT_EQ(latent.layers[0].attention.kind, K::mla);
    EXPECT_EQ(latent.layers[0].attention.rope_dim, 16);
    EXPECT_EQ(latent.layers[0].attention.nope_dim, 32);
}

TEST(OpenFiles, WhatIsNoModelIsNamed) {
    State s = state_of();
    const auto reason = [&](const std::string& arch) {
        test::GgufWriter w = hybrid(arch, {kAttends + kDense});
        return open(s, {of("x.gguf", w)});
    };
    EXPECT_NE(reason("bert").find("an encoder"), std::string::npos);
    EXPECT_NE(reason("t5").find("encoder-decoder"), std::string::npos);
    EXPECT_NE(reason("rwkv7").find("recurrent"), std::string::npos);
    EXPECT_NE(reason("llada").find("diffusion"), std::string::npos);
    EXPECT_NE(reason("clip").find("together with the model"), std::string::npos);
    EXPECT_EQ(reason("brand-new"), "");
    EXPECT_TRUE(noticed(s, "brand-new is not known here"));
    for (const auto& [name, head, words] :
         std::vector<std::array<std::string, 3>>{{"pytorch_model.bin", "PK\x03\x04 and so on", "PyTorch"},
                                                 {"m.gguf", "not what it says", "not a GGUF file"},
                                                 {"tokenizer.json", "{\"a\":1}", "open its config.json"},
                                                 {"ggml.bin", "lmgg and more of it", "PyTorch"},
                                                 {"x.dat", "tjgg and more of it", "before GGUF"}})
        EXPECT_NE(open(s, {of(name, head)}).find(words), std::string::npos) << name;
    EXPECT_NE(open(s, {{"empty.gguf", "", 0}}).find("empty"), std::string::npos);
}

const std::string kConfig =
    R"({"model_type":"llama","hidden_size":64,"num_hidden_layers":1,"num_attention_heads":4,"intermediate_size":128,"vocab_size":100,"max_position_embeddings":4096})";

test::SafetensorsWriter part(int which) {
    test::SafetensorsWriter w;
    if (which == 1) {
        w.tensor("model.embed_tokens.weight", "BF16", 2, {100, 64}).tensor("lm_head.weight", "BF16", 2, {100, 64});
        w.tensor("model.norm.weight", "BF16", 2, {64}).tensor("model.layers.0.input_layernorm.weight", "BF16", 2, {64});
    } else {
        for (const char* name : {"q", "k", "v", "o"})
            w.tensor(std::string("model.layers.0.self_attn.") + name + "_proj.weight", "F8_E4M3", 1, {64, 64});
        w.tensor("model.layers.0.mlp.gate_proj.weight", "F8_E4M3", 1, {128, 64})
            .tensor("model.layers.1.eh_proj.weight", "BF16", 2, {64, 128});
        w.tensor("model.visual.patch_embed.weight", "BF16", 2, {64, 100});
    }
    return w;
}

TEST(OpenFiles, SafetensorsAreCountedWithTheirConfig) {
    const File one = of("model-00001-of-00002.safetensors", part(1)),
               two = of("model-00002-of-00002.safetensors", part(2));
    const auto bytes = static_cast<double>(part(1).tensor_bytes() + part(2).tensor_bytes());
    const File config = of("config.json", kConfig);
    const File index = of(
        "model.safetensors.index.json",
        std::string(
            R"({"metadata":{"total_size":1000},"weight_map":{"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors"}})"));
    for (const std::vector<File>& all :
         {std::vector{config, one, two}, std::vector{two, one, config}, std::vector{index, one, config, two}}) {
        State s = state_of();
        ASSERT_EQ(open(s, all), "");
        EXPECT_EQ(figure(s, "weights"), bytes);
        EXPECT_TRUE(noticed(s, "held but not read"));
        State again = state_of();
        ASSERT_EQ(from_session(again, to_session(s)), SessionRead::whole);
        EXPECT_EQ(again.model(), s.model());
    }
    State s = state_of();
    EXPECT_NE(open(s, {config, one}).find("missing: part 2 of 2"), std::string::npos);
    EXPECT_NE(open(s, {config, index, one}).find("missing: model-00002-of-00002.safetensors"), std::string::npos);
    EXPECT_NE(open(s, {one, two}).find("open its config.json"), std::string::npos);
    EXPECT_NE(open(s, {config, one, two, of("other.safetensors", part(1))}).find("more than one checkpoint"),
              std::string::npos);
    EXPECT_NE(
        open(s, {config, one, of("model-00002-of-00002.safetensors", part(1))}).find("more than one of these files"),
        std::string::npos);
    EXPECT_EQ(open(s, {config, of("model.safetensors", part(1)), of("consolidated.safetensors", part(2))}), "");
    EXPECT_EQ(open(s, {config, index}), "");
    EXPECT_TRUE(noticed(s, "Open them too"));
    test::SafetensorsWriter adapter;
    adapter.tensor("base_model.model.layers.0.self_attn.q_proj.lora_A.weight", "F32", 4, {8, 64});
    EXPECT_NE(open(s, {config, of("adapter_model.safetensors", adapter)}).find("adapter"), std::string::npos);
}

TEST(OpenFiles, FilesBesideTheConfigBelongToIt) {
    State s = state_of();
    ASSERT_EQ(
        open(
            s,
            {of("hf_quant_config.json",
                std::string(
                    R"({"producer":{"name":"modelopt"},"quantization":{"quant_algo":"FP8","kv_cache_quant_algo":null}})")),
             of("config.json", kConfig)}),
        "");
    EXPECT_TRUE(noticed(s, "as released"));
    const std::string params =
        R"({"dim":4096,"n_layers":32,"head_dim":128,"hidden_dim":14336,"n_heads":32,"n_kv_heads":8,"vocab_size":32000,"norm_eps":1e-5})";
    ASSERT_EQ(open(s, {of("modules.json", std::string(R"({"a":1})")), of("params.json", params)}), "");
    EXPECT_EQ(core::total_params(s.model()), 7241732096);  // Mistral 7B
    const std::string meta =
        R"({"dim":4096,"n_layers":32,"n_heads":32,"n_kv_heads":8,"vocab_size":128256,"multiple_of":1024,"ffn_dim_multiplier":1.3,"norm_eps":1e-5})";
    EXPECT_EQ(import_any(s, meta), "");
    EXPECT_EQ(core::total_params(s.model()), 8030261248);  // Llama 3 8B
}

TEST(OpenFiles, ARepositoryInTheListIsShown) {
    State s = state_of();
    for (const char* text :
         {"https://huggingface.co/meta-llama/Llama-3.1-70B", "meta-llama/Llama-3.1-70B",
          " hf.co/meta-llama/Llama-3.1-70B/tree/main ", "https://huggingface.co/someone/Llama-3.1-70B-Instruct-GGUF"}) {
        s.in.model = "gpt-2-124m";
        EXPECT_EQ(import_any(s, text), "") << text;
        EXPECT_EQ(s.in.model, "llama-3.1-70b") << text;
    }
    EXPECT_NE(import_any(s, "someone/Nothing-Known-9B").find("is not in the list"), std::string::npos);
}

TEST(OpenFiles, AProjectorIsHeldBesideItsModel) {
    test::GgufWriter model = hybrid("llama", {kAttends + kDense}), projector;
    projector.text("general.architecture", "clip").tensor("v.blk.0.attn_q.weight", {256, 256}, kQ8);
    State s = state_of();
    ASSERT_EQ(open(s, {of("mmproj.gguf", projector), of("m.gguf", model)}), "");
    EXPECT_EQ(figure(s, "weights"), static_cast<double>(model.tensor_bytes() + projector.tensor_bytes()));
    EXPECT_TRUE(noticed(s, "projector"));
}

TEST(OpenFiles, ExpertsInMxfp4KeepTheBytesOfTheFile) {
    test::GgufWriter w;
    numbers(w, "gpt-oss", 2, 256, 4, 2);
    w.number("gpt-oss.expert_used_count", 2).number("gpt-oss.attention.sliding_window", 128);
    w.tensor("token_embd.weight", {256, 1000}, kQ8).tensor("output.weight", {256, 1000}, kQ8);
    for (int i = 0; i < 2; ++i) {
        const std::string b = "blk." + std::to_string(i) + ".";
        w.tensor(b + "attn_q.weight", {256, 256}, kQ8)
            .tensor(b + "attn_k.weight", {256, 128}, kQ8)
            .tensor(b + "attn_v.weight", {256, 128}, kQ8);
        w.tensor(b + "attn_output.weight", {256, 256}, kQ8).tensor(b + "ffn_gate_inp.weight", {256, 8}, kF32);
        for (const char* name : {"ffn_gate_exps.weight", "ffn_up_exps.weight", "ffn_down_exps.weight"})
            w.tensor(b + name, {256, 256, 8}, kMxfp4);
    }
    State s = state_of();
    ASSERT_EQ(open(s, {of("gpt-oss.gguf", w)}), "");
    EXPECT_EQ(figure(s, "weights"), static_cast<double>(w.tensor_bytes()));
}

}  // namespace
}  // namespace kvx::app
