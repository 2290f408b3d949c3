#include "core/catalog/checkpoint/measured.h"

#include "core/catalog/checkpoint/names.h"
#include "core/json_writer.h"

namespace kvx::core {

namespace {

using Kind = JsonValue::Kind;
constexpr double kMostBytes = 1e15;

bool is_bytes(JsonValue v) {
    return v.is(Kind::number) && v.number() >= 0 && v.number() <= kMostBytes;
}

constexpr PartMask kParts[] = {kAttentionParts,
                               kMlpParts,
                               kSharedParts,
                               kExpertParts,
                               mask_of(WeightPart::router),
                               mask_of(WeightPart::embedding),
                               mask_of(WeightPart::head)};

Release read_formats(JsonValue list) {
    Release r;
    size_t i = 0;
    for (JsonValue v = list.first(); v && i < kWeightClasses; v = v.next(), ++i) {
        Dtype d = Dtype::bf16;
        if (!parse_dtype(v.text(), d)) continue;
        if (i < std::size(kParts))
            r.rules.push_back({kParts[i], format_of(d)});
        else
            r.kept = d;
    }
    return r;
}

}  // namespace

std::string measured_text(const WeightTally& tally, int64_t layers, std::string_view name, bool formats) {
    const MeasuredWeights all = tally.measured(layers);
    JsonWriter w;
    w.begin_object();
    if (!name.empty()) w.field("name", name);
    w.key("bytes").begin_array();
    for (const double b : all.bytes) w.number(b);
    w.end_array();
    if (all.beside > 0) w.field("beside", all.beside);
    if (formats) {
        w.key("formats").begin_array();
        for (size_t i = 0; i < kWeightClasses; ++i) {
            const auto format = tally.most_of(static_cast<WeightClass>(i));
            w.string(format ? info(*format).id : "");
        }
        w.end_array();
    }
    return w.end_object().text();
}

std::string add_measured(JsonValue config, Model& m) {
    const JsonValue field = config[kMeasuredField];
    if (!field) return {};
    const std::string bad = "The field " + std::string(kMeasuredField) + " cannot be read.";
    MeasuredWeights all;
    size_t i = 0;
    for (JsonValue v = field["bytes"].first(); v; v = v.next()) {
        if (i == kWeightClasses || !is_bytes(v)) return bad;
        all.bytes[i++] = v.number();
    }
    if (field["beside"]) {
        if (!is_bytes(field["beside"])) return bad;
        all.beside = field["beside"].number();
    }
    if (i != kWeightClasses || all.total() <= 0) return bad;
    if (m.releases.empty() || field["formats"]) {  // in place of what is taken where nothing is known
        m.releases.assign(1, read_formats(field["formats"]));
        m.releases.front().id = "files";
        m.releases.front().source = m.source;
        m.releases.front().name = name_of(m, m.releases.front());
    }
    Release& r = m.releases.front();
    if (const std::string_view name = field["name"].text(); !name.empty()) r.name = shown_name(name, 40);
    r.measured = all;
    return {};
}

}  // namespace kvx::core
