#include "core/catalog/checkpoint/gguf_files.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>

#include "core/catalog/checkpoint/ggml_types.h"
#include "core/catalog/checkpoint/gguf_model.h"
#include "core/catalog/checkpoint/measured.h"
#include "core/catalog/checkpoint/model_row.h"
#include "core/catalog/checkpoint/names.h"
#include "core/format.h"

namespace kvx::core {

namespace {

using Parts = std::vector<GgufFile*>;
constexpr double kMostParts = 4096;

std::optional<Dtype> dtype_of_ggml(uint32_t number) {
    Dtype d = Dtype::bf16;
    const GgmlType* t = ggml_type(number);
    return t != nullptr && parse_dtype(t->id, d) ? std::optional(d) : std::nullopt;
}

double number_in(const GgufHeader& h, std::string_view key, double otherwise) {
    const GgufValue* v = h.find(key);
    return v != nullptr && v->kind == GgufValue::Kind::number ? v->number : otherwise;
}

double part_of(const GgufFile* f) {
    return number_in(f->header, "split.no", 0);
}

bool is_projector(const GgufHeader& h) {
    const GgufValue* architecture = h.find("general.architecture");
    return architecture != nullptr && architecture->text == "clip";
}

// "" if all parts of a model are there, each once; sorts them.
std::string missing_parts(Parts& parts) {
    std::sort(parts.begin(), parts.end(), [](const GgufFile* a, const GgufFile* b) { return part_of(a) < part_of(b); });
    const double count = number_in(parts.front()->header, "split.count", 1);
    if (count > kMostParts) return "A model of more than 4,096 parts is not read.";
    std::vector<std::string> missing;
    size_t at = 0;
    for (int i = 0; i < count; ++i) {
        if (at < parts.size() && part_of(parts[at]) == i)
            ++at;
        else
            missing.push_back("part " + std::to_string(i + 1) + " of " + fixed(count, 0));
    }
    if (!missing.empty()) return "The model is split into files, missing: " + listed_names(missing) + ".";
    return at == parts.size() ? std::string() : "These GGUF files are not the parts of one model.";
}

GgufHeader joined(const Parts& parts) {
    GgufHeader whole = std::move(parts.front()->header);
    for (size_t i = 1; i < parts.size(); ++i) {
        std::vector<GgufTensor>& more = parts[i]->header.tensors;
        whole.tensors.insert(whole.tensors.end(), std::make_move_iterator(more.begin()),
                             std::make_move_iterator(more.end()));
    }
    return whole;
}

OpenedText describe(const GgufHeader& whole, const GgufModel& model, double projectors) {
    WeightTally tally;
    TensorPlaces places;
    for (const GgufTensor& t : whole.tensors)
        tally.add(places.of(t.name, t.rank), static_cast<double>(t.bytes), dtype_of_ggml(t.type));
    if (projectors > 0) tally.add({WeightClass::vectors, true, -1}, projectors, {});
    const double type = number_in(whole, "general.file_type", -1);
    const std::string_view name = type >= 0 && type < 1000 ? gguf_file_type(static_cast<uint64_t>(type)) : "";
    OpenedText one;
    one.text = model_row(model.model, measured_text(tally, model.read_layers, name, true));
    std::string assumed;
    for (const std::string& a : model.assumptions) assumed += (assumed.empty() ? "" : "; ") + a;
    if (!assumed.empty()) one.notes.push_back("This GGUF file does not say everything. Assumed: " + assumed + ".");
    const auto held = [&](const std::string& what, double bytes) {
        if (bytes > 0) one.notes.push_back(what + format_bytes({bytes}).text() + ", held but not read for each token.");
    };
    held("The layers for multi-token prediction take ", tally.bytes_from_layer(model.read_layers));
    held("The projector takes ", projectors);
    return one;
}

}  // namespace

void open_gguf_files(std::vector<GgufFile> files, OpenedFiles& out) {
    std::map<std::string, Parts> models;
    double projectors = 0;
    for (GgufFile& f : files) {
        if (files.size() > 1 && is_projector(f.header)) {
            for (const GgufTensor& t : f.header.tensors) projectors += static_cast<double>(t.bytes);
            continue;
        }
        const auto split = split_name(f.name);
        models[std::string(split ? split->stem : std::string_view(f.name))].push_back(&f);
    }
    if (projectors > 0 && models.size() != 1) return out.fail("Open a projector (mmproj) together with one model.");
    for (auto& [name, parts] : models) {
        std::string bad = missing_parts(parts);
        if (!bad.empty()) return out.fail(std::move(bad));
        const GgufHeader whole = joined(parts);
        const GgufModel model = model_of_gguf(whole);
        if (!model.error.empty()) return out.fail(shown_name(name, 80) + ": " + model.error);
        out.texts.push_back(describe(whole, model, projectors));
    }
}

}  // namespace kvx::core
