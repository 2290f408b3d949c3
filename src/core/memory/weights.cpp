#include "core/memory/weights.h"

#include <algorithm>
#include <cmath>

#include "core/number.h"

namespace kvx::core {

namespace {

// Marlin's kernels want n % 256 == 0 and k % 128 == 0 of both matrices of an expert (vLLM mxfp4.py, create_weights):
// gpt-oss is held 3,072 wide, its experts 2,944.
constexpr int64_t kPaddedHidden = 256, kPaddedWidth = 128;

int64_t round_up(int64_t n, int64_t to) {
    return (n + to - 1) / to * to;
}

}  // namespace

Bytes weight_bytes(const ParamCount& p, const WeightFormats& f) {
    double bits = 0;
    for (size_t i = 0; i < kWeightClasses; ++i) bits += params_of(p, static_cast<WeightClass>(i)) * f.of[i].bits;
    return {bits / 8};
}

Bytes weight_bytes(const Model& m, const WeightFormats& f) {
    const Bytes counted = m.params_counted ? weight_bytes(count_params(m), f) : published_bytes_read(m, f, 0);
    return counted + Bytes{f.beside};
}

Bytes padding_bytes(const Model& m, const WeightFormats& f) {
    if (!f.padded) return {};
    double extra = 0;
    for (const LayerGroup& g : m.layers) {
        if (g.mlp.kind != MlpKind::moe) continue;
        Mlp padded = g.mlp;
        padded.expert_width = round_up(g.mlp.expert_width, kPaddedWidth);
        extra += real(g.count * g.mlp.experts) *
                 (expert_params(padded, round_up(m.hidden, kPaddedHidden)) - expert_params(g.mlp, m.hidden));
    }
    return {extra * f[WeightClass::experts].bits / 8};
}

double distinct_experts(const Mlp& mlp, int64_t tokens) {
    if (mlp.kind != MlpKind::moe || mlp.experts <= 0) return 0;
    const double e = real(mlp.experts);
    const double k = real(std::min(mlp.experts_per_token, mlp.experts));
    return e * (1 - std::pow(1 - k / e, real(std::max<int64_t>(tokens, 0))));
}

Bytes published_bytes_read(const Model& m, const WeightFormats& f, double unused) {
    if (f.uniform) return {(m.published_params - unused) * f[WeightClass::attention].bits / 8};
    ParamCount p = count_params(m);
    const double rest = m.published_params - p.total();
    if (rest < 0) return {weight_bytes(p, f).value * m.published_params / p.total()};
    p.attention += rest;
    p.experts -= std::min(unused, p.experts);
    return weight_bytes(p, f);
}

Bytes weight_bytes_read(const Model& m, const WeightFormats& f, int64_t tokens) {
    ParamCount p = count_params(m);
    const double all_experts = p.experts;
    double read = 0;
    for (const LayerGroup& g : m.layers)
        read += real(g.count) * distinct_experts(g.mlp, tokens) * expert_params(g.mlp, m.hidden);
    if (!m.params_counted)  // everything but unused experts is read
        return published_bytes_read(m, f, std::min(all_experts - read, m.published_params * 0.98));
    p.experts = read;
    const double rows = real(std::max<int64_t>(tokens, 0)) * real(m.hidden);
    if (m.tied) p.head = real(m.vocab) * real(m.hidden);
    p.embedding = rows;
    return weight_bytes(p, f);
}

}  // namespace kvx::core
