#include "cli/table.h"

#include <algorithm>
#include <cstdlib>

namespace kvx::cli {
namespace {

constexpr size_t kNarrowestLastColumn = 24;  // narrower, a wrapped column is harder to read than a long line

}  // namespace

size_t terminal_width() {
    const char* columns = std::getenv("COLUMNS");
    const int value = columns == nullptr ? 0 : std::atoi(columns);
    return value >= 40 && value <= 1000 ? static_cast<size_t>(value) : 100;
}

size_t characters(std::string_view utf8) {
    return static_cast<size_t>(
        std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string wrapped(std::string_view text, size_t width, size_t indent) {
    std::string result;
    size_t used = indent;
    bool first = true;
    while (!text.empty()) {
        const size_t end = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (word.empty()) continue;
        if (!first && used + 1 + characters(word) > width) {
            result += '\n';
            result.append(indent, ' ');
            used = indent;
        } else if (!first) {
            result += ' ';
            ++used;
        }
        result += word;
        used += characters(word);
        first = false;
    }
    return result;
}

std::string table(const std::vector<std::vector<std::string>>& rows, size_t width) {
    if (rows.empty()) return {};
    std::vector<size_t> widths(rows.front().size(), 0);
    for (const auto& row : rows) {
        if (row.size() == 1 && widths.size() > 1) continue;  // a heading
        for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], characters(row[i]));
    }
    std::string result;
    for (const auto& row : rows) {
        size_t indent = 0;
        for (size_t i = 0; i < row.size(); ++i) {
            if (i + 1 < row.size()) {
                result += row[i];
                result.append(widths[i] - characters(row[i]) + 2, ' ');
                indent += widths[i] + 2;
            } else {
                result += indent + kNarrowestLastColumn > width ? row[i] : wrapped(row[i], width, indent);
            }
        }
        while (!result.empty() && result.back() == ' ') result.pop_back();
        result += '\n';
    }
    return result;
}

}  // namespace kvx::cli
