#include "cli/run.h"

#include "app/action.h"
#include "app/export.h"
#include "app/numbers.h"
#include "app/pages.h"
#include "app/report.h"
#include "app/text.h"
#include "app/view.h"
#include "cli/answers.h"
#include "cli/arguments.h"
#include "cli/files.h"
#include "cli/help.h"
#include "cli/model_files.h"
#include "cli/tables.h"

namespace kvx::cli {
namespace {

bool matches(const std::string& filter, std::initializer_list<std::string_view> fields) {
    const std::string wanted = app::lower(filter);
    for (const std::string_view field : fields) {
        if (app::lower(field).find(wanted) != std::string::npos) return true;
    }
    return false;
}

void keep_matching(core::Catalog& c, const std::string& filter) {
    std::erase_if(c.models, [&](const core::Model& m) { return !matches(filter, {m.id, m.name, m.org, m.hf_repo}); });
    std::erase_if(c.devices, [&](const core::Device& d) {
        return !matches(filter, {d.id, d.name, d.vendor, d.short_name});
    });
}

// Degrees of parallelism given by flag that are impossible: the page divides automatically and says so, but a command
// must not answer a different question from the one it was given.
std::string refused_by_hand(const Arguments& a, const app::State& s) {
    std::string given;
    for (const app::Assignment& x : a.assignments) {
        const std::string_view id = x.param->id;
        const bool degree = id == "tp" || id == "pp" || id == "ep" || id == "dcp" || id == "cp";
        if (degree && x.key.starts_with("--") && x.param->get(s) != "auto")
            given += (given.empty() ? "" : " ") + x.key + " " + app::shown_input(x.value);
    }
    if (given.empty()) return {};
    const std::string reason = app::refused_parallelism(app::derive(s));
    return reason.empty() ? reason : given + ": " + reason;
}

// The state that these arguments describe, or one sentence.
std::string resolve(const Arguments& a, app::State& s) {
    app::apply(s, app::SetQuery{});  // the defaults
    if (!a.configs.empty()) {
        for (const app::Assignment& requested : a.assignments) {
            if (requested.param->id == "model")
                return "--config and " + requested.key + " both choose a model; give one of them.";
        }
        std::string bad = import_files(a.configs, s);
        if (!bad.empty()) return "--config " + app::shown_input(a.configs.front()) + ": " + bad;
    }
    const app::PageRow* page = app::find_page(a.command);
    if (page != nullptr) app::apply(s, app::SetParam{"view", std::string(page->name)});
    const std::vector<app::Refusal> refused = app::try_apply(s, app::Assign{a.assignments});
    if (!refused.empty()) return refusal_text(refused.front());
    std::string broken = app::runs_small_model(s) ? load_learn_model(assets_directory(), s) : std::string();
    return broken.empty() ? refused_by_hand(a, s) : broken;
}

std::string unknown_quantity(const std::vector<core::Quantity>& all, const std::vector<std::string>& words) {
    for (const std::string& word : words) {
        std::vector<std::string_view> ids;
        bool known = false;
        for (const core::Quantity& q : all) {
            ids.push_back(q.id);
            known = known || q.id == word;
        }
        if (known) continue;
        const std::string_view hint = app::nearest(word, ids);
        return app::shown_input(word) + " is not a quantity" +
               (hint.empty() ? "; kvx inference --json gives their ids." : "; did you mean " + std::string(hint) + "?");
    }
    return {};
}

std::string answer(const Arguments& a, app::State& s, std::string& out) {
    if (a.command == "models" || a.command == "devices") {
        const bool models = a.command == "models";
        out = a.json ? (models ? models_json(s) : devices_json(s)) : (models ? models_table(s) : devices_table(s));
        return {};
    }
    if (a.command == "params") {
        out = a.json ? app::params_json(s) + "\n" : a.markdown ? params_markdown(s) : params_text(s);
        return {};
    }
    std::string reason = resolve(a, s);
    if (!reason.empty()) return reason;
    if (answers(a.command)) {
        out = answer_text(a.command, s, a.json, a.markdown);
        return {};
    }
    if (a.command == "explain") {
        const std::vector<core::Quantity> all = app::quantities(s);
        reason = unknown_quantity(all, a.words);
        if (!reason.empty()) return reason;
        out = a.json ? app::report_json(s, a.command, a.words) + "\n" : explain_text(s, all, a.words);
        return {};
    }
    out = a.json       ? app::report_json(s, app::page_row(s).name, {}) + "\n"
          : a.csv      ? app::figures_csv(s)
          : a.markdown ? app::figures_markdown(s)
                       : figures_table(s);
    return {};
}

}  // namespace

int run(int argc, const char* const* argv, std::string& out, std::string& err) {
    const auto fail = [&](const std::string& sentence, int code) {
        out.clear();
        err = "kvx: " + sentence + "\n";
        return code;
    };
    Arguments a;
    const std::string misread = read_arguments(argc, argv, a);
    if (!misread.empty()) return fail(misread, 2);
    if (a.version) {
        out = "kvx " + std::string(app::version()) + "\n";
        return 0;
    }
    if (a.help || a.command == "help") {
        const std::string topic = a.command == "help" ? (a.words.empty() ? "help" : a.words.front())
                                  : a.command.empty() ? "help"
                                                      : a.command;
        return command_help(topic, out)
                   ? 0
                   : fail(app::shown_input(topic) + " is not a command; kvx --help lists them.", 2);
    }
    app::State s;
    std::string broken;
    if (!load_catalog(assets_directory(), s.catalog, broken)) return fail(broken, 1);
    keep_matching(s.catalog, a.filter);
    const std::string reason = answer(a, s, out);
    return reason.empty() ? 0 : fail(reason, 2);
}

}  // namespace kvx::cli
