// Text tables.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace kvx::cli {

size_t terminal_width();                                                  // $COLUMNS, else 100
size_t characters(std::string_view utf8);                                 // every character we print is one column wide
std::string wrapped(std::string_view text, size_t width, size_t indent);  // later lines indented
// Rows of equal length; columns aligned with two spaces between; the last one wraps inside the width.
std::string table(const std::vector<std::vector<std::string>>& rows, size_t width);

}  // namespace kvx::cli
