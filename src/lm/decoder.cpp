#include "lm/decoder.h"

#include <algorithm>
#include <cmath>

namespace kvx::lm {
namespace {

std::vector<float> copy_of(const Buffer& b) {
    return {b.data(), b.data() + b.size()};
}

}  // namespace

Token StepTrace::best() const {
    return static_cast<Token>(std::max_element(probabilities.begin(), probabilities.end()) - probabilities.begin());
}

Decoder::Decoder(const Weights& w, const CachePolicy& policy, int capacity, Ledger* ledger)
    : weights_(&w),
      cache_(w.shape(), policy, capacity, ledger),
      rotary_(std::max(capacity, w.shape().context), w.shape().head_dim(), w.shape().rope_base) {
    const Shape& s = w.shape();
    for (Buffer* b : {&stream_, &norm_, &q_, &k_, &v_, &mixed_}) *b = Buffer(ledger, Kind::scratch, s.width);
    hidden_ = Buffer(ledger, Kind::scratch, s.hidden);
    row_ = Buffer(ledger, Kind::scratch, capacity);
    head_ = Buffer(ledger, Kind::scratch, int64_t{s.width} * s.vocabulary);
    logits_ = Buffer(ledger, Kind::logits, s.vocabulary);
    transpose(head_.data(), w.embedding(), s.vocabulary, s.width);
}

void Decoder::share_prefix(const Decoder& from, int tokens) {
    cache_.take_prefix(from.cache_, tokens);
    position_ = tokens;
}

const float* Decoder::step(Token token, StepTrace* trace) {
    const Shape& s = weights_->shape();
    const int d = s.width, dh = s.head_dim(), at = position_;
    const int64_t pair_bytes = bytes_per_token(s, cache_.policy().bits) / (int64_t{s.layers} * s.heads);
    Work work;
    std::copy_n(weights_->embedding() + int64_t{token} * d, d, stream_.data());
    if (trace != nullptr) trace->layers.assign(static_cast<size_t>(s.layers), {});
    for (int l = 0; l < s.layers; ++l) {
        const ConstLayer w = weights_->layer(l);
        LayerTrace* const t = trace != nullptr ? &trace->layers[static_cast<size_t>(l)] : nullptr;
        if (t != nullptr) t->in = copy_of(stream_);
        rms_norm(norm_.data(), stream_.data(), w.norm1, d);
        product(q_.data(), norm_.data(), w.wq, 1, d, d, false, &work);
        product(k_.data(), norm_.data(), w.wk, 1, d, d, false, &work);
        product(v_.data(), norm_.data(), w.wv, 1, d, d, false, &work);
        rotary_.turn(q_.data(), s.heads, at);
        rotary_.turn(k_.data(), s.heads, at);
        cache_.store(l, at, k_.data(), v_.data(), &work);
        const float* const keys = cache_.keys(l);
        const float* const values = cache_.values(l);
        for (int h = 0; h < s.heads; ++h) {
            attend(mixed_.at(int64_t{h} * dh), row_.data(), q_.at(int64_t{h} * dh), keys + h * dh, values + h * dh, d,
                   at, dh, cache_.policy().reach, pair_bytes, &work);
            if (t == nullptr) continue;
            t->attention.insert(t->attention.end(), row_.data(), row_.data() + at + 1);
            const float scale = 1 / std::sqrt(static_cast<float>(dh));
            for (int j = 0; j <= at; ++j)
                t->scores.push_back(dot(q_.at(int64_t{h} * dh), keys + int64_t{j} * d + h * dh, dh) * scale);
        }
        if (t != nullptr) {
            t->q = copy_of(q_);
            t->k.assign(keys + int64_t{at} * d,
                        keys + int64_t{at + 1} * d);  // as stored: with few bits no longer equal to k_
            t->v.assign(values + int64_t{at} * d, values + int64_t{at + 1} * d);
        }
        product(stream_.data(), mixed_.data(), w.wo, 1, d, d, true, &work);
        rms_norm(norm_.data(), stream_.data(), w.norm2, d);
        product(hidden_.data(), norm_.data(), w.w1, 1, d, s.hidden, false, &work);
        silu(hidden_.data(), hidden_.data(), s.hidden);
        product(stream_.data(), hidden_.data(), w.w2, 1, s.hidden, d, true, &work);
        if (t != nullptr) t->out = copy_of(stream_);
    }
    rms_norm(norm_.data(), stream_.data(), weights_->last_norm(), d);
    product(logits_.data(), norm_.data(), head_.data(), 1, d, s.vocabulary, false, &work);
    if (trace != nullptr) {
        trace->probabilities = copy_of(logits_);
        softmax(trace->probabilities.data(), s.vocabulary);
        trace->work = work;
    }
    work_ += work;
    ++position_;
    return logits_.data();
}

std::vector<float> logits_without_cache(const Weights& w, const Token* tokens, int count, Work* work) {
    Forward f(w, 1, count, Recompute::layers, nullptr);
    f.run(tokens, true, work);
    return copy_of(f.logits);
}

Work predicted_step(const Shape& s, int position) {
    const int64_t d = s.width, matrices = s.layers * (4 * d * d + 2 * d * s.hidden) + d * s.vocabulary;
    Work w;
    w.multiply_adds = matrices + s.layers * 2 * int64_t{position + 1} * d;
    w.weight_bytes = matrices * 4;
    w.cache_bytes_read = (position + 1) * s.cache_bytes_per_token();
    w.cache_bytes_written = s.cache_bytes_per_token();
    return w;
}

Work predicted_step_without_cache(const Shape& s, int position) {
    const int64_t d = s.width, n = position + 1, layer_matrices = s.layers * (4 * d * d + 2 * d * s.hidden);
    const int64_t pairs = n * (n + 1) / 2;  // every row attends to itself and the rows before it
    Work w;
    w.multiply_adds = n * layer_matrices + d * s.vocabulary + s.layers * 2 * pairs * d;
    w.weight_bytes = (layer_matrices + d * s.vocabulary) * 4;
    w.cache_bytes_read = pairs * s.cache_bytes_per_token();
    w.cache_bytes_written = n * s.cache_bytes_per_token();
    return w;
}

}  // namespace kvx::lm
