// State <-> what the browser remembers between visits.
#include <nlohmann/json.hpp>

#include "app/codec.h"
#include "app/import.h"
#include "app/json_writer.h"

namespace kvx::app {
namespace {

constexpr size_t kLongestSession = 2u << 20;
constexpr size_t kLongestConfig = 64u << 10;  // browsers give an origin about 5 MB; a config.json has a few KB

}  // namespace

std::string to_session(const State& s) {
    JsonWriter w;
    w.begin_object().field("v", 1.0).field("query", to_query(s)).field("theme", find_param("theme")->get(s));
    if (s.in.model == kImported && s.imported_json.size() <= kLongestConfig) w.field("config", s.imported_json);
    return w.end_object().text();
}

bool from_session(State& s, std::string_view json) {
    if (json.empty() || json.size() > kLongestSession) return false;
    // Depth needs no limit of its own: the parser and its destructor do not recurse.
    const nlohmann::json doc = nlohmann::json::parse(json.begin(), json.end(), nullptr, false);
    if (!doc.is_object()) return false;
    const auto text = [&](const char* key) -> const std::string* {
        const auto field = doc.find(key);
        return field == doc.end() ? nullptr : field->get_ptr<const std::string*>();
    };
    const auto version = doc.find("v");
    const std::string* query = text("query");
    if (version == doc.end() || !version->is_number_integer() || *version != 1 || query == nullptr) return false;

    if (const std::string* config = text("config")) import_model(s, *config);
    from_query(s, *query);
    if (const std::string* theme = text("theme")) find_param("theme")->set(s, *theme);
    return true;
}

}  // namespace kvx::app
