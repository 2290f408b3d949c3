#include "cli/run.h"

#include "app/export.h"
#include "app/import/import.h"
#include "app/numbers.h"
#include "app/pages.h"
#include "app/playback.h"
#include "app/report.h"
#include "app/text.h"
#include "cli/answers.h"
#include "cli/arguments.h"
#include "cli/files.h"
#include "cli/help.h"
#include "cli/tables.h"

namespace kvx::cli {
namespace {

constexpr size_t kLongestConfig = 1u << 20;  // core::import_config refuses more

bool matches(const std::string& filter, std::initializer_list<std::string_view> fields) {
    const std::string wanted = app::lower(filter);
    for (const std::string_view field : fields) {
        if (app::lower(field).find(wanted) != std::string::npos) return true;
    }
    return false;
}

void keep_matching(app::State& s, const std::string& filter) {
    std::erase_if(s.catalog.models, [&](const core::Model& m) {
        return !matches(filter, {m.id, m.name, m.org, m.hf_repo});
    });
    std::erase_if(s.catalog.devices, [&](const core::Device& d) {
        return !matches(filter, {d.id, d.name, d.vendor, d.short_name});
    });
}

// The state that these arguments describe, or one sentence.
std::string resolve(const Arguments& a, app::State& s) {
    app::move_to(s, static_cast<double>(s.in.context.value));
    if (a.has_config) {
        for (const app::Assignment& requested : a.assignments) {
            if (requested.param->id == "model")
                return "--config and " + requested.key + " both choose a model; give one of them.";
        }
        std::string text;
        if (!read_file(a.config, kLongestConfig, text))
            return "--config " + app::shown_input(a.config) + " cannot be read as a file of at most 1 MiB.";
        const std::string reason = app::import_model(s, text);
        if (!reason.empty()) return "--config " + app::shown_input(a.config) + ": " + reason;
    }
    const app::PageRow* page = app::find_page(a.command);
    if (page != nullptr) s.in.page = page->id;
    const std::vector<app::Refusal> refused = app::assign(s, a.assignments);
    if (!refused.empty()) return refusal_text(refused.front());
    return app::runs_small_model(s) ? load_learn_model(assets_directory(), s) : std::string();
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
        keep_matching(s, a.filter);
        const bool models = a.command == "models";
        out = a.json ? (models ? models_json(s) : devices_json(s)) : (models ? models_table(s) : devices_table(s));
        return {};
    }
    if (a.command == "params") {
        out = a.json ? params_json(s) : a.markdown ? params_markdown(s) : params_text(s);
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
    const std::string reason = answer(a, s, out);
    return reason.empty() ? 0 : fail(reason, 2);
}

}  // namespace kvx::cli
