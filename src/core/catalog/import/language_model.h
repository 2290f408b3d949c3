// Where in a config.json the language model is described, and of which kind it is.
#pragma once
#include <string>

#include "core/json.h"

namespace kvx::core::hf {

struct LanguageModel {
    JsonValue root;
    std::string type;     // in lower case with underscores: "deepseek_v3"
    bool nested = false;  // inside a multimodal file
};

// Multimodal files nest the language model, up to three times.
LanguageModel language_model_of(JsonValue outer);
// The names under which it is nested.
bool nests_language_model(std::string_view field);
// One sentence if the file describes something else than a causal decoder; "" otherwise.
std::string refused_kind(JsonValue outer, const LanguageModel& m);

}  // namespace kvx::core::hf
