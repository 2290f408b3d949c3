// Shortens a config.json to what the model needs: half of every file is about training and generation.
#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/catalog/checkpoint/measured.h"
#include "core/catalog/import/hf_config.h"
#include "core/catalog/import/language_model.h"
#include "core/catalog/import/reader.h"
#include "core/catalog/import/release_json.h"
#include "core/json.h"
#include "core/json_writer.h"

namespace kvx::core {

namespace {

using Kind = JsonValue::Kind;
using Fields = std::vector<std::pair<std::string, std::string>>;  // key, value as JSON

std::string written(const Fields& fields) {
    JsonWriter w;
    w.begin_object();
    for (const auto& [key, value] : fields) w.key(key).json(value);
    return w.end_object().text();
}

// The language model's fields in one object: inner fields override outer ones.
Fields flattened(JsonValue root) {
    Fields fields;
    std::unordered_map<std::string, size_t> place;
    for (JsonValue object = root; object;) {
        JsonValue next;
        for (JsonValue v = object.first(); v; v = v.next()) {
            if (hf::nests_language_model(v.key()) && v.is(Kind::object) && !next) {
                next = v;
                continue;
            }
            const auto [at, added] = place.emplace(v.key(), fields.size());
            if (added)
                fields.emplace_back(at->first, json_text(v));
            else
                fields[at->second].second = json_text(v);
        }
        object = next;
    }
    return fields;
}

// Removes from [from, to) what is not needed, by halves, so that a hundred thousand fields take only a few hundred
// reads. Returns the new end of the range.
template <class Same>
size_t drop(Fields& fields, size_t from, size_t to, const Same& same) {
    const auto at = [&](size_t i) { return fields.begin() + static_cast<std::ptrdiff_t>(i); };
    if (from == to) return to;
    Fields fewer(fields.begin(), at(from));
    fewer.insert(fewer.end(), at(to), fields.end());
    if (same(fewer)) {
        fields = std::move(fewer);
        return from;
    }
    if (to - from == 1) return to;
    const size_t middle = (from + to) / 2;
    const size_t gone = middle - drop(fields, from, middle, same);
    return drop(fields, middle - gone, to - gone, same);
}

constexpr std::array kQuantisation = {"quantization_config", "compression_config", "quantization", "expert_dtype"};

template <class Names>
bool among(const Names& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// Lists of hundreds of modules as the rules that were read from them.
void shorten_quantisation(Fields& fields, const Model& m) {
    if (m.releases.empty() || m.releases.front().rules.empty()) return;
    size_t length = 0;
    for (const auto& [key, value] : fields) length += among(kQuantisation, key) ? value.size() : 0;
    std::string own = release_json(m.releases.front());
    if (own.size() >= length) return;
    std::erase_if(fields, [](const auto& f) { return among(kQuantisation, f.first); });
    fields.emplace_back("quantization_config", std::move(own));
}

}  // namespace

std::string compact_config(std::string_view json) {
    std::unordered_set<std::string> asked;
    ConfigImport whole = hf::import_and_note(json, asked);
    if (!whole.ok) return {};
    for (Release& r : whole.model.releases) r.unread.clear();
    const auto same = [&](const Fields& fields) {
        ConfigImport c = import_config(written(fields));
        for (Release& r : c.model.releases) r.unread.clear();
        return c.ok && c.model == whole.model && c.assumptions == whole.assumptions;
    };
    JsonText text;
    text.parse(json, {.bytes = 16U << 20, .non_finite = true});
    Fields fields = flattened(text.root());
    // Most of a long file is never asked for; what is read beside the sizes is few and short.
    Fields used;
    constexpr std::array<std::string_view, 5> kAlways = {kMeasuredField, "model_type", "_name_or_path", "torch_dtype",
                                                         "dtype"};
    for (const auto& f : fields)
        if (asked.contains(f.first) || among(kAlways, f.first) || among(kQuantisation, f.first)) used.push_back(f);
    shorten_quantisation(used, whole.model);
    if (same(used))
        fields = std::move(used);
    else if (!same(fields))
        return std::string(json);
    // Largest first: a single list of layers is longer than all the rest.
    std::stable_sort(fields.begin(), fields.end(),
                     [](const auto& a, const auto& b) { return a.second.size() > b.second.size(); });
    if (!same(fields)) return std::string(json);
    // Repeat until nothing can be removed: a field may be needed only beside another. So the shortest form is stable.
    for (size_t before = fields.size() + 1; fields.size() < before;) {
        before = fields.size();
        drop(fields, 0, fields.size(), same);
    }
    std::string out = written(fields);
    // Of a duplicate nested object, only the first counts as a field.
    return out.size() < json.size() ? compact_config(out) : out;
}

}  // namespace kvx::core
