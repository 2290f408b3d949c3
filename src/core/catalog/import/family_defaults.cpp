#include "core/catalog/import/family_defaults.h"

#include <array>

namespace kvx::core::hf {

namespace {

struct Row {
    std::string_view type;
    int64_t vocab, hidden, width, layers, q_heads, kv_heads, head_dim, context, window;
};

// Defaults of the configuration classes of transformers (configuration_<family>.py); 0: none.
constexpr std::array kRows = {
    Row{"llama", 32000, 4096, 11008, 32, 32, 0, 0, 2048, 0},
    Row{"mistral", 32000, 4096, 14336, 32, 32, 8, 0, 131072, 0},
    Row{"mixtral", 32000, 4096, 14336, 32, 32, 8, 0, 131072, 0},
    Row{"qwen2", 151936, 4096, 22016, 32, 32, 0, 0, 32768, 0},
    Row{"qwen2_vl", 152064, 8192, 29568, 80, 64, 8, 0, 32768, 0},
    Row{"qwen2_vl_text", 152064, 8192, 29568, 80, 64, 8, 0, 32768, 0},
    Row{"qwen2_5_vl_text", 152064, 8192, 29568, 80, 64, 8, 0, 32768, 0},
    Row{"qwen3", 151936, 4096, 22016, 32, 32, 0, 128, 32768, 0},
    Row{"qwen3_vl_text", 151936, 4096, 22016, 32, 32, 0, 128, 128000, 0},
    Row{"phi3", 32064, 3072, 8192, 32, 32, 0, 0, 4096, 0},
    Row{"gemma", 256000, 3072, 24576, 28, 16, 0, 256, 8192, 0},
    Row{"gemma2", 256000, 2304, 9216, 26, 8, 4, 256, 8192, 4096},
    Row{"gemma3_text", 262208, 2304, 9216, 26, 8, 4, 256, 131072, 4096},
    Row{"gemma3n_text", 262400, 2048, 16384, 35, 8, 2, 256, 32768, 512},
    Row{"gemma4_text", 262144, 2304, 9216, 30, 8, 4, 256, 131072, 512},
    Row{"mllama_text_model", 128256, 4096, 14336, 40, 32, 8, 0, 131072, 0},
    Row{"cohere", 256000, 8192, 22528, 40, 64, 0, 0, 8192, 0},
    Row{"cohere2", 256000, 8192, 22528, 40, 64, 0, 0, 8192, 4096},
    Row{"gpt_oss", 201088, 2880, 2880, 36, 64, 8, 64, 131072, 128},
    Row{"starcoder2", 49152, 3072, 12288, 30, 24, 2, 0, 4096, 0},
    Row{"opt", 50272, 768, 3072, 12, 12, 0, 0, 2048, 0},
    Row{"granite", 32000, 4096, 11008, 32, 32, 0, 0, 2048, 0},
};

struct Text {
    std::string_view outer, inner;
};
// What a multimodal configuration class builds when text_config does not say (transformers).
constexpr std::array kTexts = {
    Text{"llava", "llama"},
    Text{"llava_next", "llama"},
    Text{"llava_next_video", "llama"},
    Text{"video_llava", "llama"},
    Text{"vipllava", "llama"},
    Text{"idefics3", "llama"},
    Text{"smolvlm", "llama"},
    Text{"voxtral", "llama"},
    Text{"mistral3", "mistral"},
    Text{"pixtral", "mistral"},
    Text{"qwen2_audio", "qwen2"},
    Text{"internvl", "qwen2"},
    Text{"llava_onevision", "qwen2"},
    Text{"qwen2_vl", "qwen2_vl_text"},
    Text{"qwen2_5_vl", "qwen2_5_vl_text"},
    Text{"qwen3_vl", "qwen3_vl_text"},
    Text{"paligemma", "gemma"},
    Text{"gemma3", "gemma3_text"},
    Text{"gemma3n", "gemma3n_text"},
    Text{"gemma4", "gemma4_text"},
    Text{"mllama", "mllama_text_model"},
    Text{"blip_2", "opt"},
    Text{"kimi_vl", "deepseek_v3"},
    Text{"kimi_k25", "deepseek_v3"},
};

int64_t of(const Row& r, Size s) {
    switch (s) {
        case Size::vocab:
            return r.vocab;
        case Size::hidden:
            return r.hidden;
        case Size::width:
            return r.width;
        case Size::layers:
            return r.layers;
        case Size::q_heads:
            return r.q_heads;
        case Size::kv_heads:
            return r.kv_heads;
        case Size::head_dim:
            return r.head_dim;
        case Size::context:
            return r.context;
        case Size::window:
            return r.window;
        default:
            return 0;
    }
}

}  // namespace

int64_t family_default(std::string_view model_type, Size s) {
    for (const Row& r : kRows)
        if (r.type == model_type) {
            const int64_t n = of(r, s);
            return n > 0 ? n : -1;
        }
    return -1;
}

std::string_view text_type_of(std::string_view model_type) {
    for (const Text& t : kTexts)
        if (t.outer == model_type) return t.inner;
    return {};
}

}  // namespace kvx::core::hf
