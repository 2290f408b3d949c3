#include "cli/tables.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "app/pages.h"
#include "app/params/params.h"
#include "app/report.h"
#include "app/view.h"
#include "cli/table.h"
#include "core/format.h"
#include "core/json_writer.h"

namespace kvx::cli {
namespace {

using Rows = std::vector<std::vector<std::string>>;

using core::FigureGroup;

Rows configuration(const app::State& s) {
    Rows rows;
    for (const app::Param& p : app::params()) {
        // The page, playback and the curve's axes change no figure.
        if (!p.per_view || !app::concerns(p, s.in.page) || p.id == "view" || p.section == app::Section::picture ||
            p.id == "dtype")  // said by the weights' and the cache's own
            continue;
        if (p.id.starts_with("own-") && s.device().id != app::kOwnDevice) continue;
        std::string value = app::shown_value(p, s);
        if (p.id == "own" && value.empty()) continue;
        if (p.id == "model" || p.id == "device") value += " (" + p.get(s) + ")";
        if (p.kind == app::ParamKind::tokens) value = core::group_digits(std::atoll(p.get(s).c_str()));
        if (p.unit == "tokens") value += " tokens";
        rows.push_back({"  " + std::string(p.label), value});
    }
    return rows;
}

// The same widths in all groups, so that all values stand in one column.
void align(std::vector<std::pair<std::string, Rows>>& groups) {
    size_t widest[2] = {0, 0};
    for (const auto& [title, rows] : groups) {
        for (const auto& row : rows) {
            for (size_t i = 0; i < 2; ++i) widest[i] = std::max(widest[i], characters(row[i]));
        }
    }
    for (auto& [title, rows] : groups) {
        for (auto& row : rows) {
            for (size_t i = 0; i < 2; ++i) row[i].append(widest[i] - characters(row[i]), ' ');
        }
    }
}

Rows indented(const app::TextRows& rows) {
    Rows out = rows;
    for (auto& row : out) row.front().insert(0, "  ");
    return out;
}

std::string tables_text(const app::TextReport& report) {
    std::vector<std::pair<std::string, Rows>> groups;
    for (const app::TextTable& t : report.tables) groups.emplace_back(t.title, indented(t.rows));
    if (report.aligned) align(groups);
    std::string result;
    for (size_t i = 0; i < groups.size(); ++i) {
        result += (i == 0 ? "" : "\n") + groups[i].first + "\n";
        if (!groups[i].second.empty()) result += table(groups[i].second, terminal_width());
        if (!report.tables[i].note.empty()) result += report.tables[i].note + "\n";
    }
    return result;
}

std::string report_text(const app::TextReport& report) {
    std::string result;
    for (const std::string& part : {report.before.empty() ? std::string() : report.before + "\n", tables_text(report),
                                    report.after.empty() ? std::string() : report.after + "\n"})
        if (!part.empty()) result += (result.empty() ? "" : "\n") + part;
    return result;
}

std::string notices_text(const app::State& s) {
    std::string result;
    for (const std::string& sentence : s.notices) result += "\n" + sentence + "\n";
    return result;
}

}  // namespace

std::string figures_table(const app::State& s) {
    const app::PageRow& page = app::page_row(s);
    const app::View view = app::derive(s);
    if (page.report != nullptr) return report_text(page.report(s, view)) + notices_text(s);
    const std::vector<core::Quantity> all = app::quantities(view, s);
    const bool training = view.training != nullptr;
    std::string last_note;
    const auto rows_of = [&](FigureGroup group) {
        Rows rows;
        for (const core::Quantity& q : all) {
            if (q.group != group) continue;
            // A note shared by several figures is printed once.
            const bool said = !rows.empty() && rows.back().size() > 2 && !q.note.empty() && q.note == last_note;
            rows.push_back({"  " + q.label, q.shown(), said ? std::string() : q.note});
            last_note = q.note;
        }
        return rows;
    };
    Rows chosen = configuration(s);
    for (const core::Quantity& q : all) {
        if (q.unit == core::Unit::parameters) chosen.push_back({"  " + q.label, q.shown()});
    }
    std::vector<std::pair<std::string, Rows>> groups;
    for (const auto& [title, group] :
         {std::pair{"memory", FigureGroup::memory}, std::pair{"cache", FigureGroup::cache},
          std::pair{"devices", FigureGroup::devices}, std::pair{"speed", FigureGroup::speed},
          std::pair{training ? "run" : "money", FigureGroup::cost}})
        if (Rows rows = rows_of(group); !rows.empty()) groups.emplace_back(title, std::move(rows));
    align(groups);
    std::string result = "configuration\n" + table(chosen, terminal_width());
    for (const auto& [title, rows] : groups) result += "\n" + title + "\n" + table(rows, terminal_width());
    if (page.appendix != nullptr)
        result += "\n" + report_text(page.appendix(s, view));
    else if (const std::string refused = app::parallelism_notice(view, s); !refused.empty())
        result += "\n" + refused + "\n";
    return result + notices_text(s);
}

std::string explain_text(const app::State&, const std::vector<core::Quantity>& all,
                         const std::vector<std::string>& ids) {
    std::string result;
    const size_t width = terminal_width();
    for (const core::Quantity& q : all) {
        if (!ids.empty() && std::find(ids.begin(), ids.end(), q.id) == ids.end()) continue;
        if (!result.empty()) result += '\n';
        result += q.label + ": " + q.shown() + "\n";
        Rows rows;
        const auto row = [&](const char* title, const std::string& text) {
            if (!text.empty()) rows.push_back({std::string("  ") + title, text});
        };
        row("id", q.id);
        row("formula", q.formula);
        row("values", q.substituted);
        row("source", q.source);
        row("note", q.note);
        result += table(rows, width);
    }
    return result;
}

namespace {

// A heading above the first row of each group.
void open_group(Rows& rows, std::string& now, const std::string& group) {
    if (group == now) return;
    rows.push_back({""});
    rows.push_back({group});
    now = group;
}

std::string price_text(const core::ListPrice& p) {
    if (p.offers == 0) return "-";
    return "$" + core::fixed(p.median, 2) + " (" + std::to_string(p.offers) + " lists from $" +
           core::fixed(p.lowest, 2) + ", " + p.day + ")";
}

}  // namespace

std::string models_table(const app::State& s) {
    Rows rows = {{"id", "name", "parameters", "max context", "attention"}};
    std::string group;
    for (const core::Model& m : s.catalog.models) {
        open_group(rows, group, m.family);
        const std::string limit = m.max_context > 0 ? core::short_tokens({m.max_context}) : "";
        rows.push_back({m.id, m.name, core::format_params(core::total_params(m)).text(), limit,
                        core::attention_summary(m) + (m.verified ? "" : "; unverified")});
    }
    return rows.size() > 1 ? table(rows, terminal_width()) : "No model matches.\n";
}

std::string devices_table(const app::State& s) {
    Rows rows = {{"id", "name", "memory", "bandwidth", "type", "an hour"}};
    std::string group;
    for (const core::Device& d : s.catalog.devices) {
        open_group(rows, group, std::string(core::group_label(d.group)));
        rows.push_back({d.id, d.name, core::format_bytes(d.memory).text(),
                        d.bandwidth > 0 ? core::format_rate(d.bandwidth).text() : "", d.memory_type,
                        price_text(d.price)});
    }
    if (rows.size() == 1) return "No device matches.\n";
    return table(rows, terminal_width()) +
           "\nYour own device: --device own, with --own-memory, --own-bandwidth, --own-bf16, --own-fp8 and "
           "--own-power\n";
}

std::string models_json(const app::State& s) {
    core::JsonWriter w;
    w.begin_object().field("version", app::version()).field("command", "models").key("models").begin_array();
    for (const core::Model& m : s.catalog.models) app::write_model(w, m);
    return w.end_array().end_object().text() + "\n";
}

std::string devices_json(const app::State& s) {
    core::JsonWriter w;
    w.begin_object().field("version", app::version()).field("command", "devices").key("devices").begin_array();
    for (const core::Device& d : s.catalog.devices) app::write_device(w, d);
    return w.end_array().end_object().text() + "\n";
}

}  // namespace kvx::cli
