#include "lm/forward.h"

#include <algorithm>
#include <cmath>

namespace kvx::lm {

void attend(float* out, float* weights, const float* q, const float* k, const float* v, int stride, int last,
            int head_dim, const Reach& reach, int64_t pair_bytes, Work* work) {
    const float scale = 1 / std::sqrt(static_cast<float>(head_dim));
    // Positions outside the query's view are skipped, not multiplied by zero.
    const int sinks = reach.window == 0 ? 0 : std::min(reach.sinks, std::max(0, last + 1 - reach.window));
    const int from = reach.window == 0 ? 0 : std::max(sinks, last + 1 - reach.window);
    for (int j = 0; j < sinks; ++j) weights[j] = dot(q, k + static_cast<int64_t>(j) * stride, head_dim) * scale;
    for (int j = from; j <= last; ++j)
        weights[j - from + sinks] = dot(q, k + static_cast<int64_t>(j) * stride, head_dim) * scale;
    const int seen = last + 1 - from + sinks;
    softmax(weights, seen);
    std::fill_n(out, head_dim, 0.0f);
    for (int j = 0; j < seen; ++j) {
        const int position = j < sinks ? j : j - sinks + from;
        add_scaled(out, v + static_cast<int64_t>(position) * stride, weights[j], head_dim);
    }
    if (from > sinks) {  // back to positions
        std::copy_backward(weights + sinks, weights + seen, weights + last + 1);
        std::fill(weights + sinks, weights + from, 0.0f);
    }
    if (work != nullptr) {
        work->multiply_adds += 2 * int64_t{seen} * head_dim;
        work->cache_bytes_read += seen * pair_bytes;
    }
}

Forward::Forward(const Weights& w, int batch, int tokens, Recompute again, Ledger* book)
    : weights(w),
      sequences(batch),
      length(tokens),
      recompute(again),
      ledger(book),
      rotary(std::make_shared<Rotary>(std::max(tokens, w.shape().context), w.shape().head_dim(), w.shape().rope_base)) {
}

LayerKept Forward::make_layer() const {
    const Shape& s = weights.shape();
    const int64_t n = rows();
    const auto of = [&](int64_t count) { return Buffer(ledger, Kind::activations, count); };
    LayerKept kept;
    for (Buffer* b : {&kept.norm1, &kept.q, &kept.k, &kept.v, &kept.mixed, &kept.middle, &kept.norm2})
        *b = of(n * s.width);
    for (Buffer* b : {&kept.up, &kept.act}) *b = of(n * s.hidden);
    for (Buffer* b : {&kept.inverse1, &kept.inverse2}) *b = of(n);
    if (recompute == Recompute::none)
        kept.attention = Buffer(ledger, Kind::attention, int64_t{sequences} * s.heads * length * length);
    return kept;
}

void Forward::run_layer(LayerKept& a, const float* in, int layer, float* out, Work* work) {
    const Shape& s = weights.shape();
    const ConstLayer w = weights.layer(layer);
    const int n = rows(), d = s.width, dh = s.head_dim();
    for (int64_t i = 0; i < n; ++i) *a.inverse1.at(i) = rms_norm(a.norm1.at(i * d), in + i * d, w.norm1, d);
    product(a.q.data(), a.norm1.data(), w.wq, n, d, d, false, work);
    product(a.k.data(), a.norm1.data(), w.wk, n, d, d, false, work);
    product(a.v.data(), a.norm1.data(), w.wv, n, d, d, false, work);
    Buffer row(ledger, Kind::scratch, a.attention.empty() ? length : 0);
    for (int64_t i = 0; i < n; ++i) {
        rotary->turn(a.q.at(i * d), s.heads, static_cast<int>(i % length));
        rotary->turn(a.k.at(i * d), s.heads, static_cast<int>(i % length));
    }
    if (work != nullptr) work->cache_bytes_written += 2 * int64_t{n} * d * 4;
    for (int b = 0; b < sequences; ++b)
        for (int h = 0; h < s.heads; ++h)
            for (int i = 0; i < length; ++i) {
                const int64_t first = int64_t{b} * length * d + h * dh, at = first + int64_t{i} * d;
                float* const kept = a.attention.empty()
                                        ? row.data()
                                        : a.attention.at(((int64_t{b} * s.heads + h) * length + i) * length);
                attend(a.mixed.at(at), kept, a.q.at(at), a.k.at(first), a.v.at(first), d, i, dh, {},
                       2 * int64_t{dh} * 4, work);
            }
    std::copy_n(in, int64_t{n} * d, a.middle.data());
    product(a.middle.data(), a.mixed.data(), w.wo, n, d, d, true, work);
    for (int64_t i = 0; i < n; ++i) *a.inverse2.at(i) = rms_norm(a.norm2.at(i * d), a.middle.at(i * d), w.norm2, d);
    product(a.up.data(), a.norm2.data(), w.w1, n, d, s.hidden, false, work);
    silu(a.act.data(), a.up.data(), int64_t{n} * s.hidden);
    std::copy_n(a.middle.data(), int64_t{n} * d, out);
    product(out, a.act.data(), w.w2, n, s.hidden, d, true, work);
}

void Forward::run(const Token* tokens, bool last_only, Work* work) {
    const Shape& s = weights.shape();
    const int64_t n = rows(), d = s.width;
    layers.clear();
    layers.resize(static_cast<size_t>(s.layers));
    const auto stream = [&] { return Buffer(ledger, Kind::activations, n * d); };
    layers[0].in = stream();
    for (int64_t i = 0; i < n; ++i)
        std::copy_n(weights.embedding() + int64_t{tokens[i]} * d, d, layers[0].in.at(i * d));
    for (int l = 0; l < s.layers; ++l) {
        LayerKept& kept = layers[static_cast<size_t>(l)];
        Buffer& out = l + 1 < s.layers ? layers[static_cast<size_t>(l) + 1].in : last_in;
        out = stream();
        LayerKept whole = make_layer();
        run_layer(whole, kept.in.data(), l, out.data(), work);
        if (recompute == Recompute::layers) continue;
        whole.in = std::move(kept.in);
        kept = std::move(whole);
    }
    last_norm = Buffer(ledger, Kind::activations, n * d);
    last_inverse = Buffer(ledger, Kind::activations, n);
    for (int64_t i = 0; i < n; ++i)
        *last_inverse.at(i) = rms_norm(last_norm.at(i * d), last_in.at(i * d), weights.last_norm(), s.width);
    Buffer head(ledger, Kind::scratch, d * s.vocabulary);  // the transposed embedding
    transpose(head.data(), weights.embedding(), s.vocabulary, s.width);
    const int64_t shown = last_only ? sequences : n;
    logits = Buffer(ledger, Kind::logits, shown * s.vocabulary);
    if (last_only) {
        for (int64_t b = 0; b < sequences; ++b)
            product(logits.at(b * s.vocabulary), last_norm.at(((b + 1) * length - 1) * d), head.data(), 1, s.width,
                    s.vocabulary, false, work);
    } else {
        product(logits.data(), last_norm.data(), head.data(), static_cast<int>(n), s.width, s.vocabulary, false, work);
    }
}

ByKind kept_bytes(const Shape& s, int sequences, int length, Recompute recompute) {
    const int64_t n = int64_t{sequences} * length, d = s.width, ff = s.hidden;
    ByKind out;
    out[Kind::activations] =
        s.layers * n * (recompute == Recompute::layers ? d : 8 * d + 2 * ff + 2) * 4 + n * (2 * d + 1) * 4;
    if (recompute == Recompute::none)
        out[Kind::attention] = int64_t{s.layers} * sequences * s.heads * length * length * 4;
    out[Kind::logits] = n * s.vocabulary * 4;
    return out;
}

}  // namespace kvx::lm
