#include "core/catalog/release_formats.h"

#include <algorithm>
#include <utility>

#include "core/catalog/weight_matrices.h"
#include "core/number.h"

namespace kvx::core {

namespace {

constexpr WeightClass kLinear[] = {WeightClass::attention, WeightClass::mlp, WeightClass::shared, WeightClass::experts};

WeightClass class_of(WeightPart p) {
    const PartMask m = mask_of(p);
    if (m & kAttentionParts) return WeightClass::attention;
    if (m & kMlpParts) return WeightClass::mlp;
    if (m & kSharedParts) return WeightClass::shared;
    if (m & kExpertParts) return WeightClass::experts;
    if (p == WeightPart::router) return WeightClass::router;
    return p == WeightPart::head ? WeightClass::head : WeightClass::embedding;
}

int64_t most_experts(const Model& m) {
    int64_t most = 0;
    for (const LayerGroup& g : m.layers) most = std::max(most, g.mlp.experts);
    return most;
}

// Experts named one by one stand for all when they are at least half of them; a few are neglected.
bool enough(const ReleaseRule& rule, int64_t experts) {
    const auto layers = std::max<int64_t>(std::count(rule.layers.begin(), rule.layers.end(), true), 1);
    return rule.single == 0 || 2 * rule.single >= experts * layers;
}

// The format of a part in a layer, -1 for what is in none.
const Format& format_at(const Release& r, const Format& kept, int64_t experts, WeightPart part, int64_t layer) {
    for (auto rule = r.rules.rbegin(); rule != r.rules.rend(); ++rule) {
        if ((rule->parts & mask_of(part)) == 0 || !enough(*rule, experts)) continue;
        if (rule->layers.empty()) return rule->format;
        if (layer >= 0 && static_cast<size_t>(layer) < rule->layers.size() && rule->layers[static_cast<size_t>(layer)])
            return rule->format;
    }
    return kept;
}

// Rows that no super-block of 256 divides take a format with blocks of 32 (llama-quant.cpp, tensor_type_fallback).
Format fitting(const Format& f, int64_t row_length) {
    if (!info(f.row).stores_blocks || f.block <= 0 || row_length % f.block == 0) return f;
    switch (f.row) {
        case Dtype::q4_k:
            return format_of(Dtype::q5_0);
        case Dtype::q5_k:
            return format_of(Dtype::q5_1);
        case Dtype::q6_k:
            return format_of(Dtype::q8_0);
        default:
            return format_of(row_length % 32 == 0 ? Dtype::iq4_nl : Dtype::fp16);
    }
}

// What each class holds of each format.
struct Tally {
    struct Entry {
        Format format;
        double elements = 0, bytes = 0;
    };
    std::array<std::vector<Entry>, kWeightClasses> of;

    void add(WeightClass c, const Format& f, double elements, double bytes) {
        std::vector<Entry>& all = of[static_cast<size_t>(c)];
        auto found = std::find_if(all.begin(), all.end(), [&](const Entry& e) { return e.format == f; });
        if (found == all.end()) found = all.insert(all.end(), {f});
        found->elements += elements;
        found->bytes += bytes;
    }
    const Entry* main(WeightClass c) const {
        const std::vector<Entry>& all = of[static_cast<size_t>(c)];
        const auto most = std::max_element(all.begin(), all.end(),
                                           [](const Entry& a, const Entry& b) { return a.elements < b.elements; });
        return most == all.end() ? nullptr : &*most;
    }
};

Tally tally(const Model& m, const Release& r) {
    Tally t;
    const Format kept = format_of(r.kept);
    const int64_t experts = most_experts(m);
    for (const WeightMatrix& w : known_matrices(m)) {
        const double each = w.count / real(w.layers);
        const int64_t first = w.first_layer, end = first < 0 ? first + 1 : first + w.layers;
        for (int64_t i = first; i < end;) {  // in runs of layers of one format
            const Format& f = format_at(r, kept, experts, w.part, i);
            const int64_t start = i;
            while (++i < end && format_at(r, kept, experts, w.part, i) == f) {
            }
            const double count = each * real(i - start);
            // An embedding is stored as a row for each token.
            const bool rows = w.part == WeightPart::embedding;
            const int64_t in = rows ? w.out : w.in, out = rows ? w.in : w.out;
            const Format stored = fitting(f, in);
            t.add(class_of(w.part), stored, count * real(in) * real(out), count * matrix_bytes(stored, in, out));
        }
    }
    // Where the fields of a model do not give its attention, the rule for it still does.
    if (t.of[0].empty()) t.add(WeightClass::attention, format_at(r, kept, experts, WeightPart::o, -1), 0, 0);
    return t;
}

std::string_view word_of(WeightClass c) {
    switch (c) {
        case WeightClass::attention:
            return "attention";
        case WeightClass::mlp:
            return "MLP";
        case WeightClass::shared:
            return "shared experts";
        default:
            return "experts";
    }
}

// "attention", "MLP and experts", "MLP, shared experts and experts"
std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (size_t i = 0; i < words.size(); ++i) out += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
    return out;
}

}  // namespace

WeightFormats::WeightFormats(Dtype d) {
    const DtypeInfo& row = info(d);
    const bool narrow = is_quantised(d);
    for (size_t i = 0; i < kWeightClasses; ++i) {
        const bool linear = i <= static_cast<size_t>(WeightClass::experts);
        of[i] = {linear || !narrow ? row.weight_bits : 16, row.arithmetic};
    }
}

namespace {

// Bits that give each class the bytes it has in the files; bytes of what the model does not count are only held.
void measure(const Model& m, const MeasuredWeights& files, WeightFormats& f) {
    const ParamCount p = count_params(m);
    f.measured = true;
    f.beside = files.beside;
    for (size_t i = 0; i < kWeightClasses; ++i) {
        const double n = params_of(p, static_cast<WeightClass>(i));
        if (n > 0)
            f.of[i].bits = 8 * files.bytes[i] / n;
        else
            f.beside += files.bytes[i];
    }
    if (m.tied) f.of[static_cast<size_t>(WeightClass::head)] = f[WeightClass::embedding];
}

}  // namespace

WeightFormats formats_of(const Model& m, const Release& r) {
    WeightFormats f(r.kept);
    f.uniform = false;
    const Tally t = tally(m, r);
    for (size_t i = 0; i < kWeightClasses; ++i) {
        double elements = 0, bytes = 0;
        for (const Tally::Entry& e : t.of[i]) elements += e.elements, bytes += e.bytes;
        const Tally::Entry* main = t.main(static_cast<WeightClass>(i));
        if (main == nullptr) continue;
        f.of[i] = {elements > 0 ? 8 * bytes / elements : weight_bits(main->format), info(main->format.row).arithmetic};
    }
    const auto at = [&f](WeightClass c) -> WeightFormats::Class& { return f.of[static_cast<size_t>(c)]; };
    if (m.tied) at(WeightClass::head) = at(WeightClass::embedding);
    // Embeddings of every layer (Gemma 3n) are counted as extra parameters: they are stored as the others.
    const double vectors = count_params(m).norms;
    if (m.extra_params > 0 && vectors > 0) {
        const double extra = std::min(m.extra_params, vectors) / vectors;
        at(WeightClass::vectors).bits +=
            extra * (std::min(16.0, at(WeightClass::embedding).bits) - at(WeightClass::vectors).bits);
    }
    if (r.measured) measure(m, *r.measured, f);
    const Tally::Entry* experts = t.main(WeightClass::experts);
    f.padded = experts != nullptr && experts->format.row == Dtype::mxfp4;
    return f;
}

std::string name_of(const Model& m, const Release& r) {
    const Tally t = tally(m, r);
    const std::string kept(info(r.kept).label);
    std::vector<std::pair<std::string, std::vector<std::string>>> formats;  // label, the classes it is for
    std::string parts;
    bool rest = false;
    for (const WeightClass c : kLinear) {
        const Tally::Entry* main = t.main(c);
        if (main == nullptr) continue;
        const std::string label = label_of(main->format), word(word_of(c));
        double all = 0;
        for (const Tally::Entry& e : t.of[static_cast<size_t>(c)]) all += e.elements;
        for (const Tally::Entry& e : t.of[static_cast<size_t>(c)])
            if (&e != main && e.elements > 0.05 * all)
                parts += (parts.empty() ? "part of the " : ", of the ") + word + " in " + label_of(e.format);
        if (label == kept) {
            rest = true;
            continue;
        }
        const auto same = std::find_if(formats.begin(), formats.end(), [&](const auto& f) { return f.first == label; });
        if (same == formats.end())
            formats.push_back({label, {word}});
        else
            same->second.push_back(word);
    }
    std::string name;
    if (formats.size() == 1 && !rest)
        name = formats.front().first;
    else
        for (const auto& [label, classes] : formats) name += (name.empty() ? "" : ", ") + label + " " + joined(classes);
    if (rest || name.empty()) name += (name.empty() ? "" : ", ") + kept + (name.empty() ? "" : " rest");
    return parts.empty() ? name : name + " (" + parts + ")";
}

double params_of(const ParamCount& p, WeightClass c) {
    switch (c) {
        case WeightClass::attention:
            return p.attention;
        case WeightClass::mlp:
            return p.mlp;
        case WeightClass::shared:
            return p.shared;
        case WeightClass::experts:
            return p.experts;
        case WeightClass::router:
            return p.router;
        case WeightClass::embedding:
            return p.embedding;
        case WeightClass::head:
            return p.head;
        case WeightClass::vectors:
            break;
    }
    return p.norms;
}

double linear_bits(const ParamCount& p, const WeightFormats& f) {
    const double bits = f[WeightClass::attention].bits;
    if (f.uniform || p.linear() <= 0) return bits;
    double sum = 0;
    for (const WeightClass c : kLinear) sum += params_of(p, c) * f[c].bits;
    return sum / p.linear();
}

}  // namespace kvx::core
