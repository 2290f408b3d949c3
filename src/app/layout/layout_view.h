// The cache as layers × heads × positions, its selected cell, and every figure of the layout page.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "app/layout/layout_state.h"
#include "app/learn/learn_view.h"
#include "core/memory/cache_layers.h"
#include "core/memory/cache_order.h"
#include "core/quantity.h"

namespace kvx::app {

struct State;
struct Subject;

struct LayoutView {
    std::shared_ptr<const core::Model> model;  // never null
    bool on_paper = false;                     // a shape or the small model, not the model of the page
    std::shared_ptr<const LearnView> learn;    // with LayoutSource::small, once the model is loaded
    core::Dtype kv = core::Dtype::bf16;
    core::Tokens max, length;
    int64_t batch = 1, block = 16;
    const core::CacheOrder* order = nullptr;
    std::vector<core::LayerCache> layers;

    // The selected cell. `strip` is null if the layer keeps nothing.
    int layer = 1, part = 0, head = 1;
    int64_t position = 0;  // from 1; 0: nothing cached yet
    bool kept = false;
    const core::CacheStrip* strip = nullptr;
    bool addressed = false;  // whether it lies in blocks, so that the next four apply
    core::CachePool pool;
    core::BlockTable table;
    core::CacheCell cell;
    core::Bytes offset;  // from the start of the layer's tensor

    const core::LayerCache& picked() const { return layers[static_cast<size_t>(layer - 1)]; }
};
// null until the small model is loaded.
std::shared_ptr<const LayoutView> derive_layout(const State& s, const std::shared_ptr<const Subject>& subject,
                                                const std::shared_ptr<const LearnView>& learn);

// Tokens that one column stands for: a power of two, so that there are at most 96 columns.
int64_t column_tokens(core::Tokens max);
core::Tokens layout_max(const State& s);

// "Layer 3, sliding window of 1,024 tokens, 8 KV heads"; and what it keeps of the sequence.
std::string layer_name(const core::LayerCache& l);
std::string layer_kept_text(const LayoutView& v, const core::LayerCache& l);
// Equal layers grouped, in the order of their first member.
using LayerGroup = std::vector<const core::LayerCache*>;
std::vector<LayerGroup> layer_groups(const LayoutView& v);
std::string layer_numbers(const LayerGroup& group);  // "3", "1 to 32", "1, 3 … 45"
// "Layers 1 to 32, full attention, 8 KV heads: 10,000 of 10,000 positions, 39.06 MiB each"
std::string layer_group_text(const LayoutView& v, const LayerGroup& group);
// "KV cache of Llama 3.1 8B: 32 layers, 8 KV heads, 131,072 positions, 1,000 cached."
std::string layout_summary(const LayoutView& v);
// The axis order of this layer's tensor: a latent has neither a part nor a head axis. Addressed cells only.
std::string order_shape(const LayoutView& v);
// The runs of memory of one read: of the selected layer, of one of its heads, and of what a new token writes.
core::ReadPattern read_of_layer(const LayoutView& v, int64_t head_from, int64_t head_to, bool newest_only);

std::vector<core::Quantity> explain_layout(const State& s, const LayoutView& v);

}  // namespace kvx::app
