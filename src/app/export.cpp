#include "app/export.h"

#include "app/answers/reference_tables.h"
#include "app/codec.h"
#include "app/headline.h"
#include "core/json.h"

namespace kvx::app {

std::string figures_csv(const State& s) {
    ReferenceTable t;
    t.columns = {"id", "label", "value", "unit", "shown", "formula", "numbers", "source", "note"};
    for (const core::Quantity& q : quantities(derive(s), s))
        t.rows.push_back({q.id, q.label, q.unit == core::Unit::text ? q.text : core::json_number(q.value),
                          std::string(core::unit_id(q.unit)), q.shown(), q.formula, q.substituted, q.source, q.note});
    return to_csv(t);
}

std::string figures_markdown(const State& s) {
    const View view = derive(s);
    ReferenceTable t;
    t.title = headline(s, view);
    t.columns = {"figure", "value", "how"};
    for (const core::Quantity& q : quantities(view, s)) t.rows.push_back({q.label, q.shown(), q.formula});
    t.note = "≈ an estimate, ≥ a lower bound. KV Cache Explorer,";
    t.link = to_query(s);
    return to_markdown(t);
}

}  // namespace kvx::app
