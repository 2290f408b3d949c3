#include "core/catalog/import/architectures.h"

#include <array>

namespace kvx::core::hf {

namespace {

constexpr uint32_t kGpt = kQkvBias | kNormBias | kPlainMlp | kMlpBias;
constexpr uint32_t kQwen2 = kQkvBias | kNoOutBias;
constexpr uint32_t kQwen35 = kQkNorm | kOutputGate;

// Read in transformers (modeling_<type>.py), mlx-lm or the repository's own code.
constexpr std::array kKnown = {
    Architecture{.type = "llama"},
    Architecture{.type = "llama4", .traits = kChunked},
    Architecture{.type = "llama4_text", .traits = kChunked},
    Architecture{.type = "mllama_text_model"},
    Architecture{.type = "mistral", .traits = kWindowAll},
    Architecture{.type = "mistral3", .traits = kWindowAll},
    Architecture{.type = "mistral4"},
    Architecture{.type = "ministral", .traits = kWindowAll},
    Architecture{.type = "ministral3", .traits = kWindowAll},
    Architecture{.type = "mixtral", .traits = kWindowAll},
    Architecture{.type = "yi"},
    Architecture{.type = "aquila"},
    Architecture{.type = "xverse"},
    Architecture{.type = "arcee", .traits = kPlainMlp},
    Architecture{.type = "afm7", .traits = kQkNorm | kTied},
    Architecture{.type = "apertus", .traits = kQkNorm | kPlainMlp},
    Architecture{.type = "afmoe", .traits = kQkNorm | kOutputGate | kRouterBias, .norms = 4, .pattern = 4},
    Architecture{.type = "baichuan"},
    Architecture{.type = "baichuan_m1"},
    Architecture{.type = "bailing_moe"},
    Architecture{.type = "bailing_moe_v2", .traits = kQkNorm | kRouterBias},
    Architecture{.type = "bailing_moe_linear", .traits = kQkNorm | kLightning},
    Architecture{.type = "bailing_moe_linear_v2", .traits = kQkNorm | kLightning},
    Architecture{.type = "bailing_hybrid", .traits = kKda | kRouterBias},
    Architecture{.type = "bamba", .traits = kStateSchedule},
    Architecture{.type = "bitnet"},
    Architecture{.type = "bloom", .traits = kGpt | kTied},
    Architecture{.type = "chatglm", .traits = kNoOutBias},
    Architecture{.type = "codegen", .traits = kNormBias | kPlainMlp | kMlpBias | kHeadBias, .norms = 1},
    Architecture{.type = "cohere", .traits = kTied, .norms = 1},
    Architecture{.type = "cohere2", .traits = kTied, .norms = 1, .pattern = 4},
    Architecture{.type = "dbrx"},
    Architecture{.type = "deci"},
    Architecture{.type = "nemotron_nas"},
    Architecture{.type = "deepseek"},
    Architecture{.type = "deepseek_v2"},
    Architecture{.type = "deepseek_v3", .traits = kRouterBias},
    Architecture{.type = "deepseek_v32", .traits = kRouterBias},
    Architecture{.type = "deepseek_v4", .traits = kRouterBias},
    Architecture{.type = "dots1", .traits = kQkNorm | kRouterBias},
    Architecture{.type = "ernie4_5", .traits = kTied},
    Architecture{.type = "ernie4_5_moe", .traits = kTied | kRouterBias},
    Architecture{.type = "exaone"},
    Architecture{.type = "exaone4", .traits = kQkNorm, .pattern = 4},
    Architecture{.type = "exaone_moe", .traits = kQkNorm | kRouterBias, .pattern = 4},
    Architecture{.type = "falcon", .traits = kNormBias | kPlainMlp | kTied},
    Architecture{.type = "refinedweb", .traits = kNormBias | kPlainMlp | kTied},
    Architecture{.type = "refinedwebmodel", .traits = kNormBias | kPlainMlp | kTied},
    Architecture{.type = "falcon3"},
    Architecture{.type = "falcon_h1", .traits = kParallelState | kBareState | kFp32State},
    Architecture{.type = "falcon_mamba", .traits = kStateOnly | kBareState | kTied, .norms = 1},
    Architecture{.type = "gemma", .traits = kTied},
    Architecture{.type = "gemma2", .traits = kTied, .norms = 4, .pattern = 2},
    Architecture{.type = "gemma3", .traits = kTied | kQkNorm, .norms = 4, .pattern = 6},
    Architecture{.type = "gemma3_text", .traits = kTied | kQkNorm, .norms = 4, .pattern = 6},
    Architecture{.type = "gemma3n", .traits = kTied | kQkNorm, .norms = 4, .pattern = 5},
    Architecture{.type = "gemma3n_text", .traits = kTied | kQkNorm, .norms = 4, .pattern = 5},
    Architecture{.type = "gemma4", .traits = kTied | kQkNorm, .norms = 4, .pattern = 6},
    Architecture{.type = "gemma4_text", .traits = kTied | kQkNorm, .norms = 4, .pattern = 6},
    Architecture{.type = "glm", .traits = kNoOutBias},
    Architecture{.type = "glm4", .traits = kNoOutBias, .norms = 4},
    Architecture{.type = "glm4_moe", .traits = kNoOutBias | kRouterBias},
    Architecture{.type = "glm4_moe_lite", .traits = kRouterBias},
    Architecture{.type = "glm4v", .traits = kNoOutBias, .norms = 4},
    Architecture{.type = "glm4v_text", .traits = kNoOutBias, .norms = 4},
    Architecture{.type = "glm4v_moe_text", .traits = kNoOutBias | kRouterBias},
    Architecture{.type = "glm_moe_dsa", .traits = kRouterBias},
    Architecture{.type = "glm5_next", .traits = kRouterBias | kKda},
    Architecture{.type = "glm5_next_text", .traits = kRouterBias | kKda},
    Architecture{.type = "gpt2", .traits = kGpt | kTied | kPositions},
    Architecture{.type = "gpt_bigcode", .traits = kGpt | kTied | kPositions},
    Architecture{.type = "gpt_neo", .traits = kNormBias | kPlainMlp | kMlpBias | kTied | kPositions},
    Architecture{.type = "gpt_neox", .traits = kGpt},
    Architecture{.type = "gptj", .traits = kNormBias | kPlainMlp | kMlpBias | kHeadBias, .norms = 1},
    Architecture{.type = "gpt_oss", .traits = kSinks | kRouterBias, .pattern = 2},
    Architecture{.type = "granite"},
    Architecture{.type = "granitemoe"},
    Architecture{.type = "granitemoeshared"},
    Architecture{.type = "granitemoehybrid", .traits = kTied},
    Architecture{.type = "helium", .traits = kNoOutBias},
    Architecture{.type = "hunyuan"},
    Architecture{.type = "hunyuan_v1_dense"},
    Architecture{.type = "hunyuan_v1_moe"},
    Architecture{.type = "internlm2"},
    Architecture{.type = "internlm3"},
    Architecture{.type = "jamba", .traits = kStateSchedule},
    Architecture{.type = "kimi_k2", .traits = kRouterBias},
    Architecture{.type = "kimi_k25", .traits = kRouterBias},
    Architecture{.type = "kimi_vl", .traits = kRouterBias},
    Architecture{.type = "kimi_linear", .traits = kRouterBias | kKda},
    Architecture{.type = "kimi_k3", .traits = kRouterBias | kKda},
    Architecture{.type = "klear", .traits = kQkNorm | kRouterBias},
    Architecture{.type = "laguna", .traits = kQkNorm | kRouterBias},
    Architecture{.type = "lfm2", .traits = kQkNorm | kTied},
    Architecture{.type = "lfm2_moe", .traits = kQkNorm | kTied},
    Architecture{.type = "lille_130m", .traits = kTied},
    Architecture{.type = "longcat_flash", .traits = kDoubled | kRouterBias},
    Architecture{.type = "longcat_flash_ngram", .traits = kDoubled | kRouterBias},
    Architecture{.type = "mamba", .traits = kStateOnly | kBareState | kTied, .norms = 1},
    Architecture{.type = "mamba2", .traits = kStateOnly, .norms = 1},
    Architecture{.type = "mellum", .traits = kQkNorm},
    Architecture{.type = "mimo", .traits = kQkvBias | kNoOutBias},
    Architecture{.type = "mimo_v2_flash", .traits = kRouterBias},
    Architecture{.type = "minicpm", .traits = kTied},
    Architecture{.type = "minicpm3", .traits = kTied},
    Architecture{.type = "minimax", .traits = kLightning},
    Architecture{.type = "minimax_m1", .traits = kLightning},
    Architecture{.type = "minimax_text_01", .traits = kLightning},
    Architecture{.type = "minimax_m2", .traits = kQkNormWide},
    Architecture{.type = "minimax_m3"},
    Architecture{.type = "minimax_m3_text"},
    Architecture{.type = "mpt", .traits = kPlainMlp | kTied},
    Architecture{.type = "nanochat", .traits = kPlainMlp | kNoNormWeight},
    Architecture{.type = "nemotron", .traits = kPlainMlp | kNormBias},
    Architecture{.type = "nemotron_h", .traits = kPlainMlp | kRouterBias | kAlternating, .norms = 1},
    Architecture{.type = "olmo", .traits = kNoNormWeight},
    Architecture{.type = "olmo2", .traits = kQkNormWide},
    Architecture{.type = "olmo3", .traits = kQkNormWide, .pattern = 4},
    Architecture{.type = "olmoe", .traits = kQkNormWide},
    Architecture{.type = "openelm", .traits = kQkNorm | kTied},
    Architecture{.type = "opt", .traits = kGpt | kTied | kPositions},
    Architecture{.type = "orion", .traits = kNormBias},
    Architecture{.type = "persimmon", .traits = kGpt},
    Architecture{.type = "phi", .traits = kGpt | kHeadBias, .norms = 1},
    Architecture{.type = "phi3", .traits = kWindowAll},
    Architecture{.type = "phi3small", .traits = kQkvBias | kNormBias | kMlpBias | kTied},
    Architecture{.type = "phi3_v", .traits = kWindowAll},
    Architecture{.type = "phi4mm", .traits = kWindowAll},
    Architecture{.type = "phimoe", .traits = kNormBias | kWindowAll},
    Architecture{.type = "plamo", .norms = 1},
    Architecture{.type = "qwen", .traits = kQwen2},
    Architecture{.type = "qwen2", .traits = kQwen2 | kWindowAll},
    Architecture{.type = "qwen2_moe", .traits = kQwen2 | kSharedGate | kWindowAll},
    Architecture{.type = "qwen2_vl", .traits = kQwen2 | kWindowAll},
    Architecture{.type = "qwen2_vl_text", .traits = kQwen2 | kWindowAll},
    Architecture{.type = "qwen2_5_vl", .traits = kQwen2 | kWindowAll},
    Architecture{.type = "qwen2_5_vl_text", .traits = kQwen2 | kWindowAll},
    Architecture{.type = "qwen2_5_omni_text", .traits = kQwen2 | kWindowAll},
    Architecture{.type = "qwen3", .traits = kQkNorm | kWindowAll},
    Architecture{.type = "qwen3_moe", .traits = kQkNorm | kWindowAll},
    Architecture{.type = "qwen3_omni_moe", .traits = kQkNorm},
    Architecture{.type = "qwen3_omni_moe_text", .traits = kQkNorm},
    Architecture{.type = "qwen3_omni_moe_thinker", .traits = kQkNorm},
    Architecture{.type = "qwen3_vl", .traits = kQkNorm},
    Architecture{.type = "qwen3_vl_text", .traits = kQkNorm},
    Architecture{.type = "qwen3_vl_moe", .traits = kQkNorm},
    Architecture{.type = "qwen3_vl_moe_text", .traits = kQkNorm},
    Architecture{.type = "qwen3_next", .traits = kQwen35 | kSharedGate, .period = 4},
    Architecture{.type = "qwen3_5", .traits = kQwen35, .period = 4},
    Architecture{.type = "qwen3_5_text", .traits = kQwen35, .period = 4},
    Architecture{.type = "qwen3_5_moe", .traits = kQwen35 | kSharedGate, .period = 4},
    Architecture{.type = "qwen3_5_moe_text", .traits = kQwen35 | kSharedGate, .period = 4},
    Architecture{.type = "recurrent_gemma", .traits = kTied | kMlpBias | kFp32State},
    Architecture{.type = "seed_oss", .traits = kNoOutBias},
    Architecture{.type = "smollm3", .traits = kTied},
    Architecture{.type = "solar_open", .traits = kRouterBias},
    Architecture{.type = "stablelm", .traits = kNoOutBias | kNormBias},
    Architecture{.type = "stablelm_epoch", .traits = kNoOutBias | kNormBias},
    Architecture{.type = "starcoder2", .traits = kGpt | kTied | kWindowAll},
    Architecture{.type = "step3_text"},
    Architecture{.type = "step3p5", .traits = kQkNorm | kRouterBias, .pattern = 2},
    Architecture{.type = "step3p7", .traits = kRouterBias},
    Architecture{.type = "telechat3"},
    Architecture{.type = "youtu_llm"},
    Architecture{.type = "zamba2", .traits = kTied | kSharedBlocks | kStateSchedule, .norms = 1},
};

struct Refused {
    std::string_view why;
    std::string_view types;  // separated and enclosed by spaces
};

constexpr std::array kRefused = {
    Refused{"an encoder: it reads a whole text at once and keeps no key-value cache",
            " bert roberta xlm_roberta distilbert albert electra deberta deberta_v2 mpnet camembert modernbert "
            "nomic_bert eurobert ernie longformer big_bird funnel xlnet xlm vit clip clip_vision_model "
            "siglip siglip_vision_model siglip2 dinov2 wav2vec2 hubert data2vec_text jina_bert new layoutlm layoutlmv3 "
            "esm convbert squeezebert mobilebert nystromformer rembert roformer luke "},
    Refused{
        "an encoder-decoder: its decoder also keeps keys and values of the encoder's text, which is not counted here",
        " t5 mt5 umt5 longt5 byt5 t5gemma switch_transformers bart mbart pegasus pegasus_x marian m2m_100 nllb_moe "
        "blenderbot blenderbot_small whisper led prophetnet fsmt speech_to_text seamless_m4t seamless_m4t_v2 "
        "vision_encoder_decoder encoder_decoder florence2 moonshine "},
    Refused{
        "a recurrent model (RWKV): only a state of constant size and no attention cache, and its parameters are not "
        "counted here",
        " rwkv rwkv5 rwkv6 rwkv6qwen2 rwkv7 "},
    Refused{
        "a recurrent model: only a state of constant size and no attention cache, and its parameters are not counted "
        "here",
        " xlstm retnet hgrn hgrn2 gla delta_net gated_deltanet mega "},
};

}  // namespace

const Architecture* find_architecture(std::string_view model_type) {
    for (const Architecture& a : kKnown)
        if (a.type == model_type) return &a;
    return nullptr;
}

std::string_view not_a_decoder(std::string_view model_type) {
    if (model_type.empty() || model_type.find(' ') != std::string_view::npos) return {};
    for (const Refused& r : kRefused) {
        for (size_t at = r.types.find(model_type); at != std::string_view::npos; at = r.types.find(model_type, at + 1))
            if (r.types[at - 1] == ' ' && r.types[at + model_type.size()] == ' ') return r.why;
    }
    return {};
}

}  // namespace kvx::core::hf
