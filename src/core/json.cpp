#include "core/json.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#define JSON_NOEXCEPTION 1
#include <nlohmann/json.hpp>

#include "core/json_writer.h"

namespace kvx::core {

// Builds the tree while nlohmann's tokeniser runs; returning false stops it, so limits apply before memory is used.
struct JsonBuilder {
    JsonText& out;
    const JsonLimits& limits;
    std::string error;
    std::string pending_key;
    struct Open {
        uint32_t node, last;
    };
    std::vector<Open> open;

    bool add(JsonText::Node n) {
        auto& nodes = out.nodes_;
        if (nodes.size() >= limits.nodes) {
            error = "it has too many values";
            return false;
        }
        const auto index = static_cast<uint32_t>(nodes.size());
        n.key = std::move(pending_key);
        pending_key.clear();
        nodes.push_back(std::move(n));
        if (!open.empty()) {
            Open& top = open.back();
            if (top.last == 0)
                nodes[top.node].child = index;
            else
                nodes[top.last].next = index;
            top.last = index;
            ++nodes[top.node].count;
        }
        return true;
    }
    bool add_number(double v) {
        JsonText::Node n;
        n.kind = JsonValue::Kind::number;
        n.number = v;
        return add(std::move(n));
    }
    bool enter(JsonValue::Kind k) {
        if (static_cast<int>(open.size()) >= limits.depth) {
            error = "it is nested too deeply";
            return false;
        }
        JsonText::Node n;
        n.kind = k;
        if (!add(std::move(n))) return false;
        open.push_back({static_cast<uint32_t>(out.nodes_.size() - 1), 0});
        return true;
    }
    bool leave() {
        open.pop_back();
        return true;
    }

    bool null() { return add({}); }
    bool boolean(bool v) {
        JsonText::Node n;
        n.kind = JsonValue::Kind::boolean;
        n.number = v ? 1 : 0;
        return add(std::move(n));
    }
    bool number_integer(int64_t v) { return add_number(static_cast<double>(v)); }
    bool number_unsigned(uint64_t v) { return add_number(static_cast<double>(v)); }
    bool number_float(double v, const std::string&) { return add_number(v); }
    bool string(std::string& v) {
        JsonText::Node n;
        n.kind = JsonValue::Kind::text;
        n.text = std::move(v);
        return add(std::move(n));
    }
    bool binary(std::vector<uint8_t>&) { return false; }
    bool start_object(size_t) { return enter(JsonValue::Kind::object); }
    bool key(std::string& v) {
        pending_key = std::move(v);
        return true;
    }
    bool end_object() { return leave(); }
    bool start_array(size_t) { return enter(JsonValue::Kind::array); }
    bool end_array() { return leave(); }
    template <class Error>
    bool parse_error(size_t position, const std::string&, const Error&) {
        invalid = position;
        return false;
    }
    size_t invalid = 0;  // byte after the fault, from 1
};

namespace {

// "it is not valid JSON in line 3, column 17"; columns count bytes.
std::string fault_at(std::string_view json, size_t position) {
    const size_t at = std::min(position > 0 ? position - 1 : 0, json.size());
    size_t line = 1, start = 0;
    for (size_t i = 0; i < at; ++i)
        if (json[i] == '\n') ++line, start = i + 1;
    char buffer[96];
    std::snprintf(buffer, sizeof buffer, "it is not valid JSON in line %zu, column %zu", line, at - start + 1);
    return buffer;
}

// Writes an empty text over NaN and Infinity outside texts, as long as they were, so that places in it stay right.
std::string without_non_finite(std::string_view json) {
    std::string out(json);
    bool in_text = false;
    for (size_t i = 0; i < out.size(); ++i) {
        if (in_text) {
            if (out[i] == '\\')
                ++i;
            else
                in_text = out[i] != '"';
            continue;
        }
        in_text = out[i] == '"';
        for (const std::string_view word :
             {std::string_view("-Infinity"), std::string_view("Infinity"), std::string_view("NaN")})
            if (out.compare(i, word.size(), word) == 0) {
                out.replace(i, word.size(), std::string("\"\"").append(word.size() - 2, ' '));
                ++i;
                break;
            }
    }
    return out;
}

}  // namespace

std::string JsonText::parse(std::string_view json, const JsonLimits& limits) {
    nodes_.clear();
    if (json.size() > limits.bytes) {
        char buffer[80];
        std::snprintf(buffer, sizeof buffer, "it is larger than %zu bytes", limits.bytes);
        return buffer;
    }
    std::string finite;
    if (limits.non_finite &&
        (json.find("NaN") != std::string_view::npos || json.find("Infinity") != std::string_view::npos))
        json = finite = without_non_finite(json);
    JsonBuilder b{*this, limits, {}, {}, {}};
    const bool ok = nlohmann::json::sax_parse(json.begin(), json.end(), &b);
    if (!ok) {
        nodes_.clear();
        return b.error.empty() ? fault_at(json, b.invalid) : b.error;
    }
    return {};
}

JsonValue JsonText::root() const {
    return nodes_.empty() ? JsonValue() : JsonValue(this, 0);
}

JsonValue::Kind JsonValue::kind() const {
    return text_ ? text_->nodes_[index_].kind : Kind::missing;
}
double JsonValue::number(double otherwise) const {
    return is(Kind::number) ? text_->nodes_[index_].number : otherwise;
}
bool JsonValue::boolean(bool otherwise) const {
    return is(Kind::boolean) ? text_->nodes_[index_].number != 0 : otherwise;
}
std::string_view JsonValue::text(std::string_view otherwise) const {
    return is(Kind::text) ? std::string_view(text_->nodes_[index_].text) : otherwise;
}
size_t JsonValue::size() const {
    return text_ ? text_->nodes_[index_].count : 0;
}
std::string_view JsonValue::key() const {
    return text_ ? std::string_view(text_->nodes_[index_].key) : std::string_view();
}
JsonValue JsonValue::first() const {
    const uint32_t c = text_ ? text_->nodes_[index_].child : 0;
    return c ? JsonValue(text_, c) : JsonValue();
}
JsonValue JsonValue::next() const {
    const uint32_t n = text_ ? text_->nodes_[index_].next : 0;
    return n ? JsonValue(text_, n) : JsonValue();
}
JsonValue JsonValue::operator[](std::string_view key) const {
    JsonValue found;
    if (!is(Kind::object)) return found;
    for (JsonValue v = first(); v; v = v.next())
        if (v.key() == key) found = v;
    return found;
}

void append_json_quoted(std::string& out, std::string_view s) {
    out += '"';
    for (const char ch : s) {
        const auto c = static_cast<unsigned char>(ch);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += ch;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c < 0x20) {
            char buffer[8];
            std::snprintf(buffer, sizeof buffer, "\\u%04x", static_cast<unsigned>(c));
            out += buffer;
        } else {
            out += ch;
        }
    }
    out += '"';
}

std::string json_quote(std::string_view s) {
    std::string out;
    append_json_quoted(out, s);
    return out;
}

std::string json_number(double v) {
    if (!std::isfinite(v)) return "null";
    char buffer[40];
    if (v == std::floor(v) && std::fabs(v) < 9007199254740992.0) {
        std::snprintf(buffer, sizeof buffer, "%.0f", v == 0 ? 0.0 : v);
        return buffer;
    }
    for (int digits = 9; digits <= 17; ++digits) {
        std::snprintf(buffer, sizeof buffer, "%.*g", digits, v);
        if (std::strtod(buffer, nullptr) == v) break;
    }
    return buffer;
}

std::string json_text(JsonValue v) {
    switch (v.kind()) {
        case JsonValue::Kind::boolean:
            return v.boolean() ? "true" : "false";
        case JsonValue::Kind::number:
            return json_number(v.number());
        case JsonValue::Kind::text:
            return json_quote(v.text());
        case JsonValue::Kind::array: {
            JsonWriter w;
            w.begin_array();
            for (JsonValue e = v.first(); e; e = e.next()) w.json(json_text(e));
            return w.end_array().text();
        }
        case JsonValue::Kind::object: {
            JsonWriter w;
            w.begin_object();
            for (JsonValue e = v.first(); e; e = e.next()) w.key(e.key()).json(json_text(e));
            return w.end_object().text();
        }
        default:
            return "null";
    }
}

}  // namespace kvx::core
