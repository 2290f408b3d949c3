#include "cli/answers.h"

#include <vector>

#include "app/action.h"
#include "app/answers/reference_tables.h"
#include "app/answers/stories.h"
#include "app/inference/inference_view.h"
#include "app/report.h"
#include "app/view.h"
#include "cli/table.h"
#include "core/format.h"
#include "core/json_writer.h"
#include "core/memory/kv_variants.h"
#include "core/serving/fit_search.h"

namespace kvx::cli {
namespace {

// A list of equal rows, the first one holding the column names: a table as text, objects in JSON.
using Rows = std::vector<std::vector<std::string>>;

std::string as_json(std::string_view command, const Rows& rows) {
    core::JsonWriter w;
    w.begin_object().field("version", app::version()).field("command", command).key(command).begin_array();
    for (size_t r = 1; r < rows.size(); ++r) {
        w.begin_object();
        for (size_t c = 0; c < rows[r].size(); ++c) w.field(rows[0][c], rows[r][c]);
        w.end_object();
    }
    return w.end_array().end_object().text() + "\n";
}

Rows systems(const app::State& s) {
    Rows rows = {{"id", "name", "devices", "device", "link", "network", "source"}};
    for (const core::System& y : s.catalog.clusters.systems)
        rows.push_back({y.id, y.name, core::group_digits(y.devices), y.device, y.link, y.network, y.source});
    return rows;
}

// Answers about serving, whatever page the link opens.
app::State served(app::State s) {
    app::apply(s, app::SetParam{"view", "inference"});
    return s;
}

Rows savings(const app::State& s) {
    Rows rows = {{"id", "name", "cache", "against now", "what", "source"}};
    for (const core::KvVariant& v : core::kv_variants(app::derive(s).requested))
        rows.push_back(
            {v.id, v.name, core::format_bytes(v.bytes).text(), core::significant(v.ratio, 3) + "×", v.what, v.source});
    return rows;
}

Rows fits(const app::State& s) {
    Rows rows = {{"id", "question", "answer", "detail"}};
    const app::View v = app::derive(s);
    const core::FitReport r = app::what_fits(s, v);
    for (const core::FitAnswer& a : r.answers) rows.push_back({a.id, a.question, a.answer, a.detail});
    for (const std::string& f : r.failures) rows.push_back({"not", "Does not fit on 128", f, ""});
    return rows;
}

// "kv=fp8", or several joined as in a link.
std::string changes_words(const std::vector<std::pair<std::string, std::string>>& changes) {
    std::string out;
    for (const auto& [id, value] : changes) out.append(out.empty() ? "" : "&").append(id).append("=").append(value);
    return out;
}

Rows remedies(const app::State& s) {
    Rows rows = {{"id", "name", "needed", "then", "cost", "effect"}};
    const app::View v = app::derive(s);
    if (v.plan.pressure <= 1) return rows;
    for (const core::Remedy& r : app::remedies(v, s))
        rows.push_back({changes_words(r.changes), r.name, core::format_bytes(r.before).text(),
                        core::format_bytes(r.after).text(), r.cost, r.effect});
    return rows;
}

Rows insights(const app::State& s) {
    Rows rows = {{"id", "title", "sentence", "link"}};
    for (const app::Story& story : app::stories())
        rows.push_back({std::string(story.id), std::string(story.title), story.sentence(app::with_story(s, story)),
                        app::story_query(s, story)});
    return rows;
}

}  // namespace

bool answers(std::string_view command) {
    return command == "systems" || command == "savings" || command == "fits" || command == "remedies" ||
           command == "insights" || command == "tables";
}

std::string answer_text(std::string_view command, const app::State& s, bool json, bool markdown) {
    if (command == "tables") {
        std::string out;
        for (const app::ReferenceTable& t : app::reference_tables(s)) {
            Rows rows = {t.columns};
            rows.insert(rows.end(), t.rows.begin(), t.rows.end());
            if (json)
                out += (out.empty() ? "[" : ",") + as_json(t.id, rows);
            else
                out += (out.empty() ? "" : "\n") + (markdown ? app::to_markdown(t)
                                                             : t.title + "\n" + table(rows, terminal_width()) +
                                                                   wrapped(t.note, terminal_width(), 0) + "\n");
        }
        return json ? out + "]\n" : out;
    }
    const Rows rows = command == "systems"    ? systems(s)
                      : command == "savings"  ? savings(served(s))
                      : command == "fits"     ? fits(served(s))
                      : command == "remedies" ? remedies(served(s))
                                              : insights(s);
    return json ? as_json(command, rows) : table(rows, terminal_width());
}

}  // namespace kvx::cli
