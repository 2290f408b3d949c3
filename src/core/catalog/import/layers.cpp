#include "core/catalog/import/layers.h"

#include <algorithm>

#include "core/catalog/import/layer_widths.h"
#include "core/number.h"

namespace kvx::core::hf {

namespace {

Mlp no_mlp() {
    Mlp none;
    none.kind = MlpKind::none;
    return none;
}

// What only some layers have is read when the first of those comes: only then can it be missing.
class Layers {
  public:
    Layers(Reader& r, const Model& m, int64_t count, const Architecture& arch)
        : r_(r),
          m_(m),
          arch_(arch),
          base_(base_attention(r, m.hidden, arch)),
          schedule_(read_schedule(r, arch, count)),
          experts_(read_experts(r, arch, count)),
          widths_(r, m.hidden, count),
          own_cache_(count - r.number(Size::sharing_layers, 0)),
          share_(r.flag("use_cla", true) ? std::max<int64_t>(1, r.number(Size::cache_sharing, 1)) : 1),
          double_wide_(r.flag("use_double_wide_mlp")) {}

    LayerGroup at(int64_t i) {
        const Slot slot = schedule_.slots[static_cast<size_t>(i)];
        LayerGroup g;
        g.attention = attention(slot.mixer);
        g.attention.owns_cache = i < own_cache_ && (share_ == 1 || i % share_ == 0);
        g.mlp = mlp(slot, i);
        if (double_wide_ && i >= own_cache_ && g.mlp.kind == MlpKind::gated) g.mlp.width *= 2;  // Gemma4TextMLP
        widths_.apply(i, g);
        return g;
    }

  private:
    template <class T, class F>
    static const T& once(std::optional<T>& kept, F read) {
        if (!kept) kept = read();
        return *kept;
    }
    Attention state(Mixer mixer) {
        return once(states_[static_cast<size_t>(mixer)], [&] { return recurrent(r_, mixer, base_, m_.hidden, arch_); });
    }
    Attention attention(Mixer mixer) {
        switch (mixer) {
            case Mixer::none: {
                Attention none;
                none.kind = AttentionKind::none;
                return none;
            }
            case Mixer::full:
                return beside_state(once(global_, [&] { return global(r_, base_); }), arch_.has(kParallelState));
            case Mixer::sliding:
                return beside_state(once(sliding_, [&] { return windowed(r_, base_, schedule_.window); }),
                                    arch_.has(kParallelState));
            case Mixer::chunked:
                return once(chunked_, [&] { return chunked(r_, base_); });
            case Mixer::cross: {
                Attention a = base_;
                a.kind = AttentionKind::cross;
                a.qk_norm = true;  // MllamaTextCrossAttention: q_norm and k_norm
                return a;
            }
            case Mixer::shared:
                return beside_state(base_, true);
            default:
                return state(mixer);
        }
    }
    // Attention and Mamba in one layer: the fields of both.
    Attention beside_state(Attention a, bool has_state) {
        if (has_state) put_beside(a, state(Mixer::mamba));
        return a;
    }
    Mlp mlp(Slot slot, int64_t i) {
        if (slot.feed_forward == FeedForward::none || arch_.has(kSharedBlocks)) return no_mlp();
        const bool moe = slot.feed_forward == FeedForward::moe ||
                         (slot.feed_forward == FeedForward::by_rule && experts_[static_cast<size_t>(i)]);
        return moe ? once(moe_, [&] { return moe_mlp(r_, m_.hidden, arch_); }) : once(dense_, [&] {
            return widths_.gives_width() ? empty_dense() : dense_mlp(r_, m_.hidden, arch_);
        });
    }
    Mlp empty_dense() const {  // every layer's own width follows
        Mlp m;
        m.kind = arch_.has(kPlainMlp) || !r_.flag("ffn_with_glu", true) ? MlpKind::plain : MlpKind::gated;
        return m;
    }

    Reader& r_;
    const Model& m_;
    const Architecture& arch_;
    const Attention base_;
    const Schedule schedule_;
    const std::vector<bool> experts_;
    const LayerWidths widths_;
    const int64_t own_cache_, share_;  // layers before own_cache_ keep one, shared by groups of share_
    const bool double_wide_;
    std::optional<Attention> states_[16], global_, sliding_, chunked_;
    std::optional<Mlp> dense_, moe_;
};

}  // namespace

void append_layer(std::vector<LayerGroup>& all, const LayerGroup& layer) {
    if (!all.empty() && all.back().attention == layer.attention && all.back().mlp == layer.mlp)
        ++all.back().count;
    else
        all.push_back(layer);
}

std::vector<LayerGroup> read_layers(Reader& r, const Model& m, const Architecture& arch, int64_t layers) {
    std::vector<LayerGroup> out;
    if (r.failed()) return out;
    Layers all(r, m, layers, arch);
    if (r.failed()) return out;
    for (int64_t i = 0; i < layers; ++i) append_layer(out, all.at(i));
    if (r.failed()) out.clear();
    return out;
}

}  // namespace kvx::core::hf
