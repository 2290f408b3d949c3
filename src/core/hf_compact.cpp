// A config.json without what its model does not need: half of every file is about training and generation.
#include <algorithm>
#include <utility>
#include <vector>

#include "core/hf_config.h"
#include "core/json.h"

namespace kvx::core {

namespace {

using Kind = JsonValue::Kind;
using Fields = std::vector<std::pair<std::string, std::string>>;  // key, value as JSON

std::string written(const Fields& fields) {
    std::string out = "{";
    for (const auto& [key, value] : fields) out += (out.size() > 1 ? "," : "") + json_quote(key) + ":" + value;
    return out + "}";
}

void put(Fields& fields, JsonValue v) {
    std::erase_if(fields, [&](const auto& f) { return f.first == v.key(); });
    fields.emplace_back(std::string(v.key()), json_text(v));
}

// The language model's fields in one object: what stands outside is overridden by what stands inside.
Fields flattened(JsonValue root) {
    Fields fields;
    for (JsonValue object = root; object;) {
        JsonValue next;
        for (JsonValue v = object.first(); v; v = v.next()) {
            const bool nested = v.key() == "thinker_config" || v.key() == "text_config" || v.key() == "llm_config" ||
                                v.key() == "language_config";
            if (nested && v.is(Kind::object) && !next)
                next = v;
            else
                put(fields, v);
        }
        object = next;
    }
    return fields;
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
    Fields order = fields;
    std::stable_sort(order.begin(), order.end(),
                     [](const auto& a, const auto& b) { return a.second.size() > b.second.size(); });
    for (const auto& field : order) {
        Fields fewer = fields;
        std::erase(fewer, field);
        if (same(fewer)) fields = std::move(fewer);
    }
    return written(fields);
}

}  // namespace kvx::core
