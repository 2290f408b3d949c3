#include "core/memory/cache_order.h"

#include <algorithm>

#include "core/memory/kv_cache.h"

namespace kvx::core {

namespace {

using A = CacheAxis;

constexpr CacheOrder kOrders[] = {
    {"nhd",
     "[2, blocks, block, heads, dim]",
     "vLLM (FlashAttention; latents without the axes of part and head)",
     "vLLM, v1/attention/backends, get_kv_cache_shape of flash_attn.py and mla/common.py",
     {A::part, A::block, A::slot, A::head},
     true},
    {"hnd",
     "[2, blocks, heads, block, dim]",
     "vLLM with VLLM_KV_CACHE_LAYOUT=HND; keys and values as [blocks, heads, block, dim]",
     "vLLM, get_kv_cache_stride_order; FlashInfer’s separate page pools",
     {A::part, A::block, A::head, A::slot},
     true},
    {"page-nhd",
     "[blocks, 2, block, heads, dim]",
     "FlashInfer NHD",
     "docs.flashinfer.ai, KV-cache layout",
     {A::block, A::part, A::slot, A::head},
     true},
    {"page-hnd",
     "[blocks, 2, heads, block, dim]",
     "FlashInfer HND, TensorRT-LLM",
     "docs.flashinfer.ai, KV-cache layout; TensorRT-LLM, gpt_attention.md",
     {A::block, A::part, A::head, A::slot},
     true},
    {"contiguous",
     "[2, batch, heads, max, dim]",
     "a static cache, as in transformers",
     "transformers, StaticCache: key and value tensors of [batch, heads, max length, dim]",
     {A::part, A::block, A::head, A::slot},
     false},
};

// Consecutive physical blocks of which the same slots are read.
struct Piece {
    int64_t block, count, slot, slot_end;
};

struct Box {
    std::array<int64_t, 4> from, to;  // by axis of the order, outermost first
};

Box box_of(const CacheOrder& o, const CachePool& p, const Piece& piece, const ReadBox& b) {
    Box box{};
    for (size_t i = 0; i < 4; ++i) {
        switch (o.axes[i]) {
            case A::part:
                box.from[i] = 0, box.to[i] = p.parts;
                break;
            case A::block:
                box.from[i] = piece.block, box.to[i] = piece.block + piece.count;
                break;
            case A::slot:
                box.from[i] = piece.slot, box.to[i] = piece.slot_end;
                break;
            case A::head:
                box.from[i] = b.head, box.to[i] = b.head_end;
                break;
        }
    }
    return box;
}

CacheCell corner(const CacheOrder& o, const Box& box, bool last) {
    CacheCell c;
    for (size_t i = 0; i < 4; ++i) {
        const int64_t v = last ? box.to[i] - 1 : box.from[i];
        (o.axes[i] == A::part ? c.part : o.axes[i] == A::block ? c.block : o.axes[i] == A::slot ? c.slot : c.head) = v;
    }
    return c;
}

}  // namespace

std::span<const CacheOrder> cache_orders() {
    return kOrders;
}

int64_t CachePool::size(CacheAxis a) const {
    return a == A::part ? parts : a == A::block ? blocks : a == A::slot ? block_size : heads;
}

int64_t cell_index(const CacheOrder& o, const CachePool& p, const CacheCell& c) {
    int64_t at = 0;
    for (const A a : o.axes)
        at = at * p.size(a) + (a == A::part ? c.part : a == A::block ? c.block : a == A::slot ? c.slot : c.head);
    return at;
}

CacheCell cell_at(const CacheOrder& o, const CachePool& p, int64_t index) {
    CacheCell c;
    for (size_t i = 4; i-- > 0;) {
        const A a = o.axes[i];
        const int64_t n = std::max<int64_t>(p.size(a), 1);
        (a == A::part ? c.part : a == A::block ? c.block : a == A::slot ? c.slot : c.head) = index % n;
        index /= n;
    }
    return c;
}

int64_t pool_blocks(Tokens max, int64_t window, int64_t block_size, int64_t sequences) {
    int64_t each = blocks_for(max, block_size);
    // A window rarely starts at a block boundary, so it needs one more block.
    if (window > 0) each = std::min(each, blocks_for({window}, block_size) + 1);
    return each * sequences;
}

ReadPattern read_pattern(const CacheOrder& o, const CachePool& p, const BlockTable& t, const ReadBox& b) {
    ReadPattern out;
    if (b.end <= b.first || b.head_end <= b.head) return out;
    out.bytes = p.cell * static_cast<double>(p.parts * (b.end - b.first) * (b.head_end - b.head));

    // Blocks adjacent in memory are one piece; with other sequences in between, each is separate.
    const int64_t size = p.block_size, first = b.first / size, last = (b.end - 1) / size;
    std::vector<Piece> pieces;
    int64_t alone = 1;  // how often the middle piece occurs, when its blocks do not follow each other
    const auto add = [&](int64_t logical, int64_t count, int64_t slot, int64_t slot_end) {
        if (count <= 0) return;
        while (t.ring > 0 && count > 0) {  // the ring's end cuts a piece
            const int64_t fit = std::min(count, t.ring - logical % t.ring);
            pieces.push_back({t.physical(logical), fit, slot, slot_end});
            logical += fit;
            count -= fit;
        }
        if (count > 0) pieces.push_back({t.physical(logical), count, slot, slot_end});
    };
    const int64_t first_slot = b.first % size, last_slot = (b.end - 1) % size + 1;
    if (first == last) {
        add(first, 1, first_slot, last_slot);
    } else {
        const int64_t whole_from = first_slot == 0 ? first : first + 1, whole_to = last_slot == size ? last + 1 : last;
        if (first_slot != 0) add(first, 1, first_slot, size);
        if (t.sequences == 1) {
            add(whole_from, whole_to - whole_from, 0, size);
        } else if (whole_to > whole_from) {
            pieces.push_back({t.physical(whole_from), 1, 0, size});
            alone = whole_to - whole_from;
        }
        if (last_slot != size) add(last, 1, 0, last_slot);
    }

    const auto block_axis = static_cast<size_t>(std::find(o.axes.begin(), o.axes.end(), A::block) - o.axes.begin());
    // Whether a box ends where another begins, each at one value of what stands outside the blocks: the part, or
    // nothing.
    const int64_t outer = block_axis > 0 ? p.parts : 1;
    const auto touch = [&](Box before, int64_t before_part, Box after, int64_t after_part) {
        if (block_axis > 0) before.to[0] = before_part + 1, after.from[0] = after_part, after.to[0] = after_part + 1;
        return cell_index(o, p, corner(o, before, true)) + 1 == cell_index(o, p, corner(o, after, false));
    };
    std::sort(pieces.begin(), pieces.end(), [](const Piece& x, const Piece& y) { return x.block < y.block; });
    for (size_t i = 0; i < pieces.size(); ++i) {
        const Box box = box_of(o, p, pieces[i], b);
        // From the innermost axis outwards, a run continues while the inner axes are read completely.
        int64_t runs = 1;
        bool going = true;
        for (size_t axis = 4; axis-- > 0;) {
            const int64_t n = box.to[axis] - box.from[axis];
            if (!going) runs *= n;
            going = going && n == p.size(o.axes[axis]);
        }
        const bool repeated = pieces[i].slot == 0 && pieces[i].slot_end == size;
        out.runs += runs * (repeated ? alone : 1);
        if (i == 0 || t.sequences > 1) continue;
        // Two pieces that touch are one run, once for each value of the axes outside the blocks.
        if (touch(box_of(o, p, pieces[i - 1], b), 0, box, 0)) out.runs -= outer;
    }
    // The last piece of the keys may touch the first of the values.
    if (pieces.size() > 1 && t.sequences == 1 && outer > 1 &&
        touch(box_of(o, p, pieces.back(), b), 0, box_of(o, p, pieces.front(), b), 1))
        out.runs -= outer - 1;
    return out;
}

}  // namespace kvx::core
