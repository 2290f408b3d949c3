#include "core/catalog/dtype.h"

#include <array>
#include <cmath>

#include "core/format.h"
#include "core/number.h"

namespace kvx::core {

namespace {

constexpr double effective(double bits, int block, double overhead) {
    return block > 0 ? bits + overhead / block : bits;
}

constexpr std::array kFormats{
#define KVX_FORMAT(id, label, stored, parametric, bits, block, overhead, scale, zero, arithmetic, kv_bits, kv_group, \
                   kv_overhead, kv_whole, note, kv_note, source, stores_blocks)                                      \
    DtypeInfo{Dtype::id,  #id,     label,    stored,        parametric,                                              \
              bits,       block,   overhead, scale,         zero,                                                    \
              arithmetic, kv_bits, kv_group, kv_overhead,   kv_whole,                                                \
              note,       kv_note, source,   stores_blocks, effective(bits, block, overhead)},
#include "core/catalog/formats.inc"
#undef KVX_FORMAT
};
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

Bytes kv_vector_bytes(Dtype d, int64_t width) {
    if (width <= 0) return {};
    const DtypeInfo& f = info(d);
    const int64_t group = f.kv_group > 0 ? f.kv_group : width, groups = (width + group - 1) / group;
    const double values = real(f.kv_whole ? groups * group : width) * f.kv_bits;
    return {std::ceil(values / 8) + std::ceil(real(groups) * f.kv_overhead / 8)};
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
