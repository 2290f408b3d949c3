#include "app/report.h"

#include <algorithm>

#include "app/numbers.h"
#include "app/pages.h"
#include "app/params/params.h"
#include "app/view.h"
#include "core/deferred.h"
#include "core/memory/kv_cache.h"

namespace kvx::app {
namespace {

// Numbers as numbers, switches as booleans, everything else as text.
void write_value(core::JsonWriter& w, const Param& p, const State& s) {
    const std::string value = p.get(s);
    double number = 0;
    if (p.kind == ParamKind::toggle) {
        w.boolean(value == "1");
    } else if (p.id != "text" && p.id != "prompts" && (p.kind != ParamKind::choice || p.id == "block") &&
               parse_real(value, number)) {
        w.number(number);
    } else {
        w.string(value);
    }
}

void write_quantity(core::JsonWriter& w, const core::Quantity& q) {
    constexpr std::string_view kOrigins[] = {"derived", "published", "simulated"};
    w.begin_object().field("id", q.id).field("label", q.label).key("value");
    if (q.unit == core::Unit::text) {
        w.string(q.text);
    } else {
        w.number(q.value);
    }
    w.field("unit", core::unit_id(q.unit))
        .field("text", q.text)
        .field("formula", q.formula)
        .field("substituted", q.substituted);
    w.field("source", q.source)
        .field("note", q.note)
        .field("approximate", q.approximate)
        .field("lower_bound", q.lower_bound);
    w.field("origin", kOrigins[static_cast<size_t>(q.origin)]).end_object();
}

// What each layer keeps, for programs and for the embedded elements.
void write_layers(core::JsonWriter& w, const LayoutView& v) {
    constexpr std::string_view kKinds[] = {"keys", "values", "latent", "indexer", "entries", "window", "state"};
    w.field("summary", core::deferred(layout_summary)(v)).key("layers").begin_array();
    for (const core::LayerCache& l : v.layers) {
        w.begin_object().field("layer", static_cast<double>(l.layer)).field("owner", static_cast<double>(l.owner));
        w.field("name", core::deferred(layer_name)(l))
            .field("kept", core::deferred(layer_kept_text)(v, l))
            .key("strips")
            .begin_array();
        for (const core::CacheStrip& s : l.strips)
            w.begin_object()
                .field("kind", kKinds[static_cast<size_t>(s.kind)])
                .field("rows", static_cast<double>(s.rows))
                .field("width", static_cast<double>(s.width))
                .field("cell_bytes", s.cell.value)
                .field("from", static_cast<double>(s.first))
                .field("to", static_cast<double>(s.end))
                .end_object();
        w.end_array().end_object();
    }
    w.end_array();
}

void write_price(core::JsonWriter& w, const core::ListPrice& p) {
    w.key("price").begin_object().field("lowest", p.lowest).field("median", p.median);
    w.field("offers", static_cast<double>(p.offers)).field("day", p.day).field("source", p.source).end_object();
}

}  // namespace

std::string_view version() {
    return KVX_VERSION;
}

std::vector<core::Quantity> quantities(const State& s) {
    return quantities(derive(s), s);
}

void write_model(core::JsonWriter& w, const core::Model& m) {
    w.begin_object()
        .field("id", m.id)
        .field("name", m.name)
        .field("organisation", m.org)
        .field("family", m.family)
        .field("hf_repo", m.hf_repo);
    w.field("params_total", core::total_params(m))
        .field("params_active", core::active_params(m))
        .field("params_counted", m.params_counted);
    w.field("layers", static_cast<double>(m.layer_count())).field("max_context", static_cast<double>(m.max_context));
    w.field("attention", core::attention_summary(m))
        .field("verified", m.verified)
        .field("source", m.source)
        .field("note", m.note)
        .end_object();
}

void write_device(core::JsonWriter& w, const core::Device& d) {
    const core::DeviceDefaults defaults = core::defaults_for(d);
    w.begin_object()
        .field("id", d.id)
        .field("name", d.name)
        .field("vendor", d.vendor)
        .field("group", core::group_label(d.group))
        .field("memory_type", d.memory_type);
    w.field("memory_bytes", d.memory.value)
        .field("reported_bytes", d.reported.value)
        .field("reported_known", d.reported_known);
    w.field("bandwidth_bytes_per_second", d.bandwidth)
        .field("bf16_flops", d.bf16_flops)
        .field("fp8_flops", d.fp8_flops);
    w.field("cb_default", defaults.continuous_batching)
        .field("pa_default", defaults.paged_attention)
        .field("fa_default", defaults.flash_attention);
    w.field("why_cb", defaults.why_cb).field("why_pa", defaults.why_pa).field("why_fa", defaults.why_fa);
    if (d.price.offers > 0) write_price(w, d.price);
    w.field("verified", d.verified).field("source", d.source).field("note", d.note).end_object();
}

std::string report_json(const State& s, std::string_view command, const std::vector<std::string>& ids) {
    core::JsonWriter w;
    w.begin_object().field("version", version()).field("command", command).key("inputs").begin_object();
    for (const Param& p : params()) {
        if (!p.per_view) continue;
        w.key(p.id);
        write_value(w, p, s);
    }
    w.key("model_info");
    write_model(w, s.model());
    w.key("device_info");
    write_device(w, s.device());
    w.end_object().key("quantities").begin_array();
    const View view = derive(s);
    for (const core::Quantity& q : quantities(view, s)) {
        if (ids.empty() || std::find(ids.begin(), ids.end(), q.id) != ids.end()) write_quantity(w, q);
    }
    w.end_array();
    if (view.layout && ids.empty()) write_layers(w, *view.layout);
    w.key("notices").begin_array();
    for (const std::string& sentence : s.notices) w.string(sentence);
    if (const std::string refused = parallelism_notice(view, s); !refused.empty()) w.string(refused);
    return w.end_array().end_object().text();
}

std::string params_json(const State& s) {
    constexpr std::string_view kKinds[] = {"choice", "tokens", "integer", "real", "toggle", "text"};
    core::JsonWriter w;
    w.begin_object().field("version", version()).field("command", "params").key("parameters").begin_array();
    for (const Param& p : params()) {
        w.begin_object()
            .field("id", p.id)
            .field("flag", p.flag)
            .field("alias", p.alias)
            .field("key", p.url.empty() ? p.id : p.url);
        w.field("label", p.label).field("unit", p.unit).field("kind", kKinds[static_cast<size_t>(p.kind)]);
        if (p.kind != ParamKind::choice && p.kind != ParamKind::toggle && p.kind != ParamKind::text)
            w.field("min", p.min).field("max", p.max);
        w.field("default", p.initial(s)).field("in_link", p.per_view && !p.derived);
        if (p.choices != nullptr) {
            w.key("choices").begin_array();
            for (const Choice& choice : p.choices(s)) w.string(choice.value);
            w.end_array();
        }
        w.field("help", p.help).end_object();
    }
    return w.end_array().end_object().text();
}

std::string quantities_json(const State& s) {
    return report_json(s, page_row(s).name, {});
}

}  // namespace kvx::app
