// Finding rows by any part of what people type: "qwen3 235", "Llama3.1 70b", "h200".
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace kvx::core {

// How well a query fits one of the texts a row is known by; 0: not at all. Every word of the query must be found, in
// any order. Case, "-", "_", "." and the B of a size ("235B") do not count. A text that is the query itself is best.
enum class Match : unsigned char { none, without_sizes, inside, at_start, whole_words, itself };
Match search_match(std::string_view query, std::span<const std::string> texts);

}  // namespace kvx::core
