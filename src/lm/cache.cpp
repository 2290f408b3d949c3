#include "lm/cache.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace kvx::lm {
namespace {

// Codes of one head's key or value, then minimum and step.
int packed_head_bytes(const Shape& s, int bits) {
    return (s.head_dim() * bits + 7) / 8 + 2 * static_cast<int>(sizeof(float));
}

}  // namespace

int64_t bytes_per_token(const Shape& s, int bits) {
    if (bits >= 32) return s.cache_bytes_per_token();
    return 2 * int64_t{s.layers} * s.heads * packed_head_bytes(s, bits);
}

int kept_tokens(const CachePolicy& p, int tokens) {
    return p.reach.window == 0 ? tokens : std::min(tokens, p.reach.window + p.reach.sinks);
}

KvCache::KvCache(const Shape& s, const CachePolicy& policy, int capacity, Ledger* ledger)
    : shape_(s), policy_(policy), capacity_(capacity), width_(s.width) {
    const int64_t floats = 2 * int64_t{s.layers} * capacity * s.width;
    // When packed, the float32 copy stands for a kernel's registers: working memory, not the cache.
    read_ = Buffer(ledger, policy.bits >= 32 ? Kind::cache : Kind::scratch, floats);
    if (policy.bits < 32) packed_ = BufferOf<uint8_t>(ledger, Kind::cache, capacity * bytes_per_token(s, policy.bits));
}

int64_t KvCache::bytes() const {
    return kept_tokens(policy_, stored_) * bytes_per_token(shape_, policy_.bits);
}

// Packs one head's numbers and replaces them by what can be read back.
void KvCache::quantise(uint8_t* packed, float* head) const {
    const int n = shape_.head_dim(), bits = policy_.bits, most = (1 << bits) - 1;
    const auto [least_at, most_at] = std::minmax_element(head, head + n);
    const float least = *least_at, step = (*most_at - least) / static_cast<float>(most);
    std::memset(packed, 0, static_cast<size_t>((n * bits + 7) / 8));
    for (int i = 0; i < n; ++i) {
        const long code = step > 0 ? std::clamp(std::lround((head[i] - least) / step), 0L, static_cast<long>(most)) : 0;
        for (int b = 0; b < bits; ++b)
            if ((code >> b) & 1) packed[(i * bits + b) / 8] |= static_cast<uint8_t>(1 << ((i * bits + b) % 8));
    }
    uint8_t* const ends = packed + (n * bits + 7) / 8;
    std::memcpy(ends, &least, sizeof least);
    std::memcpy(ends + sizeof least, &step, sizeof step);
    for (int i = 0; i < n; ++i) {
        int code = 0;
        for (int b = 0; b < bits; ++b) code |= ((packed[(i * bits + b) / 8] >> ((i * bits + b) % 8)) & 1) << b;
        head[i] = least + static_cast<float>(code) * step;
    }
}

void KvCache::store(int layer, int position, const float* k, const float* v, Work* work) {
    const int64_t at = int64_t{layer} * 2 * capacity_ * width_ + int64_t{position} * width_;
    const int64_t second = int64_t{capacity_} * width_;
    std::copy_n(k, width_, read_.at(at));
    std::copy_n(v, width_, read_.at(at + second));
    const int dh = shape_.head_dim();
    if (policy_.bits < 32) {
        const int64_t token_bytes = bytes_per_token(shape_, policy_.bits),
                      head_bytes = packed_head_bytes(shape_, policy_.bits);
        for (int part = 0; part < 2; ++part)
            for (int h = 0; h < shape_.heads; ++h)
                quantise(
                    packed_.at(position * token_bytes + ((int64_t{layer} * 2 + part) * shape_.heads + h) * head_bytes),
                    read_.at(at + part * second + int64_t{h} * dh));
    }
    const int gone = position - policy_.reach.window;
    if (policy_.reach.window > 0 && gone >= policy_.reach.sinks) {  // evicted: it can no longer be read
        std::fill_n(read_.at(at - int64_t{policy_.reach.window} * width_), width_, 0.0f);
        std::fill_n(read_.at(at - int64_t{policy_.reach.window} * width_ + second), width_, 0.0f);
    }
    stored_ = std::max(stored_, position + 1);
    if (work != nullptr) work->cache_bytes_written += bytes_per_token(shape_, policy_.bits) / shape_.layers;
}

void KvCache::take_prefix(const KvCache& from, int tokens) {
    for (int l = 0; l < shape_.layers; ++l)
        for (int part = 0; part < 2; ++part)
            std::copy_n(from.keys(l) + int64_t{part} * from.capacity_ * width_, int64_t{tokens} * width_,
                        read_.at((int64_t{l} * 2 + part) * capacity_ * width_));
    if (policy_.bits < 32)
        std::copy_n(from.packed_.data(), tokens * bytes_per_token(shape_, policy_.bits), packed_.data());
    stored_ = tokens;
}

}  // namespace kvx::lm
