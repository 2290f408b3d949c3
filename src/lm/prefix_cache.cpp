#include "lm/prefix_cache.h"

#include <algorithm>
#include <cstring>

namespace kvx::lm {

uint64_t block_hash(uint64_t before, const Token* tokens, int count) {
    uint64_t h = 0xCBF29CE484222325ull;
    const auto take = [&h](uint8_t byte) { h = (h ^ byte) * 0x100000001B3ull; };
    for (int i = 0; i < 8; ++i) take(static_cast<uint8_t>(before >> (8 * i)));
    for (int i = 0; i < count; ++i) take(tokens[i]);
    return h;
}

std::vector<SharedPrompt> share_prefixes(const Weights& w, const std::vector<std::vector<Token>>& prompts, int block) {
    std::vector<SharedPrompt> out;
    std::vector<std::unique_ptr<Decoder>> decoders;
    std::unordered_map<uint64_t, size_t> owner;  // the prompt that computed a block
    for (const std::vector<Token>& tokens : prompts) {
        SharedPrompt p;
        p.tokens = tokens;
        const int n = static_cast<int>(tokens.size());
        auto d = std::make_unique<Decoder>(w, CachePolicy{}, std::max(1, n));
        uint64_t hash = 0;
        bool hitting = true;
        size_t from = 0;
        for (int first = 0; first < n; first += block) {
            const int count = std::min(block, n - first);
            hash = block_hash(hash, tokens.data() + first, count);
            const auto found = owner.find(hash);
            // a full block seen before, and at least one token left to compute
            hitting = hitting && count == block && found != owner.end() && first + count < n;
            if (hitting) from = found->second, p.reused = first + count;
            p.blocks.push_back({hash, hitting, first, count});
        }
        if (p.reused > 0) d->share_prefix(*decoders[from], p.reused);
        std::vector<float> logits(kVocabulary), fresh(kVocabulary);
        for (int i = p.reused; i < n; ++i)
            std::copy_n(d->step(tokens[static_cast<size_t>(i)]), kVocabulary, logits.data());
        p.work = d->work();
        Decoder alone(w, {}, std::max(1, n));
        for (const Token t : tokens) std::copy_n(alone.step(t), kVocabulary, fresh.data());
        p.afresh = alone.work();
        p.same_bits = std::memcmp(logits.data(), fresh.data(), logits.size() * sizeof(float)) == 0;
        softmax(logits.data(), kVocabulary);
        p.best = static_cast<Token>(std::max_element(logits.begin(), logits.end()) - logits.begin());
        p.probability = logits[p.best];
        for (const SharedBlock& b : p.blocks)
            if (b.count == block) owner.emplace(b.hash, out.size());
        out.push_back(std::move(p));
        decoders.push_back(std::move(d));
    }
    return out;
}

}  // namespace kvx::lm
