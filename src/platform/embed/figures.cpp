// The functions web/embed/figures.js calls: a configuration in, its figures and layers out. No state is kept between.
#include <emscripten.h>

#include <string>

#include "app/codec.h"
#include "app/params/params.h"
#include "app/view.h"
#include "core/catalog/catalog.h"
#include "core/json_writer.h"

namespace {

kvx::core::Catalog& catalog() {
    static auto* const loaded = new kvx::core::Catalog();
    return *loaded;
}
std::string kept;

}  // namespace

extern "C" {

// The catalog's files, once each; "" or why one cannot be read.
EMSCRIPTEN_KEEPALIVE const char* figures_data(const char* models, const char* devices) {
    kept = kvx::core::load_models(models, catalog().models);
    if (kept.empty()) kept = kvx::core::load_devices(devices, catalog().devices);
    return kept.c_str();
}

// "?view=layout&model=…" → the document of `kvx layout --json`.
EMSCRIPTEN_KEEPALIVE const char* figures_answer(const char* query) {
    kvx::app::State s;
    s.catalog = catalog();
    kvx::app::from_query(s, query);
    kept = kvx::app::quantities_json(s);
    return kept.c_str();
}

// What a parameter can be: [["bf16","BF16"], …].
EMSCRIPTEN_KEEPALIVE const char* figures_choices(const char* id) {
    kvx::app::State s;
    s.catalog = catalog();
    kvx::core::JsonWriter w;
    w.begin_array();
    const kvx::app::Param* p = kvx::app::find_param(id);
    if (p != nullptr && p->choices != nullptr)
        for (const kvx::app::Choice& c : p->choices(s)) w.begin_array().string(c.value).string(c.label).end_array();
    kept = w.end_array().text();
    return kept.c_str();
}

}  // extern "C"
