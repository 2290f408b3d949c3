#include "core/catalog/dtype.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "core/format.h"
#include "core/number.h"

namespace kvx::core {

namespace {

// A row of assets/formats.json as it is written there.
struct Row {
    Dtype dtype;
    std::string_view id, label;
    bool weights;
    std::string_view parameters;
    double bits;
    int elements;  // of a block; 0 a tensor, -1 a row
    double bytes, scale, zero;
    bool whole;
    Arithmetic compute;
    double kv_bits;
    int kv_group;
    double kv_bytes, kv_scale, kv_value_scale;
    std::string_view note, kv_note, source;
};

constexpr Row kRows[] = {
#define KVX_FORMAT(id, label, weights, parameters, bits, elements, bytes, scale, zero, whole, compute, ...) \
    Row{Dtype::id, #id,   label, weights, parameters,          bits,       elements,                        \
        bytes,     scale, zero,  whole,   Arithmetic::compute, __VA_ARGS__},
#include "core/catalog/formats.inc"
#undef KVX_FORMAT
};

constexpr double scales_of(const Row& r) {
    return r.scale + (r.zero < 0 ? r.bits : r.zero);
}

// Bits of a block beside its values.
constexpr double overhead_of(const Row& r) {
    if (r.elements < 0) return scales_of(r);
    return r.elements == 0 ? 0 : r.bytes * 8 - r.elements * r.bits;
}

constexpr double kv_overhead_of(const Row& r, double scale) {
    return r.kv_bytes > 0 ? r.kv_bytes * 8 - r.kv_group * r.kv_bits : scale;
}

constexpr bool is_word(std::string_view id) {
    return id.size() <= 24 && id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

// The bytes of a block are its values, its scale and its zero point; types of GGUF have layouts of their own.
constexpr bool block_adds_up(const Row& r) {
    if (r.elements <= 0 || r.whole) return overhead_of(r) >= 0;
    const double blocks = r.id.ends_with("_double") ? r.elements / 64.0 : 1;
    return overhead_of(r) == (r.parameters == "bits group zero" ? r.scale : scales_of(r) * blocks);
}

constexpr bool is_sound(const Row& r) {
    return is_word(r.id) && !r.label.empty() && !r.source.empty() && r.bits > 0 && r.bits <= 32 && block_adds_up(r) &&
           r.kv_bits >= 0 && r.kv_bits <= 32 && kv_overhead_of(r, r.kv_scale) >= 0;
}
static_assert(std::all_of(std::begin(kRows), std::end(kRows), is_sound), "a row of assets/formats.json is not sound");

constexpr DtypeInfo info_of(const Row& r) {
    const double overhead = overhead_of(r);
    return {.dtype = r.dtype,
            .id = r.id,
            .label = r.label,
            .stores_weights = r.weights,
            .parametric = !r.parameters.empty(),
            .bits = r.bits,
            .block = r.elements,
            .overhead = overhead,
            .scale = r.scale,
            .zero = r.zero,
            .arithmetic = r.compute,
            .kv_bits = r.kv_bits,
            .kv_group = r.kv_group,
            .kv_overhead = kv_overhead_of(r, r.kv_scale),
            .kv_value_overhead = kv_overhead_of(r, r.kv_value_scale),
            .kv_whole = r.kv_bytes > 0,
            .weight_note = r.note,
            .kv_note = r.kv_note,
            .source = r.source,
            .stores_blocks = r.whole,
            .weight_bits = r.elements > 0 ? r.bits + overhead / r.elements : r.bits};
}

constexpr auto kFormats = [] {
    std::array<DtypeInfo, std::size(kRows)> all{};
    for (size_t i = 0; i < all.size(); ++i) all[i] = info_of(kRows[i]);
    return all;
}();
constexpr size_t kConversions = static_cast<size_t>(Dtype::nvfp4) + 1;

// Lower case without '-' and '_'; "" when it is longer than every id.
std::string squeezed(std::string_view id) {
    std::string out;
    for (const char c : id)
        if (c != '-' && c != '_') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return out.size() > 24 ? std::string() : out;
}

}  // namespace

std::span<const DtypeInfo> all_dtypes() {
    return std::span(kFormats).first(kConversions);
}
std::span<const DtypeInfo> all_formats() {
    return kFormats;
}
const DtypeInfo& info(Dtype d) {
    return kFormats[static_cast<size_t>(d)];
}

bool parse_dtype(std::string_view id, Dtype& out) {
    const std::string s = squeezed(id);
    if (s.empty()) return false;
    for (const DtypeInfo& d : kFormats)
        if (squeezed(d.id) == s) {
            out = d.dtype;
            return true;
        }
    struct Alias {
        std::string_view name;
        Dtype dtype;
    };
    static constexpr Alias aliases[] = {{"float32", Dtype::fp32},
                                        {"float16", Dtype::fp16},
                                        {"half", Dtype::fp16},
                                        {"bfloat16", Dtype::bf16},
                                        {"float8", Dtype::fp8}};
    for (const Alias& a : aliases)
        if (a.name == s) {
            out = a.dtype;
            return true;
        }
    return false;
}

bool is_quantised(Dtype d) {
    return info(d).weight_bits < 16;
}
bool stores_cache(Dtype d) {
    return info(d).kv_bits > 0;
}

Bytes kv_vector_bytes(Dtype d, int64_t width, CachedVector which) {
    if (width <= 0) return {};
    const DtypeInfo& f = info(d);
    const int64_t group = f.kv_group > 0 ? f.kv_group : width, groups = (width + group - 1) / group;
    const double overhead = which == CachedVector::key ? f.kv_overhead : f.kv_value_overhead;
    const double values = real(f.kv_whole ? groups * group : width) * f.kv_bits;
    return {std::ceil(values / 8) + std::ceil(real(groups) * overhead / 8)};
}

double element_bytes(Dtype d) {
    return info(d).bits / 8;
}

std::string label_of(CacheFormat f) {
    const std::string k(info(f.k).label);
    return f.k == f.v ? k : k + " keys, " + std::string(info(f.v).label) + " values";
}

Format format_of(Dtype d) {
    const DtypeInfo& row = info(d);
    return {d, row.bits, row.block, row.overhead};
}

Format grouped_format(Dtype d, double bits, int64_t group, bool zero_point) {
    const DtypeInfo& row = info(d);
    const double zero = row.zero < 0 ? bits : row.zero;
    return {d, bits, group, row.scale + (zero_point ? zero : 0)};
}

double matrix_bytes(const Format& f, int64_t in, int64_t out) {
    const double values = real(in) * real(out) * f.bits;
    double blocks = 0;
    if (f.block < 0)
        blocks = real(out);
    else if (f.row == Dtype::fp8 && f.block == 16384)  // squares of 128 x 128
        blocks = real((in + 127) / 128) * real((out + 127) / 128);
    else if (f.block > in)  // longer than a row: of the matrix as one list (bitsandbytes)
        blocks = std::ceil(real(in) * real(out) / real(f.block));
    else if (f.block > 0)
        blocks = real((in + f.block - 1) / f.block) * real(out);
    return (values + blocks * f.overhead) / 8;
}

double weight_bits(const Format& f) {
    return f.block > 0 ? f.bits + f.overhead / real(f.block) : f.bits;
}

std::string label_of(const Format& f) {
    const DtypeInfo& row = info(f.row);
    std::string text(row.label);
    if (!row.parametric && f == format_of(f.row)) return text;
    const bool joined = row.label == "INT";
    if (!joined) text += " ";
    text += significant(f.bits, 3);
    if (!joined) text += f.bits == 1 ? " bit" : " bits";
    if (f.block > 0) text += " (groups of " + group_digits(f.block) + ")";
    return text;
}

}  // namespace kvx::core
