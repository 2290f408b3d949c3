// What an architecture does that its config.json does not say, by exact model_type.
#pragma once
#include <cstdint>
#include <string_view>

namespace kvx::core::hf {

enum Trait : uint32_t {
    kQkvBias = 1U << 0,         // queries, keys and values have biases
    kNoOutBias = 1U << 1,       // the output projection has none even so
    kNormBias = 1U << 2,        // LayerNorm with bias instead of RMSNorm
    kNoNormWeight = 1U << 3,    // norms without parameters
    kTied = 1U << 4,            // embeddings tied where the file says nothing
    kPlainMlp = 1U << 5,        // two matrices instead of three
    kMlpBias = 1U << 6,         // the MLP has biases
    kQkNorm = 1U << 7,          // queries and keys normalised by head
    kQkNormWide = 1U << 8,      // … over all heads
    kOutputGate = 1U << 9,      // the query projection also makes a gate
    kSinks = 1U << 10,          // a learned logit for each head
    kSharedGate = 1U << 11,     // a gate on the shared experts
    kRouterBias = 1U << 12,     // a correction for each expert
    kPositions = 1U << 13,      // learned positions
    kHeadBias = 1U << 14,       // the output head has a bias
    kWindowAll = 1U << 15,      // a sliding_window without a schedule holds for every layer
    kChunked = 1U << 16,        // three chunked layers for each full one (no_rope_layers)
    kParallelState = 1U << 17,  // attention and Mamba side by side in every layer
    kBareState = 1U << 18,      // Mamba without norms inside
    kFp32State = 1U << 19,      // the state is kept in FP32
    kLightning = 1U << 20,      // "linear attention" is lightning attention
    kKda = 1U << 21,            // … or Kimi delta attention
    kStateOnly = 1U << 22,      // Mamba in every layer, no attention, no MLP
    kAlternating = 1U << 23,    // a layer is a mixer or an MLP, not both (Nemotron-H)
    kDoubled = 1U << 24,        // two attentions and two MLPs in a layer (LongCat)
    kSharedBlocks = 1U << 25,   // attention blocks used by several layers (Zamba2)
    kStateSchedule = 1U << 26,  // layers not listed as attention are Mamba
};

struct Architecture {
    std::string_view type;
    uint32_t traits = 0;
    int64_t norms = 2;    // of hidden width, a layer
    int64_t pattern = 0;  // sliding layers unless the layer's number is a multiple of this, where the file is silent
    int64_t period = 0;   // of full attention among linear layers, where the file is silent

    bool has(uint32_t t) const { return (traits & t) != 0; }
};

// nullptr if the type is not known. `model_type` in lower case with underscores.
const Architecture* find_architecture(std::string_view model_type);

// Why an architecture that is not a causal decoder cannot be counted: "an encoder …". "" if it is none of those known.
std::string_view not_a_decoder(std::string_view model_type);

}  // namespace kvx::core::hf
