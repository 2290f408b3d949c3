#include "core/catalog/import/release_json.h"

#include <cmath>

#include "core/json_writer.h"
#include "core/number.h"

namespace kvx::core {

namespace {

using Kind = JsonValue::Kind;

constexpr size_t kMostRules = 64;
constexpr double kMostLayers = 4096, kLargest = 1099511627776.0;  // 2^40

// Runs of layers: first, count, first, count, …
void write_layers(JsonWriter& w, const std::vector<bool>& layers) {
    w.begin_array();
    for (size_t i = 0; i < layers.size(); ++i) {
        size_t end = i;
        while (end < layers.size() && layers[end]) ++end;
        if (end > i) w.number(real(static_cast<int64_t>(i))).number(real(static_cast<int64_t>(end - i)));
        i = end;
    }
    w.end_array();
}

bool within(JsonValue v, double low, double high, bool whole, double& out) {
    out = v.number(NAN);
    return out >= low && out <= high && (!whole || out == std::floor(out));
}

bool read_layers(JsonValue list, std::vector<bool>& out) {
    for (JsonValue v = list.first(); v; v = v.next()) {
        double first = 0, count = 0;
        if (!within(v, 0, kMostLayers, true, first)) return false;
        v = v.next();
        if (!within(v, 1, kMostLayers - first, true, count)) return false;
        const auto end = static_cast<size_t>(first + count);
        if (out.size() < end) out.resize(end);
        for (auto i = static_cast<size_t>(first); i < end; ++i) out[i] = true;
    }
    return true;
}

// [parts, row, bits, block, overhead, single, layers]
bool read_rule(JsonValue v, ReleaseRule& out) {
    double parts = 0, block = 0, single = 0;
    JsonValue e = v.first();
    if (!within(e, 1, 4294967295.0, true, parts)) return false;
    e = e.next();
    if (!parse_dtype(e.text(), out.format.row) || !info(out.format.row).stores_weights) return false;
    e = e.next();
    if (!within(e, 0.5, 32, false, out.format.bits)) return false;
    e = e.next();
    if (!within(e, -1, kLargest, true, block)) return false;
    e = e.next();
    if (!within(e, 0, kLargest, false, out.format.overhead)) return false;
    e = e.next();
    if (!within(e, 0, kLargest, true, single)) return false;
    out.parts = static_cast<PartMask>(parts);
    out.format.block = static_cast<int64_t>(block);
    out.single = static_cast<int64_t>(single);
    return read_layers(e.next(), out.layers);
}

}  // namespace

std::string release_json(const Release& r) {
    JsonWriter w;
    w.begin_object().field("quant_method", "kvx").field("id", r.id).field("kept", info(r.kept).id);
    if (r.kv) w.field("kv", info(*r.kv).id);
    w.key("rules").begin_array();
    for (const ReleaseRule& rule : r.rules) {
        w.begin_array().number(static_cast<double>(rule.parts)).string(info(rule.format.row).id);
        w.number(rule.format.bits)
            .number(real(rule.format.block))
            .number(rule.format.overhead)
            .number(real(rule.single));
        write_layers(w, rule.layers);
        w.end_array();
    }
    w.end_array();
    return w.end_object().text();
}

std::optional<Release> release_from_json(JsonValue q) {
    Release out;
    out.id = q["id"].text().substr(0, 40);
    Dtype kv = Dtype::bf16;
    if (!parse_dtype(q["kept"].text(), out.kept) || q["rules"].size() > kMostRules) return {};
    if (q["kv"] && !parse_dtype(q["kv"].text(), kv)) return {};
    if (q["kv"]) out.kv = kv;
    for (JsonValue v = q["rules"].first(); v; v = v.next()) {
        ReleaseRule rule;
        if (!read_rule(v, rule)) return {};
        out.rules.push_back(std::move(rule));
    }
    return out;
}

}  // namespace kvx::core
