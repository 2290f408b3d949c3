#include "lm/weights.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "lm/random.h"

namespace kvx::lm {
namespace {

// Steps on each side of zero. Five bits per number are enough (measured: no skill drops), and bytes compress to that;
// eight would cost the page 45 kB more.
constexpr float kLevels = 15;
constexpr std::string_view kMagic = "KVXLM1\n";
constexpr std::string_view kDamaged = "The model’s file is damaged.";

// The matrices of the flat array in order, rows × columns; norms are single rows in float32.
struct Block {
    int rows, columns;
    bool exact;
};
std::vector<Block> blocks_of(const Shape& s) {
    std::vector<Block> all = {{s.vocabulary, s.width, false}};
    for (int l = 0; l < s.layers; ++l) {
        all.push_back({1, s.width, true});
        for (int i = 0; i < 4; ++i) all.push_back({s.width, s.width, false});
        all.push_back({1, s.width, true});
        all.push_back({s.width, s.hidden, false});
        all.push_back({s.hidden, s.width, false});
    }
    all.push_back({1, s.width, true});
    return all;
}

uint64_t checksum(std::string_view bytes) {
    uint64_t h = 0xCBF29CE484222325ull;
    for (const char c : bytes) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3ull;
    return h;
}

template <class T>
void put(std::string& out, T value) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    out.append(bytes, sizeof value);
}
template <class T>
T take(std::string_view& in) {
    T value{};
    std::memcpy(&value, in.data(), sizeof value);
    in.remove_prefix(sizeof value);
    return value;
}

struct Header {
    int32_t layers, heads, width, hidden, vocabulary, context;
    float rope_base;
};

}  // namespace

Parts parts_of(const Shape& s, float* flat) {
    float* const layers = flat + int64_t{s.vocabulary} * s.width;
    return {flat, layers + s.layers * s.layer_parameters(), layers};
}

LayerParts layer_of(const Shape& s, float* flat, int layer) {
    const int64_t d = s.width, square = d * d;
    float* p = parts_of(s, flat).layers + layer * s.layer_parameters();
    LayerParts out{};
    out.norm1 = p;
    out.wq = p += d;
    out.wk = p += square;
    out.wv = p += square;
    out.wo = p += square;
    out.norm2 = p += square;
    out.w1 = p += d;
    out.w2 = p + d * s.hidden;
    return out;
}

Weights::Weights(const Shape& s, Ledger* ledger) : shape_(s), flat_(ledger, Kind::weights, s.parameters()) {}

ConstLayer Weights::layer(int l) const {
    const LayerParts p = layer_of(shape_, const_cast<float*>(flat_.data()), l);
    return {p.norm1, p.wq, p.wk, p.wv, p.wo, p.norm2, p.w1, p.w2};
}

Weights Weights::random(const Shape& s, uint64_t seed, Ledger* ledger) {
    Weights w(s, ledger);
    Random r(seed);
    const auto uniform = [&](float* p, int64_t n, float deviation) {  // uniform, with that standard deviation
        const float width = deviation * std::sqrt(12.0f);
        for (int64_t i = 0; i < n; ++i) p[i] = (r.unit() - 0.5f) * width;
    };
    const float usual = 0.4f / std::sqrt(static_cast<float>(s.width));
    // contributions to the residual stream start smaller with depth (GPT-2)
    const float residual = 1 / std::sqrt(2 * static_cast<float>(s.layers));
    uniform(w.flat(), int64_t{s.vocabulary} * s.width, 0.02f);
    for (int l = 0; l < s.layers; ++l) {
        const LayerParts p = layer_of(s, w.flat(), l);
        const int64_t square = int64_t{s.width} * s.width;
        std::fill_n(p.norm1, s.width, 1.0f);
        std::fill_n(p.norm2, s.width, 1.0f);
        for (float* m : {p.wq, p.wk, p.wv}) uniform(m, square, usual);
        uniform(p.wo, square, usual * residual);
        uniform(p.w1, int64_t{s.width} * s.hidden, usual);
        uniform(p.w2, int64_t{s.width} * s.hidden, residual / std::sqrt(static_cast<float>(s.hidden)));
    }
    std::fill_n(w.parts().last_norm, s.width, 1.0f);
    return w;
}

std::string pack(const Weights& w) {
    const Shape& s = w.shape();
    std::string out(kMagic);
    put(out, Header{s.layers, s.heads, s.width, s.hidden, s.vocabulary, s.context, s.rope_base});
    const float* p = w.flat();
    for (const Block& b : blocks_of(s))
        for (int row = 0; row < b.rows; ++row, p += b.columns) {
            if (b.exact) {
                for (int i = 0; i < b.columns; ++i) put(out, p[i]);
                continue;
            }
            float most = 0;
            for (int i = 0; i < b.columns; ++i) most = std::max(most, std::fabs(p[i]));
            const float scale = most > 0 ? most / kLevels : 1;
            put(out, scale);
            for (int i = 0; i < b.columns; ++i) put(out, static_cast<int8_t>(std::lround(p[i] / scale)));
        }
    put(out, checksum(out));
    return out;
}

std::string unpack(std::string_view file, Weights& out) {
    if (file.empty()) return "The model’s file is missing.";
    if (file.size() < kMagic.size() + sizeof(Header) + sizeof(uint64_t) || file.substr(0, kMagic.size()) != kMagic)
        return std::string(kDamaged);
    std::string_view tail = file.substr(file.size() - sizeof(uint64_t));
    if (take<uint64_t>(tail) != checksum(file.substr(0, file.size() - sizeof(uint64_t)))) return std::string(kDamaged);
    std::string_view in = file.substr(kMagic.size(), file.size() - kMagic.size() - sizeof(uint64_t));
    const auto h = take<Header>(in);
    const Shape s{h.layers, h.heads, h.width, h.hidden, h.vocabulary, h.context, h.rope_base};
    // There is one vocabulary and one kind of block; sizes stay small whatever the file says.
    if (s.layers < 1 || s.layers > 16 || s.heads < 1 || s.heads > 16 || s.width < 4 || s.width > 512 ||
        s.width % (4 * s.heads) != 0 || s.hidden < 4 || s.hidden > 2048 || s.hidden % 4 != 0 ||
        s.vocabulary != kVocabulary || s.context < 1 || s.context > 4096 || !(s.rope_base > 1))
        return "The model’s file has a shape that this program cannot run.";
    size_t wanted = 0;
    for (const Block& b : blocks_of(s)) {
        const auto columns = static_cast<size_t>(b.columns);
        wanted += static_cast<size_t>(b.rows) * (b.exact ? columns * sizeof(float) : columns + sizeof(float));
    }
    if (in.size() != wanted) return std::string(kDamaged);
    Weights w(s);
    float* p = w.flat();
    for (const Block& b : blocks_of(s))
        for (int row = 0; row < b.rows; ++row) {
            const float scale = b.exact ? 1 : take<float>(in);
            for (int i = 0; i < b.columns; ++i)
                *p++ = b.exact ? take<float>(in) : static_cast<float>(take<int8_t>(in)) * scale;
        }
    if (std::any_of(w.flat(), w.flat() + w.size(), [](float v) { return !std::isfinite(v); }))
        return std::string(kDamaged);
    out = std::move(w);
    return {};
}

}  // namespace kvx::lm
