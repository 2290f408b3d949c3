#include "core/memory/weights.h"

#include <algorithm>
#include <cmath>

#include "core/number.h"

namespace kvx::core {

Bytes weight_bytes(const ParamCount& p, Dtype d) {
    const double bytes = info(d).weight_bits / 8;
    if (!is_quantised(d)) return {p.total() * bytes};
    return {p.linear() * bytes + p.kept() * 2};
}

Bytes weight_bytes(const Model& m, Dtype d) {
    if (!m.params_counted) return {m.published_params * info(d).weight_bits / 8};
    return weight_bytes(count_params(m), d);
}

double distinct_experts(const Mlp& mlp, int64_t tokens) {
    if (mlp.kind != MlpKind::moe || mlp.experts <= 0) return 0;
    const double e = real(mlp.experts);
    const double k = real(std::min(mlp.experts_per_token, mlp.experts));
    return e * (1 - std::pow(1 - k / e, real(std::max<int64_t>(tokens, 0))));
}

Bytes weight_bytes_read(const Model& m, Dtype d, int64_t tokens) {
    ParamCount p = count_params(m);
    const double all_experts = p.experts;
    double read = 0;
    for (const LayerGroup& g : m.layers)
        read += real(g.count) * distinct_experts(g.mlp, tokens) * expert_params(g.mlp, m.hidden);
    p.experts = read;
    const double rows = real(std::max<int64_t>(tokens, 0)) * real(m.hidden);
    if (m.tied) p.head = real(m.vocab) * real(m.hidden);
    p.embedding = rows;
    const Bytes counted = weight_bytes(p, d);
    if (m.params_counted) return counted;
    // Only the published size is known: what is not an unused expert is read.
    const double unused = std::min(all_experts - read, m.published_params * 0.98);
    return {(m.published_params - unused) * info(d).weight_bits / 8};
}

}  // namespace kvx::core
