// Numbers as text. Units are exact: GiB is 2^30 bytes, GB is 10^9, 1M tokens is 1,000,000.
#pragma once
#include <string>
#include <string_view>

#include "core/units.h"

namespace kvx::core {

// A value and its unit, separate so that the page can draw the unit fainter: {"55.87", "GiB"}.
struct Reading {
    std::string number;
    std::string unit;
    std::string text() const { return unit.empty() ? number : number + " " + unit; }
};

std::string group_digits(int64_t n);            // 1234567 -> "1,234,567"
std::string fixed(double v, int decimals);      // grouped, no exponent: 60183.2, 0 -> "60,183"
std::string significant(double v, int digits);  // 0.0123456, 3 -> "0.0123"
Reading format_bytes(Bytes b);                  // binary units, about four significant digits: {"14.96","GiB"}
Reading format_bytes_in_gib(Bytes b);           // always GiB, four significant digits or whole: {"60,183","GiB"}
std::string exact_bytes(Bytes b);               // "131,072 B"
Reading format_params(double n);                // {"8.03","B"} of parameters
Reading format_seconds(Seconds s);              // {"16.0","ms"}
Reading format_rate(double bytes_per_second);   // decimal: {"3.35","TB/s"}
// Short token counts: 4K, 128K (= 131,072) for powers of two, 1M = 1,000,000, 1Mi = 1,048,576; else grouped ("40,960")
// or rounded ("94.9K").
std::string short_tokens(Tokens n);
// "128K", "131072", "1M", "1Mi", "2.5M", "64k", "1e6" -> tokens; K means 1024 up to 512K (field usage: 128K = 131,072),
// "200K" = 200,000 as marketed; M is 10^6, Mi 2^20. Returns false (and leaves out unchanged) unless it is a positive
// number of at most 10^12.
bool parse_tokens(std::string_view text, Tokens& out);

}  // namespace kvx::core
