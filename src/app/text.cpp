#include "app/text.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace kvx::app {
namespace {

constexpr size_t kShownCharacters = 32;
constexpr size_t kComparedCharacters = 64;  // a longer word is no typo; keeps the comparison cheap

// Length of the UTF-8 sequence at `i` and its code point; 0 when it is not valid.
size_t decode(std::string_view text, size_t i, uint32_t& code) {
    const auto byte = [&](size_t k) { return static_cast<uint8_t>(text[k]); };
    const uint8_t first = byte(i);
    if (first < 0x80) {
        code = first;
        return 1;
    }
    const size_t length = first >= 0xF0 && first < 0xF5   ? 4
                          : first >= 0xE0 && first < 0xF0 ? 3
                          : first >= 0xC2 && first < 0xE0 ? 2
                                                          : 0;
    if (length == 0 || i + length > text.size()) return 0;
    code = first & (0xFFu >> (length + 1));
    for (size_t k = 1; k < length; ++k) {
        if ((byte(i + k) & 0xC0) != 0x80) return 0;
        code = (code << 6) | (byte(i + k) & 0x3Fu);
    }
    constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (code < kSmallest[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return 0;
    return length;
}

bool harmless(uint32_t code) {
    if (code < 0x20 || (code >= 0x7F && code < 0xA0)) return false;
    if (code == '<' || code == '>' || code == '&' || code == '"' || code == '\'' || code == '`') return false;
    // Zero-width and direction marks could change how a sentence reads.
    return !((code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
             (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF);
}

int edit_distance(std::string_view a, std::string_view b) {
    std::vector<int> row(b.size() + 1);
    for (size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<int>(j);
    for (size_t i = 1; i <= a.size(); ++i) {
        int diagonal = row[0];
        row[0] = static_cast<int>(i);
        for (size_t j = 1; j <= b.size(); ++j) {
            const int above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
            diagonal = above;
        }
    }
    return row[b.size()];
}

}  // namespace

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

std::string_view trimmed(std::string_view text) {
    const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return text;
}

std::string shown_input(std::string_view text) {
    if (text.empty()) return "(empty)";
    std::string result;
    size_t characters = 0;
    for (size_t i = 0; i < text.size();) {
        if (characters++ == kShownCharacters) return result + "…";
        uint32_t code = 0;
        const size_t length = decode(text, i, code);
        if (length == 0 || !harmless(code)) {
            result += '?';
        } else {
            result.append(text.substr(i, length));
        }
        i += length == 0 ? 1 : length;
    }
    return result;
}

std::string_view nearest(std::string_view text, std::span<const std::string_view> candidates) {
    const std::string wanted = lower(trimmed(text.substr(0, kComparedCharacters)));
    if (wanted.size() < 2) return {};
    std::string_view best;
    int best_score = std::max(2, static_cast<int>(wanted.size()) / 3) + 1;
    for (const std::string_view candidate : candidates) {
        const std::string have = lower(candidate.substr(0, kComparedCharacters));
        int score = edit_distance(wanted, have);
        // Part of a name ("llama-3.1") is a better match than one with many changed letters.
        if (have.find(wanted) != std::string::npos)
            score = std::min(score, 1 + static_cast<int>(have.size() - wanted.size()) / 8);
        if (score < best_score) {
            best_score = score;
            best = candidate;
        }
    }
    return best;
}

std::string one_line(std::string_view text, size_t most) {
    std::string out;
    for (size_t at = 0; at < text.size() && most > 0; --most) {
        const auto byte = static_cast<unsigned char>(text[at]);
        const size_t wanted = byte < 0x80                   ? 1
                              : byte >= 0xC2 && byte < 0xE0 ? 2
                              : byte >= 0xE0 && byte < 0xF0 ? 3
                              : byte >= 0xF0 && byte < 0xF5 ? 4
                                                            : 0;
        const auto next = [&](size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0; };
        bool good = wanted > 0;
        for (size_t i = 1; i < wanted; ++i) good = good && (next(i) & 0xC0) == 0x80;
        // longer than needed, halves of pairs, beyond the last code point
        good = good && !(byte == 0xE0 && next(1) < 0xA0) && !(byte == 0xED && next(1) > 0x9F) &&
               !(byte == 0xF0 && next(1) < 0x90) && !(byte == 0xF4 && next(1) > 0x8F);
        if (!good)
            out += "\xEF\xBF\xBD";
        else if (byte < 0x20 || byte == 0x7F)
            out += ' ';
        else
            out += text.substr(at, wanted);
        at += good ? wanted : 1;
    }
    return out;
}

}  // namespace kvx::app
