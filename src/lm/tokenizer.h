// One symbol is one token: printable ASCII, the end of a line, and a replacement for everything else.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lm/shape.h"

namespace kvx::lm {

using Token = uint8_t;
inline constexpr Token kEnd = 0, kReplacement = kVocabulary - 1;  // 1 … 95 are ' ' … '~'

struct Encoded {
    std::vector<Token> tokens;
    int replaced = 0;  // characters that became kReplacement
    int dropped = 0;   // characters beyond the longest sequence
};
// One token per character (a UTF-8 code point, or an invalid byte); '\n' is the end of a line.
Encoded encode(std::string_view utf8, int most);
constexpr Token token_of(char c) {
    return c >= ' ' && c <= '~' ? static_cast<Token>(c - ' ' + 1) : c == '\n' ? kEnd : kReplacement;
}
// As text again: '\n' for the end, U+FFFD for the replacement.
std::string text_of(Token t);
std::string text_of(const std::vector<Token>& tokens);
// How a token is shown and read aloud: "a", "space", "end of line", "unknown character".
std::string name_of(Token t);

}  // namespace kvx::lm
