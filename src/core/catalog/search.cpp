#include "core/catalog/search.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace kvx::core {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// A text's letters and digits in lower case, and where its words begin.
struct Folded {
    std::string text;
    std::vector<bool> begins;
};

char folded(char c) {
    if (c >= 'A' && c <= 'Z') return static_cast<char>(c + 32);
    // Bytes of other alphabets stay: they are compared as they are.
    return (c >= 'a' && c <= 'z') || is_digit(c) || (static_cast<unsigned char>(c) & 0x80) != 0 ? c : '\0';
}

Folded fold(std::string_view s, bool drop_sizes) {
    Folded out;
    bool begins = true;
    for (size_t i = 0; i < s.size(); ++i) {
        const char c = folded(s[i]);
        if (c == '\0') {
            begins = true;
            continue;
        }
        const bool ends = i + 1 == s.size() || folded(s[i + 1]) == '\0';
        if (drop_sizes && c == 'b' && ends && i > 0 && is_digit(s[i - 1])) continue;
        out.text += c;
        out.begins.push_back(begins);
        begins = false;
    }
    return out;
}

Match word_match(std::string_view word, const Folded& text, const Folded& without_sizes) {
    Match best = Match::none;
    const std::string wanted = fold(word, false).text;
    for (size_t at = text.text.find(wanted); at != std::string::npos; at = text.text.find(wanted, at + 1)) {
        const size_t end = at + wanted.size();
        const bool whole = end == text.text.size() || text.begins[end];
        best = std::max(best, !text.begins[at] ? Match::inside : whole ? Match::whole_words : Match::at_start);
    }
    if (best == Match::none && without_sizes.text.find(fold(word, true).text) != std::string::npos)
        return Match::without_sizes;
    return best;
}

std::vector<std::string_view> words_of(std::string_view query) {
    std::vector<std::string_view> words;
    while (!query.empty()) {
        const size_t end = std::min(query.find(' '), query.size());
        if (!fold(query.substr(0, end), false).text.empty()) words.push_back(query.substr(0, end));
        query.remove_prefix(std::min(end + 1, query.size()));
    }
    return words;
}

}  // namespace

Match search_match(std::string_view query, std::span<const std::string> texts) {
    std::vector<std::pair<Folded, Folded>> rows;
    rows.reserve(texts.size());
    for (const std::string& text : texts) rows.emplace_back(fold(text, false), fold(text, true));
    Match worst = Match::whole_words;
    for (const std::string_view word : words_of(query)) {
        Match best = Match::none;
        for (const auto& [text, without_sizes] : rows) best = std::max(best, word_match(word, text, without_sizes));
        worst = std::min(worst, best);
    }
    const std::string wanted = fold(query, false).text;
    const auto is_query = [&](const auto& row) { return row.first.text == wanted; };
    return !wanted.empty() && std::any_of(rows.begin(), rows.end(), is_query) ? Match::itself : worst;
}

}  // namespace kvx::core
