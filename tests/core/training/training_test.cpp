// Training: known answers from papers, tools and hardware, and properties that no figure may break.
#include <algorithm>
#include <cmath>

#include "core/support.h"
#include "core/training/training_plan.h"

namespace kvx::core {
namespace {

using test::catalog;

constexpr double kMiB = 1048576;

// A transformer as Megatron-LM's tests describe it.
struct Shape {
    int64_t layers = 12, hidden = 512, heads = 8, kv_heads = 8, ffn = 2048, vocab = 50304;
    bool gated = false, bias = true, norm_bias = true, tied = true;
    int64_t positions = 0, experts = 0, topk = 0;
};
Model transformer(const Shape& s) {
    Model m;
    m.id = "made";
    m.hidden = s.hidden;
    m.vocab = s.vocab;
    m.tied = s.tied;
    m.position_rows = s.positions;
    m.norm_bias = s.norm_bias;
    LayerGroup g;
    g.count = s.layers;
    g.attention.q_heads = s.heads;
    g.attention.kv_heads = s.kv_heads;
    g.attention.k_dim = g.attention.v_dim = s.hidden / s.heads;
    g.attention.qkv_bias = g.attention.o_bias = s.bias;
    g.mlp.kind = s.experts > 0 ? MlpKind::moe : s.gated ? MlpKind::gated : MlpKind::plain;
    g.mlp.width = s.experts > 0 ? 0 : s.ffn;
    g.mlp.bias = s.bias && s.experts == 0;
    g.mlp.experts = s.experts;
    g.mlp.experts_per_token = s.topk;
    g.mlp.expert_width = s.experts > 0 ? s.ffn : 0;
    g.mlp.plain_experts = !s.gated;
    m.layers = {g};
    return m;
}

TrainingInput training(const Model& m, TrainingParallelism l = {}, const char* device = "h100-sxm-80gb") {
    TrainingInput in;
    in.model = &m;
    in.device = &test::device(device);
    in.parallelism = l;
    in.cluster = make_cluster(catalog().clusters, *in.device, l.devices(), "auto", "auto");
    return in;
}

Model sized(double params) {
    Model m;
    m.params_counted = false;
    m.published_params = params;
    m.hidden = 1024;
    m.layers = {{1, {}, {}}};
    return m;
}

// ── states ───────────────────────────────────────────────────────────────────────────────────────────────────────────

TEST(TrainingStates, BytesOfAParameter) {
    const Model m = sized(1e9);
    const auto bytes = [&](Recipe r, Optimizer o, Sharding z, double n) {
        return training_states(m, r, o, z, n, n).total().value / 1e9;
    };
    EXPECT_DOUBLE_EQ(bytes(Recipe::fp32, Optimizer::sgd, Sharding::none, 1), 8);
    EXPECT_DOUBLE_EQ(bytes(Recipe::fp32, Optimizer::momentum, Sharding::none, 1), 12);
    EXPECT_DOUBLE_EQ(bytes(Recipe::fp32, Optimizer::adamw, Sharding::none, 1), 16);
    EXPECT_DOUBLE_EQ(bytes(Recipe::autocast, Optimizer::adamw, Sharding::none, 1), 16);
    EXPECT_DOUBLE_EQ(bytes(Recipe::bf16, Optimizer::adamw, Sharding::none, 1), 18);       // Megatron-LM
    EXPECT_DOUBLE_EQ(bytes(Recipe::bf16, Optimizer::adamw, Sharding::zero1, 8), 7.5);     // 6 + 12 / D
    EXPECT_DOUBLE_EQ(bytes(Recipe::fp16, Optimizer::adamw, Sharding::none, 1), 20);       // Megatron-LM
    EXPECT_DOUBLE_EQ(bytes(Recipe::bf16_grad, Optimizer::adamw, Sharding::none, 1), 16);  // ZeRO paper, K = 12
    EXPECT_DOUBLE_EQ(bytes(Recipe::bf16_pure, Optimizer::adamw, Sharding::none, 1), 8);   // GaLore: 14 + 14 + 28 GB
    EXPECT_NEAR(bytes(Recipe::fp8_v3, Optimizer::adamw, Sharding::none, 1), 15, 0.001);   // Ultra-Scale Playbook
    EXPECT_DOUBLE_EQ(bytes(Recipe::fp32, Optimizer::lion, Sharding::none, 1), 12);
}

TEST(TrainingStates, ZeroPaperTable1) {
    // Rajbhandari et al. 2019, table 1, GB per device: rows of 1, 4, 16, 64, 256, 1,024 ranks; the paper cuts decimals.
    struct Row {
        double params;
        Sharding stage;
        double gb[6];
    };
    const Row rows[] = {{7.5e9, Sharding::zero1, {120, 52.5, 35.6, 31.4, 30.4, 30.1}},
                        {7.5e9, Sharding::zero2, {120, 41.3, 21.6, 16.6, 15.4, 15.1}},
                        {7.5e9, Sharding::zero3, {120, 30, 7.5, 1.88, 0.47, 0.12}},
                        {128e9, Sharding::zero1, {2048, 896, 608, 536, 518, 513}},
                        {128e9, Sharding::zero2, {2048, 704, 368, 284, 263, 257}},
                        {128e9, Sharding::zero3, {2048, 512, 128, 32, 8, 2}},
                        {1e12, Sharding::zero1, {16000, 7000, 4750, 4187, 4046, 4011}},
                        {1e12, Sharding::zero2, {16000, 5500, 2875, 2218, 2054, 2013}},
                        {1e12, Sharding::zero3, {16000, 4000, 1000, 250, 62.5, 15.6}}};
    const double ranks[] = {1, 4, 16, 64, 256, 1024};
    for (const Row& r : rows)
        for (int i = 0; i < 6; ++i) {
            const double gb =
                training_states(sized(r.params), Recipe::bf16_grad, Optimizer::adamw, r.stage, ranks[i], ranks[i])
                    .total()
                    .value /
                1e9;
            EXPECT_NEAR(gb, r.gb[i], std::max(r.params < 1e10 ? 0.06 : 1.0, 0.005 * r.gb[i]))
                << r.params << " stage " << static_cast<int>(r.stage) << " on " << ranks[i];
        }
}

TEST(TrainingStates, DeepSpeedZero3Estimator) {
    // t5-3b on 8: 6.09 GiB = 18 P / n and the largest layer twice in 16 bits (DeepSpeed memory.rst).
    const double states =
        training_states(sized(2.851e9), Recipe::bf16, Optimizer::adamw, Sharding::zero3, 8, 8).total().gib();
    EXPECT_NEAR(states + 4 * 32e6 / 1073741824.0, 6.09, 0.01);
}

TEST(TrainingStates, FourTimesTheLoadingSize) {
    // accelerate estimate-memory: idefics-80b loads in 297.12 GiB of FP32 and trains with Adam in 1.16 TiB.
    const Model m = sized(297.12 * 1073741824 / 4);
    EXPECT_NEAR(training_states(m, Recipe::fp32, Optimizer::adamw, Sharding::none, 1, 1).total().gib() / 1024, 1.16,
                0.005);
}

TEST(TrainingStates, LogsOfShardedRuns) {
    constexpr double kGiB = 1073741824;
    // torchtitan, Llama 3 8B: 82.4 GiB on 8 and 67.0 on 128 ranks; 16 B a parameter are shared.
    const Model& llama = test::model("llama-3.1-8b");
    const auto fsdp = [&](double n) {
        return training_states(llama, Recipe::fp32, Optimizer::adamw, Sharding::zero3, n, n).total().value / kGiB;
    };
    EXPECT_NEAR(fsdp(8) - fsdp(128), 15.4, 1.54);
    // llm.c 1558M, ZeRO-1 over 8: 2,971 MiB of weights and of gradients, 742 of each moment and of master weights.
    const StateBytes s = training_states(sized(1557686400), Recipe::bf16_grad, Optimizer::adamw, Sharding::zero1, 8, 8);
    EXPECT_NEAR(s.weights.value / kMiB, 2971, 1);
    EXPECT_NEAR(s.gradients.value / kMiB, 2971, 1);
    EXPECT_NEAR(s.master.value / kMiB, 742.8, 1);
    EXPECT_NEAR(s.optimizer.value / kMiB, 2 * 742.8, 2);
    // Megatron-LM, GPT-2 XL on one GPU: 26,699.47 MiB of weights and optimizer.
    EXPECT_NEAR(
        training_states(sized(1.5554e9), Recipe::bf16, Optimizer::adamw, Sharding::none, 1, 1).total().value / kMiB,
        26699.47, 27);
    // Ultra-Scale Playbook: 70B and 405B, with and without FP32 gradients beside the 16-bit ones.
    for (const double b : {70.0, 405.0}) {
        const auto gb = [&](Recipe r) {
            return training_states(sized(b * 1e9), r, Optimizer::adamw, Sharding::none, 1, 1).total().value / 1e9;
        };
        EXPECT_DOUBLE_EQ(gb(Recipe::bf16_grad), 16 * b);
        EXPECT_DOUBLE_EQ(gb(Recipe::fp16), 20 * b);
    }
}

TEST(TrainingStates, Optimizers) {
    const Model& m = test::model("llama-2-7b");
    const double n = total_params(m);
    EXPECT_NEAR(optimizer_bytes(m, Optimizer::adam8bit, 4).value / n, 2.03125, 0.002);  // bitsandbytes, blocks of 256
    EXPECT_LT(optimizer_bytes(m, Optimizer::adafactor, 4).value / n, 0.003);
    EXPECT_NEAR(optimizer_bytes(m, Optimizer::muon, 4).value, 4 * n + 4 * (2 * 32000.0 * 4096 + 65 * 4096), 1);
    // SOAP, a square matrix of 4,096: 24 B a parameter, three times Adam.
    Shape s;
    s.hidden = s.ffn = 4096;
    s.heads = s.kv_heads = 32;
    s.layers = 1;
    s.vocab = 16;
    s.bias = s.norm_bias = false;
    const double embedding = 16.0 * 4096 * 8 + 2 * 4 * (16.0 * 16 + 4096.0 * 4096);
    EXPECT_NEAR((optimizer_bytes(transformer(s), Optimizer::soap, 4).value - embedding) / (6 * 4096.0 * 4096), 24,
                0.01);
}

TEST(TrainingStates, MatricesAreAllThatIsMultiplied) {
    for (const Model& m : catalog().models) {
        if (!m.params_counted) continue;
        const ParamCount p = count_params(m);
        double linear = 0, router = 0;
        for (const WeightMatrix& w : weight_matrices(m)) {
            if (w.role == MatrixRole::embedding || w.role == MatrixRole::head) continue;
            (w.role == MatrixRole::router ? router : linear) += w.elements();
        }
        EXPECT_NEAR(linear, p.linear(), 1e-9 * p.linear()) << m.id;
        EXPECT_LE(router, p.router) << m.id;
    }
}

TEST(TrainingStates, Adapters) {
    EXPECT_DOUBLE_EQ(lora_params(test::model("llama-2-7b"), 8, LoraTargets::query_value), 4194304);    // litgpt
    EXPECT_NEAR(lora_params(test::model("llama-2-7b"), 64, LoraTargets::all_linear), 159.9e6, 0.1e6);  // QLoRA paper
    Shape s{80, 8192, 64, 64, 22016, 32000, true, false, false, false, 0, 0, 0};
    const Model llama65 = transformer(s);
    EXPECT_NEAR(lora_params(llama65, 64, LoraTargets::all_linear), 799.5e6, 0.8e6);
    TrainingInput in = training(llama65);
    in.choice.peft = Peft::qlora;
    in.choice.lora_rank = 64;
    in.choice.sharding = Sharding::none;
    const StateBytes st = plan_training(in).rank().states;
    EXPECT_NEAR((st.total() - st.weights).value / 1e9 + 2 * 0.7995, 9.6, 0.05);  // adapters and states
    EXPECT_NEAR(st.weights.value / 1e9 - 2 * 0.7995, 33.7, 0.9);                 // 4.127 bits, embeddings in 16
}

// ── where parameters live ────────────────────────────────────────────────────────────────────────────────────────────

double params_on(const Model& m, const TrainingParallelism& l, int stage) {
    return total_params(training_share(m, l, stage));
}

TEST(TrainingShare, CountsOfLogs) {
    Shape s;
    s.hidden = 768;
    s.ffn = 3072;
    s.heads = s.kv_heads = 12;
    s.positions = 1024;
    EXPECT_DOUBLE_EQ(total_params(transformer(s)), 124475904);  // llm.c
    s.layers = 48, s.hidden = 1600, s.ffn = 6400, s.heads = s.kv_heads = 25;
    EXPECT_DOUBLE_EQ(total_params(transformer(s)), 1557686400);  // llm.c
    const Model& llama = test::model("llama-2-7b");
    EXPECT_NEAR(params_on(llama, {1, 1, 4, 2, 1, 1}, 0), 1750138880, 1);  // "most loaded shard"
    EXPECT_NEAR(params_on(llama, {1, 1, 4, 2, 1, 1}, 1), 1619066880, 1);
    Shape m;
    m.bias = false;
    EXPECT_DOUBLE_EQ(params_on(transformer(m), {1, 1, 4, 1, 1, 1}, 3), 35200000);  // Megatron-LM, nobias
    m.bias = true;
    EXPECT_DOUBLE_EQ(params_on(transformer(m), {1, 1, 2, 1, 1, 1}, 1), 44670976);
}

TEST(TrainingShare, RanksSumToTheWhole) {
    for (const char* id : {"llama-3.1-8b", "llama-3.1-405b", "gpt-2-1.5b", "qwen3-32b"}) {
        const Model& m = test::model(id);
        for (const int pp : {1, 2, 4}) {
            double sum = 0;
            for (int k = 0; k < pp; ++k) sum += params_on(m, {1, 1, pp, 1, 1, 1}, k);
            const double padded =
                pp > 1 ? std::ceil(static_cast<double>(m.vocab) / 128) * 128 - static_cast<double>(m.vocab) : 0;
            const double copies = m.tied && pp > 1 ? static_cast<double>(m.vocab * m.hidden) : 0;
            EXPECT_NEAR(sum, total_params(m) + copies + 2 * padded * static_cast<double>(m.hidden), 1)
                << id << " " << pp;
        }
    }
}

TEST(TrainingShare, MegatronStaticMemory) {
    // Allocated after a step on the last rank, Megatron-LM functional tests; workspace 96 MiB (H100), 68 MiB (A100).
    const auto bytes = [](const Model& m, const TrainingParallelism& l, double ranks, double expert_ranks, Sharding z) {
        return training_states(training_share(m, l, l.pp - 1), Recipe::bf16, Optimizer::adamw, z, ranks, expert_ranks)
            .total()
            .value;
    };
    Shape s;
    s.bias = false;
    EXPECT_NEAR(bytes(transformer(s), {1, 1, 4, 1, 1, 1}, 1, 1, Sharding::none) + 68 * kMiB, 718931456,
                0.03 * 718931456);
    s.bias = true;
    EXPECT_NEAR(bytes(transformer(s), {1, 1, 2, 1, 1, 1}, 1, 1, Sharding::none) + 68 * kMiB, 886001664,
                0.02 * 886001664);
    const Shape big{32, 4096, 32, 8, 16384, 131584, false, true, true, false, 8192, 0, 0};
    EXPECT_NEAR(bytes(transformer(big), {4, 1, 1, 2, 1, 1}, 2, 2, Sharding::zero1) + 96 * kMiB, 20663519232,
                0.006 * 20663519232);
    Shape moe;
    moe.experts = 8;
    moe.topk = 1;
    moe.bias = false;
    EXPECT_NEAR(bytes(transformer(moe), {2, 1, 1, 4, 2, 2}, 4, 2, Sharding::zero1) + 68 * kMiB, 865124864,
                0.02 * 865124864);
    EXPECT_NEAR(bytes(transformer(moe), {2, 1, 1, 4, 4, 1}, 1, 1, Sharding::none) + 68 * kMiB, 1364460544,
                0.03 * 1364460544);
    // Llama 2 7B, PP 4, before and with Adam's states over two: the middle rank.
    const Model& llama = test::model("llama-2-7b");
    EXPECT_NEAR(bytes(llama, {1, 1, 4, 2, 1, 1}, 2, 2, Sharding::zero1), 20034.75 * kMiB - 1,
                0.001 * 20034.75 * kMiB + 13e6);
}

// ── activations ──────────────────────────────────────────────────────────────────────────────────────────────────────

TEST(TrainingActivations, Korthikanti) {
    // 175B, one layer, TP 8: none, TP, TP + SP, TP + SP + selective, full recomputation (arXiv 2205.05198, table 2).
    const Model m = transformer({96, 12288, 96, 96, 49152, 51200, false, true, true, true, 2048, 0, 0});
    const auto mib = [&](int tp, bool sp, Recompute r) {
        ActivationChoice c;
        c.flash = false;
        c.dropout = true;
        c.recompute = r;
        return layer_activations(m, m.layers[0], 2048, 2048, c, {tp, 1, sp}).stored.value / kMiB;
    };
    EXPECT_DOUBLE_EQ(mib(1, false, Recompute::none), 2736);
    EXPECT_DOUBLE_EQ(mib(8, false, Recompute::none), 552);
    EXPECT_DOUBLE_EQ(mib(8, true, Recompute::none), 342);
    EXPECT_DOUBLE_EQ(mib(8, true, Recompute::selective), 102);
    EXPECT_DOUBLE_EQ(mib(1, false, Recompute::full), 48);
}

TEST(TrainingActivations, BytesOfAHiddenValue) {
    const auto each = [](const char* id) {
        const Model& m = test::model(id);
        ActivationChoice c;
        c.recompute = Recompute::selective;  // leaves out attention's own sums
        return layer_activations(m, m.layers[0], 1, 4096, c, {}).stored.value / static_cast<double>(m.hidden);
    };
    EXPECT_NEAR(each("llama-2-7b"), 32.125, 1e-9);
    EXPECT_NEAR(each("llama-2-70b"), 33.5, 1e-9);
    EXPECT_NEAR(each("llama-3.1-8b"), 34, 1e-9);
    EXPECT_NEAR(each("llama-3.1-405b"), 31.75, 1e-9);
    EXPECT_NEAR(each("mixtral-8x7b"), 63, 0.01);
    const Model& llama = test::model("llama-3.1-8b");
    ActivationChoice eager;
    eager.kernels = Kernels::eager;
    eager.recompute = Recompute::selective;
    EXPECT_NEAR(layer_activations(llama, llama.layers[0], 32768, 32768, eager, {}).stored.gib(), 7,
                0.01);                                                        // Hugging Face
    EXPECT_NEAR(logits_bytes(llama, 32768, {}, 1).gib() * 4 / 6, 15.7, 0.1);  // FP32 logits alone
}

struct Measured {
    const char* name;
    Shape shape;
    TrainingParallelism parallelism;
    PipelineSchedule schedule;
    int chunks;
    int64_t micro, sequence, accumulation;
    bool flash, sp, dropout;
    Recompute recompute;
    double bytes, tolerance;
};

TEST(TrainingActivations, MegatronPeaks) {
    // Peak minus steady allocation on the last pipeline rank, Megatron-LM functional tests on H100 and A100.
    const Shape gpt{};
    const Shape b7{32, 4096, 32, 8, 16384, 131584, false, true, true, false, 0, 0, 0};
    Shape swiglu;
    swiglu.gated = true;
    swiglu.ffn = 1344;
    Shape moe2;
    moe2.experts = 8;
    moe2.topk = 2;
    moe2.bias = false;
    const auto one = PipelineSchedule::one_f_one_b;
    const Measured rows[] = {
        {"unfused", gpt, {}, one, 1, 4, 1024, 8, false, false, true, Recompute::none, 3930.0 * kMiB, 0.01},
        {"fused, A100", gpt, {}, one, 1, 4, 1024, 8, true, false, true, Recompute::none, 2159542272, 0.04},
        {"fused, H100", gpt, {}, one, 1, 4, 1024, 8, true, false, true, Recompute::none, 2012.5 * kMiB, 0.012},
        {"full recomputation", gpt, {}, one, 1, 4, 1024, 8, false, false, true, Recompute::full, 1301582336, 0.03},
        {"PP2", gpt, {1, 1, 2, 1, 1, 1}, one, 1, 4, 1024, 8, false, false, true, Recompute::none, 2684039987, 0.02},
        {"PP4 SwiGLU",
         swiglu,
         {1, 1, 4, 1, 1, 1},
         one,
         1,
         4,
         1024,
         8,
         false,
         false,
         true,
         Recompute::none,
         1967338291,
         0.02},
        {"TP2 PP2",
         gpt,
         {2, 1, 2, 1, 1, 1},
         one,
         1,
         4,
         1024,
         8,
         false,
         false,
         true,
         Recompute::none,
         1347.6 * kMiB,
         0.04},
        {"7B TP4", b7, {4, 1, 1, 2, 1, 1}, one, 1, 2, 8192, 4, true, false, true, Recompute::none, 36480272384, 0.02},
        {"7B PP4 VPP8",
         b7,
         {1, 1, 4, 2, 1, 1},
         PipelineSchedule::interleaved,
         8,
         1,
         8192,
         4,
         true,
         false,
         true,
         Recompute::none,
         35911630848,
         0.03},
        {"8 experts TP2 EP4",
         moe2,
         {2, 1, 1, 4, 4, 1},
         one,
         1,
         4,
         1024,
         4,
         false,
         true,
         true,
         Recompute::none,
         2504523776,
         0.08},
    };
    for (const Measured& r : rows) {
        const Model m = transformer(r.shape);
        TrainingInput in = training(m, r.parallelism);
        in.choice.schedule = r.schedule;
        in.choice.chunks = r.chunks;
        in.choice.micro_batch = r.micro;
        in.choice.sequence = {r.sequence};
        in.choice.accumulation = r.accumulation;
        in.choice.flash = r.flash;
        in.choice.sequence_parallel = r.sp;
        in.choice.dropout = r.dropout;
        in.choice.recompute = r.recompute;
        ASSERT_EQ(refuse_training(in), "") << r.name;
        const TrainingPlan p = plan_training(in);
        const TrainingMemory& last = p.ranks.back();
        const double bytes = (last.activations + last.logits + last.working).value;
        EXPECT_NEAR(bytes, r.bytes, r.tolerance * r.bytes) << r.name << ": " << bytes / r.bytes;
    }
}

TEST(TrainingActivations, LlamaLogOfFourStages) {
    // Llama 2 7B, PP 4: 4, 3, 2 micro-batches of 4,217 MB on the first three stages.
    const Model& m = test::model("llama-2-7b");
    TrainingInput in = training(m, {1, 1, 4, 2, 1, 1});
    in.choice.accumulation = 32;
    const TrainingPlan p = plan_training(in);
    for (size_t r = 0; r < 4; ++r) EXPECT_DOUBLE_EQ(p.ranks[r].held, 4.0 - static_cast<double>(r));
    EXPECT_NEAR(p.ranks[0].layer_stored.value * 8 / kMiB, 4217, 0.04 * 4217);
}

// ── pipelines ────────────────────────────────────────────────────────────────────────────────────────────────────────

const PassTimes kPass{{1}, {1}, {1}};

TEST(Pipeline, HoldsWhatTheSchedulesPromise) {
    const PipelineRun one = replay(PipelineSchedule::one_f_one_b, 4, 32, 1, kPass);
    EXPECT_EQ(one.most_held, (std::vector<int>{4, 3, 2, 1}));
    const PipelineRun all = replay(PipelineSchedule::gpipe, 4, 8, 1, kPass);
    EXPECT_EQ(all.most_held, (std::vector<int>{8, 8, 8, 8}));
    const PipelineRun three = replay(PipelineSchedule::interleaved, 4, 16, 3, kPass);
    EXPECT_EQ(three.most_held.back(), 9);  // Megatron-LM schedules.py: 2 (p − r − 1) + (v − 1) p + 1
    EXPECT_EQ(three.most_held.front(), 15);
    for (const int held : replay(PipelineSchedule::zero_bubble, 4, 16, 1, kPass).most_held) EXPECT_LE(held, 4);
    for (const int held : replay(PipelineSchedule::zero_bubble_v, 4, 16, 2, kPass).most_held) EXPECT_LE(held, 8);
    for (const int held : replay(PipelineSchedule::dual_pipe, 4, 16, 2, kPass).most_held) EXPECT_LE(held, 5);
}

TEST(Pipeline, BubblesAsPublished) {
    const PassTimes uneven{{1}, {1.3}, {0.9}};
    for (const PassTimes& t : {kPass, uneven})
        for (const int p : {2, 4, 8}) {
            for (const PipelineSchedule s : {PipelineSchedule::gpipe, PipelineSchedule::one_f_one_b})
                EXPECT_NEAR(replay(s, p, 4 * p, 1, t).bubble.value, published_bubble(s, p, 1, t), 1e-9) << p;
            EXPECT_NEAR(replay(PipelineSchedule::interleaved, p, 4 * p, 2, t).bubble.value,
                        published_bubble(PipelineSchedule::interleaved, p, 2, t), 1e-9);
        }
    for (const int p : {2, 4, 8}) {
        EXPECT_LE(replay(PipelineSchedule::zero_bubble, p, 4 * p, 1, kPass).bubble.value,
                  published_bubble(PipelineSchedule::one_f_one_b, p, 1, kPass));
        EXPECT_LT(replay(PipelineSchedule::zero_bubble_v, p, 4 * p, 2, kPass).bubble.value,
                  published_bubble(PipelineSchedule::one_f_one_b, p, 1, kPass));
        EXPECT_LE(replay(PipelineSchedule::zero_bubble, p, 4 * p, 1, kPass).bubble.value,
                  1.7 * published_bubble(PipelineSchedule::zero_bubble, p, 1, kPass));
        EXPECT_NEAR(replay(PipelineSchedule::dual_pipe, p, 4 * p, 1, kPass).bubble.value,
                    published_bubble(PipelineSchedule::dual_pipe, p, 1, kPass), 1e-9);
    }
    // DualPipe's README with F&B = 2.4: 45, 15 and 9.8 for 16 ranks.
    const PassTimes readme{{1}, {1}, {1}};
    EXPECT_DOUBLE_EQ(published_bubble(PipelineSchedule::one_f_one_b, 16, 1, readme), 45);
    EXPECT_DOUBLE_EQ(published_bubble(PipelineSchedule::zero_bubble, 16, 1, readme), 15);
}

TEST(Pipeline, EveryPassRunsOnceAfterItsInput) {
    for (const PipelineSchedule s :
         {PipelineSchedule::gpipe, PipelineSchedule::one_f_one_b, PipelineSchedule::interleaved,
          PipelineSchedule::zero_bubble, PipelineSchedule::zero_bubble_v, PipelineSchedule::dual_pipe})
        for (const int p : {1, 2, 4, 6}) {
            const PipelineRun run = replay(s, p, 12, 2, kPass);
            const int stages = s == PipelineSchedule::dual_pipe ? p : p * run.chunks;
            size_t forward = 0, backward = 0, weight = 0;
            std::vector<double> end(static_cast<size_t>(p), 0);
            for (const Pass& x : run.passes) {
                EXPECT_GE(x.start, end[static_cast<size_t>(x.rank)] - 1e-9);  // one at a time
                end[static_cast<size_t>(x.rank)] = x.end;
                (x.kind == PassKind::forward ? forward : x.kind == PassKind::backward ? backward : weight) += 1;
            }
            const auto expected = static_cast<size_t>(run.micro_batches * stages);
            EXPECT_EQ(forward, expected) << static_cast<int>(s) << " on " << p;
            EXPECT_EQ(backward, expected) << static_cast<int>(s) << " on " << p;
            EXPECT_TRUE(weight == 0 || weight == expected) << static_cast<int>(s) << " on " << p;
        }
}

// ── FLOPs, time, money ───────────────────────────────────────────────────────────────────────────────────────────────

double flops_of(const char* id, int64_t sequence) {
    TrainingInput in = training(test::model(id), {});
    in.choice.sequence = {sequence};
    return plan_training(in).time.model_flops;
}

TEST(TrainingFlops, AsNvidiaCountsThem) {
    EXPECT_NEAR(flops_of("llama-3.1-8b", 8192), 51484326344.0, 0.005 * 51484326344.0);
    EXPECT_NEAR(flops_of("llama-3.1-70b", 8192), 449054301403.0, 0.005 * 449054301403.0);
    EXPECT_NEAR(flops_of("llama-3.1-405b", 8192), 2521472392638.0, 0.005 * 2521472392638.0);
}

TEST(TrainingFlops, UtilisationFromPublishedStepTimes) {
    // llm.c 1558M: 2.75 s for 1,048,576 tokens on 8 H100 are 47.3 % (discussion 677).
    EXPECT_NEAR(flops_of("gpt-2-1.5b", 1024) * 1048576 / 2.75 / (8 * 989e12), 0.473, 0.02 * 0.473);
    // With recomputation: BLOOM 105 s on 384 A100 are 150 TFLOP/s, MT-NLG 50.2 s on 2,800 are 121.
    const auto hardware = [](const char* id) {
        TrainingInput in = training(test::model(id), {}, "a100-sxm-80gb");
        in.choice.sequence = {2048};
        in.choice.recompute = Recompute::full;
        return plan_training(in).time.hardware_flops;
    };
    EXPECT_NEAR(hardware("bloom-176b") * 2048 * 2048 / 105 / 384, 150e12, 0.05 * 150e12);
    EXPECT_NEAR(hardware("mt-nlg-530b") * 1920 * 2048 / 50.2 / 2800, 121e12, 0.02 * 121e12);
    // GPT-3, 300 G tokens at 140 TFLOP/s on 1,024: 34 days (arXiv 2104.04473, without attention and head).
    EXPECT_NEAR(8 * total_params(test::model("gpt-3-175b")) * 300e9 / (1024 * 140e12) / 86400, 34, 0.34);
}

TEST(TrainingFlops, KorthikantiWithAttentionCountedWhole) {
    // The paper counts attention without the causal half: twice ours.
    const auto whole = [](const char* id, double& extra) {
        TrainingInput in = training(test::model(id), {}, "a100-sxm-80gb");
        in.choice.sequence = {2048};
        in.choice.recompute = Recompute::selective;
        const TrainingTime t = plan_training(in).time;
        const double scores = t.hardware_flops - t.model_flops;  // of a forward pass, causal
        // … and counts what is computed again like a forward and a backward pass (s/3h against s/6h): three times it.
        extra = 3 * 2 * scores / (t.model_flops + 3 * scores);
        return t.model_flops + 3 * scores;
    };
    double extra = 0;
    // Selective recomputation costs 2.7 % and 1.6 %; table 5: MFU 51.4 % and 56.0 %.
    const double gpt3 = whole("gpt-3-175b", extra);
    EXPECT_NEAR(extra, 0.027, 0.05 * 0.027);
    EXPECT_NEAR(gpt3 * 64 * 2048 / 13.75 / (64 * 312e12), 0.514, 0.01 * 0.514);
    const double mtnlg = whole("mt-nlg-530b", extra);
    EXPECT_NEAR(extra, 0.016, 0.05 * 0.016);
    EXPECT_NEAR(mtnlg * 280 * 2048 / 37.83 / (280 * 312e12), 0.56, 0.01 * 0.56);
}

TEST(TrainingFlops, RecomputationCostsAForwardPass) {
    TrainingInput in = training(test::model("llama-3.1-8b"));
    in.choice.recompute = Recompute::full;
    const TrainingTime t = plan_training(in).time;
    EXPECT_NEAR(t.hardware_flops / t.model_flops, 4.0 / 3, 1e-9);
    EXPECT_GT(t.hfu, t.mfu);
}

TEST(TrainingTime, PartsAddUpAndMoreDevicesAreFaster) {
    for (const char* id : {"llama-3.1-8b", "llama-3.1-70b", "deepseek-v3", "gpt-2-124m"}) {
        const Model& m = test::model(id);
        double before = 0;
        for (const int n : {8, 16, 64, 256}) {
            TrainingInput in = training(m, {1, 1, 1, n, 1, 1});
            in.choice.sharding = Sharding::zero3;
            in.choice.sequence = {1024};
            const TrainingTime t = plan_training(in).time;
            EXPECT_NEAR(t.step.value,
                        t.compute.value + t.messages.value + t.bubble.value + t.exposed.value + t.optimizer.value,
                        1e-9 * t.step.value);
            EXPECT_GT(t.tokens_per_second, before) << id << " on " << n;
            EXPECT_LE(t.mfu, 0.5 + 1e-9);
            before = t.tokens_per_second;
        }
    }
}

TEST(TrainingTraffic, RingsAsNcclCountsThem) {
    // ZeRO: 2 Ψ, 2 Ψ, 3 Ψ a step in 16 bits; a ring sends (n − 1) / n of it.
    const Model& m = test::model("llama-3.1-8b");
    const double psi = total_params(m);
    const auto sent = [&](Sharding z) {
        TrainingInput in = training(m, {1, 1, 1, 8, 1, 1});
        in.choice.recipe = Recipe::bf16_grad;
        in.choice.sharding = z;
        in.choice.accumulation = 1;
        const TrainingTime t = plan_training(in).time;
        return (t.gradients.sent + t.gather.sent).value / (2 * psi * 7 / 8);
    };
    EXPECT_NEAR(sent(Sharding::none), 2, 1e-6);
    EXPECT_NEAR(sent(Sharding::zero1), 2, 1e-6);
    EXPECT_NEAR(sent(Sharding::zero2), 2, 1e-6);
    EXPECT_NEAR(sent(Sharding::zero3), 3, 1e-6);
}

TEST(TrainingTraffic, AllReduceOverNodesLiesInTheMeasuredBracket) {
    // 4 GiB over 4 nodes of 8 B200, 50 GB/s a port: 22.05 ms measured, 16.1 (overlapped) to 26.25 ms (one after
    // another).
    const Model m = sized(1073741824);
    TrainingInput in = training(m, {1, 1, 1, 32, 1, 1}, "b200-sxm-180gb");
    in.cluster = make_cluster(catalog().clusters, *in.device, 32, "auto", "ib-ndr", 8);
    in.choice.recipe = Recipe::fp32;
    in.choice.sharding = Sharding::none;
    const double ms = plan_training(in).time.gradients.time.value * 1e3;
    EXPECT_GT(ms, 16.1);
    EXPECT_LT(ms, 26.3);
}

TEST(TrainingTraffic, TensorParallelLayer) {
    // Llama 3 70B, TP 8, 8,192 tokens: 0.94 GB a layer and micro-batch.
    TrainingInput in = training(test::model("llama-3.1-70b"), {8, 1, 1, 1, 1, 1});
    in.choice.sequence = {8192};
    in.choice.accumulation = 1;
    EXPECT_NEAR(plan_training(in).time.tensor.sent.value / 80, 0.94e9, 0.01e9);
}

TEST(TrainingMoney, PublishedBills) {
    TrainingInput in = training(test::model("llama-3.1-8b"), {1, 1, 1, 64, 1, 1});
    in.choice.tokens = 1e12;
    in.price = 2;
    const TrainingPlan p = plan_training(in);
    EXPECT_NEAR(p.dollars, p.device_hours * 2, 1e-6 * p.dollars);
    EXPECT_NEAR(p.days * 24 * 64, p.device_hours, 1e-9 * p.device_hours);
    EXPECT_NEAR(p.kilowatt_hours, p.device_hours * 0.7, 1e-6 * p.kilowatt_hours);
    // BF16 weights, FP32 master weights and moments: 14 B a parameter (BLOOM: 2.3 TB for 176 B).
    EXPECT_NEAR(p.checkpoint.value / p.params, 14, 1e-9);
    in.choice.recipe = Recipe::fp32;
    EXPECT_NEAR(plan_training(in).checkpoint.value / p.params, 12, 1e-9);  // nanoGPT
}

// ── loss ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

TEST(ScalingLaws, PublishedPoints) {
    EXPECT_NEAR(loss(kHoffmann, 124e6, 1e10), 3.006, 0.006);
    EXPECT_NEAR(loss(kEpoch, 124e6, 1e10), 3.014, 0.006);
    // About 20 tokens a parameter at 1e22 FLOPs, 18 at 5.76e23.
    EXPECT_NEAR(optimal_tokens(kEpoch, 9.1e9) / 9.1e9, 20, 1.5);
    EXPECT_NEAR(optimal_tokens(kEpoch, 73e9) / 73e9, 18, 1.5);
}

TEST(ScalingLaws, ComputeOfPublishedRuns) {
    // Llama 3 405B: 3.8e25 FLOPs for 15.6 T tokens, counted as 6 N D.
    EXPECT_NEAR(6 * total_params(test::model("llama-3.1-405b")) * 15.6e12, 3.8e25, 0.01 * 3.8e25);
    // DeepSeek-V3: 671 B in all, 37 B for a token.
    EXPECT_NEAR(total_params(test::model("deepseek-v3")), 671e9, 0.02 * 671e9);
    EXPECT_NEAR(active_params(test::model("deepseek-v3")), 37e9, 0.02 * 37e9);
}

TEST(ScalingLaws, ARunStartsUntrainedAndFalls) {
    const RatePlan cosine, wsd{RateSchedule::wsd, 0.01, 0.1, 0.1};
    for (const RatePlan& r : {cosine, wsd}) {
        EXPECT_DOUBLE_EQ(rate_at(r, 0), 0);
        EXPECT_NEAR(rate_at(r, 0.01), 1, 1e-9);
        EXPECT_NEAR(rate_at(r, 1), 0.1, 1e-9);
        EXPECT_NEAR(loss_at(kEpoch, 7e9, 128256, r, 0, 1e12), std::log(128256) + 0.5, 0.6);
        double before = 100;
        for (double at = 0.001; at <= 1; at += 0.05) {
            const double now = loss_at(kEpoch, 7e9, 128256, r, at, 1e12);
            EXPECT_LT(now, before);
            before = now;
        }
    }
    EXPECT_NEAR(weighted_tokens({RateSchedule::constant, 0, 0, 1}, 0.5, 1000), 500, 1e-6);
}

// ── properties and refusals ──────────────────────────────────────────────────────────────────────────────────────────

TEST(TrainingPlans, MonotoneInWhatGrows) {
    const Model& m = test::model("llama-3.1-8b");
    const auto peak = [&](auto change) {
        TrainingInput in = training(m, {1, 1, 1, 8, 1, 1});
        change(in.choice);
        return plan_training(in).rank().peak().value;
    };
    const double plain = peak([](TrainingChoice&) {});
    EXPECT_GT(peak([](TrainingChoice& c) { c.micro_batch = 2; }), plain);
    EXPECT_GT(peak([](TrainingChoice& c) { c.sequence = {8192}; }), plain);
    EXPECT_GT(peak([](TrainingChoice& c) { c.flash = false; }), plain);
    EXPECT_GT(peak([](TrainingChoice& c) { c.kernels = Kernels::eager; }), plain);
    EXPECT_LT(peak([](TrainingChoice& c) { c.recompute = Recompute::full; }), plain);
    EXPECT_LT(peak([](TrainingChoice& c) { c.sharding = Sharding::zero2; }), plain);
    EXPECT_LT(peak([](TrainingChoice& c) { c.optimizer = Optimizer::adam8bit; }), plain);
    EXPECT_DOUBLE_EQ(peak([](TrainingChoice& c) { c.accumulation = 64; }), plain);  // accumulation costs no memory
    // The activations of a micro-batch are linear in its sequences.
    const auto act = [&](int64_t b) {
        TrainingInput in = training(m, {1, 1, 1, 8, 1, 1});
        in.choice.micro_batch = b;
        return plan_training(in).rank().activations.value;
    };
    EXPECT_NEAR(act(3), 3 * act(1), 1e-6 * act(3));
}

TEST(TrainingPlans, EveryFigureExplainsItself) {
    for (const char* id : {"llama-3.1-8b", "deepseek-v3", "gpt-2-124m", "nemotron-h-8b"})
        for (const Peft peft : {Peft::none, Peft::qlora}) {
            TrainingInput in = training(test::model(id), {1, 1, 2, 8, 1, 1});
            in.choice.peft = peft;
            in.choice.sharding = Sharding::zero3;
            in.choice.offload = StateOffload::all;
            std::vector<std::string> ids;
            for (const Quantity& q : explain_training(plan_training(in), 8)) {
                EXPECT_FALSE(q.label.empty() || q.formula.empty() || q.substituted.empty() || q.source.empty()) << q.id;
                EXPECT_TRUE(std::isfinite(q.value)) << q.id;
                EXPECT_EQ(std::find(ids.begin(), ids.end(), q.id), ids.end()) << q.id;
                ids.push_back(q.id);
            }
            EXPECT_GE(ids.size(), 25u) << id;
        }
}

TEST(TrainingPlans, SavingsDoWhatTheySay) {
    TrainingInput in = training(test::model("llama-3.1-8b"), {1, 1, 1, 8, 1, 1});
    const std::vector<TrainingSaving> all = training_savings(plan_training(in));
    ASSERT_FALSE(all.empty());
    for (const TrainingSaving& s : all) EXPECT_GT(s.saved.value, 0) << s.id;
    EXPECT_TRUE(all.back().id.starts_with("adapters"));
}

TEST(TrainingPlans, ImpossibleLayoutsAreExplained) {
    const Model& m = test::model("llama-3.1-8b");
    const auto why = [&](TrainingParallelism l, auto change) {
        TrainingInput in = training(m, l);
        change(in.choice);
        return refuse_training(in);
    };
    const auto nothing = [](TrainingChoice&) {};
    EXPECT_EQ(why({4, 1, 2, 2, 1, 1}, nothing), "");
    EXPECT_NE(why({3, 1, 1, 1, 1, 1}, nothing), "");
    EXPECT_NE(why({1, 1, 64, 1, 1, 1}, nothing), "");
    EXPECT_NE(why({1, 1, 1, 8, 2, 1}, nothing), "");
    EXPECT_NE(why({1, 3, 1, 1, 1, 1}, nothing), "");
    EXPECT_NE(why({1, 1, 4, 1, 1, 1},
                  [](TrainingChoice& c) { c.schedule = PipelineSchedule::interleaved, c.accumulation = 6; }),
              "");
    EXPECT_NE(why({1, 1, 4, 1, 1, 1},
                  [](TrainingChoice& c) { c.schedule = PipelineSchedule::dual_pipe, c.accumulation = 4; }),
              "");
    EXPECT_NE(why({1, 1, 1, 8, 1, 1}, [](TrainingChoice& c) { c.offload = StateOffload::all; }), "");
}

TEST(TrainingPlans, EveryModelHasAPlanOnEveryNumberOfDevices) {
    for (const Model& m : catalog().models)
        for (const int n : {1, 8, 64}) {
            TrainingInput in = training(m, {1, 1, 1, n, 1, 1});
            in.choice.sequence = {2048};
            const TrainingParallelismChoice c = choose_training_parallelism(in);
            in.parallelism = c.parallelism;
            EXPECT_EQ(refuse_training(in), "") << m.id << " on " << n;
            EXPECT_EQ(c.parallelism.devices(), n) << m.id;
            const TrainingPlan p = plan_training(in);
            EXPECT_TRUE(std::isfinite(p.rank().peak().value) && p.rank().peak().value > 0) << m.id << " on " << n;
            EXPECT_TRUE(std::isfinite(p.time.step.value) && p.time.step.value > 0) << m.id << " on " << n;
        }
}

}  // namespace
}  // namespace kvx::core
