// What a GGUF architecture does that its file does not say, by general.architecture.
#pragma once
#include <cstdint>
#include <string_view>

namespace kvx::core {

struct GgufArchitecture {
    std::string_view name;
    int64_t period = 0;       // of the layers with a window, where the file is silent; 0: none
    bool full_first = false;  // the first of each period keeps every token, else the last
    bool chunked = false;     // a chunk in place of a window
    bool delta = false;       // its states are gated delta rules, not Mamba
};
// A row with an empty name if it is not known.
GgufArchitecture gguf_architecture(std::string_view name);
// "an encoder: …" for what is no decoder with a cache that can be counted here; "" otherwise.
std::string_view gguf_refused(std::string_view name);

}  // namespace kvx::core
