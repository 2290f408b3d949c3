#include "core/format.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace kvx::core {

namespace {

std::string print(const char* format, int decimals, double v) {
    char buffer[400];
    std::snprintf(buffer, sizeof buffer, format, decimals, v);
    return buffer;
}

std::string group(std::string digits) {  // "-1234.5" -> "-1,234.5"
    size_t end = digits.find('.');
    if (end == std::string::npos) end = digits.size();
    const size_t start = !digits.empty() && digits[0] == '-' ? 1 : 0;
    for (size_t i = end; i > start + 3;) {
        i -= 3;
        digits.insert(i, 1, ',');
    }
    return digits;
}

std::string four(double v) {  // about four significant digits, never an exponent
    const double a = std::fabs(v);
    if (a >= 999.95) return fixed(v, 0);
    if (a >= 99.995) return fixed(v, 1);
    return fixed(v, 2);
}

Reading scaled(double v, double step, const char* const* units, int count) {
    double x = v;
    int i = 0;
    while (i + 1 < count && std::fabs(x) >= step * 0.99995) {
        x /= step;
        ++i;
    }
    return {i == 0 ? fixed(x, 0) : four(x), units[i]};
}

}  // namespace

std::string group_digits(int64_t n) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%lld", static_cast<long long>(n));
    return group(buffer);
}

std::string fixed(double v, int decimals) {
    if (std::isnan(v)) return "?";
    if (std::isinf(v)) return v > 0 ? "∞" : "-∞";
    std::string s = print("%.*f", decimals, v);
    if (s[0] == '-' && s.find_first_of("123456789") == std::string::npos) s.erase(0, 1);
    return group(s);
}

std::string significant(double v, int digits) {
    if (!std::isfinite(v) || v == 0) return fixed(v, 0);
    const int exponent = static_cast<int>(std::floor(std::log10(std::fabs(v))));
    int decimals = digits - 1 - exponent;
    if (decimals < 0) decimals = 0;
    if (decimals > 18) decimals = 18;
    std::string s = fixed(v, decimals);
    if (s.find('.') != std::string::npos) {
        while (s.back() == '0') s.pop_back();
        if (s.back() == '.') s.pop_back();
    }
    return s;
}

Reading format_bytes(Bytes b) {
    static const char* const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB"};
    return scaled(b.value, 1024, units, 8);
}

Reading format_bytes_in_gib(Bytes b) {
    const double g = b.gib();
    if (b.value != 0 && std::fabs(g) < 0.995) return {significant(g, 3), "GiB"};
    return {four(g), "GiB"};
}

std::string exact_bytes(Bytes b) {
    const double r = std::round(b.value * 1000) / 1000;
    if (r == std::floor(r)) return fixed(r, 0) + " B";
    std::string s = fixed(r, 3);
    while (s.back() == '0') s.pop_back();
    return s + " B";
}

Reading format_params(double n) {
    if (n < 1e6) return {fixed(n, 0), ""};
    if (n < 999.5e6) return {significant(n / 1e6, 4), "M"};
    if (n < 999.5e9) return {n < 99.95e9 ? fixed(n / 1e9, 2) : fixed(n / 1e9, 1), "B"};
    return {fixed(n / 1e12, 2), "T"};
}

Reading format_seconds(Seconds s) {
    const double v = s.value;
    const auto three = [](double x) {
        if (x >= 99.95) return fixed(x, 0);
        return x >= 9.995 ? fixed(x, 1) : fixed(x, 2);
    };
    if (v == 0) return {"0", "s"};
    if (v < 0.9995e-6) return {three(v * 1e9), "ns"};
    if (v < 0.9995e-3) return {three(v * 1e6), "µs"};
    if (v < 0.9995) return {three(v * 1e3), "ms"};
    if (v < 120) return {three(v), "s"};
    if (v < 7200) return {three(v / 60), "min"};
    return {three(v / 3600), "h"};
}

Reading format_rate(double bytes_per_second) {
    static const char* const units[] = {"B/s", "kB/s", "MB/s", "GB/s", "TB/s", "PB/s"};
    return scaled(bytes_per_second, 1000, units, 6);
}

std::string short_tokens(Tokens n) {
    const int64_t t = n.value;
    if (t < 1000) return group_digits(t);
    if (t >= 1048576 && t % 1048576 == 0) return group_digits(t / 1048576) + "Mi";
    if (t >= 1000000) {
        const double m = static_cast<double>(t) / 1e6;
        if (t % 10000 == 0) return significant(m, 12) + "M";
        return (m < 99.995 ? fixed(m, 2) : fixed(m, 1)) + "M";
    }
    // Use K only if it reads back as the same number.
    if (t % 1024 == 0) {
        const int64_t k = t / 1024;
        return (k & (k - 1)) == 0 ? group_digits(k) + "K" : group_digits(t);
    }
    if (t == 100000 || t == 200000) return group_digits(t / 1000) + "K";
    if (t < 10000 || t % 1000 == 0) return group_digits(t);
    return fixed(static_cast<double>(t) / 1000, 1) + "K";
}

bool parse_tokens(std::string_view text, Tokens& out) {
    char digits[64];
    size_t n = 0, i = 0;
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    while (i < text.size() && text[i] == ' ') ++i;
    bool any = false, dot = false, exponent = false;
    for (; i < text.size() && n + 1 < sizeof digits; ++i) {
        const char c = text[i];
        if (c >= '0' && c <= '9') {
            digits[n++] = c;
            any = true;
        } else if (c == '.' && !dot && !exponent) {
            digits[n++] = c;
            dot = true;
        } else if ((c == ',' || c == '_') && any && !dot && !exponent) {
            continue;
        } else if ((c == 'e' || c == 'E') && any && !exponent) {
            digits[n++] = 'e';
            exponent = true;
            if (i + 1 < text.size() && (text[i + 1] == '+' || text[i + 1] == '-')) digits[n++] = text[++i];
        } else {
            break;
        }
    }
    if (!any || n + 1 >= sizeof digits) return false;
    digits[n] = '\0';
    char* end = nullptr;
    const double v = std::strtod(digits, &end);
    if (end != digits + n) return false;
    while (i < text.size() && text[i] == ' ') ++i;
    std::string unit;
    for (; i < text.size() && unit.size() < 8; ++i) {
        const char c = text[i];
        unit += (c >= 'A' && c <= 'Z') ? static_cast<char>(c + 32) : c;
    }
    double scale = 0;
    if (unit.empty()) {
        scale = 1;
    } else if (unit == "k") {
        // Common usage: 4K to 512K are powers of two; any other count of thousands is decimal.
        const bool power =
            v == 1 || v == 2 || v == 4 || v == 8 || v == 16 || v == 32 || v == 64 || v == 128 || v == 256 || v == 512;
        scale = power ? 1024 : 1000;
    } else if (unit == "ki") {
        scale = 1024;
    } else if (unit == "m") {
        scale = 1e6;
    } else if (unit == "mi") {
        scale = 1048576;
    } else if (unit == "b" || unit == "g") {
        scale = 1e9;
    } else {
        return false;
    }
    const double tokens = std::round(v * scale);
    if (!(tokens >= 1) || tokens > 1e12) return false;
    out = {static_cast<int64_t>(tokens)};
    return true;
}

}  // namespace kvx::core
