// Any text as models.json, devices.json, clusters.json and facts.json at once: rows that can be calculated with, or a
// sentence; never a crash.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/catalog/catalog.h"
#include "core/memory/facts.h"
#include "core/memory/inference_plan.h"

namespace {

using namespace kvx::core;

// A loader that gives a reason keeps no rows.
template <class Rows>
void expect_rows_or_reason(const std::string& reason, const Rows& rows) {
    if (!reason.empty() && !rows.empty()) std::abort();
}

// Used where the text holds no list of models.
Model plain_model() {
    Model m;
    m.id = m.name = "m";
    m.hidden = 64;
    m.vocab = 100;
    LayerGroup g;
    g.attention.q_heads = g.attention.kv_heads = 4;
    g.attention.k_dim = g.attention.v_dim = 16;
    g.mlp.width = 256;
    g.count = 2;
    m.layers.push_back(g);
    return m;
}
Device plain_device() {
    Device d;
    d.id = d.short_name = "d";
    d.memory = d.reported = kvx::core::Bytes{1e10};
    d.bandwidth = 1e12;
    return d;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    Catalog all;
    std::vector<Fact> facts;
    expect_rows_or_reason(load_models(text, all.models), all.models);
    expect_rows_or_reason(load_devices(text, all.devices), all.devices);
    expect_rows_or_reason(load_facts(text, facts), facts);
    load_clusters(text, all.clusters);
    all.model(text);
    all.device(text);
    if (all.models.empty() && all.devices.empty() && facts.empty()) return 0;

    if (all.models.empty()) all.models.push_back(plain_model());
    if (all.devices.empty()) all.devices.push_back(plain_device());
    InferenceInput in;
    in.lengths = {{0}, {1000}, {131072}};
    for (const Model& m : all.models) {
        in.model = &m;
        in.device = &all.devices[static_cast<size_t>(&m - all.models.data()) % all.devices.size()];
        in.flash_attention = !in.flash_attention;
        in.paged_attention = in.paged_attention != in.flash_attention;
        const InferencePlan p = plan_inference(in);
        explain(in, p);
        formula_lines(in, p);
        for (const Fact& f : facts)
            if (holds(f, in, p)) fill(f.text, in, p);
    }
    return 0;
}
