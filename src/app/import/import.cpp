#include "app/import/import.h"

#include <algorithm>
#include <optional>

#include "app/notices.h"
#include "app/numbers.h"
#include "app/params/params.h"
#include "app/text.h"
#include "core/catalog/checkpoint/checkpoint_files.h"
#include "core/catalog/checkpoint/model_row.h"
#include "core/catalog/import/hf_config.h"
#include "core/json.h"

namespace kvx::app {
namespace {

using Kind = core::JsonValue::Kind;

std::string listed(const std::vector<std::string>& fields) {
    std::string result;
    for (const std::string& field : fields) result += (result.empty() ? "" : ", ") + one_line(field, 160);
    return result;
}

// The first few: such lists have hundreds of names.
std::string listed_first(const std::vector<std::string>& names) {
    constexpr size_t kMost = 4;
    if (names.size() <= kMost) return listed(names);
    return listed({names.begin(), names.begin() + kMost}) + " and " + std::to_string(names.size() - kMost) + " more";
}

// "My Llama 3 (v2)" -> "own-my-llama-3-v2"
std::string own_id(std::string_view name) {
    std::string id = "own";
    bool gap = true;
    for (const char c : lower(name)) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.';
        if (plain && gap) id += '-';
        if (plain) id += c;
        gap = !plain;
        if (id.size() > 48) break;
    }
    return id.size() > 3 ? id : "own-model";
}

// A different model of the same name gets a number.
void add_model(State& s, core::Model model, std::string config) {
    const std::string base = own_id(model.name);
    model.id = base;
    for (const OwnModel& there : s.own_models)
        if (there.config == config) {  // the same model again is shown and keeps its place, so that sessions round-trip
            s.in.model = there.model.id;
            return;
        }
    for (int n = 2; s.own_model(model.id); ++n) model.id = base + "-" + std::to_string(n);
    if (s.own_models.size() == kMostOwnModels) {
        notice(s, "Only the newest " + std::to_string(kMostOwnModels) + " models of your own are kept; " +
                      shown_input(s.own_models.front().model.name) + " was removed.");
        s.own_models.erase(s.own_models.begin());
    }
    s.in.model = model.id;
    s.own_models.push_back({std::move(model), std::move(config)});
}

// A quantised checkpoint opens as released, and says so.
void announce_release(State& s) {
    if (s.model().releases.empty() ||
        (s.model().releases.front().rules.empty() && !s.model().releases.front().measured))
        return;
    const core::Release& r = s.model().releases.front();
    s.in.release = kReleased;
    notice(s, "Weights as released: " + r.name + ".");
    if (!r.unread.empty())
        notice(s, "Names in its lists of modules that mean nothing here: " + listed_first(r.unread) + ".");
}

// How a field of a device's JSON becomes a parameter: our own in plain units, those of devices.json in bytes.
struct DeviceField {
    std::string_view key, param;
    double factor;
};
constexpr double kGib = 1073741824.0;
constexpr DeviceField kDeviceFields[] = {{"memory", "own-memory", 1 / kGib},
                                         {"memory_gib", "own-memory", 1},
                                         {"bandwidth", "own-bandwidth", 1e-9},
                                         {"bandwidth_gbs", "own-bandwidth", 1},
                                         {"bf16", "own-bf16", 1},
                                         {"bf16_tflops", "own-bf16", 1},
                                         {"fp8", "own-fp8", 1},
                                         {"fp8_tflops", "own-fp8", 1},
                                         {"tdp", "own-power", 1},
                                         {"watts", "own-power", 1},
                                         {"price", "price", 1}};

// "org/name" of an address of Hugging Face, or of nothing but that; "" if the text is neither.
std::string_view repository_in(std::string_view text) {
    constexpr size_t kLongest = 200;
    std::string_view rest = trimmed(text);
    if (rest.size() > kLongest) return {};
    const size_t scheme = rest.find("://");
    if (scheme != std::string_view::npos) rest.remove_prefix(scheme + 3);
    for (const std::string_view host : {"www.huggingface.co/", "huggingface.co/", "hf.co/"})
        if (rest.starts_with(host)) {
            rest.remove_prefix(host.size());
            const size_t name = rest.find('/'), end = rest.find_first_of("/?#", name + 1);
            rest = rest.substr(0, name == std::string_view::npos ? name : end);
            break;
        }
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
               c == '_' || c == '/';
    };
    const bool one_slash = std::count(rest.begin(), rest.end(), '/') == 1 && rest.front() != '/' && rest.back() != '/';
    return one_slash && std::all_of(rest.begin(), rest.end(), plain) ? rest : std::string_view();
}

std::string show_repository(State& s, std::string_view repository) {
    std::string_view name = repository;
    // repositories of converted files are named after the model
    for (const std::string_view end : {"-GGUF", "-gguf", "-safetensors"})
        if (name.ends_with(end)) name.remove_suffix(end.size());
    const core::Model* found = s.catalog.model(name);
    if (found == nullptr && name != repository) found = s.catalog.model(name.substr(name.find('/') + 1));
    if (found == nullptr)
        return one_line(repository, 100) +
               " is not in the list of models; open its config.json or one of its .gguf files.";
    return find_param("model")->set(s, found->id);
}

std::string import_row(State& s, core::JsonValue root, std::string_view json) {
    core::Model model;
    std::string bad = core::read_own_row(root, model);
    if (!bad.empty()) return bad;
    model.name = shown_input(model.name);
    model.org = shown_input(model.org);
    model.source = "the file you gave";
    model.hf_repo.clear();
    model.note.clear();
    model.aliases.clear();
    add_model(s, std::move(model), std::string(json));
    announce_release(s);
    return {};
}

}  // namespace

std::string import_model(State& s, std::string_view json) {
    core::JsonText text;
    if (text.parse(json).empty() && core::is_model_row(text.root())) return import_row(s, text.root(), json);
    core::ConfigImport import = core::import_config(json);
    if (!import.ok)
        return import.error.empty() ? std::string("This is not a model's config.json.") : std::move(import.error);
    import.model.name = import.model.name.empty() ? "Imported model" : shown_input(import.model.name);
    add_model(s, std::move(import.model), core::compact_config(json));
    announce_release(s);
    if (!import.assumptions.empty())
        notice(s, "This config.json does not say everything. Assumed: " + listed(import.assumptions) + ".");
    const bool measured = !s.model().releases.empty() && s.model().releases.front().measured;
    if (!import.left_out.empty() && !measured)
        notice(s, "Only the language model is counted, not " + listed(import.left_out) + ".");
    if (!import.unread_fields.empty())
        notice(s,
               "Fields of this config.json that may matter and were not read: " + listed(import.unread_fields) + ".");
    return {};
}

std::string import_device(State& s, std::string_view json) {
    core::JsonText text;
    const std::string bad = text.parse(json);
    if (!bad.empty()) return "This device cannot be read: " + bad + ".";
    const core::JsonValue root = text.root();
    State changed = s;
    changed.in.own = own_device();
    for (const DeviceField& f : kDeviceFields) {
        const core::JsonValue v = root[f.key];
        if (!v || v.is(Kind::null)) continue;
        if (!v.is(Kind::number)) return "The device's field " + std::string(f.key) + " is not a number.";
        std::string reason = find_param(f.param)->set(changed, real_text(v.number() * f.factor));
        if (!reason.empty()) return "The device's field " + std::string(f.key) + ": " + reason;
    }
    for (const std::string_view needed : {"memory", "bandwidth"})
        if (!root[needed] && !root[std::string(needed) + (needed == "memory" ? "_gib" : "_gbs")])
            return "The device lacks " + std::string(needed == "memory" ? "memory_gib" : "bandwidth_gbs") + ".";
    if (const std::string_view name = root["name"].text(); !name.empty()) find_param("own-name")->set(changed, name);
    find_param("device")->set(changed, kOwnDevice);
    s.in = std::move(changed.in);
    return {};
}

namespace {

std::string import_text(State& s, std::string_view json) {
    core::JsonText text;
    const bool read = text.parse(json).empty() && text.root().is(Kind::object);
    const auto has = [&](std::string_view key) { return read && static_cast<bool>(text.root()[key]); };
    const bool device = (has("bandwidth") || has("bandwidth_gbs") || has("memory_gib")) && !has("model_type");
    return device ? import_device(s, json) : import_model(s, json);
}

}  // namespace

std::string import_opened(State& s, const core::OpenedFiles& files) {
    if (!files.error.empty()) return files.error;
    const std::optional<State> before = files.texts.size() > 1 ? std::optional(s) : std::nullopt;
    for (const core::OpenedText& one : files.texts) {
        std::string bad = import_text(s, one.text);
        if (!bad.empty() && before) s = *before;  // all of them or none
        if (!bad.empty()) return bad;
        for (const std::string& note : one.notes) notice(s, one_line(note, 400));
    }
    return {};
}

std::string import_any(State& s, std::string_view text) {
    if (const std::string_view repository = repository_in(text); !repository.empty())
        return show_repository(s, repository);
    core::CheckpointFiles files;
    files.open("", text.size());
    files.take(text);
    return import_opened(s, files.finish());
}

void forget_model(State& s, std::string_view id) {
    const std::string gone(id);
    std::erase_if(s.own_models, [&](const OwnModel& own) { return own.model.id == gone; });
    if (s.in.model == gone) s.in.model = Inputs().model;
}

}  // namespace kvx::app
