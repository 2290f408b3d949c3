// The small transformer: correct arithmetic, the same with and without a cache, every byte counted.
#include <gtest/gtest.h>

#include <cmath>

#include "lm/decoder.h"
#include "lm/grammar.h"
#include "lm/prefix_cache.h"
#include "lm/train.h"

namespace kvx::lm {
namespace {

std::vector<Token> tokens_of(const char* text) {
    return encode(text, 96).tokens;
}

// The same network, written plainly in double precision.
std::vector<double> plain_logits(const Weights& w, const std::vector<Token>& tokens) {
    const Shape& s = w.shape();
    const auto n = tokens.size(), d = static_cast<size_t>(s.width), ff = static_cast<size_t>(s.hidden),
               dh = static_cast<size_t>(s.head_dim());
    using Rows = std::vector<std::vector<double>>;
    const auto norm = [&](const std::vector<double>& x, const float* gain) {
        double square = 0;
        for (const double v : x) square += v * v;
        const double inverse = 1 / std::sqrt(square / static_cast<double>(x.size()) + 1e-5);
        std::vector<double> y(x.size());
        for (size_t i = 0; i < x.size(); ++i) y[i] = x[i] * inverse * static_cast<double>(gain[i]);
        return y;
    };
    const auto times = [](const std::vector<double>& x, const float* m, size_t out) {
        std::vector<double> y(out, 0.0);
        for (size_t i = 0; i < x.size(); ++i)
            for (size_t j = 0; j < out; ++j) y[j] += x[i] * static_cast<double>(m[i * out + j]);
        return y;
    };
    const auto turn = [&](std::vector<double>& x, size_t position) {
        for (size_t h = 0; h < d; h += dh)
            for (size_t i = 0; i < dh / 2; ++i) {
                const double angle =
                    static_cast<double>(position) *
                    std::pow(static_cast<double>(s.rope_base), -2.0 * static_cast<double>(i) / static_cast<double>(dh));
                const double a = x[h + i], b = x[h + i + dh / 2];
                x[h + i] = a * std::cos(angle) - b * std::sin(angle);
                x[h + i + dh / 2] = a * std::sin(angle) + b * std::cos(angle);
            }
    };
    Rows x(n, std::vector<double>(d));
    for (size_t t = 0; t < n; ++t)
        for (size_t i = 0; i < d; ++i) x[t][i] = static_cast<double>(w.embedding()[tokens[t] * d + i]);
    for (int l = 0; l < s.layers; ++l) {
        const ConstLayer m = w.layer(l);
        Rows q, k, v;
        for (size_t t = 0; t < n; ++t) {
            const std::vector<double> y = norm(x[t], m.norm1);
            q.push_back(times(y, m.wq, d));
            k.push_back(times(y, m.wk, d));
            v.push_back(times(y, m.wv, d));
            turn(q[t], t);
            turn(k[t], t);
        }
        for (size_t t = 0; t < n; ++t) {
            std::vector<double> mixed(d, 0.0);
            for (size_t h = 0; h < d; h += dh) {
                std::vector<double> p(t + 1);
                double sum = 0;
                for (size_t j = 0; j <= t; ++j) {
                    double score = 0;
                    for (size_t i = 0; i < dh; ++i) score += q[t][h + i] * k[j][h + i];
                    sum += p[j] = std::exp(score / std::sqrt(static_cast<double>(dh)));
                }
                for (size_t j = 0; j <= t; ++j)
                    for (size_t i = 0; i < dh; ++i) mixed[h + i] += p[j] / sum * v[j][h + i];
            }
            const std::vector<double> o = times(mixed, m.wo, d);
            for (size_t i = 0; i < d; ++i) x[t][i] += o[i];
            std::vector<double> up = times(norm(x[t], m.norm2), m.w1, ff);
            for (double& u : up) u = u / (1 + std::exp(-u));
            const std::vector<double> down = times(up, m.w2, d);
            for (size_t i = 0; i < d; ++i) x[t][i] += down[i];
        }
    }
    const std::vector<double> last = norm(x.back(), w.last_norm());
    std::vector<double> logits;
    for (int token = 0; token < s.vocabulary; ++token) {
        double sum = 0;
        for (size_t i = 0; i < d; ++i)
            sum += last[i] * static_cast<double>(w.embedding()[static_cast<size_t>(token) * d + i]);
        logits.push_back(sum);
    }
    return logits;
}

// Weights large enough that attention is not flat.
Weights lively() {
    Weights w = Weights::random(Shape{}, 7);
    for (int64_t i = 0; i < w.size(); ++i) w.flat()[i] *= 2;
    return w;
}

TEST(Transformer, AgreesWithAPlainOne) {
    const Weights w = lively();
    const std::vector<Token> tokens = tokens_of("copy:Hello, world>Hel");
    const std::vector<double> expected = plain_logits(w, tokens);
    Decoder d(w, {}, 96);
    const float* logits = nullptr;
    for (const Token t : tokens) logits = d.step(t);
    for (size_t i = 0; i < expected.size(); ++i)
        EXPECT_NEAR(static_cast<double>(logits[i]), expected[i], 2e-4 * (1 + std::fabs(expected[i])));
}

TEST(Transformer, SameLogitsWithAndWithoutACache) {
    const Weights w = lively();
    const std::vector<Token> tokens = tokens_of("the cats near the dog run. {(a)[b]} kx,bq,kx");
    Decoder d(w, {}, 96);
    for (size_t i = 0; i < tokens.size(); ++i) {
        const float* const cached = d.step(tokens[i]);
        const std::vector<float> whole = logits_without_cache(w, tokens.data(), static_cast<int>(i) + 1);
        for (size_t v = 0; v < whole.size(); ++v)
            ASSERT_EQ(cached[v], whole[v]) << "token " << i;  // every sum runs in one order
    }
}

TEST(Transformer, CountsTheWorkItDoes) {
    const Weights w = lively();
    const std::vector<Token> tokens = tokens_of("copy:lamp>lamp");
    Decoder d(w, {}, 96);
    Work sum;
    for (size_t i = 0; i < tokens.size(); ++i) {
        StepTrace trace;
        d.step(tokens[i], &trace);
        EXPECT_EQ(trace.work, predicted_step(Shape{}, static_cast<int>(i)));
        Work whole;
        logits_without_cache(w, tokens.data(), static_cast<int>(i) + 1, &whole);
        EXPECT_EQ(whole, predicted_step_without_cache(Shape{}, static_cast<int>(i)));
        sum += trace.work;
    }
    EXPECT_EQ(d.work(), sum);
    // By hand: a layer's matrices are 4 × 64² + 2 × 64 × 128, the head 64 × 97; the first token looks at itself.
    EXPECT_EQ(predicted_step(Shape{}, 0).multiply_adds, 3 * (4 * 64 * 64 + 2 * 64 * 128) + 64 * 97 + 3 * 2 * 64);
}

// Packed keys and values are read packed: 11 tokens of 384 B at 4 bits, and 3 of a window of 3.
TEST(Transformer, CountsWhatAKeptCacheReads) {
    const Weights w = lively();
    for (const auto& [policy, tokens] : {std::pair{CachePolicy{{}, 4}, 11}, std::pair{CachePolicy{{3, 0}, 32}, 3}}) {
        Decoder d(w, policy, 96);
        StepTrace trace;
        for (int i = 0; i < 11; ++i) d.step(5, &trace);
        EXPECT_EQ(trace.work.cache_bytes_read, tokens * bytes_per_token(Shape{}, policy.bits));
        EXPECT_EQ(trace.work.cache_bytes_written, bytes_per_token(Shape{}, policy.bits));
    }
}

TEST(Transformer, AttentionIsAShareOfOne) {
    const Weights w = lively();
    Decoder d(w, {{4, 2}, 32}, 96);
    for (const Token t : tokens_of("abcdefghijkl")) {
        StepTrace trace;
        d.step(t, &trace);
        const auto n = static_cast<size_t>(d.position());
        for (const LayerTrace& l : trace.layers)
            for (size_t h = 0; h < 4; ++h) {
                float sum = 0;
                for (size_t j = 0; j < n; ++j) {
                    const float a = l.attention[h * n + j];
                    sum += a;
                    const bool outside = j >= 2 && j + 4 < n;  // two sinks, a window of four
                    if (outside) EXPECT_EQ(a, 0) << n << " " << j;
                }
                EXPECT_NEAR(sum, 1, 1e-5);
            }
    }
}

// Along each matrix's gradient the loss changes by its squared length.
TEST(Training, GradientsAreRight) {
    TrainConfig c;
    c.batch = 2;
    c.length = 20;
    const Shape s;
    Trainer t(s, c);
    float* const w = t.numbers();
    for (int64_t i = 0; i < s.parameters(); ++i) w[i] *= 1.5f;
    Random r(5);
    std::vector<Token> text;
    fill_sequence(r, 41, text);
    const std::vector<Token> next(text.begin() + 1, text.end());
    t.loss_and_gradients(text.data(), next.data());
    const std::vector<float> g(t.gradients(), t.gradients() + s.parameters());
    const auto check = [&](int64_t from, int64_t size) {
        double square = 0;
        for (int64_t i = from; i < from + size; ++i)
            square += static_cast<double>(g[static_cast<size_t>(i)]) * static_cast<double>(g[static_cast<size_t>(i)]);
        const std::vector<float> kept(w + from, w + from + size);
        const double step = 5e-3 / std::sqrt(square);
        double loss[2];
        for (int side = 0; side < 2; ++side) {
            for (int64_t i = 0; i < size; ++i)
                w[from + i] = kept[static_cast<size_t>(i)] +
                              static_cast<float>((side == 0 ? step : -step) *
                                                 static_cast<double>(g[static_cast<size_t>(from + i)]));
            loss[side] = static_cast<double>(t.loss_and_gradients(text.data(), next.data()));
        }
        std::copy(kept.begin(), kept.end(), w + from);
        EXPECT_NEAR((loss[0] - loss[1]) / (2 * step), square, 0.01 * square) << from;
    };
    const int64_t d = s.width, table = int64_t{s.vocabulary} * d;
    check(0, table);
    for (int l = 0; l < s.layers; ++l) {
        int64_t at = table + l * s.layer_parameters();
        for (const int64_t size : {d, d * d, d * d, d * d, d * d, d, d * s.hidden, d * s.hidden})
            check(std::exchange(at, at + size), size);
    }
    check(s.parameters() - d, d);
}

TEST(Training, RecomputingChangesNothingButMemory) {
    Random r(11);
    std::vector<Token> text;
    fill_sequence(r, 65, text);
    const std::vector<Token> next(text.begin() + 1, text.end());
    std::vector<float> first;
    for (const Recompute again : {Recompute::none, Recompute::attention, Recompute::layers}) {
        TrainConfig c;
        c.batch = 2;
        c.length = 32;
        c.recompute = again;
        Trainer t(Shape{}, c);
        t.loss_and_gradients(text.data(), next.data());
        const std::vector<float> g(t.gradients(), t.gradients() + Shape{}.parameters());
        if (first.empty()) first = g;
        EXPECT_EQ(g, first);
    }
}

TEST(Training, LedgerAgreesWithTheFormulaToTheByte) {
    for (const Recompute again : {Recompute::none, Recompute::attention, Recompute::layers})
        for (const Optimizer optimizer : {Optimizer::adamw, Optimizer::momentum, Optimizer::sgd})
            for (const auto& [batch, length] : {std::pair{1, 8}, std::pair{3, 20}, std::pair{4, 96}}) {
                TrainConfig c;
                c.batch = batch;
                c.length = length;
                c.recompute = again;
                c.optimizer = optimizer;
                Trainer t(Shape{}, c);
                t.step();
                EXPECT_EQ(t.after_forward(), predicted_after_forward(Shape{}, c));
                EXPECT_EQ(t.ledger().at_peak(), predicted_peak(Shape{}, c)) << batch << " × " << length;
                // After the step only what lasts is left.
                const int64_t lasting = Shape{}.parameters() * 4 *
                                        (optimizer == Optimizer::adamw      ? 4
                                         : optimizer == Optimizer::momentum ? 3
                                                                            : 2);
                EXPECT_EQ(t.ledger().live().total(), lasting);
            }
}

// From the reference: batch 32 × 96 and three layers keep 29,970,432 B of activations and 14,155,776 of attention.
TEST(Training, KnownSizes) {
    const ByKind kept = kept_bytes(Shape{}, 32, 96, Recompute::none);
    EXPECT_EQ(kept[Kind::activations], 29970432);
    EXPECT_EQ(kept[Kind::attention], 14155776);
    EXPECT_EQ(Shape{}.parameters() - 97 * 64,
              102848 - 64 * 64);  // the reference's model, apart from the larger vocabulary
    EXPECT_EQ(Shape{}.cache_bytes_per_token(), 1536);
}

TEST(Training, DeterministicBySeed) {
    const auto train = [](uint64_t seed) {
        TrainConfig c;
        c.batch = 2;
        c.length = 24;
        c.seed = seed;
        Trainer t(Shape{}, c);
        for (int i = 0; i < 3; ++i) t.step();
        return std::vector<float>(t.weights().flat(), t.weights().flat() + t.weights().size());
    };
    EXPECT_EQ(train(1), train(1));
    EXPECT_NE(train(1), train(2));
}

TEST(Training, LearnsOneLineByHeart) {
    for (const Optimizer o : {Optimizer::adamw, Optimizer::momentum, Optimizer::sgd}) {
        TrainConfig c;
        c.batch = 4;
        c.length = 32;
        c.steps = 40;
        c.optimizer = o;
        Trainer t(Shape{}, c);
        const float first = t.step();
        float last = 0;
        for (int i = 1; i < 40; ++i) last = t.step();
        EXPECT_LT(last, 0.85f * first);
    }
}

TEST(Cache, BytesAreStatedExactly) {
    const Shape s;
    EXPECT_EQ(bytes_per_token(s, 32), 1536);
    // 24 heads' keys and values of 16 codes, a minimum and a step each
    EXPECT_EQ(bytes_per_token(s, 8), 24 * (16 + 8));
    EXPECT_EQ(bytes_per_token(s, 3), 24 * (6 + 8));
    EXPECT_EQ(bytes_per_token(s, 1), 24 * (2 + 8));
    EXPECT_EQ(kept_tokens({}, 50), 50);
    EXPECT_EQ(kept_tokens({{8, 0}, 32}, 50), 8);
    EXPECT_EQ(kept_tokens({{8, 4}, 32}, 50), 12);
    EXPECT_EQ(kept_tokens({{8, 4}, 32}, 5), 5);
    for (const int bits : {32, 8, 1}) {
        KvCache cache(s, {{8, 4}, bits}, 96);
        const std::vector<float> row(64, 0.5f);
        for (int i = 0; i < 20; ++i)
            for (int l = 0; l < 3; ++l) cache.store(l, i, row.data(), row.data(), nullptr);
        EXPECT_EQ(cache.bytes(), 12 * bytes_per_token(s, bits));
    }
}

TEST(Cache, FewerBitsRoundMore) {
    const Shape s;
    Random r(3);
    std::vector<float> k(64);
    for (float& x : k) x = r.unit() * 4 - 2;
    double before = 0;
    for (const int bits : {32, 8, 4, 3, 2, 1}) {
        KvCache cache(s, {{}, bits}, 4);
        cache.store(0, 0, k.data(), k.data(), nullptr);
        double error = 0;
        for (size_t i = 0; i < k.size(); ++i) error += std::fabs(static_cast<double>(cache.keys(0)[i] - k[i]));
        // at most half a step of a head's range
        EXPECT_LE(error / 64, bits >= 32 ? 0.0 : 4.0 / ((1 << bits) - 1) / 2);
        EXPECT_GE(error, before);
        before = error;
    }
}

TEST(Prefix, BlocksAreSharedOnlyWhereEverythingBeforeIsEqual) {
    const Weights w = lively();
    const std::vector<std::vector<Token>> prompts = {tokens_of("kx,bq,mo,k"), tokens_of("kx,bq,mo,b"),
                                                     tokens_of("kx,bz,mo,b"), tokens_of("kx,b")};
    const std::vector<SharedPrompt> all = share_prefixes(w, prompts, 4);
    ASSERT_EQ(all.size(), 4u);
    EXPECT_EQ(all[0].reused, 0);
    EXPECT_EQ(all[1].reused, 8);  // "kx,b" and "q,mo"
    EXPECT_EQ(all[2].reused, 4);  // "z,mo" differs, and so does everything after
    EXPECT_EQ(all[3].reused, 0);  // its only block holds the last token, which is always computed
    EXPECT_EQ(all[0].blocks[2].count, 2);
    for (const SharedPrompt& p : all) {
        EXPECT_TRUE(p.same_bits);
        EXPECT_EQ(p.work.multiply_adds<p.afresh.multiply_adds, p.reused> 0);
    }
    EXPECT_EQ(all[0].blocks[0].hash, all[2].blocks[0].hash);
    EXPECT_NE(all[0].blocks[1].hash, all[2].blocks[1].hash);
    EXPECT_NE(block_hash(1, prompts[0].data(), 4), block_hash(2, prompts[0].data(), 4));
}

}  // namespace
}  // namespace kvx::lm
