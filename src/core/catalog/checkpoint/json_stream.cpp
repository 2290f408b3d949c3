#include "core/catalog/checkpoint/json_stream.h"

namespace kvx::core {

namespace {

using Kind = JsonToken::Kind;

bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}
bool is_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '+' ||
           c == '.';
}

// Inside a text: neither its end, nor an escape, nor a control character.
bool is_plain(char c) {
    return c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20;
}

// RFC 8259 section 6
bool is_number(std::string_view s) {
    size_t i = 0;
    const auto digits = [&] {
        const size_t from = i;
        while (i < s.size() && s[i] >= '0' && s[i] <= '9') ++i;
        return i > from;
    };
    if (i < s.size() && s[i] == '-') ++i;
    const size_t first = i;
    if (!digits() || (s[first] == '0' && i > first + 1)) return false;
    if (i < s.size() && s[i] == '.' && (++i, !digits())) return false;
    if (i < s.size() && (s[i] == 'e' || s[i] == 'E')) {
        ++i;
        if (i < s.size() && (s[i] == '+' || s[i] == '-')) ++i;
        if (!digits()) return false;
    }
    return i == s.size();
}

bool is_literal(std::string_view s) {
    return s == "null" || s == "true" || s == "false" || s == "NaN" || s == "Infinity" || s == "-Infinity";
}

int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace

void JsonStream::feed(std::string_view bytes) {
    bytes_.assign(bytes);
    at_ = 0;
}

bool JsonStream::fail() {
    if (error_.empty())
        error_ = "it is not valid JSON in line " + std::to_string(line_) + ", column " + std::to_string(column_);
    return false;
}

bool JsonStream::value_done(JsonToken& out, Kind kind, std::string_view text) {
    expect_ = Expect::comma;
    ended_ = depth_ == 0;
    out = {kind, text.substr(0, kLongest)};
    return true;
}

bool JsonStream::text_done(JsonToken& out, std::string_view text) {
    if (!key_) return value_done(out, Kind::text, text);
    expect_ = Expect::colon;
    out = {Kind::key, text.substr(0, kLongest)};
    return true;
}

bool JsonStream::word_done(JsonToken& out, std::string_view word) {
    if (is_number(word)) return value_done(out, Kind::number, word);
    return is_literal(word) ? value_done(out, Kind::word, word) : fail();
}

// A text or word that lies wholly in these bytes, as nearly all do, is not copied.
bool JsonStream::at_once(bool quoted, JsonToken& out) {
    const size_t from = at_ + (quoted ? 1 : 0);
    size_t end = from;
    while (end < bytes_.size() && (quoted ? is_plain(bytes_[end]) : is_word(bytes_[end]))) ++end;
    if (end == bytes_.size() || (quoted && bytes_[end] != '"')) return false;
    const std::string_view text = std::string_view(bytes_).substr(from, end - from);
    const size_t next = end + (quoted ? 1 : 0);
    column_ += next - at_;
    at_ = next;
    return quoted ? text_done(out, text) : word_done(out, text);
}

bool JsonStream::open(JsonToken& out, bool object) {
    if (expect_ != Expect::value && expect_ != Expect::first_value) return fail();
    if (depth_ == kDeepest) {
        error_ = "it is nested too deeply";
        return false;
    }
    object_[depth_++] = object;
    expect_ = object ? Expect::first_key : Expect::first_value;
    out = {object ? Kind::begin_object : Kind::begin_array, {}};
    return true;
}

bool JsonStream::close(JsonToken& out, bool object) {
    const bool empty = expect_ == (object ? Expect::first_key : Expect::first_value);
    if (depth_ == 0 || object_[depth_ - 1] != object || (!empty && expect_ != Expect::comma)) return fail();
    --depth_;
    return value_done(out, object ? Kind::end_object : Kind::end_array, {});
}

void JsonStream::put_escape(char c) {
    constexpr std::string_view kFrom = "bfnrt", kTo = "\b\f\n\r\t";
    const size_t i = kFrom.find(c);
    put(i == std::string_view::npos ? c : kTo[i]);
}

// The rest of a text or key; names are ASCII, so other code points written as escapes become '?'.
bool JsonStream::in_quotes(JsonToken& out) {
    for (; at_ < bytes_.size(); ++at_, ++column_) {
        const char c = bytes_[at_];
        if (hex_left_ > 0) {
            if (hex(c) < 0) return fail();
            code_ = code_ * 16 + static_cast<uint32_t>(hex(c));
            if (--hex_left_ == 0) put(code_ < 0x80 ? static_cast<char>(code_) : '?');
        } else if (escape_) {
            escape_ = false;
            if (c == 'u')
                hex_left_ = 4, code_ = 0;
            else if (std::string_view("\"\\/bfnrt").find(c) == std::string_view::npos)
                return fail();
            else
                put_escape(c);
        } else if (c == '\\') {
            escape_ = true;
        } else if (c == '"') {
            ++at_, ++column_;
            quotes_ = false;
            return text_done(out, token_);
        } else if (static_cast<unsigned char>(c) < 0x20) {
            return fail();
        } else {
            const size_t from = at_;
            while (at_ + 1 < bytes_.size() && is_plain(bytes_[at_ + 1])) ++at_, ++column_;
            put(std::string_view(bytes_).substr(from, at_ + 1 - from));
        }
    }
    return false;
}

bool JsonStream::in_word(JsonToken& out) {
    while (at_ < bytes_.size() && is_word(bytes_[at_])) {
        put(bytes_[at_]);
        ++at_, ++column_;
    }
    if (at_ == bytes_.size()) return false;
    word_ = false;
    return word_done(out, token_);
}

bool JsonStream::punctuation(char c, JsonToken& out, bool& emitted) {
    emitted = c == '{' || c == '}' || c == '[' || c == ']';
    if (emitted) return c == '{' || c == '[' ? open(out, c == '{') : close(out, c == '}');
    if (c == ',' && expect_ == Expect::comma && depth_ > 0) {
        expect_ = object_[depth_ - 1] ? Expect::key : Expect::value;
        return true;
    }
    if (c == ':' && expect_ == Expect::colon) {
        expect_ = Expect::value;
        return true;
    }
    return fail();
}

bool JsonStream::next(JsonToken& out) {
    while (!failed()) {
        if (quotes_) return in_quotes(out);
        if (word_) return in_word(out);
        if (at_ == bytes_.size()) return false;
        const char c = bytes_[at_];
        if (is_space(c)) {
            ++at_;
            if (c == '\n')
                ++line_, column_ = 1;
            else
                ++column_;
            continue;
        }
        if (ended_) return fail();
        const bool value = expect_ == Expect::value || expect_ == Expect::first_value;
        const bool key = expect_ == Expect::key || expect_ == Expect::first_key;
        if (c == '"' ? value || key : value && is_word(c)) {
            key_ = key;
            if (at_once(c == '"', out)) return true;
            if (failed()) return false;
            token_.clear();
            quotes_ = c == '"';
            word_ = !quotes_;
            if (quotes_) ++at_, ++column_;
            continue;
        }
        bool emitted = false;
        const bool good = punctuation(c, out, emitted);
        if (!good) return false;
        ++at_, ++column_;
        if (emitted) return true;
    }
    return false;
}

}  // namespace kvx::core
