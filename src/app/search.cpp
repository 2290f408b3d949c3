#include "app/search.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/catalog/search.h"

namespace kvx::app {

namespace {

// Everything a row is known by.
std::vector<std::string> names_of(const State& s, std::string_view id, const Choice& c) {
    std::vector<std::string> names = {c.label, c.value};
    const auto add = [&](const auto& row, const std::string& other) {
        names.push_back(row.name);
        names.push_back(other);
        names.insert(names.end(), row.aliases.begin(), row.aliases.end());
    };
    if (id == "model") {
        if (const core::Model* m = s.catalog.model(c.value)) add(*m, m->hf_repo);
    } else if (id == "device") {
        if (const core::Device* d = s.catalog.device(c.value)) add(*d, d->vendor + " " + d->short_name);
    }
    return names;
}

}  // namespace

std::vector<Choice> search_choices(const State& s, std::string_view id, std::string_view query) {
    const Param* param = find_param(id);
    if (param == nullptr || param->choices == nullptr) return {};
    std::vector<Choice> all = param->choices(s);
    if (query.empty()) return all;
    std::vector<std::pair<core::Match, Choice>> found;
    for (Choice& c : all) {
        const core::Match match = core::search_match(query, names_of(s, id, c));
        if (match != core::Match::none) found.emplace_back(match, std::move(c));
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<Choice> out;
    out.reserve(found.size());
    for (auto& [match, c] : found) out.push_back(std::move(c));
    return out;
}

}  // namespace kvx::app
