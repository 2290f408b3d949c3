// A config.json without what its model does not need: half of every file is about training and generation.
#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/catalog/import/hf_config.h"
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

// The language model's fields in one object: what stands outside is overridden by what stands inside.
Fields flattened(JsonValue root) {
    Fields fields;
    std::unordered_map<std::string, size_t> place;
    for (JsonValue object = root; object;) {
        JsonValue next;
        for (JsonValue v = object.first(); v; v = v.next()) {
            const bool nested = v.key() == "thinker_config" || v.key() == "text_config" || v.key() == "llm_config" ||
                                v.key() == "language_config";
            if (nested && v.is(Kind::object) && !next) {
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

// Leaves out of [from, to) what is not needed, by halves: a file with a hundred thousand fields is done in the time of
// a few hundred readings. Returns where the range ends now.
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

}  // namespace

std::string compact_config(std::string_view json) {
    const ConfigImport whole = import_config(json);
    if (!whole.ok) return {};
    const auto same = [&](const Fields& fields) {
        const ConfigImport c = import_config(written(fields));
        return c.ok && c.model == whole.model && c.assumed == whole.assumed;
    };
    JsonText text;
    text.parse(json);
    Fields fields = flattened(text.root());
    if (!same(fields)) return std::string(json);
    // The largest first: one list of layers is longer than all the rest.
    std::stable_sort(fields.begin(), fields.end(),
                     [](const auto& a, const auto& b) { return a.second.size() > b.second.size(); });
    if (!same(fields)) return std::string(json);
    // Again until nothing goes: one field may have been needed only beside another. So the shortest stays as it is.
    for (size_t before = fields.size() + 1; fields.size() < before;) {
        before = fields.size();
        drop(fields, 0, fields.size(), same);
    }
    std::string out = written(fields);
    // A nested object that came twice is a field like others only the first time.
    return out.size() < json.size() ? compact_config(out) : out;
}

}  // namespace kvx::core
