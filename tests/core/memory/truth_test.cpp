// Known answers from logs, papers and model cards (tests/data/inference_truth.json).
// Tensor parallelism (kvdirect-70b-16k, sgl-qwen3-235b, *-tp2 rows, vllm-kimi-k2-tp8) and rooflines
// (scalingbook-bcrit-v5e): cluster_test.cpp. Not here because they are other engines' internals: hybrid block alignment
// of vLLM (qwen35-*-block, kimi-k3-block, vllm-40691, vllm-gb10-identity, dsv4-*), llama.cpp window padding
// (gemma4e4b-swa-window), prefix cache (hyperqwen-prefix), TurboQuant and GGUF formats, and identities of a log with
// itself (vllm-blocks-*).
#include <cmath>

#include "core/memory/activations.h"
#include "core/memory/kv_cache.h"
#include "core/memory/weights.h"
#include "core/support.h"

namespace kvx::core {
namespace {

using test::model;

struct Args {
    std::vector<JsonValue> values;
    const Model& m() const { return model(values[0].text()); }
    double n(size_t i) const { return values[i].number(); }
    Tokens tokens(size_t i) const { return {static_cast<int64_t>(n(i))}; }
    Dtype dtype(size_t i) const {
        Dtype d = Dtype::fp32;
        EXPECT_TRUE(parse_dtype(values[i].text(), d));
        return d;
    }
};

double answer(std::string_view check, const Args& a) {
    if (check == "sampler") return estimate_activations(a.m(), test::device("h100-sxm-80gb"), 1).peak.gib();
    if (check == "state_per_layer" || check == "recurrent_mib_per_layer") {
        for (const LayerGroup& g : a.m().layers) {
            Attention att = g.attention;
            if (att.state_heads == 0) continue;
            if (check == "state_per_layer") {
                att.state_fp32 = false;
                return layer_state_bytes(att).value;
            }
            att.conv_kernel = 1;  // without the convolution's tail
            return layer_state_bytes(att).value / 1048576;
        }
        return 0;
    }
    if (check == "token") return kv_rate(a.m(), Dtype::bf16).growing.value;
    if (check == "token_all") return (kv_rate(a.m(), Dtype::bf16).growing + kv_rate(a.m(), Dtype::bf16).bounded).value;
    if (check == "token_over") return kv_rate(a.m(), Dtype::bf16).growing.value / a.n(1);
    if (check == "token_ratio")
        return kv_rate(a.m(), Dtype::bf16).growing / kv_rate(model(a.values[1].text()), Dtype::bf16).growing;
    if (check == "vector") return kv_vector_bytes(a.dtype(0), static_cast<int64_t>(a.n(1))).value * a.n(2);
    if (check == "kv_gib") return kv_bytes(a.m(), a.tokens(1), a.dtype(2)).gib();
    if (check == "kv_gb") return kv_bytes(a.m(), a.tokens(1), a.dtype(2)).value / 1e9;
    if (check == "kv_gib_over") return kv_bytes(a.m(), a.tokens(1), Dtype::bf16).gib() / a.n(2);
    if (check == "grow_gib") return (kv_rate(a.m(), a.dtype(2)).growing * a.n(1)).gib();
    if (check == "grow_mib") return (kv_rate(a.m(), a.dtype(2)).growing * a.n(1)).value / 1048576;
    if (check == "kv_noindex_gib") {
        const KvRate r = kv_rate(a.m(), a.dtype(2));
        return ((r.growing - r.sparse_index) * a.n(1)).gib();
    }
    if (check == "kv_all_gb") {
        const KvRate r = kv_rate(a.m(), a.dtype(2));
        return ((r.growing + r.bounded) * a.n(1)).value / 1e9;
    }
    if (check == "paged_gib") return kv_bytes_paged(a.m(), a.tokens(1), a.dtype(2), 16).gib();
    if (check == "params") return total_params(a.m());
    if (check == "params_b") return total_params(a.m()) / 1e9;
    if (check == "active_no_embedding_b") return (active_params(a.m()) - count_params(a.m()).embedding) / 1e9;
    if (check == "pool_tokens")
        return std::floor(gib(a.n(1)).value / (kv_rate(a.m(), Dtype::bf16).growing.value * a.n(2))) * a.n(2);
    if (check == "block_share")
        return 100.0 * static_cast<double>(blocks_for(a.tokens(0), static_cast<int64_t>(a.n(1)))) / a.n(2);
    if (check == "concurrency")
        return a.n(2) / static_cast<double>(blocks_for(a.tokens(0), static_cast<int64_t>(a.n(1))));
    if (check == "weights_gib") return weight_bytes(a.m(), a.dtype(1)).gib();
    if (check == "waterfall") {
        InferenceInput in = test::setup(a.m().id);
        in.utilisation = a.n(1);
        const InferencePlan p = plan_inference(in);
        return (p.usable - p.weights - p.activations - p.runtime).gib();
    }
    ADD_FAILURE() << "no such check: " << check;
    return NAN;
}

TEST(KnownAnswers, AreReproducedAndTrapsAreNot) {
    const std::string text = test::data("inference_truth.json");
    JsonText json;
    ASSERT_EQ(json.parse(text), "");
    int matches = 0, traps = 0;
    for (JsonValue row = json.root()["truths"].first(); row; row = row.next()) {
        Args args;
        for (JsonValue v = row["args"].first(); v; v = v.next()) args.values.push_back(v);
        const double expected = row["expected"].number(), ours = answer(row["check"].text(), args);
        const std::string what = std::string(row["id"].text()) + ", from " + std::string(row["source"].text());
        if (row["kind"].text() == "trap") {
            ++traps;
            EXPECT_GT(std::fabs(ours / expected - 1), 0.002) << what;
            continue;
        }
        ++matches;
        // Readings that were printed with few digits carry their own tolerance; 0 means exactly.
        // The waterfall's rests on our own estimate of activations, not on the logged one.
        const double tolerance = row["check"].text() == "waterfall" ? 0.002 : row["tolerance"].number();
        EXPECT_LE(std::fabs(ours / expected - 1), tolerance + 1e-12) << what << ": " << ours << " is not " << expected;
    }
    EXPECT_GE(matches, 45);
    EXPECT_EQ(traps, 3);
}

TEST(KnownAnswers, Llama33InFp8LoadsAsMuchAsItsPublishedCheckpoint) {
    // Two H100 hold 33.88 GiB each: 67.76 GiB, of which engines' buffers are less than 1 %.
    EXPECT_NEAR(weight_bytes(model("llama-3.3-70b"), Dtype::fp8).gib(), 67.7, 0.1);
}

TEST(KnownAnswers, GptOssInMxfp4StaysBelowItsCheckpointBecauseThatKeepsAttentionIn16Bit) {
    const ParamCount p = count_params(model("gpt-oss-120b"));
    const double experts_only = p.experts * 4.25 / 8 + (p.total() - p.experts) * 2;
    EXPECT_NEAR(experts_only / 1073741824, 64.38, 4.0);
    EXPECT_LT(weight_bytes(p, Dtype::mxfp4).value, experts_only);
}

}  // namespace
}  // namespace kvx::core
