// The cache as layers × heads × positions, its picked cell, and every figure of the layout page.
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
    std::shared_ptr<const LearnView> learn;    // with LayoutSource::small, once the model is there
    core::Dtype kv = core::Dtype::bf16;
    core::Tokens max, length;
    int64_t batch = 1, block = 16;
    const core::CacheOrder* order = nullptr;
    std::vector<core::LayerCache> layers;

    // The picked cell. `strip` is null where the layer keeps nothing.
    int layer = 1, part = 0, head = 1;
    int64_t position = 0;  // from 1; 0: nothing cached yet
    bool kept = false;
    const core::CacheStrip* strip = nullptr;
    bool addressed = false;  // it lies in blocks, so that the next four are true
    core::CachePool pool;
    core::BlockTable table;
    core::CacheCell cell;
    core::Bytes offset;  // from the start of the layer's tensor

    const core::LayerCache& picked() const { return layers[static_cast<size_t>(layer - 1)]; }
};
// null while the small model is not there.
std::shared_ptr<const LayoutView> derive_layout(const State& s, const std::shared_ptr<const Subject>& subject,
                                                const std::shared_ptr<const LearnView>& learn);

// Tokens that a column of the whole picture stands for: a power of two, at most 96 columns.
int64_t column_tokens(core::Tokens max);
core::Tokens layout_max(const State& s);

// "Layer 3, sliding window of 1,024 tokens, 8 KV heads"; and what it keeps of the sequence.
std::string layer_name(const core::LayerCache& l);
std::string layer_kept_text(const LayoutView& v, const core::LayerCache& l);
// Equal layers together, in the order of their first.
std::vector<std::vector<const core::LayerCache*>> layer_groups(const LayoutView& v);
// "KV cache of Llama 3.1 8B: 32 layers, 8 KV heads, 131,072 positions, 1,000 cached."
std::string layout_summary(const LayoutView& v);
// The order as this layer's tensor has it: a latent has neither a part nor a head axis. Only of an addressed cell.
std::string order_shape(const LayoutView& v);
// The stretches of one read: of the picked layer, of one head of it, and of what one new token writes.
core::ReadPattern read_of_layer(const LayoutView& v, int64_t head_from, int64_t head_to, bool newest_only);

std::vector<core::Quantity> explain_layout(const State& s, const LayoutView& v);

}  // namespace kvx::app
