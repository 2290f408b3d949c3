#include "core/catalog/checkpoint/gguf_names.h"

#include <array>
#include <string>

namespace kvx::core {

namespace {

// llama.cpp, src/models: set_swa_pattern() of each architecture.
constexpr std::array kSpecial = {
    GgufArchitecture{.name = "gemma2", .period = 2},
    GgufArchitecture{.name = "gemma3", .period = 6},
    GgufArchitecture{.name = "gemma3n", .period = 5},
    GgufArchitecture{.name = "cohere2", .period = 4},
    GgufArchitecture{.name = "exaone4", .period = 4},
    GgufArchitecture{.name = "exaone-moe", .period = 4},
    GgufArchitecture{.name = "olmo2", .period = 4},
    GgufArchitecture{.name = "afmoe", .period = 4},
    GgufArchitecture{.name = "gpt-oss", .period = 2},
    GgufArchitecture{.name = "plamo3", .period = 8},
    GgufArchitecture{.name = "laguna", .period = 4, .full_first = true},
    GgufArchitecture{.name = "smallthinker", .period = 4, .full_first = true},
    GgufArchitecture{.name = "llama4", .period = 4, .chunked = true},
    GgufArchitecture{.name = "qwen3next", .delta = true},
    GgufArchitecture{.name = "qwen35", .delta = true},
    GgufArchitecture{.name = "qwen35moe", .delta = true},
};

// Read wholly from their metadata and tensors (gguf-py, constants.py: MODEL_ARCH_NAMES).
constexpr std::string_view kKnown =
    " llama llama-embed deci falcon falcon-h1 baichuan grok gpt2 gptj gptneox mpt starcoder starcoder2 refact bloom "
    "stablelm qwen qwen2 qwen2moe qwen2vl qwen3 qwen3moe qwen3vl qwen3vlmoe phi2 phi3 phimoe plamo plamo2 codeshell "
    "orion internlm2 minicpm minicpm3 gemma gemma4 mamba mamba2 jamba xverse command-r cohere2moe dbrx olmo olmoe "
    "openelm arctic deepseek deepseek2 deepseek2-ocr deepseek32 chatglm glm4 glm4moe glm-dsa bitnet jais jais2 "
    "nemotron "
    "nemotron_h nemotron_h_moe exaone granite granitemoe granitehybrid chameleon plm bailingmoe bailingmoe2 dots1 "
    "arcee "
    "ernie4_5 ernie4_5-moe hunyuan-moe hunyuan-dense hunyuan_vl smollm3 lfm2 lfm2moe seed_oss grovemoe apertus cogvlm "
    "minimax-m2 pangu-embedded mistral3 mistral4 mimo2 kimi-linear step35 paddleocr maincoder mellum solar-open ";

struct Refused {
    std::string_view why, names;
};
constexpr std::array kRefused = {
    Refused{"an encoder: it reads a whole text at once and keeps no key-value cache",
            " bert modern-bert nomic-bert nomic-bert-moe neo-bert jina-bert-v2 jina-bert-v3 eurobert gemma-embedding "
            "t5encoder "},
    Refused{
        "an encoder-decoder: its decoder also keeps keys and values of the encoder's text, which is not counted here",
        " t5 "},
    Refused{
        "a recurrent model: only a state of constant size and no attention cache, and its parameters are not counted "
        "here",
        " rwkv6 rwkv6qwen2 rwkv7 arwkv7 "},
    Refused{"a diffusion model: it writes a whole text at once and keeps no key-value cache",
            " dream llada llada-moe rnd1 "},
    Refused{"a sound decoder and no language model", " wavtokenizer-dec "},
    Refused{"a model whose compressed attention cannot be read from its GGUF file; open its config.json",
            " deepseek4 minimax-m3 "},
};

bool among(std::string_view name, std::string_view words) {
    const size_t at = name.empty() || name.find(' ') != std::string_view::npos
                          ? std::string_view::npos
                          : words.find(" " + std::string(name) + " ");
    return at != std::string_view::npos;
}

}  // namespace

GgufArchitecture gguf_architecture(std::string_view name) {
    for (const GgufArchitecture& a : kSpecial)
        if (a.name == name) return a;
    return among(name, kKnown) ? GgufArchitecture{.name = name} : GgufArchitecture{};
}

std::string_view gguf_refused(std::string_view name) {
    for (const Refused& r : kRefused)
        if (among(name, r.names)) return r.why;
    return {};
}

}  // namespace kvx::core
