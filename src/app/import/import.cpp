#include "app/import/import.h"

#include <algorithm>

#include "app/notices.h"
#include "app/numbers.h"
#include "app/params/params.h"
#include "app/text.h"
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
    if (s.model().releases.empty() || s.model().releases.front().rules.empty()) return;
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

}  // namespace

std::string import_model(State& s, std::string_view json) {
    core::ConfigImport import = core::import_config(json);
    if (!import.ok)
        return import.error.empty() ? std::string("This is not a model's config.json.") : std::move(import.error);
    import.model.name = import.model.name.empty() ? "Imported model" : shown_input(import.model.name);
    add_model(s, std::move(import.model), core::compact_config(json));
    announce_release(s);
    if (!import.assumptions.empty())
        notice(s, "This config.json does not say everything. Assumed: " + listed(import.assumptions) + ".");
    if (!import.left_out.empty()) notice(s, "Only the language model is counted, not " + listed(import.left_out) + ".");
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

std::string import_any(State& s, std::string_view json) {
    core::JsonText text;
    const bool read = text.parse(json).empty();
    const core::JsonValue root = text.root();
    const auto has = [&](std::string_view key) {
        return read && root.is(Kind::object) && static_cast<bool>(root[key]);
    };
    const bool device = (has("bandwidth") || has("bandwidth_gbs") || has("memory_gib")) && !has("model_type");
    return device ? import_device(s, json) : import_model(s, json);
}

void forget_model(State& s, std::string_view id) {
    const std::string gone(id);
    std::erase_if(s.own_models, [&](const OwnModel& own) { return own.model.id == gone; });
    if (s.in.model == gone) s.in.model = Inputs().model;
}

}  // namespace kvx::app
