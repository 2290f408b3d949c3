#include "app/layout/layout_view.h"

#include <algorithm>

#include "app/state.h"
#include "app/view.h"
#include "core/format.h"

namespace kvx::app {

namespace {

using core::AttentionKind;
using core::StripKind;

constexpr int64_t kMostColumns = 96;

// The first layer that keeps cells, when none was selected.
int default_layer(const std::vector<core::LayerCache>& layers) {
    const auto found = std::find_if(layers.begin(), layers.end(), [](const core::LayerCache& l) {
        return l.owner > 0 && l.strips.front().kind != StripKind::state;
    });
    return found == layers.end() ? 1 : static_cast<int>(found->layer);
}

void find_cell(const State& s, LayoutView& v) {
    const LayoutInputs& in = s.in.layout;
    const int count = static_cast<int>(v.layers.size());
    v.layer = in.layer > 0 ? std::min(in.layer, count) : default_layer(v.layers);
    const core::LayerCache& l = v.picked();
    if (l.strips.empty()) return;
    v.part = std::min(in.part, static_cast<int>(l.strips.size()) - 1);
    v.strip = &l.strips[static_cast<size_t>(v.part)];
    v.head = std::min(in.head, static_cast<int>(v.strip->rows));
    v.position =
        std::clamp<int64_t>(in.position.value_or(v.length.value), std::min<int64_t>(1, v.length.value), v.max.value);
    const int64_t at = v.position - 1;
    v.kept = at >= v.strip->first && at < v.strip->end;
    v.addressed = v.strip->kind != StripKind::state && v.strip->tokens_per_cell == 1 && at >= 0;
    if (!v.addressed) return;
    // Keys and values share a tensor if their vectors are equally long; otherwise each has its own.
    const bool together =
        l.strips.size() == 2 && l.strips[0].kind == StripKind::keys && l.strips[0].cell == l.strips[1].cell;
    const core::Attention& a = *l.attention;
    const bool forgets =
        a.kind == AttentionKind::sliding || a.kind == AttentionKind::chunked || v.strip->kind == StripKind::window;
    v.pool = {together ? 2 : 1, v.batch, v.max.value, v.strip->rows, v.strip->cell};
    v.table = {v.batch, 0, 0};
    if (v.order->paged) {
        v.pool.block_size = v.block;
        v.pool.blocks = core::pool_blocks(v.max, forgets ? a.window : 0, v.block, v.batch);
        if (forgets && v.pool.blocks < core::pool_blocks(v.max, 0, v.block, v.batch))
            v.table.ring = v.pool.blocks / v.batch;
    }
    v.cell = {together ? v.part : 0, v.table.physical(at / v.pool.block_size), at % v.pool.block_size, v.head - 1};
    v.offset = v.pool.cell * static_cast<double>(core::cell_index(*v.order, v.pool, v.cell));
}

}  // namespace

int64_t column_tokens(core::Tokens max) {
    int64_t column = 1;
    while ((max.value + column - 1) / column > kMostColumns) column *= 2;
    return column;
}

core::Tokens layout_max(const State& s) {
    switch (s.in.layout.source) {
        case LayoutSource::shape:
            return {s.in.layout.max};
        case LayoutSource::small:
            return {lm::Shape{}.context};
        case LayoutSource::model:
            break;
    }
    return s.in.context;
}

std::shared_ptr<const LayoutView> derive_layout(const State& s, const std::shared_ptr<const Subject>& subject,
                                                const std::shared_ptr<const LearnView>& learn) {
    const LayoutInputs& in = s.in.layout;
    auto v = std::make_shared<LayoutView>();
    v->max = layout_max(s);
    v->kv = s.in.kv;
    v->batch = s.in.batch;
    v->block = s.in.block;
    v->order = &core::cache_orders()[static_cast<size_t>(in.order)];
    v->model = {subject, &subject->model};
    v->on_paper = in.source != LayoutSource::model;
    v->length = s.in.at.value_or(s.in.context);
    if (in.source == LayoutSource::shape) {
        v->model = std::make_shared<const core::Model>(core::plain_shape(in.layers, in.kv_heads, in.head_dim));
        v->length = {std::min(in.length, in.max)};
    } else if (in.source == LayoutSource::small) {
        if (!learn || learn->count() == 0) return nullptr;
        const lm::Shape& shape = learn->model->weights.shape();
        core::Model m = core::plain_shape(shape.layers, shape.heads, shape.head_dim());
        m.name = "the small model";
        m.source = "the small model of the learn page";
        v->model = std::make_shared<const core::Model>(std::move(m));
        v->learn = learn;
        v->kv = core::Dtype::fp32;
        v->batch = 1;
        v->length = {shown_token(s.in.learn, *learn)};
    }
    v->layers = core::cache_layers(*v->model, v->length, v->kv);
    if (v->layers.empty()) return nullptr;
    find_cell(s, *v);
    return v;
}

std::string layer_name(const core::LayerCache& l) {
    const core::Attention& a = *l.attention;
    const auto n = [](int64_t x) { return core::group_digits(x); };
    std::string name = "Layer " + n(l.layer);
    const std::string heads = ", " + n(a.kv_heads) + (a.kv_heads == 1 ? " KV head" : " KV heads");
    switch (a.kind) {
        case AttentionKind::none:
            return name + ", no attention";
        case AttentionKind::full:
            name += ", full attention" + heads;
            break;
        case AttentionKind::sliding:
            name += ", sliding window of " + n(a.window) + " tokens" + heads;
            break;
        case AttentionKind::chunked:
            name += ", chunks of " + n(a.window) + " tokens" + heads;
            break;
        case AttentionKind::mla:
            name += a.index_dim > 0 ? ", latent attention with a sparse indexer" : ", latent attention";
            break;
        case AttentionKind::compressed:
            name +=
                a.ratio > 0 ? ", one entry for " + n(a.ratio) + " tokens" : ", window of " + n(a.window) + " tokens";
            break;
        case AttentionKind::gated_deltanet:
            name += ", Gated DeltaNet";
            break;
        case AttentionKind::kda:
            name += ", Kimi Delta Attention";
            break;
        case AttentionKind::lightning:
            name += ", lightning attention";
            break;
        case AttentionKind::mamba1:
            name += ", Mamba";
            break;
        case AttentionKind::mamba2:
            name += ", Mamba-2";
            break;
        case AttentionKind::short_conv:
            name += ", short convolution";
            break;
        case AttentionKind::rg_lru:
            name += ", RG-LRU";
            break;
        case AttentionKind::cross:
            name += ", attention to the image";
            break;
    }
    if (a.beside != AttentionKind::none) name += ", beside it a state";
    if (l.owner != l.layer && l.owner > 0) name += ", reads the cache of layer " + n(l.owner);
    return name;
}

std::string layer_kept_text(const LayoutView& v, const core::LayerCache& l) {
    if (l.strips.empty()) return "keeps nothing";
    core::Bytes bytes;
    for (const core::CacheStrip& strip : l.strips) bytes += strip.bytes();
    const core::CacheStrip& first = l.strips.front();
    const std::string size = core::format_bytes(bytes).text();
    if (l.owner != l.layer) return "keeps nothing of its own";
    if (first.kind == StripKind::state) return "a fixed state of " + core::format_bytes(first.cell).text();
    const int64_t kept = first.end - first.first;
    const std::string entries =
        first.tokens_per_cell > 1
            ? core::group_digits(kept / first.tokens_per_cell) + " entries"
            : core::group_digits(kept) + " of " + core::group_digits(v.length.value) + " positions";
    return entries + ", " + size;
}

std::vector<LayerGroup> layer_groups(const LayoutView& v) {
    std::vector<LayerGroup> out;
    for (const core::LayerCache& l : v.layers) {
        const bool own = l.owner == l.layer;
        const auto same = std::find_if(out.begin(), out.end(), [&](const auto& group) {
            const core::LayerCache& x = *group.front();
            return *x.attention == *l.attention && (own ? x.owner == x.layer : x.owner == l.owner);
        });
        if (same == out.end())
            out.push_back({&l});
        else
            same->push_back(&l);
    }
    return out;
}

std::string layer_numbers(const LayerGroup& group) {
    std::string numbers = core::group_digits(group.front()->layer);
    const bool in_a_row = group.back()->layer - group.front()->layer + 1 == static_cast<int64_t>(group.size());
    if (group.size() == 2 || (group.size() > 2 && !in_a_row)) numbers += ", " + core::group_digits(group[1]->layer);
    if (group.size() > 2) numbers += (in_a_row ? " to " : " … ") + core::group_digits(group.back()->layer);
    return numbers;
}

std::string layer_group_text(const LayoutView& v, const LayerGroup& group) {
    std::string one = layer_name(*group.front()) + ": " + layer_kept_text(v, *group.front());
    if (group.size() == 1) return one;
    return "Layers " + layer_numbers(group) + one.substr(std::min(one.find(", "), one.size())) +
           (group.front()->owner == group.front()->layer ? " each" : "");
}

std::string layout_summary(const LayoutView& v) {
    int64_t heads = 0;
    for (const core::LayerCache& l : v.layers)
        if (!l.strips.empty() && l.strips.front().kind != StripKind::state)
            heads = std::max(heads, l.strips.front().rows);
    const auto n = [](int64_t x) { return core::group_digits(x); };
    return "KV cache of " + v.model->name + ": " + n(static_cast<int64_t>(v.layers.size())) +
           (v.layers.size() == 1 ? " layer, up to " : " layers, up to ") + n(heads) + (heads == 1 ? " row" : " rows") +
           " each, " + n(v.max.value) + (v.max.value == 1 ? " position, " : " positions, ") + n(v.length.value) +
           " cached.";
}

std::string order_shape(const LayoutView& v) {
    std::string out;
    for (const core::CacheAxis a : v.order->axes) {
        std::string_view name;
        switch (a) {
            case core::CacheAxis::part:
                name = v.pool.parts == 2 ? "2" : "";
                break;
            case core::CacheAxis::block:
                name = v.order->paged ? "blocks" : "batch";
                break;
            case core::CacheAxis::slot:
                name = v.order->paged ? "block" : "max";
                break;
            case core::CacheAxis::head:
                name = v.strip->kind == StripKind::keys || v.strip->kind == StripKind::values ? "heads" : "";
                break;
        }
        if (!name.empty()) out += (out.empty() ? "[" : ", ") + std::string(name);
    }
    return out + ", dim]";
}

core::ReadPattern read_of_layer(const LayoutView& v, int64_t head_from, int64_t head_to, bool newest_only) {
    if (!v.addressed) return {};
    const core::CacheStrip& s = *v.strip;
    const int64_t first = newest_only ? std::max(s.first, s.end - 1) : s.first;
    return core::read_pattern(*v.order, v.pool, v.table, {first, s.end, head_from, head_to});
}

}  // namespace kvx::app
