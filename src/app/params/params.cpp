#include "app/params/params.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "app/answers/compare.h"
#include "app/codec.h"
#include "app/notices.h"
#include "app/pages.h"
#include "app/params/param_rows.h"
#include "app/params/params_layout.h"
#include "app/params/params_learn.h"
#include "app/params/params_own.h"
#include "app/params/params_serving.h"
#include "app/params/params_training.h"
#include "app/playback.h"
#include "app/text.h"
#include "app/weights_choice.h"
#include "core/format.h"

namespace kvx::app {
namespace {

constexpr char kSequences[] = "sequences", kDevices[] = "devices";
constexpr Allowed kMemoryShare{0.5, 1, "a share of the memory"}, kSpeed{0.5, 100, "a speed"};

template <class Row>
std::string refuse_name(std::string_view value, const std::vector<Row>& rows, std::string_view what) {
    std::vector<std::string_view> names;
    for (const Row& row : rows) {
        names.push_back(row.id);
        names.push_back(row.name);
    }
    std::string_view hint = nearest(value, names);
    for (const Row& row : rows) {
        if (row.name == hint) hint = row.id;  // the id is what can be typed
    }
    return refuse(
        value, "is not a known " + std::string(what) + (hint.empty() ? "" : " (nearest: " + std::string(hint) + ")"));
}

std::vector<Choice> page_choices(const State&) {
    std::vector<Choice> all;
    for (const PageRow& page : pages()) all.push_back({std::string(page.name), std::string(page.label)});
    return all;
}
std::vector<Choice> show_choices(const State&) {
    return {{"stage", "Stage"},       {"savings", "Savings"}, {"fits", "What fits"},
            {"insights", "Insights"}, {"compare", "Compare"}, {"tables", "Tables"}};
}
std::vector<Choice> lengths_choices(const State&) {
    return {{"equal", "All equal"}, {"staggered", "Staggered"}};
}
std::vector<Choice> scale_choices(const State&) {
    return {{"linear", "Linear"}, {"log", "Logarithmic"}};
}
std::vector<Choice> theme_choices(const State&) {
    return {{"automatic", "As the system"}, {"dark", "Dark"}, {"light", "Light"}};
}

std::vector<Choice> context_choices(const State&) {
    std::vector<Choice> result;
    for (const char* label :
         {"4K", "8K", "16K", "32K", "64K", "128K", "200K", "256K", "512K", "1M", "2M", "10M", "100M"}) {
        core::Tokens tokens;
        core::parse_tokens(label, tokens);
        result.push_back({whole(tokens.value), label});
    }
    return result;
}

std::vector<Choice> speed_choices(const State&) {
    std::vector<Choice> result;
    for (const double v : {0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0})
        result.push_back({real_text(v), real_text(v) + "×"});
    return result;
}

std::vector<Choice> model_choices(const State& s) {
    std::vector<Choice> result;
    for (auto own = s.own_models.rbegin(); own != s.own_models.rend(); ++own)
        result.push_back({own->model.id, own->model.name});
    for (const core::Model& m : s.catalog.models) result.push_back({m.id, m.name});
    return result;
}
std::vector<Choice> device_choices(const State& s) {
    std::vector<Choice> result;
    for (const core::Device& d : s.catalog.devices) result.push_back({d.id, d.name});
    result.push_back({std::string(kOwnDevice), s.in.own.name + " (own figures)"});
    return result;
}
std::vector<Choice> cache_choices(const State&) {
    std::vector<Choice> result;
    for (const core::DtypeInfo& d : core::all_formats())
        if (core::stores_cache(d.dtype)) result.push_back({std::string(d.id), std::string(d.label)});
    return result;
}
// Values may be cached in another format than keys.
std::vector<Choice> value_choices(const State& s) {
    std::vector<Choice> result = cache_choices(s);
    result.insert(result.begin(), {"same", "As the keys"});
    return result;
}
// Weights as released go with a cache in 16 bits; "mixed" is what neither is.
std::string common_dtype(const State& s) {
    const std::string weights = weights_key(s), cache(core::info(s.in.kv).id);
    if (s.in.kv_values.value_or(s.in.kv) != s.in.kv) return "mixed";
    const bool both = s.in.release.empty() && core::stores_cache(s.in.weights);
    const bool as_cache = both ? weights == cache : s.in.kv == core::Dtype::bf16;
    return as_cache ? weights : "mixed";
}
std::vector<Choice> common_dtype_choices(const State& s) {
    std::vector<Choice> result = weight_choices(s);
    if (common_dtype(s) == "mixed") result.push_back({"mixed", "Mixed"});
    return result;
}

std::string dtype_id(core::Dtype d) {
    return std::string(core::info(d).id);
}
// Any row of the formats that can hold cached vectors.
std::string set_cache(State& s, std::string_view value) {
    core::Dtype d = core::Dtype::bf16;
    if (!core::parse_dtype(lower(trimmed(value)), d)) return refuse_choice(value, cache_choices(s));
    if (!core::stores_cache(d)) return refuse(value, "is a format of weights, not of a cache");
    s.in.kv = d;
    return {};
}

std::string set_model(State& s, std::string_view value) {
    const std::string_view wanted = trimmed(value);
    if (const OwnModel* own = s.own_model(wanted)) return s.in.model = own->model.id, std::string();
    if (wanted == kImported || wanted.starts_with("own-"))
        return refuse(value, "is somebody's own model; open its config.json here");
    const core::Model* found = wanted.empty() ? nullptr : s.catalog.model(wanted);
    if (found == nullptr) return refuse_name(value, s.catalog.models, "model");
    s.in.model = found->id;
    return {};
}

std::string set_device(State& s, std::string_view value) {
    const std::string_view wanted = trimmed(value);
    const core::Device* found = wanted == kOwnDevice ? &s.in.own : wanted.empty() ? nullptr : s.catalog.device(wanted);
    if (found == nullptr) return refuse_name(value, s.catalog.devices, "device");
    s.in.device = found->id;
    s.in.cb = s.in.pa = s.in.fa =
        std::nullopt;  // the new device's documented defaults apply until someone overrides them
    return {};
}

std::string set_at(State& s, std::string_view value) {
    int64_t tokens = 0;
    if (!parse_token_count(value, tokens) || tokens < 0 || tokens > s.in.context.value) {
        return refuse(value, "is not a position from 0 to the maximum context of " + core::short_tokens(s.in.context) +
                                 " tokens");
    }
    move_to(s, static_cast<double>(tokens));
    return {};
}

// A switch of the engine. One that agrees with the device's default is kept unset, so that one picture has one link.
template <auto member, bool core::DeviceDefaults::*fallback>
constexpr Param switch_row(Param p) {
    p = of_kind(p, ParamKind::toggle);
    p.get = [](const State& s) {
        return std::string((s.in.*member).value_or(core::defaults_for(s.device()).*fallback) ? "1" : "0");
    };
    p.initial = [](const State& s) { return std::string(core::defaults_for(s.device()).*fallback ? "1" : "0"); };
    p.set = [](State& s, std::string_view v) {
        bool on = false;
        std::string reason = set_toggle(v, on);
        if (!reason.empty()) return reason;
        s.in.*member = on == core::defaults_for(s.device()).*fallback ? std::nullopt : std::optional<bool>(on);
        return std::string();
    };
    return p;
}

std::vector<Choice> link_choices(const State& s) {
    std::vector<Choice> result = {{"auto", "Fastest"}};
    for (const core::Fabric* f : s.catalog.clusters.fabrics_of(s.device().id))
        if (const core::Link* l = s.catalog.clusters.link(f->link)) result.push_back({l->id, l->name});
    return result;
}
std::vector<Choice> network_choices(const State& s) {
    std::vector<Choice> result = {{"auto", "Typical"}};
    for (const core::Link& l : s.catalog.clusters.links)
        if (l.kind == "infiniband" || (l.kind == "ethernet" && l.id.substr(0, 4) == "eth-"))
            result.push_back({l.id, l.name});
    return result;
}
std::vector<Choice> system_choices(const State& s) {
    std::vector<Choice> result = {{"none", "Custom"}};
    for (const core::System& y : s.catalog.clusters.systems) result.push_back({y.id, y.name});
    return result;
}

std::string set_system(State& s, std::string_view value) {
    const std::string wanted = lower(trimmed(value));
    if (wanted == "none") return {};
    const core::System* y = s.catalog.clusters.system(wanted);
    if (y == nullptr) return refuse_choice(value, system_choices(s));
    std::string reason = set_device(s, y->device);
    if (!reason.empty()) return reason;
    s.in.devices = y->devices;
    s.in.link = y->link;
    s.in.network = y->network;
    s.in.tp = s.in.pp = s.in.ep = s.in.dcp = std::nullopt;
    return {};
}
// The system that matches the current configuration.
std::string get_system(const State& s) {
    for (const core::System& y : s.catalog.clusters.systems)
        if (y.device == s.in.device && y.devices == s.in.devices && y.link == s.in.link && y.network == s.in.network)
            return y.id;
    return "none";
}

const Param kParams[] = {
    {.id = "view",
     .flag = "view",
     .alias = "",
     .label = "Page",
     .unit = "",
     .help = "The page that is shown.",
     .kind = ParamKind::choice,
     .choices = page_choices,
     .get = [](const State& s) { return std::string(page_row(s).name); },
     .initial = [](const State&) { return std::string(page_row(Inputs().page).name); },
     .set = [](State& s, std::string_view v) { return set_choice(v, page_choices(s), s.in.page); }},
    named_row<&Inputs::show, show_choices>(
        {.id = "show",
         .label = "Shown",
         .help = "What the middle of the page shows: the stage, or one of the answers.",
         .section = Section::picture}),
    named_row<&Inputs::model, model_choices>(
        {.id = "model",
         .label = "Model",
         .help =
             "The language model: an id from the list, its name or its Hugging Face name. The context stays as it is.",
         .section = Section::model,
         .set = set_model}),
    named_row<&Inputs::device, device_choices>(
        {.id = "device",
         .alias = "gpu",
         .url = "gpu",
         .label = "Device",
         .help =
             "The accelerator that holds weights and cache. Choosing one sets batching, paging and FlashAttention to "
             "its documented defaults.",
         .section = Section::devices,
         .set = set_device}),
    tokens_row<&Inputs::context, 1, follow_context>(
        {.id = "context",
         .label = "Maximum context",
         .help =
             "How many tokens one sequence may reach, prompt and answer together. 128K is 131,072; 200K is 200,000; 1M "
             "is 1,000,000.",
         .section = Section::sequences,
         .choices = context_choices}),
    {.id = "at",
     .flag = "at",
     .alias = "position",
     .label = "Context now",
     .short_label = "Position",
     .unit = "tokens",
     .help = "How many tokens the longest sequence holds now, from 0 to the maximum context; the maximum when it is "
             "not given.",
     .kind = ParamKind::tokens,
     .min = 0,
     .max = static_cast<double>(kLargestContext),
     .section = Section::sequences,
     .get = [](const State& s) { return whole(s.in.at.value_or(s.in.context).value); },
     .initial = [](const State& s) { return whole(s.in.context.value); },
     .set = set_at},
    integer_row<&Inputs::batch, 4096, 1, kSequences>({.id = "batch",
                                                      .alias = "sequences",
                                                      .label = "Batch",
                                                      .unit = "sequences",
                                                      .help = "How many sequences the device serves at the same time.",
                                                      .section = Section::sequences,
                                                      .choices = numbers<1, 2, 4, 8, 16, 32>}),
    switch_row<&Inputs::cb, &core::DeviceDefaults::continuous_batching>(
        {.id = "cb",
         .alias = "continuous-batching",
         .label = "Continuous batching",
         .help =
             "Sequences join and leave one by one and use only the memory of their own length. Off: each reserves the "
             "maximum context.",
         .section = Section::cache}),
    switch_row<&Inputs::pa, &core::DeviceDefaults::paged_attention>(
        {.id = "pa",
         .alias = "paged-attention",
         .label = "PagedAttention",
         .help =
             "The cache is stored in blocks that may lie anywhere; only the tail of a sequence's last block is wasted.",
         .section = Section::cache}),
    switch_row<&Inputs::fa, &core::DeviceDefaults::flash_attention>(
        {.id = "fa",
         .alias = "flash-attention",
         .label = "FlashAttention",
         .help = "Attention is computed tile by tile in on-chip memory, so that the score matrix is never stored. The "
                 "cache stays the same size.",
         .section = Section::cache}),
    toggle_row<&Inputs::smw>({.id = "smw",
                              .alias = "skip-weights",
                              .label = "Hide weights",
                              .help = "Leaves the weights out of the total, to see the cache alone.",
                              .section = Section::cache}),
    {.id = "dtype",
     .flag = "dtype",
     .alias = "data-type",
     .label = "Data type",
     .help = "Number format of weights and KV cache together; each also has its own control.",
     .kind = ParamKind::choice,
     .section = Section::cache,
     .derived = true,
     .choices = common_dtype_choices,
     .get = common_dtype,
     .initial = [](const State&) { return std::string(kReleased); },
     .set =
         [](State& s, std::string_view v) {
             if (lower(trimmed(v)) == "mixed" && common_dtype(s) == "mixed") return std::string();
             std::string reason = set_weights(s, v);
             if (!reason.empty()) return reason;
             s.in.kv = s.in.release.empty() && core::stores_cache(s.in.weights) ? s.in.weights : core::Dtype::bf16;
             s.in.kv_values.reset();
             return std::string();
         }},
    {.id = "weights",
     .flag = "weight-dtype",
     .alias = "weights-dtype",
     .label = "Weight data type",
     .short_label = "Weight format",
     .help = "What the weights are held in: as a checkpoint of the model is released, or converted. A conversion to a "
             "narrow format leaves embeddings, output head, norms and routers in 16 bits; a GGUF mixture converts them "
             "too.",
     .kind = ParamKind::choice,
     .section = Section::cache,
     .choices = weight_choices,
     .get = weights_key,
     .initial = [](const State&) { return std::string(kReleased); },
     .set = set_weights},
    {.id = "kv",
     .flag = "kv-dtype",
     .label = "KV cache data type",
     .short_label = "Cache format",
     .help = "Number format of the cached keys and values, scales included.",
     .kind = ParamKind::choice,
     .section = Section::cache,
     .choices = cache_choices,
     .get = [](const State& s) { return dtype_id(s.in.kv); },
     .initial = [](const State&) { return dtype_id(Inputs().kv); },
     .set = set_cache},
    {.id = "kv-values",
     .flag = "kv-values",
     .alias = "value-dtype",
     .label = "Cached values in",
     .short_label = "Values in",
     .help = "Number format of the cached values where it is not that of the keys (llama.cpp --cache-type-v).",
     .kind = ParamKind::choice,
     .section = Section::cache,
     .choices = value_choices,
     .get = [](const State& s) { return s.in.kv_values ? dtype_id(*s.in.kv_values) : std::string("same"); },
     .initial = [](const State&) { return std::string("same"); },
     .set =
         [](State& s, std::string_view v) {
             if (lower(trimmed(v)) == "same") return s.in.kv_values.reset(), std::string();
             State changed = s;
             std::string reason = set_cache(changed, v);
             if (reason.empty()) s.in.kv_values = changed.in.kv;
             return reason;
         }},
    choice_row<&Inputs::lengths, lengths_choices>(
        {.id = "lengths",
         .label = "Sequence lengths",
         .help = "equal: all sequences hold the same number of tokens. staggered: each started a little later, as with "
                 "continuous batching in steady state.",
         .section = Section::sequences}),
    number_choice_row<&Inputs::block, numbers<8, 16, 32, 64, 128, 256>>(
        {.id = "block",
         .flag = "block-size",
         .label = "Block size",
         .short_label = "Block",
         .unit = "tokens",
         .help = "Tokens in one block of the paged cache.",
         .section = Section::cache}),
    real_row<&Inputs::utilisation, kMemoryShare>(
        {.id = "util",
         .flag = "utilisation",
         .alias = "utilization",
         .label = "Memory utilisation",
         .help = "Share of the reported memory that the engine may use; 0.92 is vLLM's default.",
         .section = Section::cache}),
    {.id = "system",
     .flag = "system",
     .label = "System",
     .help = "A real machine: sets the device, the number of devices and both links.",
     .kind = ParamKind::choice,
     .section = Section::devices,
     .derived = true,
     .choices = system_choices,
     .get = get_system,
     .initial = [](const State&) { return std::string("none"); },
     .set = set_system},
    integer_row<&Inputs::devices, core::kMostDevices, 1, kDevices>(
        {.id = "devices",
         .alias = "gpus",
         .label = "Devices",
         .help = "How many devices hold the model together.",
         .section = Section::devices,
         .choices = numbers<1, 2, 4, 8, 16, 32, 64, 72, 128>}),
    named_row<&Inputs::link, link_choices>(
        {.id = "link",
         .alias = "interconnect",
         .label = "Link",
         .help = "What connects the devices of one node; auto is the fastest link the device has.",
         .section = Section::devices}),
    named_row<&Inputs::network, network_choices>(
        {.id = "network",
         .label = "Network",
         .help = "What connects nodes, per device; auto is the usual network for the device.",
         .section = Section::devices}),
    degree_row<&Inputs::tp>(
        {.id = "tp",
         .flag = "tensor-parallel",
         .label = "Tensor parallel",
         .short_label = "Tensor",
         .help = "Devices that share every layer: heads, MLP columns, vocabulary. auto lets the app choose.",
         .section = Section::devices}),
    degree_row<&Inputs::pp>(
        {.id = "pp",
         .flag = "pipeline-parallel",
         .label = "Pipeline parallel",
         .short_label = "Stages",
         .help = "Stages that hold consecutive layers. Replicas of the model use the remaining devices.",
         .section = Section::devices}),
    degree_row<&Inputs::ep>({.id = "ep",
                             .flag = "expert-parallel",
                             .label = "Expert parallel",
                             .short_label = "Experts",
                             .help = "Ranks of a stage that share the experts.",
                             .section = Section::devices}),
    degree_row<&Inputs::dcp>({.id = "dcp",
                              .flag = "context-parallel",
                              .label = "Decode-context parallel",
                              .short_label = "Tokens",
                              .help = "Splits the tokens of a cache that tensor parallelism would copy.",
                              .section = Section::devices}),
    real_row<&Inputs::speed, kSpeed>(
        {.id = "speed",
         .label = "Speed",
         .unit = "×",
         .help = "Playback speed; at 1, the whole context takes 24 seconds and a token of the learn page 0.8.",
         .section = Section::picture,
         .choices = speed_choices}),
    choice_row<&Inputs::scale, scale_choices>(
        {.id = "scale", .label = "Curve scale", .help = "Axes of the memory curve.", .section = Section::picture}),
    {.id = "pins",
     .flag = "pins",
     .label = "Pinned",
     .help = "Links of up to three configurations to compare with, separated by |.",
     .kind = ParamKind::text,
     .section = Section::picture,
     .get = [](const State& s) { return s.in.pins; },
     .initial = [](const State&) { return std::string(); },
     .set =
         [](State& s, std::string_view v) {
             std::string kept, refused;
             for (const std::string& pin : split_pins(trimmed(v))) {
                 if (pinned_state(s, pin).notices.empty())
                     kept += (kept.empty() ? "" : "|") + pin;
                 else
                     refused = refuse(pin, "cannot be compared with: it is not a link of this page");
             }
             if (kept.empty() && !refused.empty()) return refused;
             s.in.pins = kept;
             if (!refused.empty()) notice(s, refused);
             return std::string();
         }},
    toggle_row<&Inputs::embed>({.id = "embed",
                                .label = "Embedded",
                                .help = "Inside another page: no page bar, and nothing is remembered.",
                                .section = Section::app}),
    toggle_row<&Inputs::present>(
        {.id = "present",
         .alias = "presentation",
         .label = "Presentation",
         .help = "For a talk: large type and the stage, driven by the keyboard. Escape ends it.",
         .section = Section::app}),
    toggle_row<&State::keys>({.id = "keys",
                              .alias = "shortcuts",
                              .label = "Single-key shortcuts",
                              .help = "Letters and digits as shortcuts; ? lists them. Space, arrows and Escape always "
                                      "work. Remembered on this device.",
                              .section = Section::app,
                              .per_view = false}),
    toggle_row<&State::debug>(
        {.id = "debug",
         .label = "Debug overlay",
         .help = "The cost of a frame: time, vertices, nodes, memory, calculations. Not part of a link.",
         .section = Section::app,
         .per_view = false}),
    choice_row<&State::theme, theme_choices>(
        {.id = "theme",
         .label = "Theme",
         .help = "Colours of the page; remembered on this device and not part of a link.",
         .section = Section::app,
         .per_view = false}),
};

}  // namespace

std::span<const Param> params() {
    static const std::vector<Param> all = [] {
        std::vector<Param> list(std::begin(kParams), std::end(kParams));
        // Before the rows that end every list: playback, comparisons, theme.
        const auto at = std::find_if(list.begin(), list.end(), [](const Param& p) { return p.id == "speed"; });
        std::vector<Param> pages(serving_params().begin(), serving_params().end());
        pages.insert(pages.end(), training_params().begin(), training_params().end());
        pages.insert(pages.end(), learn_params().begin(), learn_params().end());
        pages.insert(pages.end(), layout_params().begin(), layout_params().end());
        list.insert(at, pages.begin(), pages.end());
        // A link brings its own model and device before it chooses them.
        const auto model = std::find_if(list.begin(), list.end(), [](const Param& p) { return p.id == "model"; });
        list.insert(model, own_params().begin(), own_params().end());
        return list;
    }();
    return all;
}

bool concerns(const Param& p, Page page) {
    const PageRow& row = page_row(page);
    if (std::find(row.shared.begin(), row.shared.end(), p.id) != row.shared.end()) return true;
    if (!p.page.empty()) return p.page == row.name;
    return row.shares_all || p.id == "view" || p.id == "embed" || p.id == "present";
}

const Param* find_param(std::string_view name) {
    // Hundreds of labels are asked for in a frame.
    static const std::unordered_map<std::string_view, const Param*> by_name = [] {
        std::unordered_map<std::string_view, const Param*> out;
        for (const Param& p : params())
            for (const std::string_view one : {p.id, p.flag, p.alias})
                if (!one.empty()) out.try_emplace(one, &p);
        return out;
    }();
    const auto found = by_name.find(name);
    return found == by_name.end() ? nullptr : found->second;
}

std::string_view nearest_param(std::string_view name) {
    std::vector<std::string_view> names;
    for (const Param& p : params()) {
        names.push_back(p.flag);
        if (p.flag != p.id) names.push_back(p.id);
        if (!p.alias.empty()) names.push_back(p.alias);
    }
    return nearest(name, names);
}

std::string shown_value(const Param& p, const State& s) {
    std::string value = p.get(s);
    if (p.kind == ParamKind::toggle) return value == "1" ? "on" : "off";
    if (p.kind == ParamKind::tokens) {
        int64_t tokens = 0;
        parse_integer(value, tokens);
        return core::short_tokens({tokens});
    }
    if (p.choices != nullptr) {
        for (const Choice& choice : p.choices(s)) {
            if (choice.value == value) return choice.label;
        }
    }
    return value;
}

bool has_model(const State& s) {
    const PageRow& row = page_row(s);
    return row.has_model == nullptr || row.has_model(s);
}

Choice neighbour(const Param& p, const State& s, int by) {
    const std::vector<Choice> all = p.choices(s);
    const auto count = static_cast<int>(all.size());
    const std::string now = p.get(s);
    int at = 0;
    while (at < count && all[static_cast<size_t>(at)].value != now) ++at;
    if (at == count) return all.front();
    return all[static_cast<size_t>(((at + by) % count + count) % count)];
}

std::vector<Refusal> assign(State& s, const std::vector<Assignment>& assignments) {
    std::vector<Refusal> refused;
    bool brought = false;  // a model of one's own, by its config: the number in its id is this state's, not the link's
    for (const Param& p : params()) {
        const auto last =
            std::find_if(assignments.rbegin(), assignments.rend(), [&](const Assignment& w) { return w.param == &p; });
        if (last == assignments.rend()) continue;
        if (brought && p.id == "model" && last->value.starts_with("own-")) continue;
        std::string reason = p.set(s, last->value);
        brought = brought || (p.id == "own" && reason.empty() && !last->value.empty());
        if (!reason.empty()) refused.push_back({&p, last->key, std::move(reason)});
    }
    return refused;
}

}  // namespace kvx::app
