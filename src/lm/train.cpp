#include "lm/train.h"

#include <algorithm>
#include <cmath>

#include "lm/grammar.h"

namespace kvx::lm {

// Scratch memory of the backward pass; one for all layers.
struct BackwardScratch {
    Buffer stream, norm, hidden, mixed, q, k, v;  // gradients; `stream` is the residual stream's
    Buffer turned;                                // a transposed matrix
    Buffer row, row_gradient;                     // of one query's attention
};

namespace {

constexpr float kBeta1 = 0.9f, kBeta2 = 0.99f, kAdamEpsilon = 1e-8f, kWeightDecay = 0.01f, kMomentum = 0.9f;
constexpr float kClip = 1.0f;  // largest norm of all gradients
constexpr int kWarmUp = 50;    // steps

constexpr int64_t scratch_rows(const Shape& s) {  // floats per token
    return 6 * int64_t{s.width} + s.hidden;
}
constexpr int64_t turned_size(const Shape& s) {
    return int64_t{s.width} * std::max(s.width, s.hidden);
}

BackwardScratch make_scratch(const Shape& s, int64_t n, int length, Ledger* ledger) {
    const auto of = [&](int64_t count) { return Buffer(ledger, Kind::scratch, count); };
    BackwardScratch b;
    for (Buffer* x : {&b.stream, &b.norm, &b.mixed, &b.q, &b.k, &b.v}) *x = of(n * s.width);
    b.hidden = of(n * s.hidden);
    b.turned = of(turned_size(s));
    b.row = of(length);
    b.row_gradient = of(length);
    return b;
}

// y = x × gain / rms: adds to dx and to the gain's gradient.
void rms_norm_backward(float* dx, float* dgain, const float* dy, const float* x, const float* gain, float inverse,
                       int n) {
    float along = 0;
    for (int i = 0; i < n; ++i) {
        along += dy[i] * gain[i] * x[i];
        dgain[i] += dy[i] * x[i] * inverse;
    }
    const float pull = along * inverse * inverse * inverse / static_cast<float>(n);
    for (int i = 0; i < n; ++i) dx[i] += dy[i] * gain[i] * inverse - x[i] * pull;
}

// y[n × out] = x[n × in] · w: adds the weight's gradient; the input's gradient replaces dx or is added to it.
void product_backward(float* dx, float* dw, const float* dy, const float* x, const float* w, int n, int in, int out,
                      float* turned, bool add) {
    multiply(dw, transposed(x, in), dy, in, n, out, true);
    transpose(turned, w, in, out);
    multiply(dx, rows(dy, out), turned, n, out, in, add);
}

}  // namespace

Trainer::Trainer(const Shape& shape, const TrainConfig& config)
    : config_(config),
      weights_(Weights::random(shape, config.seed, &ledger_)),
      gradients_(&ledger_, Kind::gradients, shape.parameters()),
      data_(config.seed ^ 0xDA7Aull) {
    const int states = config.optimizer == Optimizer::adamw ? 2 : config.optimizer == Optimizer::momentum ? 1 : 0;
    if (states > 0) first_ = Buffer(&ledger_, Kind::optimizer, shape.parameters());
    if (states > 1) second_ = Buffer(&ledger_, Kind::optimizer, shape.parameters());
}

float Trainer::step() {
    const int n = config_.batch * config_.length;
    std::vector<Token> tokens(static_cast<size_t>(n)), next(static_cast<size_t>(n)), text;
    for (int b = 0; b < config_.batch; ++b) {
        fill_sequence(data_, config_.length + 1, text);
        std::copy_n(text.begin(), config_.length, tokens.begin() + int64_t{b} * config_.length);
        std::copy_n(text.begin() + 1, config_.length, next.begin() + int64_t{b} * config_.length);
    }
    const float loss = loss_and_gradients(tokens.data(), next.data());
    update();
    ++done_;
    return loss;
}

float Trainer::loss_and_gradients(const Token* tokens, const Token* next) {
    const Shape& s = weights_.shape();
    std::fill_n(gradients_.data(), gradients_.size(), 0.0f);
    Forward f(weights_, config_.batch, config_.length, config_.recompute, &ledger_);
    f.run(tokens);
    after_forward_ = ledger_.live();
    // Cross entropy; its gradient overwrites the logits.
    const int n = f.rows();
    double loss = 0;
    for (int i = 0; i < n; ++i) {
        float* const row = f.logits.at(int64_t{i} * s.vocabulary);
        softmax(row, s.vocabulary);
        loss -= std::log(static_cast<double>(std::max(row[next[i]], 1e-30f)));
        row[next[i]] -= 1;
        for (int v = 0; v < s.vocabulary; ++v) row[v] /= static_cast<float>(n);
    }
    backward(f, tokens);
    return static_cast<float>(loss / n);
}

void Trainer::backward(Forward& f, const Token* tokens) {
    const Shape& s = weights_.shape();
    const int n = f.rows(), d = s.width;
    BackwardScratch b = make_scratch(s, n, f.length, &ledger_);
    const Parts g = parts_of(s, gradients_.data());
    multiply(g.embedding, transposed(f.logits.data(), s.vocabulary), f.last_norm.data(), s.vocabulary, n, d, true);
    multiply(b.norm.data(), rows(f.logits.data(), s.vocabulary), weights_.embedding(), n, s.vocabulary, d);
    for (int64_t i = 0; i < n; ++i)
        rms_norm_backward(b.stream.at(i * d), g.last_norm, b.norm.at(i * d), f.last_in.at(i * d), weights_.last_norm(),
                          *f.last_inverse.at(i), d);
    for (Buffer* x : {&f.logits, &f.last_in, &f.last_norm, &f.last_inverse}) *x = Buffer();
    for (int l = s.layers - 1; l >= 0; --l) {
        LayerKept& kept = f.layers[static_cast<size_t>(l)];
        if (f.recompute == Recompute::layers) {
            Buffer in = std::move(kept.in);
            kept = f.make_layer();
            f.run_layer(kept, in.data(), l, b.norm.data(),
                        nullptr);  // the output goes where it will be overwritten next
            kept.in = std::move(in);
        }
        backward_layer(kept, l, f, b);
        kept = LayerKept();
    }
    for (int64_t i = 0; i < n; ++i) {
        float* const row = g.embedding + int64_t{tokens[i]} * d;
        for (int k = 0; k < d; ++k) row[k] += *b.stream.at(i * d + k);
    }
}

void Trainer::backward_layer(LayerKept& a, int layer, Forward& f, BackwardScratch& b) {
    const Shape& s = weights_.shape();
    const ConstLayer w = weights_.layer(layer);
    const LayerParts g = layer_of(s, gradients_.data(), layer);
    const int n = f.rows(), d = s.width, ff = s.hidden, dh = s.head_dim(), length = f.length;
    float* const turned = b.turned.data();

    // MLP: out = middle + silu(norm2(middle) · w1) · w2
    product_backward(b.hidden.data(), g.w2, b.stream.data(), a.act.data(), w.w2, n, ff, d, turned, false);
    for (int64_t i = 0; i < int64_t{n} * ff; ++i) {
        const float x = *a.up.at(i), sigmoid = 1 / (1 + exponential(-x));
        *b.hidden.at(i) *= sigmoid * (1 + x * (1 - sigmoid));
    }
    product_backward(b.norm.data(), g.w1, b.hidden.data(), a.norm2.data(), w.w1, n, d, ff, turned, false);
    for (int64_t i = 0; i < n; ++i)
        rms_norm_backward(b.stream.at(i * d), g.norm2, b.norm.at(i * d), a.middle.at(i * d), w.norm2, *a.inverse2.at(i),
                          d);

    // Attention: middle = in + mixed · wo
    product_backward(b.mixed.data(), g.wo, b.stream.data(), a.mixed.data(), w.wo, n, d, d, turned, false);
    for (Buffer* x : {&b.q, &b.k, &b.v}) std::fill_n(x->data(), x->size(), 0.0f);
    const float scale = 1 / std::sqrt(static_cast<float>(dh));
    float* const dp = b.row_gradient.data();
    for (int seq = 0; seq < f.sequences; ++seq)
        for (int h = 0; h < s.heads; ++h)
            for (int i = 0; i < length; ++i) {
                const int64_t first = int64_t{seq} * length * d + h * dh, at = first + int64_t{i} * d;
                float* p = b.row.data();
                if (a.attention.empty()) {
                    for (int j = 0; j <= i; ++j) p[j] = dot(a.q.at(at), a.k.at(first + int64_t{j} * d), dh) * scale;
                    softmax(p, i + 1);
                } else {
                    p = a.attention.at(((int64_t{seq} * s.heads + h) * length + i) * length);
                }
                float along = 0;
                for (int j = 0; j <= i; ++j) {
                    dp[j] = dot(b.mixed.at(at), a.v.at(first + int64_t{j} * d), dh);
                    along += p[j] * dp[j];
                }
                for (int j = 0; j <= i; ++j) {
                    const int64_t key = first + int64_t{j} * d;
                    const float ds = p[j] * (dp[j] - along) * scale;
                    add_scaled(b.v.at(key), b.mixed.at(at), p[j], dh);
                    add_scaled(b.q.at(at), a.k.at(key), ds, dh);
                    add_scaled(b.k.at(key), a.q.at(at), ds, dh);
                }
            }
    for (int64_t i = 0; i < n; ++i) {
        f.rotary->turn(b.q.at(i * d), s.heads, static_cast<int>(i % length), true);
        f.rotary->turn(b.k.at(i * d), s.heads, static_cast<int>(i % length), true);
    }
    product_backward(b.norm.data(), g.wq, b.q.data(), a.norm1.data(), w.wq, n, d, d, turned, false);
    product_backward(b.norm.data(), g.wk, b.k.data(), a.norm1.data(), w.wk, n, d, d, turned, true);
    product_backward(b.norm.data(), g.wv, b.v.data(), a.norm1.data(), w.wv, n, d, d, turned, true);
    for (int64_t i = 0; i < n; ++i)
        rms_norm_backward(b.stream.at(i * d), g.norm1, b.norm.at(i * d), a.in.at(i * d), w.norm1, *a.inverse1.at(i), d);
}

float rate_at(const TrainConfig& c, int step) {
    if (step < kWarmUp) return c.rate * static_cast<float>(step + 1) / kWarmUp;
    const double done = static_cast<double>(step - kWarmUp) / std::max(1, c.steps - kWarmUp);
    return c.rate * static_cast<float>(0.1 + 0.45 * (1 + std::cos(3.14159265358979 * std::min(1.0, done))));
}

void Trainer::update() {
    const int64_t count = weights_.size();
    float* const g = gradients_.data();
    float* const w = weights_.flat();
    double square = 0;
    for (int64_t i = 0; i < count; ++i) square += static_cast<double>(g[i]) * static_cast<double>(g[i]);
    const double norm = std::sqrt(square);
    const float clip = norm > static_cast<double>(kClip) ? static_cast<float>(static_cast<double>(kClip) / norm) : 1;
    const float rate = rate_at(config_, done_);
    if (config_.optimizer == Optimizer::adamw) {  // Loshchilov and Hutter 2017 (arXiv 1711.05101)
        decay1_ *= kBeta1;
        decay2_ *= kBeta2;
        const float bias1 = 1 / (1 - decay1_), bias2 = 1 / (1 - decay2_);
        float* const m = first_.data();
        float* const v = second_.data();
        for (int64_t i = 0; i < count; ++i) {
            const float x = g[i] * clip;
            m[i] = kBeta1 * m[i] + (1 - kBeta1) * x;
            v[i] = kBeta2 * v[i] + (1 - kBeta2) * x * x;
            w[i] -= rate * (m[i] * bias1 / (std::sqrt(v[i] * bias2) + kAdamEpsilon) + kWeightDecay * w[i]);
        }
    } else {
        // plain descent needs a much larger rate than optimizers that normalise the gradient
        const float plain = rate * 100;
        for (int64_t i = 0; i < count; ++i) {
            float x = g[i] * clip;
            if (config_.optimizer == Optimizer::momentum) {
                float& m = *first_.at(i);
                x = (m = kMomentum * m + x) * (1 - kMomentum);
            }
            w[i] -= plain * x;
        }
    }
}

ByKind predicted_after_forward(const Shape& s, const TrainConfig& c) {
    ByKind out = kept_bytes(s, c.batch, c.length, c.recompute);
    const int64_t parameters = s.parameters() * 4;
    out[Kind::weights] = out[Kind::gradients] = parameters;
    out[Kind::optimizer] = parameters * (c.optimizer == Optimizer::adamw      ? 2
                                         : c.optimizer == Optimizer::momentum ? 1
                                                                              : 0);
    return out;
}

ByKind predicted_peak(const Shape& s, const TrainConfig& c) {
    const int64_t n = int64_t{c.batch} * c.length, d = s.width;
    // The backward pass starts with everything that was kept and its own scratch …
    ByKind start = predicted_after_forward(s, c);
    start[Kind::scratch] = (n * scratch_rows(s) + turned_size(s) + 2 * int64_t{c.length}) * 4;
    if (c.recompute != Recompute::layers) return start;
    // … or peaks when it recomputes a layer, with its query row, after the end of the network was released.
    ByKind again = start;
    again[Kind::logits] = 0;
    again[Kind::activations] += n * (7 * d + 2 * int64_t{s.hidden} + 2) * 4 - n * (2 * d + 1) * 4;
    again[Kind::scratch] += int64_t{c.length} * 4;
    return again.total() > start.total() ? again : start;
}

}  // namespace kvx::lm
