#include "core/memory/facts.h"

#include <algorithm>

#include "core/format.h"
#include "core/json.h"

namespace kvx::core {

namespace {

constexpr std::string_view kConditions[] = {"attention", "sharing", "experts", "quantised_kv", "cb",
                                            "pa",        "fa",      "over",    "full_batch",   "shared_cache",
                                            "model",     "device",  "kv",      "memory"};

// Compares one value of a condition with the current state.
bool matches(std::string_view wanted, std::string_view now) {
    if (!wanted.empty() && wanted.back() == '*') {
        wanted.remove_suffix(1);
        return now.substr(0, wanted.size()) == wanted;
    }
    return wanted == now;
}

std::string_view yes(bool b) {
    return b ? "true" : "false";
}

std::string_view memory_id(MemoryKind k) {
    switch (k) {
        case MemoryKind::hbm:
            return "hbm";
        case MemoryKind::gddr:
            return "gddr";
        case MemoryKind::lpddr:
            return "lpddr";
        case MemoryKind::sram:
            return "sram";
    }
    return "";
}

const Attention* heads_of(const Model& m) {
    for (const LayerGroup& g : m.layers)
        if (g.attention.kind == AttentionKind::full) return &g.attention;
    for (const LayerGroup& g : m.layers)
        if (g.attention.kind == AttentionKind::sliding || g.attention.kind == AttentionKind::chunked)
            return &g.attention;
    return nullptr;
}

const Mlp* experts_of(const Model& m) {
    for (const LayerGroup& g : m.layers)
        if (g.mlp.kind == MlpKind::moe) return &g.mlp;
    return nullptr;
}

bool holds_one(std::string_view key, std::string_view wanted, const InferenceInput& in, const InferencePlan& p) {
    const Model& m = *in.model;
    if (key == "attention") {
        for (const LayerGroup& g : m.layers)
            if (kind_id(g.attention.kind) == wanted || (wanted == "sparse" && g.attention.index_topk > 0)) return true;
        return false;
    }
    if (key == "sharing") {
        const Attention* a = heads_of(m);
        if (!a) return false;
        return wanted == (a->kv_heads == a->q_heads ? "mha" : a->kv_heads == 1 ? "mqa" : "gqa");
    }
    if (key == "experts") return wanted == yes(experts_of(m) != nullptr);
    if (key == "quantised_kv") return wanted == yes(is_quantised(in.kv_dtype));
    if (key == "cb") return wanted == yes(in.continuous_batching);
    if (key == "pa") return wanted == yes(in.paged_attention);
    if (key == "fa") return wanted == yes(in.flash_attention);
    if (key == "over") return wanted == yes(p.needed > p.usable);
    if (key == "full_batch") return wanted == yes(in.lengths.size() > 1);
    if (key == "shared_cache")
        return wanted == yes(std::any_of(m.layers.begin(), m.layers.end(),
                                         [](const LayerGroup& g) { return !g.attention.owns_cache; }));
    if (key == "model") return matches(wanted, m.id);
    if (key == "device") return matches(wanted, in.device->id);
    if (key == "kv") return wanted == info(in.kv_dtype).id;
    if (key == "memory") return wanted == memory_id(in.device->kind);
    return false;
}

// The value of one placeholder; "" if it has none.
std::string value_of(std::string_view name, const InferenceInput& in, const InferencePlan& p) {
    const Model& m = *in.model;
    const Device& dev = *in.device;
    const auto bytes = [](Bytes b) { return b.value > 0 ? format_bytes(b).text() : std::string(); };
    if (name == "model") return m.name;
    if (name == "device") return dev.short_name;
    if (name == "batch") return group_digits(static_cast<int64_t>(in.lengths.size()));
    if (name == "context_now") return p.longest.value > 0 ? group_digits(p.longest.value) : std::string();
    if (name == "context_max") return group_digits(in.context_max.value);
    if (name == "kv_per_token") return bytes(p.bytes_per_token_now);
    if (name == "kv_now") return bytes(p.kv_used);
    if (name == "weights") return bytes(p.weights);
    if (name == "params") return format_params(p.params_total).text();
    if (name == "active") return format_params(p.params_active).text();
    if (name == "state") return bytes(p.rate.state);
    if (name == "kv_dtype") return label_of(in.cache());
    if (name == "capacity") return bytes(p.capacity);
    if (name == "usable") return bytes(p.usable);
    if (name == "bandwidth") return format_rate(dev.bandwidth).text();
    if (name == "decode_floor") return p.step_floor.value > 0 ? format_seconds(p.step_floor).text() : std::string();
    if (name == "decode_bytes") return bytes(p.step_weights_read + p.step_kv_read + p.step_kv_written);
    if (name == "devices") return group_digits(p.devices_needed);
    if (name == "fits_context")
        return p.fits_context.value > 0 && !p.context_limit_hit ? group_digits(p.fits_context.value) : std::string();
    if (name == "fits_batch") return p.fits_batch > 0 ? group_digits(p.fits_batch) : std::string();
    if (name == "scores") return bytes(in.flash_attention ? p.scores_avoided : p.scores);
    if (name == "statistics") return bytes(p.statistics);
    if (name == "block") return in.paged_attention ? bytes(p.block_bytes) : std::string();
    if (name == "block_tokens") return group_digits(in.block_size);
    if (name == "blocks") return p.blocks > 0 ? group_digits(p.blocks) : std::string();
    if (name == "waste") return bytes(p.kv_wasted);
    if (name == "efficiency") return p.kv_allocated.value > 0 ? fixed(100 * p.kv_efficiency, 1) + " %" : std::string();
    if (const Mlp* e = experts_of(m)) {
        if (name == "experts") return group_digits(e->experts);
        if (name == "experts_used") return group_digits(e->experts_per_token);
    }
    if (const Attention* a = heads_of(m)) {
        if (name == "heads") return group_digits(a->q_heads);
        if (name == "kv_heads") return group_digits(a->kv_heads);
        if (name == "share" && a->kv_heads > 0)
            return significant(static_cast<double>(a->q_heads) / static_cast<double>(a->kv_heads), 3);
    }
    if (name == "window")
        for (const LayerGroup& g : m.layers)
            if (g.attention.window > 0) return group_digits(g.attention.window);
    return {};
}

}  // namespace

std::string load_facts(std::string_view json, std::vector<Fact>& out) {
    JsonText text;
    const std::string bad = text.parse(json);
    if (!bad.empty()) return "facts.json cannot be read: " + bad + ".";
    const JsonValue rows = text.root()["facts"];
    if (!rows.is(JsonValue::Kind::array)) return "facts.json has no list \"facts\".";
    std::vector<Fact> all;
    for (JsonValue v = rows.first(); v; v = v.next()) {
        Fact f{std::string(v["id"].text()), std::string(v["text"].text()), std::string(v["source"].text()), {}};
        const std::string what = "facts.json, row " + std::to_string(all.size() + 1) + " (" + f.id + "): ";
        if (f.id.empty() || f.text.empty() || f.source.empty()) return what + "needs id, text and source.";
        for (JsonValue c = v["when"].first(); c; c = c.next()) {
            if (std::find(std::begin(kConditions), std::end(kConditions), c.key()) == std::end(kConditions))
                return what + "condition \"" + std::string(c.key()) + "\" is unknown.";
            if (c.is(JsonValue::Kind::boolean))
                f.when.emplace_back(c.key(), yes(c.boolean()));
            else if (c.is(JsonValue::Kind::text))
                f.when.emplace_back(c.key(), c.text());
            else
                return what + "condition \"" + std::string(c.key()) + "\" is neither a text nor true or false.";
        }
        all.push_back(std::move(f));
    }
    out = std::move(all);
    return {};
}

bool holds(const Fact& f, const InferenceInput& in, const InferencePlan& p) {
    for (const auto& [key, values] : f.when) {
        bool any = false;
        for (size_t from = 0; from <= values.size() && !any;) {
            size_t to = values.find('|', from);
            if (to == std::string::npos) to = values.size();
            any = holds_one(key, std::string_view(values).substr(from, to - from), in, p);
            from = to + 1;
        }
        if (!any) return false;
    }
    return true;
}

std::string fill(std::string_view text, const InferenceInput& in, const InferencePlan& p) {
    std::string out;
    for (size_t i = 0; i < text.size();) {
        if (text[i] != '{') {
            out += text[i++];
            continue;
        }
        const size_t end = text.find('}', i);
        if (end == std::string_view::npos) return {};
        const std::string value = value_of(text.substr(i + 1, end - i - 1), in, p);
        if (value.empty()) return {};
        out += value;
        i = end + 1;
    }
    return out;
}

}  // namespace kvx::core
