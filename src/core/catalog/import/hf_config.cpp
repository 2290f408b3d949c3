#include "core/catalog/import/hf_config.h"

#include <algorithm>
#include <string>

#include "core/catalog/checkpoint/measured.h"
#include "core/catalog/import/architectures.h"
#include "core/catalog/import/compressed_attention.h"
#include "core/catalog/import/extra_params.h"
#include "core/catalog/import/family_defaults.h"
#include "core/catalog/import/language_model.h"
#include "core/catalog/import/layer_widths.h"
#include "core/catalog/import/layers.h"
#include "core/catalog/import/left_out.h"
#include "core/catalog/import/quantization.h"
#include "core/catalog/import/reader.h"
#include "core/number.h"

namespace kvx::core {

namespace hf {
namespace {

using Kind = JsonValue::Kind;

// "hidden_size (or n_embd, d_model)": a reader of another dialect sees which names were looked for.
std::string with_other_names(std::string_view field) {
    for (int i = 0; i < static_cast<int>(Size::count_); ++i) {
        std::string names(names_of(static_cast<Size>(i)));
        if (names.substr(0, names.find(' ')) != field || names.size() == field.size()) continue;
        names.erase(0, field.size() + 1);
        for (size_t at = names.find(' '); at != std::string::npos; at = names.find(' ', at + 2))
            names.replace(at, 1, ", ");
        return std::string(field) + " (or " + names + ")";
    }
    return std::string(field);
}

std::string missing_sentence(const std::vector<std::string>& missing, const std::string& type) {
    std::string out = "The config.json" + (type.empty() ? "" : " of a " + type + " model") + " lacks or has unusable: ";
    for (size_t i = 0; i < missing.size(); ++i) out += (i == 0 ? "" : "; ") + with_other_names(missing[i]);
    return out + ".";
}

int64_t norms_per_layer(const Reader& r, const Architecture& arch) {
    if (arch.has(kNoNormWeight)) return 0;
    if (arch.type == "stablelm" || arch.type == "stablelm_epoch") return r.flag("use_parallel_residual") ? 1 : 2;
    if (arch.type == "falcon" || arch.type == "refinedweb" || arch.type == "refinedwebmodel") {
        if (r.flag("new_decoder_architecture", arch.type == "refinedweb"))
            return r.whole("num_ln_in_parallel_attn", 2) == 1 ? 1 : 2;
        return r.flag("parallel_attn", true) ? 1 : 2;
    }
    return arch.norms;
}

bool norm_bias(const Reader& r, const Architecture& arch) {
    return arch.type == "mpt" ? !r.flag("no_bias", true) : arch.has(kNormBias);
}

int64_t learned_positions(const Reader& r, const Model& m, const Architecture& arch) {
    const auto rows = std::min<int64_t>(m.max_context, 1 << 24);
    if (arch.type == "opt") return rows + 2;  // OPTLearnedPositionalEmbedding
    if (arch.type == "mpt") return r.flag("attn_config.alibi") || r.flag("attn_config.rope") ? 0 : rows;
    return arch.has(kPositions) ? rows : 0;
}

// Where a list names every layer, its length is their number (Nemotron 3 Ultra, OpenELM).
int64_t layer_count(Reader& r) {
    const int64_t said = r.number(Size::layers, 0);
    if (said > 0) return said;
    for (const char* list : {"layers_block_type", "layer_types", "layer_block_types", "block_configs"})
        if (const auto n = static_cast<int64_t>(r.list(list).size()); n > 0) return n;
    if (const std::string_view letters = r.text("hybrid_override_pattern"); !letters.empty())
        return static_cast<int64_t>(std::min<size_t>(letters.size(), kMostLayers));
    return r.need(Size::layers);
}

// Everything but the layers; returns their count.
int64_t read_sizes(Reader& r, Model& m, const Architecture& arch) {
    m.hidden = r.need(Size::hidden);
    m.vocab = r.need(Size::vocab);
    const int64_t layers = layer_count(r);
    if (const int64_t narrow = r.whole("word_embed_proj_dim", m.hidden); narrow != m.hidden)  // OPT-350M
        r.refuse("Embeddings of another width than the layers (word_embed_proj_dim " + std::to_string(narrow) +
                 ") are not counted here.");
    m.max_context = r.number(Size::context, 0);
    if (m.max_context <= 0) {
        const bool bloom = arch.type == "bloom";  // BLOOM was trained on 2,048 tokens; ALiBi needs no field
        m.max_context = bloom ? r.whole("seq_length", 2048) : 131072;
        if (!arch.has(kStateOnly)) r.assume("max_position_embeddings = " + std::to_string(m.max_context));
    }
    const bool tied =
        r.flag("share_input_output_layers", r.flag("weight_tying", r.flag("tie_embedding", arch.has(kTied))));
    m.tied = r.flag_here_or_outside("tie_word_embeddings", r.flag("tied_embeddings", tied));
    m.norms_per_layer = norms_per_layer(r, arch);
    m.norm_bias = norm_bias(r, arch);
    m.head_bias = r.flag("lm_head_bias", arch.has(kHeadBias));
    m.position_rows = learned_positions(r, m, arch);
    return layers;
}

// LongCat: each layer of the file is two, of which the first also has the experts; its own dense MLP counts as shared.
std::vector<LayerGroup> doubled(Reader& r, const Model& m, const Architecture& arch, int64_t layers) {
    const Attention attention = base_attention(r, m.hidden, arch);
    const Mlp moe = moe_mlp(r, m.hidden, arch), dense = dense_mlp(r, m.hidden, arch);
    if (r.whole("zero_expert_num", 0) > 0)
        r.assume(
            "experts that do nothing (zero_expert_num) are never chosen: the parameters in use are an upper bound");
    std::vector<LayerGroup> out;
    if (r.failed() || 2 * layers > kMostLayers) return r.lack(Size::layers), out;
    for (int64_t i = 0; i < layers; ++i) {
        append_layer(out, {1, attention, moe});
        append_layer(out, {1, attention, dense});
    }
    return out;
}

// A state in the file of an unknown architecture would silently become attention.
void refuse_unknown_state(Reader& r, const std::string& type, const std::vector<LayerGroup>& layers) {
    for (const LayerGroup& g : layers)
        if (g.attention.kind > AttentionKind::compressed || g.attention.beside != AttentionKind::none) return;
    for (JsonValue v = r.root().first(); v; v = v.next()) {
        const std::string_view key = v.key();
        const auto has = [&](std::string_view part) { return key.find(part) != std::string_view::npos; };
        const bool state = has("mamba") || has("ssm_") || has("d_state") || has("lru_") || has("rwkv") ||
                           has("linear_num_") || has("recurrent") || key == "state_size" || key == "time_step_rank";
        const bool set = v.number(0) > 0 || v.size() > 0;
        if (state && set)
            return r.refuse("The architecture " + (type.empty() ? std::string("without a model_type") : type) +
                            " keeps a state (" + printable(key, 40) +
                            "), and which of its layers do is not known here.");
    }
}

void read_model(Reader& r, Model& m, const Architecture& arch, const std::string& type, bool known) {
    const int64_t layers = read_sizes(r, m, arch);
    if (layers == 0) base_attention(r, m.hidden, arch);  // to name everything that is missing at once
    if (m.hidden == 0 || layers == 0) return;
    m.layers = has_compressed_attention(r, arch) ? read_compressed_layers(r, m, arch, layers)
               : arch.has(kDoubled)              ? doubled(r, m, arch, layers)
                                                 : read_layers(r, m, arch, layers);
    if (r.failed()) return;
    if (!known) refuse_unknown_state(r, type, m.layers);
    m.extra_params =
        extra_params(r, m, arch) + real(LayerWidths(r, m.hidden, layers).squares()) * real(m.hidden) * real(m.hidden);
    for (const LayerGroup& g : m.layers)
        if (g.attention.kind == AttentionKind::cross) {
            r.assume("no image: the layers that attend to one (cross_attention_layers) keep nothing for text");
            break;
        }
}

}  // namespace

ConfigImport import_and_note(std::string_view json, std::unordered_set<std::string>& asked) {
    ConfigImport out;
    JsonText text;
    const std::string bad = text.parse(json, {.bytes = 16U << 20, .non_finite = true});
    if (!bad.empty()) {
        out.error = "The config.json cannot be read: " + bad + ".";
        return out;
    }
    const JsonValue outer = text.root();
    if (!outer.is(JsonValue::Kind::object)) {
        out.error = "The config.json is not an object with fields.";
        return out;
    }
    const LanguageModel language = language_model_of(outer);
    const std::string& type = language.type;
    if (out.error = refused_kind(outer, language); !out.error.empty()) return out;

    const Architecture* found = find_architecture(type);
    const Architecture arch = found ? *found : Architecture{};
    Reader r(language.root, outer, type, language.nested, out);
    Model& m = out.model;
    m.id = "imported";
    const std::string_view name = outer["_name_or_path"].text(language.root["_name_or_path"].text());
    m.name = !name.empty() ? printable(name, 60) : type.empty() ? "Imported model" : "Imported " + type;
    m.org = "config.json";
    m.source = "the config.json you gave";
    if (!found)
        r.assume(type.empty() ? "no model_type: read as a plain decoder"
                              : "model_type " + type + " is not known here: read as a plain decoder");
    read_model(r, m, arch, type, found != nullptr);
    if (r.failed()) {
        if (out.error.empty()) out.error = missing_sentence(out.missing, type);
        m = {};
        return out;
    }
    out.error = add_release(outer, language.root, m);
    if (out.error.empty()) out.error = add_measured(outer, m);
    if (!out.error.empty()) {
        m = {};
        return out;
    }
    out.left_out = parts_left_out(outer, language.root);
    out.unread_fields = unread_fields(r);
    asked = r.asked();
    out.ok = true;
    return out;
}

}  // namespace hf

ConfigImport import_config(std::string_view json) {
    std::unordered_set<std::string> asked;
    return hf::import_and_note(json, asked);
}

}  // namespace kvx::core
