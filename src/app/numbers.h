// Numbers as visitors and links write them, validated, and back to canonical text.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace kvx::app {

// Plain decimal numbers with optional exponent and digit groups ("131,072"); no hexadecimal, "inf" or "nan".
bool parse_real(std::string_view text, double& out);
bool parse_integer(std::string_view text, int64_t& out);
// The same plus K, M, Mi as core::parse_tokens reads them; zero is allowed.
bool parse_token_count(std::string_view text, int64_t& out);
bool parse_switch(std::string_view text, bool& out);  // 1 0 on off true false yes no
std::string real_text(double value);                  // six significant digits, so that parsing it gives the same value

}  // namespace kvx::app
