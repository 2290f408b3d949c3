// Every figure of the layout page with its formula, current values and its source.
#include <algorithm>

#include "app/layout/layout_view.h"
#include "app/state.h"
#include "core/quantity_book.h"

namespace kvx::app {

namespace {

using core::exact_bytes;
using core::group_digits;
using core::Origin;
using core::Unit;

std::string plural(int64_t n, const char* one) {
    return group_digits(n) + " " + one + (n == 1 ? "" : "s");
}

// "(8 × 1,000 × 256 B + 8 × 1,000 × 256 B)": the strips of one layer.
std::string strips_text(const core::LayerCache& l) {
    std::string out;
    for (const core::CacheStrip& s : l.strips) {
        if (!out.empty()) out += " + ";
        if (s.kind == core::StripKind::state)
            out += exact_bytes(s.cell);
        else
            out += group_digits(s.rows) + " × " + group_digits((s.end - s.first) / s.tokens_per_cell) + " × " +
                   exact_bytes(s.cell);
    }
    return out;
}

// Equal layers grouped: "24 × (…) + 8 × (…)".
std::string layers_text(const LayoutView& v, bool reads) {
    std::vector<std::pair<std::string, int64_t>> kinds;
    for (const core::LayerCache& l : v.layers) {
        if (l.strips.empty() || (!reads && l.owner != l.layer)) continue;
        const std::string text = strips_text(l);
        const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const auto& k) { return k.first == text; });
        if (found == kinds.end())
            kinds.emplace_back(text, 1);
        else
            ++found->second;
    }
    std::string out;
    for (const auto& [text, count] : kinds)
        out += (out.empty() ? "" : " + ") + group_digits(count) + " × (" + text + ")";
    return out.empty() ? "0 B" : out;
}

core::Bytes read_in_a_step(const LayoutView& v) {
    core::Bytes sum;
    for (const core::LayerCache& l : v.layers)
        for (const core::CacheStrip& s : l.strips) sum += s.bytes();
    return sum;
}

std::string runs_text(const core::ReadPattern& r) {
    if (r.runs == 0) return "nothing";
    if (r.runs == 1) return "1 run";
    return group_digits(r.runs) + " × " + core::format_bytes(r.mean()).text();
}

std::string pool_text(const LayoutView& v) {
    const core::CachePool& p = v.pool;
    if (!v.order->paged)
        return "One run of " + group_digits(p.block_size) + " tokens for each of " + plural(p.blocks, "sequence") + ".";
    return "A fresh pool of " + plural(p.blocks, "block") + " of " + group_digits(p.block_size) +
           " tokens, taken in order while " + plural(v.batch, "sequence") +
           (v.batch == 1 ? " grows" : " grow together") +
           (v.table.ring > 0 ? "; blocks that leave the window are reused." : ".");
}

void add_whole(core::QuantityBook& b, const LayoutView& v) {
    const std::string kept = "Cells kept by every layer that has its own cache";
    const core::Bytes one = core::kv_bytes(*v.model, v.length, v.kv);
    b.bytes("layout_total", v.batch > 1 ? "Cache of one sequence" : "Cache", one,
            "Σ layers (rows × cells × bytes per cell)", layers_text(v, false), kept + ".");
    if (v.batch > 1)
        b.bytes("layout_batch", "Cache of all sequences", one * static_cast<double>(v.batch),
                "sequences × cache of one", group_digits(v.batch) + " × " + exact_bytes(one),
                "Sequences of equal length.");
    const bool sparse = std::any_of(v.layers.begin(), v.layers.end(),
                                    [](const core::LayerCache& x) { return x.attention->index_dim > 0; });
    const core::Bytes held = v.order->paged ? core::kv_bytes_paged(*v.model, v.length, v.kv, v.block)
                                            : core::kv_bytes(*v.model, v.max, v.kv);
    b.bytes("layout_reserved", "Reserved, unused", {std::max(0.0, (held - one).value)},
            v.order->paged ? "whole blocks − cells kept" : "room for max tokens − cells kept",
            exact_bytes(held) + " − " + exact_bytes(one),
            v.order->paged ? "PagedAttention (arXiv 2309.06180): the last block of a sequence is reserved as a whole."
                           : "A static cache is allocated for the maximum up front.")
        .note = "Of one sequence.";
    b.bytes("layout_step", "Read by a decode step", read_in_a_step(v),
            "Σ layers (cells its attention reads × bytes per cell)", layers_text(v, true),
            "Attention reads every kept key and value once per token; a sharing layer reads its owner’s again.")
        .note = sparse
                    ? "Of one sequence. An upper bound: a sparse indexer reads its keys, then only the selected tokens."
                    : "Of one sequence.";
}

void add_layer(core::QuantityBook& b, const LayoutView& v) {
    const core::LayerCache& l = v.picked();
    core::Bytes layer;
    for (const core::CacheStrip& strip : l.strips) layer += strip.bytes();
    const std::string name = "Layer " + group_digits(v.layer);
    if (l.owner == l.layer)
        b.bytes("layout_layer", name, layer, "Σ strips (rows × cells × bytes per cell)", strips_text(l),
                layer_name(l) + ": " + layer_kept_text(v, l) + ".");
    else
        b.bytes("layout_layer", name, {}, "0", "0", layer_name(l) + ".");
}

void add_cell(core::QuantityBook& b, const LayoutView& v) {
    const core::LayerCache& l = v.picked();
    const core::CacheStrip& strip = *v.strip;
    if (strip.kind == core::StripKind::state) {
        b.bytes("layout_cell", "State", strip.cell, "bytes of the recurrent state and convolution tail",
                exact_bytes(strip.cell), layer_name(l) + ".")
            .note = "The same at every length.";
    } else {
        b.bytes(
            "layout_cell", "Cell", strip.cell,
            strip.width > 0 ? "numbers × bytes, including the scales of a packed format" : "bytes per entry, as served",
            strip.width > 0
                ? group_digits(strip.width) + " × " + exact_bytes({strip.cell.value / static_cast<double>(strip.width)})
                : exact_bytes(strip.cell),
            std::string(core::strip_name(strip.kind)) + " of one head at one position.");
    }
}

// Where the cell lies, and the stretches of memory that a decode step touches.
void add_address(core::QuantityBook& b, const LayoutView& v) {
    const core::CacheStrip& strip = *v.strip;
    const std::string place = "block " + group_digits(v.cell.block) + ", slot " + group_digits(v.cell.slot);
    const int64_t index = core::cell_index(*v.order, v.pool, v.cell);
    core::Quantity& address = b.add("layout_address", "Address", v.offset.value, Unit::bytes,
                                    "+" + group_digits(index * static_cast<int64_t>(v.pool.cell.value)) + " B",
                                    "index in " + order_shape(v) + " × bytes per cell",
                                    group_digits(index) + " × " + exact_bytes(v.pool.cell) + " (" + place + ", head " +
                                        group_digits(v.cell.head) + ")",
                                    std::string(v.order->used_by) + ": " + std::string(v.order->source) + ".");
    address.note = pool_text(v);
    address.origin = Origin::simulated;
    struct Row {
        const char *id, *label;
        int64_t from, to;
        bool newest;
        const char* what;
    };
    const int64_t head = v.head - 1;
    for (const Row& row : {Row{"layout_read", "Read, all heads", 0, strip.rows, false, "all heads"},
                           Row{"layout_read_head", "Read, one head", head, head + 1, false, "one head"},
                           Row{"layout_write", "Write, one token", 0, strip.rows, true, "the newest token"}}) {
        const core::ReadPattern r = read_of_layer(v, row.from, row.to, row.newest);
        core::Quantity& q =
            b.add(row.id, row.label, static_cast<double>(r.runs), Unit::count, runs_text(r),
                  "separate runs of memory that hold " + std::string(row.what) + ": bytes / their mean length",
                  r.runs == 0 ? "0" : exact_bytes(r.bytes) + " / " + exact_bytes(r.mean()),
                  "Counted from the memory order of " + order_shape(v) + ".");
        q.note = v.pool.parts == 2 ? "Keys and values of one layer and sequence." : "One layer and sequence.";
        q.origin = Origin::simulated;
    }
}

// The calculator: the formula that every text about the KV cache gives.
void add_estimate(core::QuantityBook& b, const State& s) {
    const LayoutInputs& in = s.in.layout;
    const core::Bytes key = core::kv_vector_bytes(s.in.kv, in.head_dim);
    const core::Bytes value = core::kv_vector_bytes(s.in.kv, in.head_dim, core::CachedVector::value);
    const core::Bytes estimate = (key + value) * static_cast<double>(in.layers * in.kv_heads * in.length * s.in.batch);
    const bool same = key.value == value.value;
    b.bytes("estimate", "Estimate", estimate,
            std::string(same ? "2 × " : "") + "layers × kv_heads × " +
                (same ? "bytes per vector" : "(key bytes + value bytes)") + " × tokens × sequences",
            (same ? "2 × " : "") + group_digits(in.layers) + " × " + group_digits(in.kv_heads) + " × " +
                (same ? exact_bytes(key) : "(" + exact_bytes(key) + " + " + exact_bytes(value) + ")") + " × " +
                group_digits(in.length) + " × " + group_digits(s.in.batch),
            "Keys and values of every layer; a vector is head_dim numbers and their scales.");
}

}  // namespace

std::vector<core::Quantity> explain_layout(const State& s, const LayoutView& v) {
    core::QuantityBook b;
    b.group = core::FigureGroup::layout;
    add_whole(b, v);
    add_layer(b, v);
    if (v.strip == nullptr) return std::move(b.list);
    add_cell(b, v);
    if (v.addressed) add_address(b, v);
    add_estimate(b, s);
    return std::move(b.list);
}

}  // namespace kvx::app
