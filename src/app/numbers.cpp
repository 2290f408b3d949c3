#include "app/numbers.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "app/text.h"
#include "core/format.h"

namespace kvx::app {
namespace {

constexpr size_t kLongestNumber = 40;
constexpr double kLargestWhole = 9007199254740992.0;  // 2^53: beyond it a double skips whole numbers

bool digit(char c) {
    return c >= '0' && c <= '9';
}

// Removes the commas from "131,072"; refuses "1,2" and "13,1072", which may mean something else.
bool without_groups(std::string_view text, std::string& out) {
    text = trimmed(text);
    if (text.empty() || text.size() > kLongestNumber) return false;
    out.clear();
    size_t run = 0;
    bool grouped = false, whole_part = true;
    for (const char c : text) {
        if (c == ',') {
            if (!whole_part || run == 0 || run > 3 || (grouped && run != 3)) return false;
            grouped = true;
            run = 0;
            continue;
        }
        if (whole_part && !digit(c) && run > 0) {
            if (grouped && run != 3) return false;
            whole_part = false;
        }
        if (digit(c)) ++run;
        out += c;
    }
    return !(whole_part && grouped && run != 3);
}

}  // namespace

bool parse_real(std::string_view text, double& out) {
    std::string plain;
    if (!without_groups(text, plain)) return false;
    bool any_digit = false;
    for (const char c : plain) {
        if (digit(c)) {
            any_digit = true;
        } else if (c != '.' && c != 'e' && c != 'E' && c != '+' && c != '-') {
            return false;
        }
    }
    if (!any_digit) return false;
    char* end = nullptr;
    const double value = std::strtod(plain.c_str(), &end);
    if (end != plain.c_str() + plain.size() || !std::isfinite(value)) return false;
    out = value;
    return true;
}

bool parse_integer(std::string_view text, int64_t& out) {
    double value = 0;
    if (!parse_real(text, value) || value != std::floor(value) || std::fabs(value) > kLargestWhole) return false;
    out = static_cast<int64_t>(value);
    return true;
}

bool parse_token_count(std::string_view text, int64_t& out) {
    if (parse_integer(text, out)) return true;
    std::string plain;
    core::Tokens tokens;
    if (!without_groups(text, plain) || !digit(plain[0]) || !core::parse_tokens(plain, tokens)) return false;
    out = tokens.value;
    return true;
}

bool parse_switch(std::string_view text, bool& out) {
    const std::string word = lower(trimmed(text));
    if (word == "1" || word == "on" || word == "true" || word == "yes") {
        out = true;
        return true;
    }
    if (word == "0" || word == "off" || word == "false" || word == "no") {
        out = false;
        return true;
    }
    return false;
}

std::string real_text(double value) {
    char buffer[40];
    std::snprintf(buffer, sizeof buffer, "%.6g", value);
    return buffer;
}

}  // namespace kvx::app
