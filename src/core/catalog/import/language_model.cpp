#include "core/catalog/import/language_model.h"

#include <algorithm>
#include <array>

#include "core/catalog/import/architectures.h"
#include "core/catalog/import/family_defaults.h"
#include "core/catalog/import/reader.h"

namespace kvx::core::hf {

namespace {

using Kind = JsonValue::Kind;

constexpr std::array<std::string_view, 7> kNested = {"thinker_config",  "text_config",           "llm_config",
                                                     "language_config", "language_model_config", "text_model",
                                                     "lm_config"};

std::string normalised(std::string_view type) {
    std::string out = printable(type, 40);
    for (char& c : out) c = c == '-' || c == ' ' ? '_' : (c >= 'A' && c <= 'Z') ? static_cast<char>(c + 32) : c;
    return out;
}

}  // namespace

bool nests_language_model(std::string_view field) {
    return std::find(kNested.begin(), kNested.end(), field) != kNested.end();
}

LanguageModel language_model_of(JsonValue outer) {
    LanguageModel m{outer, normalised(outer["model_type"].text()), false};
    for (int depth = 0; depth < 3; ++depth)
        for (const std::string_view name : kNested) {
            const JsonValue inner = m.root[name];
            if (!inner.is(Kind::object)) continue;
            m.root = inner;
            m.nested = true;
            if (const std::string_view type = inner["model_type"].text(); !type.empty())
                m.type = normalised(type);
            else if (const std::string_view usual = text_type_of(m.type); !usual.empty())
                m.type = usual;
            break;
        }
    return m;
}

std::string refused_kind(JsonValue outer, const LanguageModel& m) {
    const std::string named = m.type.empty() ? std::string("This model") : m.type;
    for (const std::string& type : {m.type, normalised(outer["model_type"].text())})
        if (const std::string_view why = not_a_decoder(type); !why.empty())
            return type + " is " + std::string(why) + ".";
    if (outer["is_encoder_decoder"].boolean() || m.root["is_encoder_decoder"].boolean())
        return named + " is " + std::string(not_a_decoder("t5")) + ".";
    const std::string_view architecture = outer["architectures"].first().text();
    if (architecture.ends_with("ForMaskedLM") || architecture.ends_with("ForSequenceClassification"))
        return named + " (" + printable(architecture, 60) + ") is " + std::string(not_a_decoder("bert")) + ".";
    return {};
}

}  // namespace kvx::core::hf
