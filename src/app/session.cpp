// State <-> what the browser remembers between visits.
#include "app/codec.h"
#include "app/import/import.h"
#include "app/text.h"
#include "core/deferred.h"
#include "core/json.h"
#include "core/json_writer.h"

namespace kvx::app {
namespace {

constexpr double kVersion = 1;
constexpr size_t kLongestSession = 2u << 20;
constexpr size_t kLongestConfig = 64u << 10;  // browsers give an origin about 5 MB; a config.json takes a few KB

void read_own_models(State& s, const core::JsonValue& own) {
    size_t kept = 0;
    for (core::JsonValue v = own.first(); v && kept < kMostOwnModels; v = v.next(), ++kept)
        core::deferred(import_model)(s, v.text());
}

}  // namespace

std::string to_session(const State& s) {
    core::JsonWriter w;
    w.begin_object().field("v", kVersion).field("query", to_query(s)).field("theme", find_param("theme")->get(s));
    if (!s.keys) w.field("keys", "0");
    std::string answers;
    for (const int8_t a : s.learn.answers) answers += static_cast<char>('0' + a);
    if (answers.find_first_not_of('0') != std::string::npos) w.field("tour", answers);
    w.key("own").begin_array();
    for (const OwnModel& own : s.own_models)
        if (own.config.size() <= kLongestConfig) w.string(own.config);
    w.end_array();
    return w.end_object().text();
}

SessionRead from_session(State& s, std::string_view json) {
    core::JsonText text;
    if (!text.parse(json, {.bytes = kLongestSession}).empty()) return SessionRead::nothing;
    const core::JsonValue doc = text.root();
    const core::JsonValue query = doc["query"], config = doc["config"], theme = doc["theme"];
    const double version = doc["v"].number();
    if (version != kVersion && doc["v"].is(core::JsonValue::Kind::number)) {
        const std::string model = s.in.model;
        const std::vector<std::string> notices = s.notices;
        read_own_models(s, doc["own"]);
        s.in.model = model;
        s.notices = notices;
        return SessionRead::own_models;
    }
    if (version != kVersion || !query.is(core::JsonValue::Kind::text)) return SessionRead::nothing;

    if (config.is(core::JsonValue::Kind::text))
        core::deferred(import_model)(s, config.text());  // as older versions stored it
    read_own_models(s, doc["own"]);
    from_query(s, query.text());
    const std::string_view answers = doc["tour"].text();
    for (size_t i = 0; i < std::min(answers.size(), s.learn.answers.size()); ++i)
        s.learn.answers[i] = static_cast<int8_t>(answers[i] >= '1' && answers[i] <= '3' ? answers[i] - '0' : 0);
    if (doc["keys"].text() == "0") s.keys = false;
    if (theme.is(core::JsonValue::Kind::text)) find_param("theme")->set(s, theme.text());
    return SessionRead::whole;
}

std::string session_notice(SessionRead read, std::string_view json) {
    if (read == SessionRead::own_models)
        return "Your last visit was saved by another version of this page. It is kept aside; your own models are here.";
    if (read == SessionRead::nothing && !trimmed(json).empty())
        return "Your last visit could not be read. It is kept aside, and this one starts anew.";
    return {};
}

}  // namespace kvx::app
