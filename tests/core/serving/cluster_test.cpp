// Clusters, parallelism, collectives, savings and searches: known answers and properties.
#include <cmath>

#include "core/memory/kv_cache.h"
#include "core/memory/kv_variants.h"
#include "core/memory/weights.h"
#include "core/serving/fit_search.h"
#include "core/serving/parallel_search.h"
#include "core/serving/serving.h"
#include "core/support.h"

namespace kvx::core {
namespace {

using test::catalog;
using test::setup;

Cluster cluster_of(const char* device, int n) {
    return make_cluster(catalog().clusters, test::device(device), n, "auto", "auto");
}

TEST(Clusters, RowsNameWhatExists) {
    const ClusterCatalog& c = catalog().clusters;
    for (const System& s : c.systems) {
        EXPECT_NE(catalog().device(s.device), nullptr) << s.id;
        bool has = false;
        for (const Fabric* f : c.fabrics_of(s.device)) has = has || f->link == s.link;
        EXPECT_TRUE(has) << s.id << " has no " << s.link;
        const Cluster made = make_cluster(c, test::device(s.device), s.devices, s.link, s.network);
        EXPECT_EQ(made.per_node, s.per_node) << s.id;
    }
    for (const Fabric& f : c.fabrics)
        for (const std::string& d : f.devices) EXPECT_NE(catalog().device(d), nullptr) << d;
}

TEST(Clusters, EveryDeviceCanBeMany) {
    for (const Device& d : catalog().devices)
        for (const int n : {1, 2, 3, 8, 72, 1024}) {
            const Cluster c = make_cluster(catalog().clusters, d, n, "auto", "auto");
            EXPECT_EQ(c.devices, n);
            EXPECT_GE(c.nodes * c.per_node, n) << d.id;
            EXPECT_LT((c.nodes - 1) * c.per_node, n) << d.id;
            EXPECT_EQ(c.inside != nullptr, c.per_node > 1) << d.id;
            EXPECT_EQ(c.between != nullptr, c.nodes > 1) << d.id;
        }
    EXPECT_EQ(cluster_of("h100-sxm-80gb", 16).nodes, 2);
    EXPECT_EQ(cluster_of("gb200", 72).nodes, 1);
    EXPECT_EQ(make_cluster(catalog().clusters, test::device("h100-sxm-80gb"), 8, "pcie-5", "auto").inside->id,
              "pcie-5");
}

TEST(Clusters, BadDataIsNamed) {
    ClusterCatalog c;
    EXPECT_NE(load_clusters("{", c), "");
    EXPECT_NE(load_clusters(R"({"links":[]})", c), "");
    EXPECT_NE(
        load_clusters(R"({"links":[{"id":"eth-100","name":"x","source":"y","bandwidth":-1}]})", c).find("bandwidth"),
        std::string::npos);
    EXPECT_TRUE(c.links.empty());
}

TEST(Parallelism, StagesShareLayersAsVllmDoes) {
    EXPECT_EQ(stage_layers(32, 4), (std::vector<int64_t>{8, 8, 8, 8}));
    EXPECT_EQ(stage_layers(126, 4), (std::vector<int64_t>{31, 32, 32, 31}));
    EXPECT_EQ(stage_layers(61, 2), (std::vector<int64_t>{31, 30}));
    for (int pp = 1; pp <= 61; ++pp) {
        int64_t sum = 0;
        for (const int64_t n : stage_layers(61, pp)) {
            sum += n;
            EXPECT_GE(n, 61 / pp);
        }
        EXPECT_EQ(sum, 61);
    }
}

TEST(Parallelism, ImpossibleOnesAreRefused) {
    const Model& m = test::model("llama-3.1-70b");
    EXPECT_EQ(refuse_parallelism({8, 2, 4, 1, 1}, m), "");
    EXPECT_NE(refuse_parallelism({6, 1, 1, 1, 1}, m), "");   // 64 heads
    EXPECT_NE(refuse_parallelism({1, 81, 1, 1, 1}, m), "");  // 80 layers
    EXPECT_NE(refuse_parallelism({8, 1, 1, 8, 1}, m), "");   // no experts
    EXPECT_NE(refuse_parallelism({8, 1, 1, 1, 2}, m), "");   // nothing is copied
    EXPECT_EQ(refuse_parallelism({16, 1, 1, 1, 2}, m), "");  // 8 KV heads on 16 ranks
    EXPECT_EQ(refuse_parallelism({8, 1, 1, 8, 8}, test::model("deepseek-v3")), "");
    EXPECT_EQ(refuse_parallelism({1, 1, 8, 8, 1}, test::model("deepseek-v3")), "");
}

// KVDirect: Llama-3.1-70B, 16,384 tokens, tensor parallel 8: 640 MiB a GPU.
TEST(Parallelism, CacheOfOneRankKnownAnswers) {
    InferenceInput in = setup("llama-3.1-70b", "h100-sxm-80gb", 16384, 1);
    EXPECT_EQ(plan_cluster(in, {8, 1, 1, 1, 1}).rank.kv_used.value, 640.0 * 1048576);
    // Qwen3-235B, tp 4, one KV head a rank: 8.23 GiB for keys, and again for values (SGLang log)
    in = setup("qwen3-235b-a22b", "h100-sxm-80gb", 367404, 1);
    in.context_max = {367404};
    EXPECT_NEAR(plan_cluster(in, {4, 1, 1, 1, 1}).rank.kv_used.gib(), 2 * 8.23, 0.02);
    // DeepSeek: tensor parallelism copies the latent, decode-context parallelism cuts it again
    in = setup("deepseek-v3", "h200-sxm-141gb", 65536, 8);
    const double whole = plan_inference(in).kv_used.value;
    EXPECT_EQ(plan_cluster(in, {8, 1, 1, 1, 1}).rank.kv_used.value, whole);
    EXPECT_EQ(plan_cluster(in, {8, 1, 1, 1, 8}).rank.kv_used.value, whole / 8);
    EXPECT_EQ(plan_cluster(in, {1, 1, 8, 8, 1}).rank.kv_used.value, whole / 8);
}

// What vLLM logs as "Model loading took" of one rank, and its number of blocks.
TEST(Parallelism, RanksOfLogsKnownAnswers) {
    const auto weights = [](const char* id, Dtype d) {
        InferenceInput in = setup(id, "h100-sxm-80gb", 1, 1);
        in.weight_dtype = d;
        return plan_cluster(in, {2, 1, 1, 1, 1}).rank.weights.gib();
    };
    EXPECT_NEAR(weights("llama-3.1-8b", Dtype::bf16), 7.48, 0.005);
    EXPECT_NEAR(weights("qwen3-32b", Dtype::bf16), 30.59, 30.59 * 0.01);
    EXPECT_NEAR(weights("llama-3.1-70b", Dtype::fp8), 33.88, 33.88 * 0.01);
    // Kimi K2 on 8 tensor-parallel ranks, 46.8 GiB for blocks of 64: 715,072 tokens; decode-context parallelism
    // times 8.
    InferenceInput in = setup("kimi-k2", "h200-sxm-141gb", 64 * 8 * 100, 1);
    in.block_size = 64;
    const auto per_token = [&](const Parallelism& l) {
        return plan_cluster(in, l).rank.kv_allocated.value / (64.0 * 8 * 100);
    };
    const double whole = per_token({8, 1, 1, 1, 1});
    EXPECT_EQ(std::floor(gib(46.8).value / (64 * whole)) * 64, 715072);
    EXPECT_DOUBLE_EQ(per_token({8, 1, 1, 1, 8}), whole / 8);
}

TEST(Parallelism, SharesSumToTheWhole) {
    for (const char* id : {"llama-3.1-8b", "llama-3.1-70b", "gemma-2-27b", "qwen3-next-80b-a3b", "deepseek-v3",
                           "mixtral-8x7b", "gpt-oss-120b"}) {
        const InferenceInput in = setup(id, "h200-sxm-141gb", 20000, 8);
        const InferencePlan whole = plan_inference(in);
        for (const Parallelism& l : {Parallelism{1, 1, 1, 1, 1},
                                     {2, 1, 1, 1, 1},
                                     {4, 2, 1, 1, 1},
                                     {2, 1, 4, 1, 1},
                                     {8, 4, 1, 1, 1},
                                     {1, 3, 2, 1, 1}}) {
            if (!refuse_parallelism(l, *in.model).empty()) continue;
            const ClusterPlan p = plan_cluster(in, l);
            const std::string what = std::string(id) + " tp " + std::to_string(l.tp) + " pp " + std::to_string(l.pp) +
                                     " dp " + std::to_string(l.dp);
            // Nothing is lost, and what is copied is the replicas' weights and small vectors.
            EXPECT_GE(p.weights_all.value, whole.weights.value * (1 - 1e-9)) << what;
            EXPECT_LE(p.weights_all.value, whole.weights.value * l.dp * 1.08) << what;
            EXPECT_GE(p.kv_all.value, whole.kv_allocated.value * (1 - 1e-9)) << what;
            EXPECT_NEAR(p.kv_copied.value, p.kv_all.value - whole.kv_allocated.value, 1) << what;
            if (p.kv_copies <= 1)
                EXPECT_NEAR(p.kv_all.value, whole.kv_allocated.value, whole.kv_allocated.value * 0.01) << what;
            EXPECT_LE(p.rank.needed.value, whole.needed.value * (1 + 1e-9)) << what;
        }
    }
}

TEST(Parallelism, AutomaticOnesAreValidAndUseEveryDevice) {
    for (const char* id :
         {"llama-3.2-1b", "llama-3.1-405b", "deepseek-v3", "gpt-2-124m", "qwen2.5-1.5b", "gpt-oss-20b"})
        for (const char* device : {"h100-sxm-80gb", "mi300x-192gb", "tpu-v5p", "rtx-4090-24gb", "gb200"})
            for (const int n : {1, 2, 3, 4, 7, 8, 16, 32, 64, 72, 128}) {
                const InferenceInput in = setup(id, device, 8192, 4);
                const ParallelismChoice c = choose_parallelism(in, cluster_of(device, n));
                EXPECT_EQ(c.parallelism.devices(), n) << id << " on " << n << " " << device;
                EXPECT_EQ(refuse_parallelism(c.parallelism, *in.model), "") << id << " on " << n << " " << device;
                EXPECT_FALSE(c.reason.empty());
            }
}

// inference-math.md; vLLM keeps one KV head on a rank, so that eight ranks store the four heads twice.
TEST(Search, FindsASplitWhereTensorParallelismAloneCopiesTooMuch) {
    InferenceInput in = setup("qwen3-235b-a22b", "h100-sxm-80gb", 65536, 40);
    in.weight_dtype = in.kv_dtype = Dtype::fp8;
    EXPECT_NEAR(plan_cluster(in, {8, 1, 1, 1, 1}).rank.pressure, 1.265, 0.001);
    EXPECT_NEAR(plan_cluster(in, {4, 2, 1, 1, 1}).rank.pressure, 0.860, 0.001);
    const Cluster c = cluster_of("h100-sxm-80gb", 8);
    const ParallelismChoice choice = choose_parallelism(in, c);
    EXPECT_TRUE(choice.fits);
    const ClusterPlan chosen = plan_cluster(in, choice.parallelism);
    EXPECT_TRUE(chosen.fits);
    // No other split that fits is faster.
    int fitting = 0;
    for (const Parallelism& l : legal_parallelism(*in.model, c)) {
        const ClusterPlan p = plan_cluster(in, l);
        if (!p.fits) continue;
        ++fitting;
        EXPECT_GE(decode_step(in, p, c, Estimate::calibrated).total.value * (1 + 1e-12),
                  decode_step(in, chosen, c, Estimate::calibrated).total.value);
    }
    EXPECT_EQ(fitting, choice.fitting);
}

TEST(Search, HoldsWhereAnySplitDoesAndFewestIsTheFirst) {
    for (const char* id : {"kimi-k2", "deepseek-v3", "llama-3.1-405b", "gemma-3-27b", "gpt-oss-120b"})
        for (const int64_t context : {8192, 131072, 1000000}) {
            InferenceInput in = setup(id, "b200-sxm-180gb", context, 16);
            for (const int n : {1, 2, 4, 6, 8, 16}) {
                const Cluster c = cluster_of("b200-sxm-180gb", n);
                bool any = false;
                for (const Parallelism& l : legal_parallelism(*in.model, c)) any = any || plan_cluster(in, l).fits;
                EXPECT_EQ(holds(in, c), any) << id << " on " << n;
                EXPECT_EQ(choose_parallelism(in, c).fits, any) << id << " on " << n;
            }
            const int n = fewest_devices(in, catalog().clusters, "auto", "auto").count;
            if (n == 0) continue;
            EXPECT_TRUE(holds(in, cluster_of("b200-sxm-180gb", n))) << id;
            for (int fewer = 1; fewer < n; fewer = next_count(fewer))
                EXPECT_FALSE(holds(in, cluster_of("b200-sxm-180gb", fewer))) << id << " on " << fewer;
        }
}

TEST(Search, FewestIsTheSameFromWhatHeldASmallerWorkload) {
    FewestDevices last;
    for (const int64_t context : {1000, 200000, 210000, 1000000, 5000000, 20000000}) {
        const InferenceInput in = setup("llama-3.1-70b", "h100-sxm-80gb", context, 4);
        const FewestDevices from_one = fewest_devices(in, catalog().clusters, "auto", "auto");
        last = fewest_devices(in, catalog().clusters, "auto", "auto", kMostDevices, last);
        EXPECT_EQ(last.count, from_one.count) << context;
        if (last.count == 0) break;
        EXPECT_EQ(last.parallelism.devices(), last.count) << context;
        EXPECT_TRUE(plan_cluster(in, last.parallelism).fits) << context;
    }
}

TEST(Search, AThousandDevicesHoldWhatExpertParallelismFits) {
    InferenceInput in = setup("kimi-k2", "b200-sxm-180gb", 1000000, 512);
    in.weight_dtype = in.kv_dtype = Dtype::fp8;
    EXPECT_TRUE(choose_parallelism(in, cluster_of("b200-sxm-180gb", 1024)).fits);
}

TEST(Collectives, FollowTheirFormulas) {
    const Bytes message{1048576};
    EXPECT_DOUBLE_EQ(all_reduce(message, 8, 450e9, {0}).sent.value, 2.0 * 7 / 8 * 1048576);
    EXPECT_DOUBLE_EQ(all_reduce(message, 8, 450e9, {1e-5}).time.value, 2.0 * 7 / 8 * 1048576 / 450e9 + 1e-5);
    EXPECT_DOUBLE_EQ(all_reduce(message, 8, 450e9, {0}, Algorithm::one_shot).sent.value, 7.0 * 1048576);
    EXPECT_DOUBLE_EQ(all_to_all(message, 4, 1e9, {0}).sent.value, 0.75 * 1048576);
    EXPECT_EQ(all_reduce(message, 1, 450e9, {1e-5}).time.value, 0);
    // Small messages are best sent at once, large ones in a ring or through the switch.
    EXPECT_EQ(best_all_reduce({1024}, 8, 450e9, {5e-6}, false).algorithm, Algorithm::one_shot);
    EXPECT_EQ(best_all_reduce({1e9}, 8, 450e9, {5e-6}, false).algorithm, Algorithm::ring);
    EXPECT_EQ(best_all_reduce({1e9}, 8, 450e9, {5e-6}, true).algorithm, Algorithm::in_switch);
}

// inference-math.md §6: 4.80 ms a token at batch 1 and 25.0 ms at 64, Llama-3.1-8B in BF16 on H100, context 8K.
TEST(StepTime, LowerBoundsKnownAnswers) {
    for (const auto& [batch, ms] : {std::pair{1, 4.80}, std::pair{64, 25.0}}) {
        const InferenceInput in = setup("llama-3.1-8b", "h100-sxm-80gb", 8192, batch);
        const StepTime s = decode_step(in, plan_cluster(in, {}), cluster_of("h100-sxm-80gb", 1), Estimate::ideal);
        EXPECT_NEAR(s.total.value * 1e3, ms, ms * 0.01);
    }
}

TEST(StepTime, PartsAddUpAndOrderHolds) {
    for (const char* id : {"llama-3.1-70b", "deepseek-v3", "qwen3-next-80b-a3b", "mixtral-8x22b"})
        for (const int n : {1, 8, 16, 64}) {
            const InferenceInput in = setup(id, "b200-sxm-180gb", 8192, 16);
            const Cluster c = cluster_of("b200-sxm-180gb", n);
            const ClusterPlan p = plan_cluster(in, choose_parallelism(in, c).parallelism);
            double last = 0;
            for (const Estimate e : {Estimate::ideal, Estimate::textbook, Estimate::calibrated}) {
                const StepTime s = decode_step(in, p, c, e);
                const double sum = s.weights.value + s.kv.value + s.compute.value + s.attention_compute.value +
                                   s.communication.value + s.fixed.value + s.bubble.value;
                EXPECT_NEAR(sum, s.total.value, s.total.value * 1e-9) << id;
                EXPECT_GT(s.total.value, last) << id << " on " << n;
                last = s.total.value;
                EXPECT_GT(prefill(in, p, c, e, {8192}, {0}).total.value,
                          prefill(in, p, c, e, {8192}, {4096}).total.value);
            }
        }
}

TEST(StepTime, ExpertsTouchedKnownAnswers) {
    const auto touched = [](const char* id, int64_t tokens) {
        for (const LayerGroup& g : test::model(id).layers)
            if (g.mlp.kind == MlpKind::moe) return distinct_experts(g.mlp, tokens);
        return 0.0;
    };
    EXPECT_NEAR(touched("mixtral-8x7b", 4), 5.47, 0.01);
    EXPECT_NEAR(touched("gpt-oss-120b", 16), 51.0, 0.1);
    EXPECT_NEAR(touched("deepseek-v3", 64), 222, 0.5);
    EXPECT_NEAR(touched("qwen3-next-80b-a3b", 256), 509, 0.5);
}

TEST(Serving, KnownAnswers) {
    EXPECT_NEAR(expected_tokens(0.8, 4), 3.36, 0.005);
    EXPECT_EQ(expected_tokens(1, 4), 5);
    EXPECT_EQ(expected_tokens(0.5, 0), 1);
    EXPECT_EQ(prefix_hit({64}, {64}, 16).value, 48);  // at least one token is computed
    EXPECT_EQ(prefix_hit({10}, {40}, 4).value, 8);
    EXPECT_EQ(prefix_hit({0}, {40}, 16).value, 0);
    // 4,096 tokens of Llama-3-70B at 320 KiB over 50 GB/s: 1.25 GiB, 26.8 ms
    InferenceInput in = setup("llama-3.1-70b", "h100-sxm-80gb", 4096, 1);
    const Cluster c = cluster_of("h100-sxm-80gb", 8);
    ServingInput s;
    s.prompt = {4096};
    const Serving out = serve(in, plan_cluster(in, {8, 1, 1, 1, 1}), catalog().clusters, c, s);
    EXPECT_EQ(out.offload_bytes.gib(), 1.25);
    EXPECT_NEAR(out.transfer.value * 1e3, 26.8, 0.05);
}

TEST(Serving, MoneyAndEnergyFollowThroughput) {
    const InferenceInput in = setup("llama-3.1-8b", "h100-sxm-80gb", 4096, 8);
    const Cluster c = cluster_of("h100-sxm-80gb", 1);
    const ClusterPlan p = plan_cluster(in, {});
    ServingInput s;
    const Serving row = serve(in, p, catalog().clusters, c, s);
    s.price = 2 * row.price;
    s.pue = 1.5;
    const Serving own = serve(in, p, catalog().clusters, c, s);
    EXPECT_NEAR(own.cost_output, 2 * row.cost_output, 1e-9);
    EXPECT_NEAR(own.joules, 1.5 * row.joules, 1e-9);
    EXPECT_NEAR(row.cost_output, row.price / (row.cluster_rate * 3600) * 1e6, 1e-9);
    // Every figure explains itself.
    for (const Quantity& q : explain_serving(in, p, s, own)) {
        EXPECT_FALSE(q.formula.empty() || q.substituted.empty() || q.source.empty() || q.text.empty()) << q.id;
        EXPECT_TRUE(std::isfinite(q.value)) << q.id;
        if (q.approximate) EXPECT_FALSE(q.note.empty()) << q.id;
    }
}

// Ridge of TPU v5e: 240 tokens in 16 bits (scaling book).
TEST(Serving, CriticalBatchKnownAnswer) {
    const InferenceInput in = setup("llama-3.1-8b", "tpu-v5e", 128, 1);
    ServingInput s;
    s.estimate = Estimate::ideal;
    EXPECT_NEAR(serve(in, plan_cluster(in, {}), catalog().clusters, cluster_of("tpu-v5e", 1), s).critical_batch, 240,
                1);
}

TEST(Savings, KeepTheirOrder) {
    for (const char* id : {"llama-3.1-70b", "deepseek-v3", "gemma-2-27b", "qwen3-next-80b-a3b"}) {
        const std::vector<KvVariant> all = kv_variants(setup(id, "h100-sxm-80gb", 100000, 2));
        const auto bytes = [&](std::string_view which) {
            for (const KvVariant& v : all)
                if (v.id == which) return v.bytes.value;
            ADD_FAILURE() << which;
            return 0.0;
        };
        EXPECT_EQ(bytes("now"), 2 * kv_bytes(test::model(id), {100000}, Dtype::bf16).value) << id;
        EXPECT_LE(bytes("mqa"), bytes("gqa")) << id;
        EXPECT_LE(bytes("gqa"), bytes("mha")) << id;
        EXPECT_LT(bytes("window"), bytes("gqa")) << id;
        EXPECT_LT(bytes("linear"), bytes("gqa")) << id;
        EXPECT_LE(bytes("shared"), bytes("gqa") * 0.6) << id;
        EXPECT_LT(bytes("int4"), bytes("fp8")) << id;
        EXPECT_LT(bytes("fp8"), bytes("now")) << id;
    }
    // A window that is not reached saves nothing.
    const std::vector<KvVariant> early = kv_variants(setup("llama-3.1-8b", "h100-sxm-80gb", 4096, 1));
    EXPECT_EQ(early[2].bytes.value, early[5].bytes.value);
}

TEST(WhatFits, AnswersHoldAndAreTight) {
    InferenceInput in = setup("llama-3.1-70b", "h100-sxm-80gb", 131072, 8);
    const Cluster c = cluster_of("h100-sxm-80gb", 8);
    const ClusterPlan plan = plan_cluster(in, choose_parallelism(in, c).parallelism);
    FitQuestion question;
    question.in = &in;
    question.lengths = [](int64_t batch) { return sim::equal_lengths({131072}, batch); };
    question.devices = &catalog().devices;
    question.catalog = &catalog().clusters;
    question.cluster = &c;
    question.parallelism = plan.parallelism;
    const FitReport r = what_fits(question);
    ASSERT_GE(r.answers.size(), 5u);
    EXPECT_FALSE(r.failures.empty());
    for (const FitAnswer& a : r.answers) {
        if (a.id == "context" || a.id == "batch") {
            const int64_t n = std::atoll(a.changes[0].second.c_str());
            const auto fits = [&](int64_t value) {
                InferenceInput there = in;
                if (a.id == "context") {
                    there.context_max = {value};
                    there.lengths = sim::equal_lengths({value}, 8);
                } else {
                    there.lengths = sim::equal_lengths({131072}, value);
                }
                return plan_cluster(there, plan.parallelism).fits;
            };
            EXPECT_TRUE(fits(n)) << a.id;
            EXPECT_FALSE(fits(n + (a.id == "context" ? 16 : 1))) << a.id;
        } else {
            InferenceInput there = in;
            there.device = &test::device(a.changes[0].second);
            const int n = std::atoi(a.changes[1].second.c_str());
            const auto holds = [&](int count) {
                return plan_cluster(there, choose_parallelism(there, make_cluster(catalog().clusters, *there.device,
                                                                                  count, "auto", "auto"))
                                               .parallelism)
                    .fits;
            };
            EXPECT_TRUE(holds(n)) << a.id;
            if (n > 1 && n <= 64) EXPECT_FALSE(holds(n / 2)) << a.id;
        }
    }
}

}  // namespace
}  // namespace kvx::core
