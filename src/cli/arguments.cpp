#include "cli/arguments.h"

#include <algorithm>

#include "app/codec.h"
#include "app/numbers.h"
#include "app/pages.h"
#include "app/text.h"
#include "cli/answers.h"

namespace kvx::cli {
namespace {

using app::Param;
using app::ParamKind;
using app::shown_input;

// The pages, and the other commands.
const std::vector<std::string_view>& commands() {
    static const std::vector<std::string_view> all = [] {
        std::vector<std::string_view> list;
        for (const app::PageRow& page : app::pages()) list.push_back(page.name);
        list.insert(list.end(), {"explain", "savings", "fits", "remedies", "insights", "tables", "systems", "models",
                                 "devices", "params", "help"});
        return list;
    }();
    return all;
}

bool is_command(std::string_view word) {
    return std::find(commands().begin(), commands().end(), word) != commands().end();
}

bool is_link(std::string_view word) {
    return (!word.empty() && word[0] == '?') || word.find("://") != std::string_view::npos;
}
bool is_flag(std::string_view word) {
    return word.substr(0, 2) == "--" || word == "-h" || word == "-V";
}

// Only commands that compute something take the registry's flags.
bool computes(std::string_view command) {
    return app::find_page(command) != nullptr || command == "explain" || answers(command);
}

std::string hint_text(std::string_view hint, std::string_view dashes) {
    return hint.empty() ? std::string() : "; did you mean " + std::string(dashes) + std::string(hint) + "?";
}

// The flags of a command beside the registry's: those that take no value, and the one that takes one.
std::vector<std::string_view> switches_of(std::string_view command) {
    std::vector<std::string_view> names = {"help", "version"};
    if (command.empty() || command == "help") return names;
    names.push_back("json");
    const bool figures = computes(command) && command != "explain" && !answers(command);
    if (figures || command == "params" || command == "tables") names.push_back("markdown");
    if (figures) names.push_back("csv");
    return names;
}
std::string_view valued_flag_of(std::string_view command) {
    if (computes(command)) return "config";
    return command == "models" || command == "devices" ? "filter" : "";
}

std::string unknown_flag(std::string_view command, std::string_view name) {
    std::vector<std::string_view> names = switches_of(command);
    names.push_back(valued_flag_of(command));
    if (computes(command))
        for (const Param& p : app::params()) names.insert(names.end(), {p.flag, p.id, p.alias});
    // What another command takes is no slip of the fingers.
    constexpr std::string_view kOfOthers[] = {"json", "csv", "markdown", "config", "filter"};
    const bool known = std::find(std::begin(kOfOthers), std::end(kOfOthers), name) != std::end(kOfOthers);
    const std::string hint = known ? std::string() : hint_text(app::nearest(name, names), "--");
    return "--" + shown_input(name) + " is not a flag of kvx " + std::string(command) +
           (hint.empty() ? "; kvx help " + std::string(command) + " lists them." : hint);
}

class Reader {
  public:
    Reader(int argc, const char* const* argv, Arguments& out) : out_(out) {
        for (int i = 1; i < argc; ++i) words_.emplace_back(argv[i]);
    }

    std::string read() {
        if (words_.empty()) {
            out_.help = true;
            return {};
        }
        const std::string_view first = words_.front();
        if (is_link(first)) {
            out_.command = app::pages().front().name;
        } else if (!is_flag(first)) {
            if (!is_command(first)) {
                const std::string hint = hint_text(app::nearest(first, commands()), "");
                return shown_input(first) + " is not a command" + (hint.empty() ? "; kvx --help lists them." : hint);
            }
            out_.command = first;
            next_ = 1;
        }
        while (next_ < words_.size()) {
            std::string reason = take(words_[next_++]);
            if (!reason.empty()) return reason;
        }
        if (out_.command.empty() && !out_.help && !out_.version) return "A command is needed; kvx --help lists them.";
        return {};
    }

  private:
    std::string take(std::string_view word) {
        if (is_link(word) && (computes(out_.command))) return take_link(word);
        if (!is_flag(word)) {
            if (out_.command == "explain" || out_.command == "help")
                return out_.words.emplace_back(word), std::string();
            if (out_.command.empty())
                return shown_input(word) + " is not expected after " + words_[next_ - 2] + "; kvx --help says what is.";
            return shown_input(word) + " is not expected here; kvx help " + out_.command + " says what is.";
        }
        if (word == "-h") word = "--help";
        if (word == "-V") word = "--version";
        word.remove_prefix(2);
        const size_t equals = word.find('=');
        const std::string_view name = word.substr(0, equals);
        const bool attached = equals != std::string_view::npos;
        const std::string_view value = attached ? word.substr(equals + 1) : std::string_view();
        return take_flag(name, attached, value);
    }

    std::string take_link(std::string_view link) {
        std::vector<std::string> unknown;
        std::vector<app::Assignment> pairs = app::read_query(link, unknown);
        if (!unknown.empty()) return unknown.front();
        for (app::Assignment& pair : pairs) out_.assignments.push_back(std::move(pair));
        return {};
    }

    std::string take_flag(std::string_view name, bool attached, std::string_view value) {
        if (const auto own = own_switch(name); own != nullptr) {
            if (attached) return "--" + std::string(name) + " takes no value.";
            *own = true;
            return {};
        }
        if (out_.command.empty()) {
            return "--" + shown_input(name) + " needs a command before it, as in kvx inference --" + shown_input(name) +
                   " …";
        }
        const bool valued = name == valued_flag_of(out_.command);
        if (valued && name == "config") {
            out_.configs.emplace_back();
            return take_value("--config", "the path of a config.json, .gguf or .safetensors file, or of their folder",
                              attached, value, out_.configs.back());
        }
        if (valued && name == "filter") {
            return take_value("--filter", "a part of a name", attached, value, out_.filter);
        }
        if (!computes(out_.command)) return unknown_flag(out_.command, name);

        const Param* p = app::find_param(name);
        if (p == nullptr && name.substr(0, 3) == "no-") {
            p = app::find_param(name.substr(3));
            if (p == nullptr || p->kind != ParamKind::toggle) return unknown_flag(out_.command, name);
            if (attached) return "--" + std::string(name) + " takes no value.";
            out_.assignments.push_back({p, "--" + std::string(name), "0"});
            return {};
        }
        if (p == nullptr) return unknown_flag(out_.command, name);

        std::string text;
        const std::string flag = "--" + std::string(name);
        if (p->kind == ParamKind::toggle && !attached) {
            bool ignored = false;
            const bool has_word = next_ < words_.size() && app::parse_switch(words_[next_], ignored);
            text = has_word ? words_[next_++] : "1";
        } else if (std::string reason = take_value(flag, p->label, attached, value, text); !reason.empty()) {
            return reason;
        }
        out_.assignments.push_back({p, flag, std::move(text)});
        return {};
    }

    bool* own_switch(std::string_view name) {
        const std::vector<std::string_view> taken = switches_of(out_.command);
        if (std::find(taken.begin(), taken.end(), name) == taken.end()) return nullptr;
        return name == "help"       ? &out_.help
               : name == "version"  ? &out_.version
               : name == "json"     ? &out_.json
               : name == "markdown" ? &out_.markdown
                                    : &out_.csv;
    }

    std::string take_value(std::string_view flag, std::string_view what, bool attached, std::string_view value,
                           std::string& out) {
        if (!attached) {
            // A following flag is not a value: "--model --batch 4" lacks one.
            if (next_ >= words_.size() || is_flag(words_[next_])) {
                return std::string(flag) + " needs a value: " + std::string(what) + "; kvx help " + out_.command +
                       " says which.";
            }
            value = words_[next_++];
        }
        out = value;
        return {};
    }

    Arguments& out_;
    std::vector<std::string> words_;
    size_t next_ = 0;
};

}  // namespace

std::string read_arguments(int argc, const char* const* argv, Arguments& out) {
    return Reader(argc, argv, out).read();
}

std::string refusal_text(const app::Refusal& r) {
    const bool flag = r.key.substr(0, 2) == "--";
    return r.key + (flag ? " " : "=") + r.reason;
}

}  // namespace kvx::cli
