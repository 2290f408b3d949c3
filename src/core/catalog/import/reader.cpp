#include "core/catalog/import/reader.h"

#include <algorithm>
#include <cmath>

#include "core/catalog/import/family_defaults.h"

namespace kvx::core::hf {

namespace {

using Kind = JsonValue::Kind;

// The next of a list of names separated by spaces; "" at its end.
std::string_view next_name(std::string_view& names) {
    const size_t end = std::min(names.find(' '), names.size());
    const std::string_view name = names.substr(0, end);
    names.remove_prefix(std::min(end + 1, names.size()));
    return name;
}

int64_t usable(JsonValue v, double most) {
    const double n = v.number(-1);
    return n >= 0 && n <= most && n == std::floor(n) ? static_cast<int64_t>(n) : -1;
}

}  // namespace

Reader::Reader(JsonValue inner, JsonValue outer, std::string type, bool nested, ConfigImport& out)
    : inner_(inner), outer_(outer), type_(std::move(type)), nested_(nested), out_(out) {
    for (JsonValue v = inner.first(); v; v = v.next()) fields_[v.key()] = v;  // the last of a name counts
}

JsonValue Reader::at(std::string_view path) const {
    const size_t dot = path.find('.');
    const auto found = fields_.find(path.substr(0, dot));
    if (found == fields_.end()) return {};
    asked_.emplace(path);
    if (dot != std::string_view::npos) asked_.emplace(path.substr(0, dot));
    return dot == std::string_view::npos ? found->second : found->second[path.substr(dot + 1)];
}

int64_t Reader::find(Size s) {
    const double most = most_of(s);
    std::string_view names = names_of(s);
    int64_t found = -1;
    while (!names.empty()) {  // synonyms beside the first are read too, and not reported as unread
        JsonValue v = at(next_name(names));
        if (v.is(Kind::array)) v = v.first();
        if (found < 0) found = usable(v, most);
    }
    if (found >= 0) return found;
    // Mistral's params.json: "dim" is the width of a layer, "hidden_dim" that of its MLP.
    if (s == Size::width && at("dim"))
        if (const int64_t n = usable(at("hidden_dim"), most); n > 0) return n;
    if (s == Size::vocab && !inner_["vocab_size"])
        if (const int64_t n = usable(outer_["vocab_size"], most); n > 0) return n;
    return default_of(s);
}

int64_t Reader::default_of(Size s) {
    const bool own = s == Size::hidden || s == Size::layers || s == Size::q_heads || s == Size::width;
    const int64_t n = own && !nested_ ? -1 : family_default(type_, s);
    if (n < 0) return -1;
    const std::string_view names = names_of(s);
    const std::string text =
        std::string(names.substr(0, names.find(' '))) + " = " + std::to_string(n) + " (the default of " + type_ + ")";
    if (std::find(out_.assumptions.begin(), out_.assumptions.end(), text) == out_.assumptions.end()) assume(text);
    return n;
}

int64_t Reader::number(Size s, int64_t otherwise) {
    const int64_t n = find(s);
    return n >= 0 ? n : otherwise;
}
int64_t Reader::need(Size s) {
    const int64_t n = find(s);
    if (n > 0) return n;
    lack(s);
    return 0;
}
int64_t Reader::need_or_zero(Size s) {
    const int64_t n = find(s);
    if (n >= 0) return n;
    lack(s);
    return 0;
}

std::vector<int64_t> Reader::each_layer(Size s, int64_t layers) {
    std::string_view names = names_of(s);
    while (!names.empty()) {
        const std::string_view name = next_name(names);
        const JsonValue v = at(name);
        if (!v.is(Kind::array)) continue;
        std::vector<int64_t> all;
        bool good = true;
        for (JsonValue e = v.first(); e && static_cast<int64_t>(all.size()) < layers; e = e.next()) {
            all.push_back(usable(e, most_of(s)));
            good = good && all.back() >= 0;
        }
        if (good && static_cast<int64_t>(all.size()) == layers) return all;
        lack(name);
        return {};
    }
    return {};
}

int64_t Reader::whole(std::string_view path, int64_t otherwise, double most) const {
    const int64_t n = usable(at(path), most);
    return n >= 0 ? n : otherwise;
}
double Reader::real(std::string_view path, double otherwise) const {
    return at(path).number(otherwise);
}
bool Reader::flag(std::string_view path, bool otherwise) const {
    return at(path).boolean(otherwise);
}
bool Reader::flag_here_or_outside(std::string_view path, bool otherwise) const {
    return at(path).boolean(outer_[path].boolean(otherwise));
}
std::string_view Reader::text(std::string_view path) const {
    return at(path).text();
}
std::vector<JsonValue> Reader::list(std::string_view path) const {
    const JsonValue v = at(path);
    if (!v.is(Kind::array) || v.size() == 0 || v.size() > static_cast<size_t>(kMostLayers)) return {};
    std::vector<JsonValue> all;
    for (JsonValue e = v.first(); e; e = e.next()) all.push_back(e);
    return all;
}

void Reader::lack(std::string_view field) {
    if (std::find(out_.missing.begin(), out_.missing.end(), field) == out_.missing.end())
        out_.missing.emplace_back(field);
}
void Reader::lack(Size s) {
    const std::string_view names = names_of(s);
    lack(names.substr(0, names.find(' ')));
}
void Reader::assume(std::string text) {
    out_.assumptions.push_back(std::move(text));
}
void Reader::refuse(std::string sentence) {
    if (out_.error.empty()) out_.error = std::move(sentence);
}
bool Reader::failed() const {
    return !out_.missing.empty() || !out_.error.empty();
}

std::string printable(std::string_view s, size_t most) {
    std::string out;
    for (const char c : s.substr(0, most)) out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xC0U) == 0x80U && s.size() > most) out.pop_back();
    if (s.size() > most && !out.empty() && (static_cast<unsigned char>(out.back()) & 0x80U) != 0) out.pop_back();
    return out;
}

}  // namespace kvx::core::hf
