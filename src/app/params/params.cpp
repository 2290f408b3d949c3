#include "app/params/params.h"

#include <algorithm>
#include <cmath>

#include "app/answers/compare.h"
#include "app/codec.h"
#include "app/notices.h"
#include "app/pages.h"
#include "app/params/param_tools.h"
#include "app/params/params_layout.h"
#include "app/params/params_learn.h"
#include "app/params/params_own.h"
#include "app/params/params_training.h"
#include "app/playback.h"
#include "app/text.h"
#include "core/format.h"

namespace kvx::app {
namespace {

constexpr int64_t kLargestBatch = 4096;

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

std::vector<Choice> batch_choices(const State&) {
    return whole_choices({1, 2, 4, 8, 16, 32});
}
std::vector<Choice> block_choices(const State&) {
    return whole_choices({8, 16, 32, 64, 128, 256});
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
std::vector<Choice> dtype_choices(const State&) {
    std::vector<Choice> result;
    for (const core::DtypeInfo& d : core::all_dtypes()) result.push_back({std::string(d.id), std::string(d.label)});
    return result;
}
std::vector<Choice> common_dtype_choices(const State& s) {
    std::vector<Choice> result = dtype_choices(s);
    if (s.in.weights != s.in.kv) result.push_back({"mixed", "Mixed"});
    return result;
}

std::string dtype_id(core::Dtype d) {
    return std::string(core::info(d).id);
}
std::string set_dtype(std::string_view value, const State& s, core::Dtype& out) {
    return core::parse_dtype(lower(trimmed(value)), out) ? std::string() : refuse_choice(value, dtype_choices(s));
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
        std::nullopt;  // the new device's documented defaults hold until someone overrides them
    return {};
}

std::string set_context(State& s, std::string_view value) {
    int64_t tokens = 0;
    if (!parse_token_count(value, tokens) || tokens < 1 || tokens > kLargestContext) {
        return refuse(value, "is not a number of tokens (1 to 100M)");
    }
    s.in.context = {tokens};
    follow_context(s);
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

std::string set_batch(State& s, std::string_view value) {
    int64_t count = 0;
    if (!parse_integer(value, count) || count < 1 || count > kLargestBatch)
        return refuse(value, "is not a number of sequences (1 to 4096)");
    s.in.batch = count;
    return {};
}

using OptionalSwitch = std::optional<bool> Inputs::*;
using DefaultSwitch = bool core::DeviceDefaults::*;

// A switch that agrees with the device's default is kept unset, so that one picture has one link.
template <OptionalSwitch member, DefaultSwitch fallback>
std::string set_switch(State& s, std::string_view value) {
    bool on = false;
    std::string reason = set_toggle(value, on);
    if (!reason.empty()) return reason;
    s.in.*member = on == core::defaults_for(s.device()).*fallback ? std::nullopt : std::optional<bool>(on);
    return {};
}
template <OptionalSwitch member, DefaultSwitch fallback>
std::string get_switch(const State& s) {
    return (s.in.*member).value_or(core::defaults_for(s.device()).*fallback) ? "1" : "0";
}
template <DefaultSwitch fallback>
std::string default_switch(const State& s) {
    return core::defaults_for(s.device()).*fallback ? "1" : "0";
}

std::vector<Choice> devices_choices(const State&) {
    return whole_choices({1, 2, 4, 8, 16, 32, 64, 72, 128});
}
std::vector<Choice> link_choices(const State& s) {
    std::vector<Choice> result = {{"auto", "Best it has"}};
    for (const core::Fabric* f : s.catalog.clusters.fabrics_of(s.device().id))
        if (const core::Link* l = s.catalog.clusters.link(f->link)) result.push_back({l->id, l->name});
    return result;
}
std::vector<Choice> network_choices(const State& s) {
    std::vector<Choice> result = {{"auto", "Usual for it"}};
    for (const core::Link& l : s.catalog.clusters.links)
        if (l.kind == "infiniband" || (l.kind == "ethernet" && l.id.substr(0, 4) == "eth-"))
            result.push_back({l.id, l.name});
    return result;
}
std::vector<Choice> system_choices(const State& s) {
    std::vector<Choice> result = {{"none", "None: my own"}};
    for (const core::System& y : s.catalog.clusters.systems) result.push_back({y.id, y.name});
    return result;
}
std::vector<Choice> estimate_choices(const State&) {
    return {{"ideal", "Ideal"}, {"textbook", "Textbook"}, {"calibrated", "Calibrated"}};
}
std::vector<Choice> offload_choices(const State&) {
    return {{"none", "None"}, {"cpu", "Host memory"}, {"nvme", "NVMe drive"}, {"network", "Network"}};
}
std::vector<Choice> request_choices(const State&) {
    std::vector<Choice> result;
    for (const int v : {128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768})
        result.push_back({whole(v), core::short_tokens({v})});
    return result;
}
std::vector<Choice> draft_choices(const State&) {
    return whole_choices({0, 1, 2, 3, 4, 5, 6, 8});
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
// The system whose make-up is the present one.
std::string get_system(const State& s) {
    for (const core::System& y : s.catalog.clusters.systems)
        if (y.device == s.in.device && y.devices == s.in.devices && y.link == s.in.link && y.network == s.in.network)
            return y.id;
    return "none";
}

using RequestTokens = core::Tokens core::ServingInput::*;
template <RequestTokens member, int least>
std::string set_request(State& s, std::string_view value) {
    int64_t tokens = 0;
    if (!parse_token_count(value, tokens) || tokens < least || tokens > kLargestContext)
        return refuse(value,
                      least == 0 ? "is not a number of tokens (0 to 100M)" : "is not a number of tokens (1 to 100M)");
    (s.in.serving.*member).value = tokens;
    return {};
}
template <RequestTokens member>
std::string get_request(const State& s) {
    return whole((s.in.serving.*member).value);
}
template <RequestTokens member>
std::string initial_request(const State&) {
    return whole((core::ServingInput().*member).value);
}

const Param kParams[] = {
    {.id = "view",
     .flag = "view",
     .alias = "",
     .label = "Page",
     .unit = "",
     .help = "Which page is shown.",
     .kind = ParamKind::choice,
     .choices = page_choices,
     .get = [](const State& s) { return std::string(page_row(s).name); },
     .initial = [](const State&) { return std::string(page_row(Inputs().page).name); },
     .set = [](State& s, std::string_view v) { return set_choice(v, page_choices(s), s.in.page); }},
    {.id = "show",
     .flag = "show",
     .alias = "",
     .label = "Shown",
     .unit = "",
     .help = "What stands in the middle of the page: the stage, or one of the answers beside it.",
     .kind = ParamKind::choice,
     .choices = show_choices,
     .get = [](const State& s) { return s.in.show; },
     .initial = [](const State&) { return Inputs().show; },
     .set =
         [](State& s, std::string_view v) {
             const std::string wanted = lower(trimmed(v));
             for (const Choice& choice : show_choices(s)) {
                 if (choice.value == wanted) return s.in.show = wanted, std::string();
             }
             return refuse_choice(v, show_choices(s));
         }},
    {.id = "model",
     .flag = "model",
     .alias = "",
     .label = "Model",
     .unit = "",
     .help = "The language model: an id from the list, its name or its Hugging Face name. The context stays as it is.",
     .kind = ParamKind::choice,
     .choices = model_choices,
     .get = [](const State& s) { return s.in.model; },
     .initial = [](const State&) { return Inputs().model; },
     .set = set_model},
    {.id = "device",
     .flag = "device",
     .alias = "gpu",
     .url = "gpu",
     .label = "Device",
     .unit = "",
     .help = "The accelerator that holds weights and cache. Choosing one sets batching, paging and FlashAttention to "
             "its documented defaults.",
     .kind = ParamKind::choice,
     .choices = device_choices,
     .get = [](const State& s) { return s.in.device; },
     .initial = [](const State&) { return Inputs().device; },
     .set = set_device},
    {.id = "context",
     .flag = "context",
     .alias = "",
     .label = "Maximum context",
     .unit = "tokens",
     .help = "How many tokens one sequence may reach, prompt and answer together. 128K is 131,072; 200K is 200,000; 1M "
             "is 1,000,000.",
     .kind = ParamKind::tokens,
     .min = 1,
     .max = static_cast<double>(kLargestContext),
     .choices = context_choices,
     .get = [](const State& s) { return whole(s.in.context.value); },
     .initial = [](const State&) { return whole(Inputs().context.value); },
     .set = set_context},
    {.id = "at",
     .flag = "at",
     .alias = "position",
     .label = "Context now",
     .unit = "tokens",
     .help = "How many tokens the longest sequence holds now, from 0 to the maximum context; the maximum when it is "
             "not given.",
     .kind = ParamKind::tokens,
     .min = 0,
     .max = static_cast<double>(kLargestContext),
     .get = [](const State& s) { return whole(s.in.at.value_or(s.in.context).value); },
     .initial = [](const State& s) { return whole(s.in.context.value); },
     .set = set_at},
    {.id = "batch",
     .flag = "batch",
     .alias = "sequences",
     .label = "Batch",
     .unit = "sequences",
     .help = "How many sequences the device serves at the same time.",
     .kind = ParamKind::integer,
     .min = 1,
     .max = static_cast<double>(kLargestBatch),
     .choices = batch_choices,
     .get = [](const State& s) { return whole(s.in.batch); },
     .initial = [](const State&) { return whole(Inputs().batch); },
     .set = set_batch},
    {.id = "cb",
     .flag = "cb",
     .alias = "continuous-batching",
     .label = "Continuous batching",
     .unit = "",
     .help = "Sequences join and leave one by one and take only the memory of their own length. Off: each reserves the "
             "maximum context.",
     .kind = ParamKind::toggle,
     .get = get_switch<&Inputs::cb, &core::DeviceDefaults::continuous_batching>,
     .initial = default_switch<&core::DeviceDefaults::continuous_batching>,
     .set = set_switch<&Inputs::cb, &core::DeviceDefaults::continuous_batching>},
    {.id = "pa",
     .flag = "pa",
     .alias = "paged-attention",
     .label = "PagedAttention",
     .unit = "",
     .help = "The cache is stored in blocks that may lie anywhere; only the tail of a sequence's last block is wasted.",
     .kind = ParamKind::toggle,
     .get = get_switch<&Inputs::pa, &core::DeviceDefaults::paged_attention>,
     .initial = default_switch<&core::DeviceDefaults::paged_attention>,
     .set = set_switch<&Inputs::pa, &core::DeviceDefaults::paged_attention>},
    {.id = "fa",
     .flag = "fa",
     .alias = "flash-attention",
     .label = "FlashAttention",
     .unit = "",
     .help = "Attention is computed tile by tile in on-chip memory, so that the score matrix is never stored. The "
             "cache stays the same size.",
     .kind = ParamKind::toggle,
     .get = get_switch<&Inputs::fa, &core::DeviceDefaults::flash_attention>,
     .initial = default_switch<&core::DeviceDefaults::flash_attention>,
     .set = set_switch<&Inputs::fa, &core::DeviceDefaults::flash_attention>},
    {.id = "smw",
     .flag = "smw",
     .alias = "skip-weights",
     .label = "Skip model weights",
     .unit = "",
     .help = "Leaves the weights out of the sum, to see the cache alone.",
     .kind = ParamKind::toggle,
     .get = [](const State& s) { return std::string(s.in.smw ? "1" : "0"); },
     .initial = [](const State&) { return std::string("0"); },
     .set = [](State& s, std::string_view v) { return set_toggle(v, s.in.smw); }},
    {.id = "dtype",
     .flag = "dtype",
     .alias = "data-type",
     .label = "Data type",
     .unit = "",
     .help = "Number format of weights and KV cache together; choose them apart with their own controls.",
     .kind = ParamKind::choice,
     .derived = true,
     .choices = common_dtype_choices,
     .get = [](const State& s) { return s.in.weights == s.in.kv ? dtype_id(s.in.kv) : std::string("mixed"); },
     .initial = [](const State&) { return dtype_id(Inputs().kv); },
     .set =
         [](State& s, std::string_view v) {
             if (s.in.weights != s.in.kv && lower(trimmed(v)) == "mixed") return std::string();
             std::string reason = set_dtype(v, s, s.in.kv);
             if (reason.empty()) s.in.weights = s.in.kv;
             return reason;
         }},
    {.id = "weights",
     .flag = "weight-dtype",
     .alias = "weights-dtype",
     .label = "Weight data type",
     .unit = "",
     .help = "Number format of the weights. Embeddings, output head, norms and routers stay in 16 bits when the format "
             "is narrower.",
     .kind = ParamKind::choice,
     .choices = dtype_choices,
     .get = [](const State& s) { return dtype_id(s.in.weights); },
     .initial = [](const State&) { return dtype_id(Inputs().weights); },
     .set = [](State& s, std::string_view v) { return set_dtype(v, s, s.in.weights); }},
    {.id = "kv",
     .flag = "kv-dtype",
     .alias = "",
     .label = "KV cache data type",
     .unit = "",
     .help = "Number format of the cached keys and values, scales included.",
     .kind = ParamKind::choice,
     .choices = dtype_choices,
     .get = [](const State& s) { return dtype_id(s.in.kv); },
     .initial = [](const State&) { return dtype_id(Inputs().kv); },
     .set = [](State& s, std::string_view v) { return set_dtype(v, s, s.in.kv); }},
    {.id = "lengths",
     .flag = "lengths",
     .alias = "",
     .label = "Sequence lengths",
     .unit = "",
     .help = "equal: all sequences hold the same number of tokens. staggered: each started a little later, as with "
             "continuous batching in steady state.",
     .kind = ParamKind::choice,
     .choices = lengths_choices,
     .get = [](const State& s) { return lengths_choices(s)[static_cast<size_t>(s.in.lengths)].value; },
     .initial = [](const State&) { return std::string("equal"); },
     .set = [](State& s, std::string_view v) { return set_choice(v, lengths_choices(s), s.in.lengths); }},
    {.id = "block",
     .flag = "block-size",
     .alias = "",
     .label = "Block size",
     .unit = "tokens",
     .help = "Tokens in one block of the paged cache.",
     .kind = ParamKind::choice,
     .choices = block_choices,
     .get = [](const State& s) { return whole(s.in.block); },
     .initial = [](const State&) { return whole(Inputs().block); },
     .set =
         [](State& s, std::string_view v) {
             int64_t tokens = 0;
             if (parse_integer(v, tokens)) {
                 for (const Choice& choice : block_choices(s)) {
                     if (choice.value == whole(tokens)) return s.in.block = tokens, std::string();
                 }
             }
             return refuse_choice(v, block_choices(s));
         }},
    {.id = "util",
     .flag = "utilisation",
     .alias = "utilization",
     .label = "Memory utilisation",
     .unit = "",
     .help = "Share of the reported memory that the engine may use; 0.92 is vLLM's default.",
     .kind = ParamKind::real,
     .min = 0.5,
     .max = 1,
     .get = [](const State& s) { return real_text(s.in.utilisation); },
     .initial = [](const State&) { return real_text(Inputs().utilisation); },
     .set =
         [](State& s, std::string_view v) {
             return set_real(v, 0.5, 1, "is not a share of the memory (0.5 to 1)", s.in.utilisation);
         }},
    {.id = "system",
     .flag = "system",
     .alias = "",
     .label = "System",
     .unit = "",
     .help = "A machine that exists: sets device, number of devices and both links.",
     .kind = ParamKind::choice,
     .derived = true,
     .choices = system_choices,
     .get = get_system,
     .initial = [](const State&) { return std::string("none"); },
     .set = set_system},
    {.id = "devices",
     .flag = "devices",
     .alias = "gpus",
     .label = "Devices",
     .unit = "",
     .help = "How many devices hold the model together.",
     .kind = ParamKind::integer,
     .min = 1,
     .max = core::kMostDevices,
     .choices = devices_choices,
     .get = [](const State& s) { return whole(s.in.devices); },
     .initial = [](const State&) { return whole(Inputs().devices); },
     .set =
         [](State& s, std::string_view v) {
             int64_t n = 0;
             if (!parse_integer(v, n) || n < 1 || n > core::kMostDevices)
                 return refuse(v, "is not a number of devices (1 to 1024)");
             s.in.devices = static_cast<int>(n);
             return std::string();
         }},
    {.id = "link",
     .flag = "link",
     .alias = "interconnect",
     .label = "Link",
     .unit = "",
     .help = "What connects the devices of one node; auto is the best the device has.",
     .kind = ParamKind::choice,
     .choices = link_choices,
     .get = [](const State& s) { return s.in.link; },
     .initial = automatic,
     .set =
         [](State& s, std::string_view v) {
             const std::string wanted = lower(trimmed(v));
             for (const Choice& c : link_choices(s))
                 if (c.value == wanted) return s.in.link = wanted, std::string();
             return refuse_choice(v, link_choices(s));
         }},
    {.id = "network",
     .flag = "network",
     .alias = "",
     .label = "Network",
     .unit = "",
     .help = "What connects nodes, for each device; auto is what usually stands there.",
     .kind = ParamKind::choice,
     .choices = network_choices,
     .get = [](const State& s) { return s.in.network; },
     .initial = automatic,
     .set =
         [](State& s, std::string_view v) {
             const std::string wanted = lower(trimmed(v));
             for (const Choice& c : network_choices(s))
                 if (c.value == wanted) return s.in.network = wanted, std::string();
             return refuse_choice(v, network_choices(s));
         }},
    {.id = "tp",
     .flag = "tensor-parallel",
     .alias = "",
     .label = "Tensor parallel",
     .unit = "",
     .help = "Devices that share every layer: heads, MLP columns, vocabulary. auto lets the app divide.",
     .kind = ParamKind::choice,
     .choices = degree_choices,
     .get = get_degree<&Inputs::tp>,
     .initial = automatic,
     .set = set_degree<&Inputs::tp>},
    {.id = "pp",
     .flag = "pipeline-parallel",
     .alias = "",
     .label = "Pipeline parallel",
     .unit = "",
     .help = "Stages that hold consecutive layers. Copies of the model take the devices that are left.",
     .kind = ParamKind::choice,
     .choices = degree_choices,
     .get = get_degree<&Inputs::pp>,
     .initial = automatic,
     .set = set_degree<&Inputs::pp>},
    {.id = "ep",
     .flag = "expert-parallel",
     .alias = "",
     .label = "Expert parallel",
     .unit = "",
     .help = "Ranks of a stage over which the experts are spread.",
     .kind = ParamKind::choice,
     .choices = degree_choices,
     .get = get_degree<&Inputs::ep>,
     .initial = automatic,
     .set = set_degree<&Inputs::ep>},
    {.id = "dcp",
     .flag = "context-parallel",
     .alias = "",
     .label = "Decode-context parallel",
     .unit = "",
     .help = "Cuts the tokens of a cache that tensor parallelism would copy.",
     .kind = ParamKind::choice,
     .choices = degree_choices,
     .get = get_degree<&Inputs::dcp>,
     .initial = automatic,
     .set = set_degree<&Inputs::dcp>},
    {.id = "estimate",
     .flag = "estimate",
     .alias = "",
     .label = "Estimate",
     .unit = "",
     .help =
         "ideal: datasheet rates and nothing else. textbook: 80 % of bandwidth, 50 % of FLOP/s. calibrated: the same "
         "with 50 µs a layer and 10 µs a message.",
     .kind = ParamKind::choice,
     .choices = estimate_choices,
     .get = [](const State& s) { return estimate_choices(s)[static_cast<size_t>(s.in.serving.estimate)].value; },
     .initial = [](const State&) { return std::string("calibrated"); },
     .set = [](State& s, std::string_view v) { return set_choice(v, estimate_choices(s), s.in.serving.estimate); }},
    {.id = "prompt",
     .flag = "prompt",
     .alias = "",
     .label = "Prompt",
     .unit = "tokens",
     .help = "Tokens of the prompt of one request.",
     .kind = ParamKind::tokens,
     .min = 1,
     .max = static_cast<double>(kLargestContext),
     .choices = request_choices,
     .get = get_request<&core::ServingInput::prompt>,
     .initial = initial_request<&core::ServingInput::prompt>,
     .set = set_request<&core::ServingInput::prompt, 1>},
    {.id = "output",
     .flag = "output",
     .alias = "",
     .label = "Answer",
     .unit = "tokens",
     .help = "Tokens of the answer of one request.",
     .kind = ParamKind::tokens,
     .min = 1,
     .max = static_cast<double>(kLargestContext),
     .choices = request_choices,
     .get = get_request<&core::ServingInput::output>,
     .initial = initial_request<&core::ServingInput::output>,
     .set = set_request<&core::ServingInput::output, 1>},
    {.id = "prefix",
     .flag = "prefix",
     .alias = "",
     .label = "Shared prefix",
     .unit = "tokens",
     .help = "Tokens at the start of the prompt that are cached already; whole blocks count.",
     .kind = ParamKind::tokens,
     .min = 0,
     .max = static_cast<double>(kLargestContext),
     .choices = request_choices,
     .get = get_request<&core::ServingInput::prefix>,
     .initial = initial_request<&core::ServingInput::prefix>,
     .set = set_request<&core::ServingInput::prefix, 0>},
    {.id = "draft",
     .flag = "draft",
     .alias = "",
     .label = "Drafted tokens",
     .unit = "",
     .help = "Speculative decoding: tokens a small model proposes in each step; 0 is off.",
     .kind = ParamKind::integer,
     .min = 0,
     .max = 16,
     .choices = draft_choices,
     .get = [](const State& s) { return whole(s.in.serving.draft); },
     .initial = [](const State&) { return std::string("0"); },
     .set =
         [](State& s, std::string_view v) {
             int64_t n = 0;
             if (!parse_integer(v, n) || n < 0 || n > 16) return refuse(v, "is not a number of tokens (0 to 16)");
             s.in.serving.draft = static_cast<int>(n);
             return std::string();
         }},
    {.id = "acceptance",
     .flag = "acceptance",
     .alias = "",
     .label = "Acceptance",
     .unit = "",
     .help = "Share of the drafted tokens that the model agrees with.",
     .kind = ParamKind::real,
     .min = 0,
     .max = 1,
     .get = [](const State& s) { return real_text(s.in.serving.acceptance); },
     .initial = [](const State&) { return real_text(core::ServingInput().acceptance); },
     .set = [](State& s,
               std::string_view v) { return set_real(v, 0, 1, "is not a share (0 to 1)", s.in.serving.acceptance); }},
    {.id = "price",
     .flag = "price",
     .alias = "",
     .label = "Price",
     .unit = "$ an hour",
     .help = "Price of one device for an hour; 0 takes the dated price of the device's row, where there is one.",
     .kind = ParamKind::real,
     .min = 0,
     .max = 1000,
     .get = [](const State& s) { return real_text(s.in.serving.price); },
     .initial = [](const State&) { return real_text(core::ServingInput().price); },
     .set = [](State& s,
               std::string_view v) { return set_real(v, 0, 1000, "is not a price (0 to 1000)", s.in.serving.price); }},
    {.id = "pue",
     .flag = "pue",
     .alias = "",
     .label = "PUE",
     .unit = "",
     .help = "Power of the building over power of the devices.",
     .kind = ParamKind::real,
     .min = 1,
     .max = 3,
     .get = [](const State& s) { return real_text(s.in.serving.pue); },
     .initial = [](const State&) { return real_text(core::ServingInput().pue); },
     .set =
         [](State& s, std::string_view v) {
             return set_real(v, 1, 3, "is not a power usage effectiveness (1 to 3)", s.in.serving.pue);
         }},
    {.id = "frontend",
     .flag = "frontend",
     .alias = "",
     .label = "Frontend time",
     .unit = "s",
     .help = "Tokeniser, queue and network before the engine starts: added to the time to first token.",
     .kind = ParamKind::real,
     .min = 0,
     .max = 60,
     .get = [](const State& s) { return real_text(s.in.serving.frontend.value); },
     .initial = [](const State&) { return real_text(core::ServingInput().frontend.value); },
     .set =
         [](State& s, std::string_view v) {
             return set_real(v, 0, 60, "is not a number of seconds (0 to 60)", s.in.serving.frontend.value);
         }},
    {.id = "offload",
     .flag = "offload",
     .alias = "",
     .label = "Offload",
     .unit = "",
     .help = "Where the cache of a waiting conversation is kept, to be loaded instead of computed again.",
     .kind = ParamKind::choice,
     .choices = offload_choices,
     .get = [](const State& s) { return offload_choices(s)[static_cast<size_t>(s.in.serving.offload)].value; },
     .initial = [](const State&) { return std::string("none"); },
     .set = [](State& s, std::string_view v) { return set_choice(v, offload_choices(s), s.in.serving.offload); }},
    {.id = "speed",
     .flag = "speed",
     .alias = "",
     .label = "Speed",
     .unit = "×",
     .help = "How fast playback goes; at 1 one run of the context lasts 24 seconds, a token of the learn page 0.8.",
     .kind = ParamKind::real,
     .min = 0.5,
     .max = 100,
     .choices = speed_choices,
     .get = [](const State& s) { return real_text(s.in.speed); },
     .initial = [](const State&) { return real_text(Inputs().speed); },
     .set = [](State& s,
               std::string_view v) { return set_real(v, 0.5, 100, "is not a speed (0.5 to 100)", s.in.speed); }},
    {.id = "scale",
     .flag = "scale",
     .alias = "",
     .label = "Curve scale",
     .unit = "",
     .help = "Axes of the memory curve.",
     .kind = ParamKind::choice,
     .choices = scale_choices,
     .get = [](const State& s) { return scale_choices(s)[static_cast<size_t>(s.in.scale)].value; },
     .initial = [](const State&) { return std::string("linear"); },
     .set = [](State& s, std::string_view v) { return set_choice(v, scale_choices(s), s.in.scale); }},
    {.id = "pins",
     .flag = "pins",
     .alias = "",
     .label = "Pinned",
     .unit = "",
     .help = "Links of up to three configurations to compare with, with | between them.",
     .kind = ParamKind::text,
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
    {.id = "embed",
     .flag = "embed",
     .alias = "",
     .label = "Embedded",
     .unit = "",
     .help = "Inside another page: without the bar of pages and buttons, nothing is remembered.",
     .kind = ParamKind::toggle,
     .get = [](const State& s) { return std::string(s.in.embed ? "1" : "0"); },
     .initial = [](const State&) { return std::string("0"); },
     .set = [](State& s, std::string_view v) { return set_toggle(v, s.in.embed); }},
    {.id = "present",
     .flag = "present",
     .alias = "presentation",
     .label = "Presentation",
     .unit = "",
     .help = "For a talk: large type and the stage, moved by keys only. Escape ends it.",
     .kind = ParamKind::toggle,
     .get = [](const State& s) { return std::string(s.in.present ? "1" : "0"); },
     .initial = [](const State&) { return std::string("0"); },
     .set = [](State& s, std::string_view v) { return set_toggle(v, s.in.present); }},
    {.id = "keys",
     .flag = "keys",
     .alias = "shortcuts",
     .label = "Single-key shortcuts",
     .unit = "",
     .help = "Letters and digits as shortcuts; ? lists them. Space, arrows and Escape stay. Remembered on this device.",
     .kind = ParamKind::toggle,
     .per_view = false,
     .get = [](const State& s) { return std::string(s.keys ? "1" : "0"); },
     .initial = [](const State&) { return std::string("1"); },
     .set = [](State& s, std::string_view v) { return set_toggle(v, s.keys); }},
    {.id = "debug",
     .flag = "debug",
     .alias = "",
     .label = "Debug overlay",
     .unit = "",
     .help = "What a frame costs: time, vertices, nodes, memory, calculations. Not part of a link.",
     .kind = ParamKind::toggle,
     .per_view = false,
     .get = [](const State& s) { return std::string(s.debug ? "1" : "0"); },
     .initial = [](const State&) { return std::string("0"); },
     .set = [](State& s, std::string_view v) { return set_toggle(v, s.debug); }},
    {.id = "theme",
     .flag = "theme",
     .alias = "",
     .label = "Theme",
     .unit = "",
     .help = "Colours of the page; remembered on this device and not part of a link.",
     .kind = ParamKind::choice,
     .per_view = false,
     .choices = theme_choices,
     .get = [](const State& s) { return theme_choices(s)[static_cast<size_t>(s.theme)].value; },
     .initial = [](const State&) { return std::string("automatic"); },
     .set = [](State& s, std::string_view v) { return set_choice(v, theme_choices(s), s.theme); }},
};

}  // namespace

std::span<const Param> params() {
    static const std::vector<Param> all = [] {
        std::vector<Param> list(std::begin(kParams), std::end(kParams));
        // Before what ends every list: playback, comparisons, theme.
        const auto at = std::find_if(list.begin(), list.end(), [](const Param& p) { return p.id == "speed"; });
        std::vector<Param> pages(training_params().begin(), training_params().end());
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
    if (name.empty()) return nullptr;
    for (const Param& p : params()) {
        if (p.id == name || p.flag == name || p.alias == name) return &p;
    }
    return nullptr;
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
    for (const Param& p : params()) {
        const auto last =
            std::find_if(assignments.rbegin(), assignments.rend(), [&](const Assignment& w) { return w.param == &p; });
        if (last == assignments.rend()) continue;
        std::string reason = p.set(s, last->value);
        if (!reason.empty()) refused.push_back({&p, last->key, std::move(reason)});
    }
    return refused;
}

}  // namespace kvx::app
