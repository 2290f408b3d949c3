#include "core/catalog/import/compressed_attention.h"

#include <string>

#include "core/catalog/import/feed_forward.h"
#include "core/catalog/import/layers.h"

namespace kvx::core::hf {

namespace {

// Bytes of an entry as vLLM lays them out in pages, padding included (the rows of DeepSeek-V4 in models.json): 512 FP8
// values, their scales and a rotary part of 64 in 16 bits; an FP4 index key with its scale is 72 B.
constexpr double kExact = 584, kOfFour = 585, kOf128 = 864, kIndexKey = 72;

// Tokens an entry of each layer, 0: only the window. Empty after a refusal.
std::vector<int64_t> ratios_of(Reader& r, int64_t layers) {
    std::vector<int64_t> out;
    const auto refuse = [&](const std::string& what) {
        r.refuse("Compressed attention (deepseek_v4) is read with 4 or 128 tokens an entry; " + what +
                 " is not described here. Choose a model from the list.");
        return std::vector<int64_t>();
    };
    for (const JsonValue v : r.list("compress_ratios")) out.push_back(static_cast<int64_t>(v.number(-1)));
    if (out.empty())
        for (const JsonValue v : r.list("layer_types")) {
            const std::string_view name = v.text();
            const bool few = name == "compressed_sparse_attention", many = name == "heavily_compressed_attention";
            if (!few && !many && name != "sliding_attention") return refuse("\"" + printable(name, 40) + "\"");
            out.push_back(few ? 4 : many ? 128 : 0);
        }
    if (static_cast<int64_t>(out.size()) < layers) {
        r.lack("compress_ratios");
        return {};
    }
    out.resize(static_cast<size_t>(layers));  // layers for multi-token prediction follow
    for (const int64_t n : out)
        if (n != 0 && n != 4 && n != 128) return refuse("a ratio of " + std::to_string(n));
    return out;
}

}  // namespace

bool has_compressed_attention(const Reader& r, const Architecture& arch) {
    return arch.type == "deepseek_v4" || r.at("compress_ratios").is(JsonValue::Kind::array);
}

std::vector<LayerGroup> read_compressed_layers(Reader& r, const Model& m, const Architecture& arch, int64_t layers) {
    Attention a;
    a.kind = AttentionKind::compressed;
    a.q_heads = r.need(Size::q_heads);
    a.kv_heads = 1;
    a.k_dim = a.v_dim = r.need(Size::head_dim);
    a.q_lora_rank = r.need(Size::q_lora_rank);
    a.window = r.need(Size::window);
    a.window_bytes = kExact;
    a.o_groups = r.whole("o_groups", 0, 4096);
    a.o_lora_rank = r.whole("o_lora_rank", 0);
    if (a.o_groups == 0) r.lack("o_groups");
    if (a.o_lora_rank == 0) r.lack("o_lora_rank");
    if (a.k_dim != 512 && a.k_dim > 0)
        r.refuse("Compressed attention is read with a head_dim of 512, not " + std::to_string(a.k_dim) +
                 ": the bytes of its entries are not described here.");
    Attention few = a, many = a;
    few.ratio = 4, few.entry_bytes = kOfFour, few.index_entry_bytes = kIndexKey;
    few.index_topk = r.need(Size::index_topk);
    few.index_dim = r.need(Size::index_dim);
    few.index_heads = r.need(Size::index_heads);
    many.ratio = 128, many.entry_bytes = kOf128;
    const std::vector<int64_t> ratios = ratios_of(r, layers);
    const Mlp moe = moe_mlp(r, m.hidden, arch);
    std::vector<LayerGroup> out;
    if (r.failed()) return out;
    for (const int64_t ratio : ratios) append_layer(out, {1, ratio == 4 ? few : ratio == 128 ? many : a, moe});
    return out;
}

}  // namespace kvx::core::hf
