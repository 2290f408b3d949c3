#include "core/catalog/import/quantization.h"

#include <algorithm>
#include <cmath>

#include "core/catalog/import/module_names.h"
#include "core/catalog/import/release_json.h"
#include "core/json_writer.h"

namespace kvx::core {

namespace {

using Kind = JsonValue::Kind;

constexpr size_t kMostRules = 64;  // kinds of rules; a list's entries for single layers share one
constexpr int64_t kMostLayers = 4096;
constexpr size_t kMostShown = 60;  // characters of a name in a sentence
constexpr PartMask kHead = mask_of(WeightPart::head), kRouter = mask_of(WeightPart::router),
                   kEmbedding = mask_of(WeightPart::embedding);

bool contains(std::string_view s, std::string_view part) {
    return s.find(part) != std::string_view::npos;
}

std::string lower(std::string_view s) {
    std::string out;
    for (const char c : s.substr(0, 200)) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return out;
}

std::string shown(std::string_view s) {
    std::string out = "\"";
    for (const char c : s.substr(0, kMostShown)) out += c >= ' ' && c < 127 ? c : '?';
    return out + "\"";
}

JsonValue either(JsonValue v, std::string_view a, std::string_view b) {
    return v[a] ? v[a] : v[b];
}

// Builds a release rule by rule, and remembers the first thing that cannot be read.
class Writer {
  public:
    Release release;
    std::string error;

    void refuse(std::string why) {
        if (error.empty()) error = std::move(why);
    }
    void all(PartMask parts, const Format& f) { add({parts, f, {}}); }
    void keep(PartMask parts) { all(parts, format_of(release.kept)); }
    void named(std::string_view entry, const Format& f) {
        const NamedModules n = modules_named(entry, dense_beside_);
        if (!n.known) {
            if (release.unread.size() < kMostRules) release.unread.emplace_back(entry.substr(0, kMostShown));
            return;
        }
        if (n.parts == 0 || n.layer >= kMostLayers) return;
        if (n.layer < 0) return all(n.parts, f);
        const auto layer = static_cast<size_t>(n.layer);
        for (ReleaseRule& rule : release.rules)
            if (rule.parts == n.parts && rule.format == f && !rule.layers.empty() &&
                (rule.single > 0) == (n.expert >= 0)) {
                if (rule.layers.size() <= layer) rule.layers.resize(layer + 1);
                rule.layers[layer] = true;
                if (n.expert >= 0) ++rule.single;
                return;
            }
        ReleaseRule rule{n.parts, f, std::vector<bool>(layer + 1), n.expert >= 0 ? 1 : 0};
        rule.layers[layer] = true;
        add(std::move(rule));
    }
    void experts_beside_mlp() { dense_beside_ = true; }
    // The entries of a list stay as they are.
    void keep_named(JsonValue list) {
        for (JsonValue v = list.first(); v; v = v.next()) named(v.text(), format_of(release.kept));
    }

  private:
    bool dense_beside_ = false;
    void add(ReleaseRule rule) {
        if (rule.parts == 0) return;
        for (const ReleaseRule& there : release.rules)
            if (there == rule && &there == &release.rules.back()) return;
        if (release.rules.size() >= kMostRules)
            return refuse("The quantisation fields give more than " + std::to_string(kMostRules) + " kinds of rules.");
        release.rules.push_back(std::move(rule));
    }
};

// A whole number of values that share a scale; -1 a row. `otherwise` when the field is absent.
int64_t group_of(JsonValue v, int64_t otherwise, Writer& w) {
    if (!v || v.is(Kind::null)) return otherwise;
    const double n = v.number(NAN);
    if (n == -1) return -1;
    if (n >= 1 && n <= 1 << 20 && n == std::floor(n)) return static_cast<int64_t>(n);
    w.refuse("The quantisation field group_size is not a positive whole number or -1.");
    return otherwise;
}

double bits_of(JsonValue v, double otherwise, Writer& w) {
    if (!v || v.is(Kind::null)) return otherwise;
    const double n = v.number(NAN);
    if (n >= 1 && n <= 16) return n;
    w.refuse("The quantisation field bits is not a number from 1 to 16.");
    return 16;
}

Format fp8_format(std::string_view strategy, int64_t group) {
    if (strategy == "block") return format_of(Dtype::fp8);
    if (strategy == "channel" || strategy == "per_channel" || group == -1) return format_of(Dtype::fp8_channel);
    if (group > 0) return grouped_format(Dtype::fp8_channel, 8, group, false);
    return format_of(Dtype::fp8_tensor);
}

// The fields that compressed-tensors, ModelOpt and Quark give of weights.
Format scheme_format(bool floating, double bits, std::string_view strategy, int64_t group, bool symmetric,
                     std::string_view named) {
    if (contains(named, "mxfp8")) return format_of(Dtype::mxfp8);
    if (contains(named, "nvfp4") || (floating && bits == 4 && group == 16)) return format_of(Dtype::nvfp4);
    if (contains(named, "mxfp4") || (floating && bits == 4)) return format_of(Dtype::mxfp4);
    if (floating && bits == 8)
        return group == 32 && strategy == "group" && contains(named, "mx") ? format_of(Dtype::mxfp8)
                                                                           : fp8_format(strategy, group);
    if (bits == 8 && group <= 0) return format_of(strategy == "tensor" ? Dtype::int8 : Dtype::int8_channel);
    return grouped_format(Dtype::packed, bits, group == 0 ? -1 : group, !symmetric);
}

// ---- dialects ----

// The lists of what stays, under all their names.
void keep_listed(JsonValue q, Writer& w) {
    for (const char* list : {"modules_to_not_convert", "ignored_layers", "exclude_modules", "ignore", "exclude",
                             "skip_modules", "llm_int8_skip_modules"})
        w.keep_named(q[list]);
}

// AutoRound names floating formats: {"data_type": "mx_fp", "bits": 4}.
Format grouped_or_floating(JsonValue q, Dtype row, double bits, int64_t group, Writer& w) {
    if (bits >= 16) return format_of(w.release.kept);
    const std::string_view type = q["data_type"].text();
    if (contains(type, "mx_fp")) return format_of(bits > 4 ? Dtype::mxfp8 : Dtype::mxfp4);
    if (contains(type, "nv_fp")) return format_of(Dtype::nvfp4);
    if (contains(type, "fp8") || (contains(type, "fp") && bits == 8)) return format_of(Dtype::fp8_tensor);
    return grouped_format(row, bits, group, row == Dtype::gptq || q["zero_point"].boolean(true));
}

void read_grouped(JsonValue q, Dtype row, Writer& w) {
    const double bits = bits_of(either(q, "bits", "w_bit"), 4, w);
    const int64_t group = group_of(either(q, "group_size", "q_group_size"), 128, w);
    const Format f = grouped_or_floating(q, row, bits, group, w);
    const JsonValue only = q["modules_in_block_to_quantize"];
    if (only.size() == 0) w.all(kLinearParts, f);
    for (JsonValue set = only.first(); set; set = set.next()) {  // a list, or a list of lists
        if (set.is(Kind::text)) w.named(set.text(), f);
        for (JsonValue v = set.first(); v; v = v.next()) w.named(v.text(), f);
    }
    if (q["lm_head"].boolean()) w.all(kHead, f);
    keep_listed(q, w);
    // GPTQModel: {"-:regex": {}} leaves out, {"+:regex": {"bits": 8}} overrides; AutoRound: {"name": {"bits": 16}}.
    for (const char* overrides : {"dynamic", "extra_config"})
        for (JsonValue v = q[overrides].first(); v; v = v.next()) {
            const std::string_view key = v.key();
            const bool left_out = key.substr(0, 2) == "-:", marked = left_out || key.substr(0, 2) == "+:";
            w.named(key.substr(marked ? 2 : 0), left_out ? format_of(w.release.kept)
                                                         : grouped_or_floating(v, row, bits_of(v["bits"], bits, w),
                                                                               group_of(v["group_size"], group, w), w));
        }
}

void read_bitsandbytes(JsonValue q, Writer& w) {
    const bool four = q["load_in_4bit"].boolean(q["_load_in_4bit"].boolean());
    const bool eight = q["load_in_8bit"].boolean(q["_load_in_8bit"].boolean());
    if (!four && !eight) return w.refuse("bitsandbytes without load_in_4bit or load_in_8bit cannot be read.");
    const bool doubled = q["bnb_4bit_use_double_quant"].boolean(), nf4 = q["bnb_4bit_quant_type"].text("fp4") == "nf4";
    const Dtype narrow =
        doubled ? (nf4 ? Dtype::nf4_double : Dtype::bnb_fp4_double) : (nf4 ? Dtype::nf4 : Dtype::bnb_fp4);
    w.all(kLinearParts, format_of(four ? narrow : Dtype::int8_channel));
    keep_listed(q, w);
}

void read_fp8(JsonValue q, Writer& w) {
    const JsonValue block = q["weight_block_size"];
    Format f = format_of(Dtype::fp8_tensor);
    if (block.is(Kind::array)) {
        const double out = block.first().number(), in = block.first().next().number();
        if (!(in >= 1 && in <= 65536 && out >= 1 && out <= 65536 && in == std::floor(in) && out == std::floor(out)))
            return w.refuse("The quantisation field weight_block_size is not two whole numbers.");
        f = format_of(in == 32 && out == 1 ? Dtype::mxfp8 : Dtype::fp8);
        if (f.row == Dtype::fp8 && in * out != static_cast<double>(f.block))
            f = grouped_format(Dtype::fp8, 8, static_cast<int64_t>(in * out), false);
    }
    w.all(kLinearParts, f);
    // `ignore` beside it is ModelOpt's, of the layers that it made narrower still.
    w.keep_named(q["modules_to_not_convert"]);
    w.keep_named(q["ignored_layers"]);
}

// "config_groups": {"group_0": {"targets": ["Linear"], "weights": {"num_bits": 4, …}}}
void read_groups(JsonValue q, Writer& w) {
    for (JsonValue g = q["config_groups"].first(); g; g = g.next()) {
        const JsonValue weights = g["weights"];
        if (!weights.is(Kind::object)) continue;  // activations or the cache alone
        const std::string named = lower(g["format"].text(q["format"].text()));
        const std::string_view strategy = weights["strategy"].text();
        const bool grouped = strategy.empty() || strategy == "group" || strategy == "tensor_group";
        const Format f = scheme_format(weights["type"].text("int") == "float", bits_of(weights["num_bits"], 8, w),
                                       strategy, grouped ? group_of(weights["group_size"], 0, w) : 0,
                                       weights["symmetric"].boolean(true), named);
        const JsonValue targets = g["targets"];
        if (targets.size() == 0) w.all(kLinearParts, f);
        for (JsonValue t = targets.first(); t; t = t.next()) {
            if (contains(t.text(), "Linear"))
                w.all(kLinearParts, f);
            else if (contains(t.text(), "MoE") || contains(t.text(), "Expert"))
                w.all(kExpertParts, f);
            else
                w.named(t.text(), f);
        }
    }
    if (w.release.rules.empty()) w.refuse("No group of config_groups gives the format of weights.");
}

void read_compressed(JsonValue q, Writer& w) {
    read_groups(q, w);
    keep_listed(q, w);
    if (const JsonValue kv = q["kv_cache_scheme"]; kv.is(Kind::object) && kv["num_bits"].number() == 8)
        w.release.kv = kv["type"].text() == "float" ? Dtype::fp8 : Dtype::int8;
}

// ModelOpt's names: "FP8", "NVFP4", "W4A16_AWQ", "FP8_PB_WO", "MXFP8", "INT8_SQ".
std::optional<Format> algorithm_format(JsonValue q, Writer& w) {
    const std::string name = lower(q["quant_algo"].text());
    const int64_t group = group_of(q["group_size"], contains(name, "fp4") ? 16 : 128, w);
    if (contains(name, "nvfp4")) return format_of(Dtype::nvfp4);
    if (contains(name, "mxfp4")) return format_of(Dtype::mxfp4);
    if (contains(name, "mxfp8")) return format_of(Dtype::mxfp8);
    if (contains(name, "w4a") || contains(name, "int4")) return grouped_format(Dtype::awq, 4, group, false);
    if (contains(name, "fp8_pb")) return format_of(Dtype::fp8);
    if (contains(name, "fp8_pc")) return format_of(Dtype::fp8_channel);
    if (name == "fp8") return format_of(Dtype::fp8_tensor);
    if (contains(name, "int8") || contains(name, "w8a")) return format_of(Dtype::int8_channel);
    return {};
}

// {"model.layers.0.mlp.experts": {"quant_algo": "NVFP4", "group_size": 16}, …}
void read_layer_by_layer(JsonValue layers, Writer& w) {
    for (JsonValue v = layers.first(); v; v = v.next()) {
        const std::optional<Format> f = algorithm_format(v, w);
        if (!f) return w.refuse("The format " + shown(v["quant_algo"].text()) + " of ModelOpt is not known here.");
        w.named(v.key(), *f);
    }
}

void read_modelopt(JsonValue q, Writer& w) {
    const JsonValue layers = q["quantized_layers"];
    if (layers.is(Kind::object)) {
        read_layer_by_layer(layers, w);
    } else if (q["config_groups"].is(Kind::object) && (!q["quant_algo"] || !algorithm_format(q, w))) {
        read_groups(q, w);
    } else {
        const std::optional<Format> f = algorithm_format(q, w);
        if (!f) return w.refuse("The format " + shown(q["quant_algo"].text()) + " of ModelOpt is not known here.");
        w.all(kLinearParts, *f);
    }
    keep_listed(q, w);
    const std::string kv = lower(q["kv_cache_quant_algo"].text());
    if (kv == "fp8") w.release.kv = Dtype::fp8;
    if (contains(kv, "fp4")) w.release.kv = Dtype::nvfp4;
    if (kv == "int8") w.release.kv = Dtype::int8;
}

void read_mxfp4(JsonValue q, Writer& w) {
    w.all(kExpertParts, format_of(Dtype::mxfp4));
    keep_listed(q, w);
}

void read_hqq(JsonValue q, Writer& w) {
    const auto format = [&w](JsonValue p) {
        if (p["weight_quant_params"].is(Kind::object)) p = p["weight_quant_params"];
        return grouped_format(Dtype::hqq, bits_of(either(p, "nbits", "bits"), 4, w), group_of(p["group_size"], 64, w),
                              true);
    };
    const JsonValue p = either(q, "quant_config", "weight_quant_params");
    bool by_name = false;  // {"self_attn.q_proj": {"weight_quant_params": {…}}, …}
    for (JsonValue v = p.first(); v; v = v.next())
        if (v["weight_quant_params"].is(Kind::object) ||
            (v.is(Kind::object) && v["nbits"] && modules_named(v.key()).known)) {
            w.named(v.key(), format(v));
            by_name = true;
        }
    if (!by_name) w.all(kLinearParts, format(p.is(Kind::object) ? p : q));
    keep_listed(q, w);
}

void read_quark(JsonValue q, Writer& w) {
    const auto format = [&](JsonValue config) -> std::optional<Format> {
        JsonValue v = config["weight"];
        if (v.is(Kind::array)) v = v.first();
        if (!v.is(Kind::object)) return {};
        const std::string type = lower(v["dtype"].text()), scheme = lower(v["qscheme"].text());
        const int64_t group = contains(scheme, "group") ? group_of(v["group_size"], 128, w) : 0;
        const bool floating = contains(type, "fp") || contains(type, "mx");
        const double bits = contains(type, "4") && !contains(type, "e4m3")  ? 4
                            : contains(type, "8") || contains(type, "e4m3") ? 8
                                                                            : 0;
        if (bits == 0) return {};
        return scheme_format(floating, bits, scheme, group, v["symmetric"].boolean(true), "");
    };
    const std::optional<Format> global = format(q["global_quant_config"]);
    if (!global && q["layer_quant_config"].size() == 0)
        return w.refuse("The format in Quark's global_quant_config is not known here.");
    if (global) w.all(kLinearParts, *global);
    for (JsonValue v = q["layer_quant_config"].first(); v; v = v.next())
        if (const std::optional<Format> f = format(v)) w.named(v.key(), *f);
    keep_listed(q, w);
}

void read_torchao(JsonValue q, Writer& w) {
    JsonValue type = q["quant_type"];
    if (type.is(Kind::object)) type = type["default"] ? type["default"] : type;
    const std::string name = lower(type.text(type["_type"].text()));
    const JsonValue group =
        type["_data"]["group_size"] ? type["_data"]["group_size"] : q["quant_type_kwargs"]["group_size"];
    if (contains(name, "float8"))
        w.all(kLinearParts, format_of(Dtype::fp8_channel));
    else if (contains(name, "int8weightonly") || contains(name, "int8_weight") ||
             contains(name, "int8dynamicactivationint8") || contains(name, "int8_dynamic_activation_int8"))
        w.all(kLinearParts, format_of(Dtype::int8_channel));
    else if (contains(name, "int4"))
        w.all(kLinearParts, grouped_format(Dtype::torchao, 4, group_of(group, 128, w), true));
    else
        return w.refuse("The type " + shown(name) + " of torchao is not known here.");
    keep_listed(q, w);
}

// quanto: {"weights": "int8"}; one scale for a row or a group of 128.
void read_quanto(JsonValue q, Writer& w) {
    const std::string name = lower(q["weights"].text());
    if (contains(name, "float8") || contains(name, "fp8"))
        w.all(kLinearParts, format_of(Dtype::fp8_channel));
    else if (contains(name, "int8"))
        w.all(kLinearParts, format_of(Dtype::int8_channel));
    else if (contains(name, "int4") || contains(name, "int2"))
        w.all(kLinearParts, grouped_format(Dtype::torchao, contains(name, "int4") ? 4 : 2, 128, true));
    else
        return w.refuse("The weights " + shown(name) + " of quanto are not known here.");
    keep_listed(q, w);
}

// AQLM: each code chooses a vector of the codebook for a group of values in a row.
void read_aqlm(JsonValue q, Writer& w) {
    const double in = q["in_group_size"].number(8), out = q["out_group_size"].number(1);
    const double bits = q["nbits_per_codebook"].number(16) * q["num_codebooks"].number(1) / (in * out);
    if (!(bits >= 0.5 && bits <= 16)) return w.refuse("The sizes of AQLM's codebooks cannot be read.");
    w.all(kLinearParts, grouped_format(Dtype::aqlm, bits, 0, false));
    keep_listed(q, w);
    w.keep_named(q["linear_weights_not_to_quantize"]);
}

// Mistral's params.json: {"qformat_weight": "fp8_e4m3", "qscheme_act": "TENSOR"}.
void read_mistral(JsonValue q, Writer& w) {
    const std::string name = lower(q["qformat_weight"].text());
    if (!contains(name, "fp8")) return w.refuse("The format " + shown(name) + " of params.json is not known here.");
    w.all(kLinearParts, format_of(Dtype::fp8_tensor));
    keep_listed(q, w);
}

// A format for all linear weights, and lists of what stays.
template <Dtype format>
void read_plain(JsonValue q, Writer& w) {
    w.all(kLinearParts, format_of(format));
    keep_listed(q, w);
}

void read_exl(JsonValue q, Dtype row, Writer& w) {
    const double bits = bits_of(q["bits"], 4, w);
    w.all(kLinearParts, grouped_format(row, bits, 0, false));
    w.all(kHead, grouped_format(row, bits_of(q["head_bits"], 6, w), 0, false));
}

// {"group_size": 64, "bits": 4, "model.layers.0.mlp.gate": {"bits": 8}, "lm_head": false}; embeddings and head too.
void read_mlx(JsonValue q, Writer& w) {
    const std::string_view mode = q["mode"].text("affine");
    const double bits = bits_of(q["bits"], 4, w);
    const int64_t group = group_of(q["group_size"], 64, w);
    const auto format = [&](double b, int64_t g, std::string_view m) {
        if (m == "mxfp4") return format_of(Dtype::mxfp4);
        if (m == "mxfp8") return format_of(Dtype::mxfp8);
        if (m == "nvfp4") return format_of(Dtype::nvfp4);
        return grouped_format(Dtype::mlx, b, g, true);
    };
    if (mode != "affine" && mode != "mxfp4" && mode != "mxfp8" && mode != "nvfp4")
        return w.refuse("The mode " + shown(mode) + " of MLX is not known here.");
    w.all(kLinearParts | kHead | kRouter | kEmbedding, format(bits, group, mode));
    for (JsonValue v = q.first(); v; v = v.next()) {
        if (v.is(Kind::object))
            w.named(v.key(),
                    format(bits_of(v["bits"], bits, w), group_of(v["group_size"], group, w), v["mode"].text(mode)));
        else if (v.is(Kind::boolean) && !v.boolean() && modules_named(v.key()).known)
            w.named(v.key(), format_of(w.release.kept));
    }
}

struct Dialect {
    std::string_view method;
    void (*read)(JsonValue q, Writer& w);
};
constexpr Dialect kDialects[] = {
    {"gptq", [](JsonValue q, Writer& w) { read_grouped(q, Dtype::gptq, w); }},
    {"gptq_marlin", [](JsonValue q, Writer& w) { read_grouped(q, Dtype::gptq, w); }},
    {"auto-round", [](JsonValue q, Writer& w) { read_grouped(q, Dtype::gptq, w); }},
    {"intel/auto-round", [](JsonValue q, Writer& w) { read_grouped(q, Dtype::gptq, w); }},
    {"awq", [](JsonValue q, Writer& w) { read_grouped(q, Dtype::awq, w); }},
    {"awq_marlin", [](JsonValue q, Writer& w) { read_grouped(q, Dtype::awq, w); }},
    {"bitsandbytes", read_bitsandbytes},
    {"fp8", read_fp8},
    {"fbgemm_fp8", read_plain<Dtype::fp8_channel>},
    {"deepspeedfp", read_plain<Dtype::fp8_channel>},
    {"ptpc_fp8", read_plain<Dtype::fp8_channel>},
    {"mxfp8", read_plain<Dtype::mxfp8>},
    {"nvfp4", read_plain<Dtype::nvfp4>},
    {"petit_nvfp4", read_plain<Dtype::nvfp4>},
    {"bitnet", read_plain<Dtype::bitnet>},
    {"quanto", read_quanto},
    {"aqlm", read_aqlm},
    {"mistral", read_mistral},
    {"compressed-tensors", read_compressed},
    {"mxfp4", read_mxfp4},
    {"modelopt", read_modelopt},
    {"modelopt_fp4", read_modelopt},
    {"modelopt_mixed", read_modelopt},
    {"modelopt_mxfp8", read_modelopt},
    {"hqq", read_hqq},
    {"eetq", read_plain<Dtype::int8_channel>},
    {"tpu_int8", read_plain<Dtype::int8_channel>},
    {"quark", read_quark},
    {"torchao", read_torchao},
    {"exl2", [](JsonValue q, Writer& w) { read_exl(q, Dtype::exl2, w); }},
    {"exl3", [](JsonValue q, Writer& w) { read_exl(q, Dtype::exl3, w); }},
    {"mlx", read_mlx},
};

// The method, said or to be told from the fields.
std::string method_of(JsonValue q) {
    const std::string said = lower(q["quant_method"].text());
    if (!said.empty()) return said;
    if (q["quant_algo"] || q["quantized_layers"]) return "modelopt";
    if (q["config_groups"]) return "compressed-tensors";
    if (q["load_in_4bit"] || q["load_in_8bit"] || q["_load_in_4bit"]) return "bitsandbytes";
    if (q["qformat_weight"]) return "mistral";
    if (q["w_bit"] || q["q_group_size"]) return "awq";
    if (q["desc_act"] || q["damp_percent"]) return "gptq";
    if (q["bits"] && q["group_size"]) return "mlx";
    return {};
}

// What holds the fields in a file: config.json, hf_quant_config.json, quantize_config.json.
JsonValue fields_of(JsonValue root) {
    for (const char* name : {"quantization_config", "compression_config", "quantization"})
        if (root[name].is(Kind::object)) {
            const JsonValue q = root[name];
            return q["quantization"].is(Kind::object) ? q["quantization"] : q;
        }
    return method_of(root).empty() ? JsonValue() : root;
}

// What is not quantised is served in 16 bits, whatever the file holds.
Dtype kept_type(JsonValue outer, JsonValue inner) {
    std::string_view type = either(outer, "torch_dtype", "dtype").text();
    if (type.empty()) type = either(inner, "torch_dtype", "dtype").text();
    return type == "float16" ? Dtype::fp16 : Dtype::bf16;
}

}  // namespace

QuantizationRead release_from_quantization(JsonValue root) {
    const JsonValue q = fields_of(root);
    if (!q.is(Kind::object) || q.size() == 0) return {};
    Writer w;
    w.release.kept = kept_type(root, root);
    const std::string method = method_of(q);
    if (method == "kvx") {
        if (std::optional<Release> own = release_from_json(q)) return {std::move(own), {}};
        return {{}, "The quantisation fields of a shared model cannot be read."};
    }
    const auto dialect =
        std::find_if(std::begin(kDialects), std::end(kDialects), [&](const Dialect& d) { return d.method == method; });
    if (dialect == std::end(kDialects))
        return {{},
                method.empty()
                    ? "The quantisation fields name no method (quant_method), so the size of the weights is unknown."
                    : "The quantisation method " + shown(method) +
                          " is not known here, so the size of the weights is unknown."};
    if (root["model_type"].text().substr(0, 6) == "gemma4") w.experts_beside_mlp();
    dialect->read(q, w);
    // DeepSeek-V4: experts in MXFP4 inside an FP8 checkpoint; NVIDIA's of it names them layer by layer.
    if (root["expert_dtype"].text() == "fp4") w.all(kExpertParts, format_of(Dtype::mxfp4));
    if (dialect->read != read_modelopt) read_layer_by_layer(q["quantized_layers"], w);
    if (!w.error.empty()) return {{}, std::move(w.error)};
    w.release.id = method;
    return {std::move(w.release), {}};
}

std::string with_quantization(std::string_view config, std::string_view beside) {
    JsonText text, other;
    const JsonLimits limits{.bytes = 16U << 20, .non_finite = true};
    if (!text.parse(config, limits).empty() || !other.parse(beside, limits).empty()) return std::string(config);
    const JsonValue root = text.root();
    if (!root.is(Kind::object) || fields_of(root) || !fields_of(other.root())) return std::string(config);
    JsonWriter w;
    w.begin_object();
    for (JsonValue v = root.first(); v; v = v.next()) w.key(v.key()).json(json_text(v));
    w.key("quantization_config").json(json_text(fields_of(other.root())));
    return w.end_object().text();
}

std::string add_release(JsonValue outer, JsonValue inner, Model& m) {
    QuantizationRead read = release_from_quantization(fields_of(outer) ? outer : inner);
    if (!read.error.empty()) return std::move(read.error);
    if (!read.release) {
        read.release.emplace();
        read.release->kept = kept_type(outer, inner);
        read.release->id = info(read.release->kept).id;
    }
    read.release->name = name_of(m, *read.release);
    read.release->source = m.source;
    m.releases.push_back(std::move(*read.release));
    return {};
}

}  // namespace kvx::core
