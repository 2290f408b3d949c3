#include "core/catalog/import/layer_schedule.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/number.h"

namespace kvx::core::hf {

namespace {

using Kind = JsonValue::Kind;
using Slots = std::vector<Slot>;

std::string quoted(std::string_view name) {
    return "\"" + printable(name, 40) + "\"";
}

// Lists of names, or of letters; `cyclic`: the list is repeated over the layers.
struct NameField {
    std::string_view name;
    bool cyclic;
};
constexpr std::array kNames = {
    NameField{"layer_types", false},       NameField{"layers_block_type", false},
    NameField{"layer_block_types", false}, NameField{"hybrid_override_pattern", false},
    NameField{"attention_layers", false},  NameField{"block_types", true},
    NameField{"_block_types", true},       NameField{"sliding_window_pattern", true},
};

// Lists of 0 and 1.
struct NumberField {
    std::string_view name;
    Mixer one, zero;
};
constexpr std::array kNumbers = {
    NumberField{"attn_type_list", Mixer::full, Mixer::linear},         // MiniMax
    NumberField{"hybrid_layer_pattern", Mixer::sliding, Mixer::full},  // MiMo-V2
};

// Lists of layers, and what the others are.
struct IndexField {
    std::string_view name;
    Mixer listed, other;
    bool from_one;  // unless a 0 is among them
};
constexpr std::array kIndices = {
    IndexField{"full_attn_idxs", Mixer::full, Mixer::conv, false},
    IndexField{"linear_attn_config.full_attn_layers", Mixer::full, Mixer::kda, true},
    IndexField{"linear_attn_config.kda_layers", Mixer::kda, Mixer::full, true},
    IndexField{"attn_layer_indices", Mixer::full, Mixer::mamba, false},
    IndexField{"attn_layer_idx", Mixer::full, Mixer::mamba, false},
    IndexField{"hybrid_layer_ids", Mixer::shared, Mixer::mamba, false},
    IndexField{"sliding_window_layers", Mixer::sliding, Mixer::full, false},
    IndexField{"local_attention_layers", Mixer::sliding, Mixer::full, false},
    IndexField{"full_attention_layers", Mixer::full, Mixer::sliding, false},
    IndexField{"global_attention_layers", Mixer::full, Mixer::sliding, false},
    IndexField{"global_attn_layers", Mixer::full, Mixer::sliding, false},
    IndexField{"linear_attention_layers", Mixer::linear, Mixer::full, false},
    IndexField{"cross_attention_layers", Mixer::cross, Mixer::full, false},
};

// One name or letter of a list; pushes nothing and refuses if it is not known.
void push_named(Reader& r, std::string_view field, JsonValue v, const Architecture& arch, Slots& out) {
    std::optional<Slot> slot = slot_named(v.text());
    // "attention" of nemotron_h has no MLP beside it, as its letters
    if (slot && arch.has(kAlternating) && slot->feed_forward == FeedForward::by_rule)
        slot->feed_forward = FeedForward::none;
    if (slot && slot->mixer == Mixer::shared && !arch.has(kSharedBlocks)) slot.reset();
    if (slot) {
        out.push_back(*slot);
        return;
    }
    const std::string what = v.is(Kind::text) ? quoted(v.text()) : "not a name";
    r.refuse("Layer " + std::to_string(out.size()) + " is " + what + " in " + std::string(field) +
             (arch.type.empty() ? "" : " of " + std::string(arch.type)) +
             ": what such a layer keeps is not known here. Known names: " + std::string(known_slot_names()) + ".");
}

Slots repeated(Reader& r, std::string_view field, Slots some, int64_t layers, bool cyclic) {
    const auto want = static_cast<size_t>(layers);
    const size_t have = some.size();
    if (have == 0 || r.failed()) return {};
    if (have < want && !cyclic) {
        r.refuse("The config.json describes " + std::to_string(have) + " layers in " + std::string(field) +
                 " but has " + std::to_string(layers) + " layers.");
        return {};
    }
    while (some.size() < want) some.push_back(some[some.size() - have]);
    some.resize(want);  // layers for multi-token prediction may follow
    return some;
}

Slots from_names(Reader& r, const Architecture& arch, int64_t layers) {
    for (const NameField& f : kNames) {
        const JsonValue v = r.at(f.name);
        Slots some;
        if (v.is(Kind::text) && !v.text().empty()) {
            const std::string_view letters = v.text();
            for (size_t i = 0; i < letters.size() && i < static_cast<size_t>(kMostLayers) && !r.failed(); ++i) {
                const std::optional<Slot> slot = slot_named(letters.substr(i, 1));
                if (slot)
                    some.push_back(*slot);
                else
                    r.refuse("Letter " + quoted(letters.substr(i, 1)) + " in " + std::string(f.name) +
                             " is not known here; known are M, *, -, E, L and G.");
            }
            return repeated(r, f.name, std::move(some), layers, f.cyclic);
        }
        const std::vector<JsonValue> list = r.list(f.name);
        if (list.empty()) continue;
        for (const JsonValue e : list)
            if (!r.failed()) push_named(r, f.name, e, arch, some);
        return repeated(r, f.name, std::move(some), layers, f.cyclic);
    }
    return {};
}

// GPT-Neo: [[["global", "local"], 12]]
Slots from_nested(Reader& r, const Architecture& arch, int64_t layers) {
    Slots some;
    for (const JsonValue block : r.list("attention_types")) {
        const JsonValue names = block.first();
        const double times = names.next().number(0);
        for (int64_t i = 0; real(i) < times && static_cast<int64_t>(some.size()) < layers && !r.failed(); ++i) {
            if (names.size() == 0) break;
            for (JsonValue e = names.first(); e && !r.failed(); e = e.next())
                push_named(r, "attention_types", e, arch, some);
        }
    }
    return some.empty() ? Slots() : repeated(r, "attention_types", std::move(some), layers, false);
}

Slots from_numbers(Reader& r, int64_t layers) {
    for (const NumberField& f : kNumbers) {
        Slots some;
        for (const JsonValue e : r.list(f.name)) some.push_back({e.number(0) == 1 ? f.one : f.zero});
        if (!some.empty()) return repeated(r, f.name, std::move(some), layers, false);
    }
    return {};
}

Slots from_indices(Reader& r, int64_t layers) {
    for (const IndexField& f : kIndices) {
        std::vector<double> listed;
        for (const JsonValue e : r.list(f.name)) listed.push_back(e.number(-1));
        if (listed.empty()) continue;
        bool from_one = f.from_one;
        const auto has_zero = [](const std::vector<JsonValue>& all) {
            return std::any_of(all.begin(), all.end(), [](JsonValue e) { return e.number(-1) == 0; });
        };
        if (from_one)
            from_one = !has_zero(r.list(f.name)) && !has_zero(r.list("linear_attn_config.kda_layers")) &&
                       !has_zero(r.list("linear_attn_config.full_attn_layers"));
        std::sort(listed.begin(), listed.end());
        Slots out;
        for (int64_t i = 0; i < layers; ++i) {
            const bool here = std::binary_search(listed.begin(), listed.end(), real(from_one ? i + 1 : i));
            out.push_back({here ? f.listed : f.other});
        }
        return out;
    }
    return {};
}

// Every `period`-th layer is `marked`, counted from `offset`.
Slots periodic(int64_t layers, int64_t period, int64_t offset, Mixer marked, Mixer other) {
    Slots out;
    for (int64_t i = 0; i < layers; ++i) out.push_back({i % period == offset % period ? marked : other});
    return out;
}

Slots from_periods(Reader& r, const Architecture& arch, int64_t layers) {
    const double most = real(kMostLayers);
    if (const int64_t n = r.whole("attn_layer_period", arch.type == "jamba" ? 8 : 0, most); n > 0) {
        const int64_t offset = r.whole("attn_layer_offset", arch.type == "jamba" ? 4 : 0, most);
        return periodic(layers, n, offset, Mixer::full, Mixer::mamba);
    }
    if (const int64_t n = r.whole("full_attention_interval", arch.period, most); n > 0)
        return periodic(layers, n, n - 1, Mixer::full, Mixer::linear);
    if (const int64_t n = r.whole("layer_group_size", 0, most); n > 0) {
        // Ling: the last of each group, and the layers after the last whole group
        Slots out = periodic(layers, n, n - 1, Mixer::full, Mixer::linear);
        for (int64_t i = layers / n * n; i < layers; ++i) out[static_cast<size_t>(i)] = {Mixer::full};
        return out;
    }
    return {};
}

Slots by_chunks(Reader& r, int64_t layers) {
    Slots out;
    const std::vector<JsonValue> rope = r.list("no_rope_layers");
    const int64_t every = r.whole("no_rope_layer_interval", 4, real(kMostLayers));
    for (int64_t i = 0; i < layers; ++i) {
        const auto index = static_cast<size_t>(i);
        const bool full = index < rope.size() ? rope[index].number(1) == 0 : every > 0 && (i + 1) % every == 0;
        out.push_back({full ? Mixer::full : Mixer::chunked});
    }
    return out;
}

// A window and nothing else: every layer of the families known for it, otherwise a stated assumption.
Slots by_window(Reader& r, const Architecture& arch, int64_t layers, int64_t window) {
    const int64_t given = r.number(Size::window_pattern, 0);
    if (const int64_t n = given > 0 ? given : arch.pattern; n > 0) {
        Slots out = periodic(layers, n, n - 1, Mixer::full, Mixer::sliding);
        if (arch.type == "gemma4" || arch.type == "gemma4_text") out.back() = {Mixer::full};  // Gemma4TextConfig
        return out;
    }
    const int64_t from = r.whole("max_window_layers", 0, real(kMostLayers));
    Slots out;
    for (int64_t i = 0; i < layers; ++i) out.push_back({i >= from ? Mixer::sliding : Mixer::full});
    if (!arch.has(kWindowAll))
        r.assume("sliding_window " + std::to_string(window) + " on every layer: no field says on which");
    return out;
}

int64_t read_window(Reader& r) {
    const int64_t window = r.number(Size::window, 0);
    const int64_t longest = r.number(Size::context, 0);
    if (longest > 0 && window >= longest) return 0;  // no sequence reaches it
    for (const char* name : {"use_sliding_window", "use_swa"})
        if (r.at(name).is(Kind::boolean) && !r.flag(name)) return 0;
    return window;
}

Slots read_slots(Reader& r, const Architecture& arch, int64_t layers, int64_t window) {
    if (arch.has(kStateOnly)) return Slots(static_cast<size_t>(layers), {Mixer::mamba, FeedForward::none});
    Slots out = from_names(r, arch, layers);
    if (out.empty() && !r.failed()) out = from_nested(r, arch, layers);
    if (out.empty() && !r.failed()) out = from_numbers(r, layers);
    if (out.empty() && !r.failed()) out = from_indices(r, layers);
    if (out.empty() && !r.failed()) out = from_periods(r, arch, layers);
    if (!out.empty() || r.failed()) return out;
    if (arch.has(kStateSchedule)) {
        r.refuse("The config.json does not say which layers of " + std::string(arch.type) +
                 " have attention (looked for layers_block_type, attn_layer_indices, hybrid_layer_ids, "
                 "attn_layer_period).");
        return {};
    }
    if (r.at("linear_attn_config").is(Kind::object)) return Slots(static_cast<size_t>(layers), {Mixer::kda});
    if (arch.has(kChunked)) return by_chunks(r, layers);
    if (window > 0) return by_window(r, arch, layers, window);
    return Slots(static_cast<size_t>(layers));
}

}  // namespace

Schedule read_schedule(Reader& r, const Architecture& arch, int64_t layers) {
    Schedule s;
    s.window = read_window(r);
    s.slots = read_slots(r, arch, layers, s.window);
    for (Slot& slot : s.slots) {
        // RecurrentGemma calls its windows "attention"
        if (arch.type == "recurrent_gemma" && slot.mixer == Mixer::full) slot.mixer = Mixer::sliding;
        if (slot.mixer == Mixer::sliding && s.window <= 0) slot.mixer = Mixer::full;
    }
    return s;
}

}  // namespace kvx::core::hf
