#include "core/catalog/checkpoint/gguf_model.h"

#include <algorithm>
#include <cmath>

#include "core/catalog/checkpoint/gguf_layers.h"
#include "core/catalog/checkpoint/names.h"
#include "core/catalog/checkpoint/tensor_place.h"
#include "core/catalog/import/layers.h"
#include "core/format.h"
#include "core/number.h"

namespace kvx::core {

namespace {

constexpr int64_t kMostLayers = 4096;
constexpr double kLongest = 1099511627776.0, kWords = 16777216;

struct Tensors {
    std::vector<GgufLayer> layers;
    GgufLayer rest;
};

// "blk.3.attn_q.weight" into layer 3.
Tensors by_layer(const GgufHeader& file, int64_t layers) {
    Tensors out;
    out.layers.resize(static_cast<size_t>(layers));
    TensorPlaces places;
    for (const GgufTensor& t : file.tensors) {
        const int64_t layer = places.of(t.name, t.rank).layer;
        const std::string_view name = t.name;
        const size_t dot = name.find('.', 4);
        if (layer < 0 || !name.starts_with("blk."))
            out.rest.add(name, t);
        else if (layer < layers && dot != std::string_view::npos)
            out.layers[static_cast<size_t>(layer)].add(name.substr(dot + 1), t);
    }
    return out;
}

std::string text_field(const GgufHeader& file, std::string_view key) {
    const GgufValue* v = file.find(key);
    return v == nullptr ? std::string() : shown_name(v->text, 60);
}

int64_t norms_of(const GgufLayer& t, int64_t hidden) {
    return std::count_if(t.tensors().begin(), t.tensors().end(), [&](const auto& entry) {
        return entry.second->rank == 1 && entry.first.find("norm") != std::string_view::npos &&
               entry.first.ends_with(".weight") && entry.second->dims[0] == static_cast<uint64_t>(hidden);
    });
}

void read_numbers(const GgufHeader& file, const GgufFields& fields, const Tensors& t, GgufModel& out) {
    Model& m = out.model;
    const GgufTensor* words = t.rest.find("token_embd.weight");
    const GgufValue* list = file.find("tokenizer.ggml.tokens");
    const int64_t listed = list != nullptr && list->count <= kWords ? static_cast<int64_t>(list->count) : 0;
    m.hidden = fields.number("embedding_length", t.rest.columns("token_embd.weight"));
    const bool sized = words != nullptr && words->dims[1] <= static_cast<uint64_t>(kWords);
    m.vocab = sized ? static_cast<int64_t>(words->dims[1]) : fields.number("vocab_size", listed, kWords);
    m.max_context = fields.number("context_length", 0, kLongest);
    if (m.max_context <= 0) {
        m.max_context = 131072;
        out.assumptions.emplace_back("context_length = 131072");
    }
    m.tied = !t.rest.has("output.weight");
    m.norm_bias = t.rest.has("output_norm.bias");
    m.head_bias = t.rest.has("output.bias");
    m.position_rows = t.rest.rows("position_embd.weight");
    m.norms_per_layer = t.layers.empty() ? 2 : norms_of(t.layers[t.layers.size() / 2], m.hidden);
}

void read_names(const GgufHeader& file, const std::string& architecture, Model& m) {
    m.id = "imported";
    m.name = text_field(file, "general.name");
    if (m.name.empty()) m.name = text_field(file, "general.basename");
    if (m.name.empty()) m.name = "Imported " + architecture;
    m.org = text_field(file, "general.organization");
    if (m.org.empty()) m.org = "GGUF";
    m.source = "the .gguf file you gave";
}

// What is no model that answers in words, or is one that is not counted here.
std::string refused(const GgufHeader& file, const std::string& architecture) {
    const std::string type = text_field(file, "general.type");
    if (type == "adapter") return "This GGUF file is an adapter (LoRA) and no model; open the model's own file.";
    if (type == "imatrix") return "This GGUF file holds an importance matrix and no model.";
    if (type == "mmproj" || architecture == "clip")
        return "This GGUF file is a vision or audio projector (mmproj); open it together with the model's own file.";
    if (architecture.empty()) return "This GGUF file does not name its architecture (general.architecture).";
    if (const std::string_view why = gguf_refused(architecture); !why.empty())
        return architecture + " is " + std::string(why) + ".";
    if (file.tensors.empty()) return "This GGUF file has no tensors: it is only a vocabulary.";
    return {};
}

// What the layers do not explain of the file's own parameters, so that the total is the file's.
void count_rest(const GgufHeader& file, int64_t layers, GgufModel& out) {
    double elements = 0;
    TensorPlaces places;
    for (const GgufTensor& t : file.tensors) {
        const TensorPlace p = places.of(t.name, t.rank);
        const bool rows = t.name.starts_with("per_layer_token_embd");  // not read for a token, but the model's own
        if (p.layer < layers && (!p.beside || rows)) elements += static_cast<double>(t.elements());
    }
    const double counted = count_params(out.model).total(), rest = elements - counted;
    out.model.extra_params = std::max(rest, 0.0);
    if (std::fabs(rest) > 0.02 * elements)
        out.assumptions.push_back("the tensors hold " + format_params(elements).text() +
                                  " parameters, of which the layers read here explain " +
                                  format_params(counted).text());
}

void note_windows(const GgufFields& fields, const Model& m, GgufModel& out) {
    const int64_t window = fields.number("attention.sliding_window", 0, kLongest);
    const bool used =
        std::any_of(m.layers.begin(), m.layers.end(), [](const LayerGroup& g) { return g.attention.window > 0; });
    if (window > 0 && window < m.max_context && !used)
        out.assumptions.push_back("every layer keeps all tokens: llama.cpp does not use the window of " +
                                  std::to_string(window) + " tokens for " + fields.architecture());
}

}  // namespace

GgufModel model_of_gguf(const GgufHeader& file) {
    GgufModel out;
    const GgufFields fields(file);
    out.error = refused(file, fields.architecture());
    if (!out.error.empty()) return out;
    const GgufArchitecture arch = gguf_architecture(fields.architecture());
    const int64_t blocks = fields.number("block_count", 0), later = fields.number("nextn_predict_layers", 0);
    const int64_t layers = blocks - later;
    if (layers < 1 || layers > kMostLayers) {
        out.error = "This GGUF file does not say how many layers it has (" + fields.architecture() + ".block_count).";
        return out;
    }
    if (arch.name.empty())
        out.assumptions.push_back(
            "the architecture " + fields.architecture() +
            " is not known here: read from its tensors as a decoder whose attention keeps all tokens");
    const Tensors t = by_layer(file, layers);
    read_numbers(file, fields, t, out);
    Model& m = out.model;
    if (m.hidden <= 0 || m.vocab <= 0) {
        out.error = "This GGUF file does not give its width or vocabulary (embedding_length, token_embd.weight).";
        return out;
    }
    GgufLayerReader reader{fields, arch, m.hidden, layers, {}};
    for (int64_t i = 0; i < layers && reader.error.empty(); ++i)
        hf::append_layer(m.layers, reader.read(t.layers[static_cast<size_t>(i)], i));
    out.error = reader.error;
    out.read_layers = layers;
    if (!out.error.empty()) return out;
    read_names(file, fields.architecture(), m);
    count_rest(file, layers, out);
    note_windows(fields, m, out);
    return out;
}

}  // namespace kvx::core
