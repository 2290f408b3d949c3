#include "core/memory/activations.h"

#include <algorithm>
#include <cmath>

#include "core/number.h"

namespace kvx::core {

ActivationEstimate estimate_activations(const Model& m, const Device& d, int64_t batch, int64_t vocab) {
    ActivationEstimate e;
    const bool large = d.memory >= gib(70), on_chip = d.kind == MemoryKind::sram;
    e.max_sequences = on_chip ? batch : (large ? 1024 : 256);    // vLLM: max_num_seqs of the API server
    e.batched_tokens = on_chip ? batch : (large ? 8192 : 2048);  // vLLM: max_num_batched_tokens
    int64_t width = 0;
    for (const LayerGroup& g : m.layers) {
        const Mlp& f = g.mlp;
        const int64_t w = f.kind == MlpKind::moe ? f.experts_per_token * f.expert_width + f.shared_width : f.width;
        width = std::max(width, w);
    }
    e.width = width;
    const double sampler = 38.7 * real(e.max_sequences) * real(vocab > 0 ? vocab : m.vocab);
    // residual + gate and up + their product, 16 bit (one layer is live at a time)
    const double layer = real(e.batched_tokens) * (real(m.hidden) + 3 * real(width)) * 2;
    e.sampler = sampler >= layer;
    e.peak = {std::round(std::max(sampler, layer))};
    e.runtime =
        on_chip
            ? Bytes{}
            : Bytes{std::round(gib(0.13).value)};  // non-torch memory of one device in the same logs: 0.13 to 0.14 GiB
    return e;
}

}  // namespace kvx::core
