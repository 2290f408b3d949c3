#include "lm/tokenizer.h"

namespace kvx::lm {
namespace {

// Bytes of the UTF-8 code point that starts here; 1 if it is invalid.
size_t length_at(std::string_view s, size_t at) {
    const auto byte = static_cast<unsigned char>(s[at]);
    const size_t wanted = byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : byte < 0xF8 ? 4 : 1;
    if (at + wanted > s.size()) return 1;
    for (size_t i = 1; i < wanted; ++i)
        if ((static_cast<unsigned char>(s[at + i]) & 0xC0) != 0x80) return 1;
    return wanted;
}

}  // namespace

Encoded encode(std::string_view utf8, int most) {
    Encoded out;
    for (size_t at = 0; at < utf8.size();) {
        const size_t n = length_at(utf8, at);
        const Token t = n == 1 ? token_of(utf8[at]) : kReplacement;
        at += n;
        if (static_cast<int>(out.tokens.size()) >= most) {
            ++out.dropped;
            continue;
        }
        out.replaced += t == kReplacement;
        out.tokens.push_back(t);
    }
    return out;
}

std::string text_of(Token t) {
    if (t == kEnd) return "\n";
    if (t >= kReplacement) return "\xEF\xBF\xBD";
    return {static_cast<char>(t - 1 + ' ')};
}

std::string text_of(const std::vector<Token>& tokens) {
    std::string out;
    for (const Token t : tokens) out += text_of(t);
    return out;
}

std::string name_of(Token t) {
    if (t == kEnd) return "end of line";
    if (t >= kReplacement) return "unknown character";
    return t == token_of(' ') ? "space" : text_of(t);
}

}  // namespace kvx::lm
