// Text helpers for external input and for the sentences that answer it.
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace kvx::app {

std::string lower(std::string_view text);  // ASCII only: ids and keys are ASCII
std::string_view trimmed(std::string_view text);
// Typed text made safe to repeat in a sentence: at most 32 characters, nothing that markup or a terminal would
// interpret.
std::string shown_input(std::string_view text);
// One line of valid UTF-8 of at most `most` characters: control characters become spaces, broken bytes U+FFFD.
std::string one_line(std::string_view text, size_t most);
// The candidate that was most likely meant, or "" if none is close.
std::string_view nearest(std::string_view text, std::span<const std::string_view> candidates);

}  // namespace kvx::app
