// Blocks of tokens that several prompts share, found by the hash of all tokens up to their end (as vLLM's prefix
// caching does).
#pragma once
#include <memory>
#include <unordered_map>
#include <vector>

#include "lm/decoder.h"

namespace kvx::lm {

// FNV-1a over the hash of the block before and this block's tokens: equal only if everything before is equal too.
uint64_t block_hash(uint64_t before, const Token* tokens, int count);

struct SharedBlock {
    uint64_t hash = 0;
    bool hit = false;          // its keys and values came from an earlier prompt
    int first = 0, count = 0;  // tokens
};
struct SharedPrompt {
    std::vector<Token> tokens;
    std::vector<SharedBlock> blocks;  // full blocks, then a partial one that is never shared
    int reused = 0;                   // tokens
    Token best = kEnd;                // what comes next
    float probability = 0;
    bool same_bits = true;  // as computed afresh
    Work work, afresh;      // work done, and work without sharing
};

// Runs the prompts in order of arrival with one cache. The last token is always computed, because its logits are
// needed.
std::vector<SharedPrompt> share_prefixes(const Weights& w, const std::vector<std::vector<Token>>& prompts, int block);

}  // namespace kvx::lm
