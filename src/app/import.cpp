#include "app/import.h"

#include "app/notices.h"
#include "app/text.h"
#include "core/hf_config.h"

namespace kvx::app {
namespace {

std::string listed(const std::vector<std::string>& fields) {
    std::string result;
    for (const std::string& field : fields) result += (result.empty() ? "" : ", ") + shown_input(field);
    return result;
}

}  // namespace

std::string import_model(State& s, std::string_view json) {
    core::ConfigImport import = core::import_config(json);
    if (!import.ok) {
        std::string sentence =
            import.error.empty() ? std::string("This is not a model's config.json.") : std::move(import.error);
        return sentence;
    }
    import.model.id = kImported;
    import.model.name = import.model.name.empty() ? "Imported model" : shown_input(import.model.name);
    s.imported = std::move(import.model);
    s.imported_json = json;
    s.in.model = kImported;
    if (!import.assumed.empty())
        notice(s, "Not in this config.json and taken from documented defaults: " + listed(import.assumed) + ".");
    return {};
}

}  // namespace kvx::app
