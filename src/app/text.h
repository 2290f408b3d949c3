// Small text tools for input from outside and for the sentences that answer it.
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace kvx::app {

std::string lower(std::string_view text);  // ASCII only: ids and keys are ASCII
std::string_view trimmed(std::string_view text);
// What a person typed, safe to repeat in a sentence: at most 32 characters, nothing that markup or a terminal could
// take for a command.
std::string shown_input(std::string_view text);
// One line of valid UTF-8 of at most `most` characters: control characters become spaces, broken bytes U+FFFD.
std::string one_line(std::string_view text, size_t most);
// The candidate a person most likely meant, or "" when none is near.
std::string_view nearest(std::string_view text, std::span<const std::string_view> candidates);

}  // namespace kvx::app
