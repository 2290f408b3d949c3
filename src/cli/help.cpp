#include "cli/help.h"

#include <algorithm>

#include "app/numbers.h"
#include "app/pages.h"
#include "app/params/params.h"
#include "app/report.h"
#include "cli/answers.h"
#include "cli/table.h"

namespace kvx::cli {
namespace {

using app::Param;
using app::ParamKind;

constexpr size_t kWidth = 100;

bool follows_device(const Param& p) {
    return p.id == "cb" || p.id == "pa" || p.id == "fa";
}

std::string range_text(const Param& p) {
    const auto bound = [](double v) { return v >= 1e6 ? app::real_text(v / 1e6) + "M" : app::real_text(v); };
    return bound(p.min) + " to " + (p.id == "at" ? "the maximum context" : bound(p.max));
}

std::string allowed_text(const Param& p, const app::State& s) {
    if (p.id == "model") return "an id of `kvx models`";
    if (p.id == "device") return "an id of `kvx devices`";
    if (p.kind == ParamKind::toggle) return "1 or 0";
    if (p.kind == ParamKind::text) return "text";
    if (p.kind != ParamKind::choice) return range_text(p);
    std::string result;
    for (const app::Choice& choice : p.choices(s)) result += (result.empty() ? "" : ", ") + choice.value;
    return result;
}

std::string default_text(const Param& p, const app::State& s) {
    if (follows_device(p)) return "the device's";
    if (p.id == "at") return "the maximum";
    std::string value = p.initial(s);
    return p.kind == ParamKind::tokens ? app::shown_value(p, s) : value;
}

std::string flag_text(const Param& p) {
    const std::string flag = "--" + std::string(p.flag);
    return p.kind == ParamKind::toggle ? flag + ", --no-" + std::string(p.flag) : flag;
}

std::string flags_help() {
    const app::State s;
    std::vector<std::vector<std::string>> rows;
    for (const Param& p : app::params()) {
        if (!p.per_view) continue;
        rows.push_back({"  " + flag_text(p), std::string(p.help) + " Allowed: " + allowed_text(p, s) +
                                                 ". Default: " + default_text(p, s) + "."});
    }
    return table(rows, kWidth);
}

}  // namespace

namespace {

// "  kvx learn [--text PROMPT]                 the small model on a prompt"
std::string aligned(const std::string& command, std::string_view about) {
    constexpr size_t kColumn = 58;
    return "  " + command + std::string(kColumn - std::min(kColumn - 1, characters(command)), ' ') +
           std::string(about) + "\n";
}

}  // namespace

std::string general_help() {
    std::string commands;
    for (const app::PageRow& page : app::pages())
        commands += aligned("kvx " + std::string(page.name) + " " + std::string(page.usage), page.about);
    return "kvx " + std::string(app::version()) +
           ": where the memory, time and money of a large language model go.\n\n" + commands +
           "  kvx explain [quantity …] [the same flags]                 how a figure is computed\n"
           "  kvx \"?view=inference&model=…\"                             the figures of a link\n"
           "  kvx fits [the same flags]                                 what fits: context, batch, devices, price\n"
           "  kvx remedies [the same flags]                             what would make it fit, cheapest first\n"
           "  kvx savings [the same flags]                              the cache with other kinds of attention\n"
           "  kvx insights | tables [--markdown] | systems              the other answers of the page\n"
           "  kvx models [--filter TEXT] [--json]                       the known models\n"
           "  kvx devices [--filter TEXT] [--json]                      the known devices\n"
           "  kvx params [--markdown | --json]                          every parameter\n"
           "  kvx help COMMAND                                          more about one command\n"
           "  kvx --version\n\n"
           "Example: kvx inference --model llama-3.1-8b --device h100-sxm-80gb --context 1M --batch 8 --kv-dtype fp8\n";
}

bool command_help(std::string_view command, std::string& out) {
    const app::PageRow* page = app::find_page(command);
    if (page != nullptr || command == "explain") {
        out = page != nullptr ? "kvx " + std::string(page->name) + " [link] " + std::string(page->usage) + "\n\n" +
                                    std::string(page->help) + "\n\n"
                              : "kvx explain [quantity …] [link] [--flag value …] [--config FILE] [--json]\n\n"
                                "Formula, current values and source of the named quantities, or of all. kvx "
                                "inference --json gives their ids.\n\n";
        out += flags_help();
        out += table(
            {{"  --config",
              "Files to use instead of a model from the list: a Hugging Face config.json, a .gguf, .safetensors files "
              "with their config.json, or the folder of a checkpoint. Repeat it for several files of one model. Only "
              "the headers of large files are read."},
             {"  --json", "For programs: resolved inputs, and every quantity with its formula and source."},
             {"  --csv, --markdown", "The figures as a table for a spreadsheet or a document."}},
            kWidth);
        out +=
            "\nA link is the address of a page or just its query (\"?view=inference&model=…\"); flags come after it "
            "and take precedence.\n"
            "Token numbers: 4096, 131,072, 1e6, 128K (131,072), 200K (200,000), 1M (1,000,000), 1Mi (1,048,576).\n";
        return true;
    }
    if (command == "models" || command == "devices") {
        out = "kvx " + std::string(command) + " [--filter TEXT] [--json]\n\nLists what --" +
              (command == "models" ? "model" : "device") +
              " accepts. --filter keeps the rows whose id, name or maker contains TEXT.\n";
        return true;
    }
    if (answers(command)) {
        out = "kvx " + std::string(command) + " [link] [--flag value …] [--json]" +
              (command == "tables" ? " [--markdown]" : "") +
              "\n\nThe other answers of the page, for the configuration given by the flags.\n\n" + flags_help();
        return true;
    }
    if (command == "params") {
        out =
            "kvx params [--markdown | --json]\n\nEvery parameter: its flag, its key in a link, what is allowed, its "
            "default and what it does.\n";
        return true;
    }
    if (command == "help") {
        out = general_help();
        return true;
    }
    return false;
}

std::string params_text(const app::State& s) {
    std::vector<std::vector<std::string>> rows = {{"flag", "key", "default", "meaning"}};
    for (const Param& p : app::params()) {
        rows.push_back({"--" + std::string(p.flag), std::string(p.url.empty() ? p.id : p.url), default_text(p, s),
                        std::string(p.help)});
    }
    return table(rows, terminal_width());
}

std::string params_markdown(const app::State& s) {
    std::string result =
        "# Parameters\n\n"
        "Written by `kvx params --markdown` from the registry in `src/app/params/params.cpp`; a test keeps it in "
        "step.\n\n"
        "Each parameter is one row of that registry and has the same name everywhere: the control on the page, the key "
        "in a link, the\n"
        "console and the command line's flag. Token numbers may be written as 4096, 131,072, 1e6, 128K (131,072), 200K "
        "(200,000),\n"
        "1M (1,000,000) or 1Mi (1,048,576). Switches take 1, on, true, yes or 0, off, false, no; on the command line "
        "also `--cb` and `--no-cb`.\n\n"
        "| parameter | key in a link | flag | allowed | default | meaning |\n"
        "|---|---|---|---|---|---|\n";
    for (const Param& p : app::params()) {
        const std::string key(p.url.empty() ? p.id : p.url);
        std::string keys = "`" + key + "`";
        if (key != p.id) keys += ", `" + std::string(p.id) + "`";
        if (!p.alias.empty() && p.alias != key) keys += ", `" + std::string(p.alias) + "`";
        result += "| " + std::string(p.label) + " | " + keys + " | `--" + std::string(p.flag) + "` | " +
                  allowed_text(p, s) + " | " + default_text(p, s) + " | " + std::string(p.help) + " |\n";
    }
    return result;
}

}  // namespace kvx::cli
