// Evaluates the arithmetic that a figure shows: "⌈(72.85 GiB − 14.96 GiB) / 2 × 3²⌉", "8 × $1.99", "10 ms + 2 s".
// What is shown is rounded, so every number is the interval that rounds to it, and so is the result.
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/quantity.h"

namespace kvx::test {

struct Interval {
    double low = 0, high = 0;
    Interval() = default;
    Interval(double v) : low(v), high(v) {}
    Interval(double a, double b) : low(std::min(a, b)), high(std::max(a, b)) {}
    Interval operator+(Interval b) const { return {low + b.low, high + b.high}; }
    Interval operator-(Interval b) const { return {low - b.high, high - b.low}; }
    Interval operator*(Interval b) const {
        const double p[] = {low * b.low, low * b.high, high * b.low, high * b.high};
        return {*std::min_element(p, p + 4), *std::max_element(p, p + 4)};
    }
    Interval operator/(Interval b) const { return *this * Interval(1 / b.low, 1 / b.high); }
    template <class F>
    Interval rising(F f) const {
        return {f(low), f(high)};
    }
};

class Arithmetic {
  public:
    // `large`: "15 T" and "8 B" are numbers of parameters or tokens, not bytes.
    Arithmetic(std::string_view text, bool large) : rest_(text), large_(large) {}
    // Words may follow only in brackets: "5 × 256 B (block 3, slot 2)"; another way to write it: "2 × 32 = 64 B".
    bool read(Interval& out) {
        out = terms();
        skip();
        return good_ && (rest_.empty() || rest_[0] == '(' || rest_[0] == '=');
    }

  private:
    void skip() {
        while (!rest_.empty() && rest_[0] == ' ') rest_.remove_prefix(1);
    }
    bool eat(std::string_view s) {
        skip();
        if (!rest_.starts_with(s)) return false;
        rest_.remove_prefix(s.size());
        return true;
    }
    Interval terms() {
        Interval v = factors();
        for (;;) {
            if (eat("+"))
                v = v + factors();
            else if (eat("−"))
                v = v - factors();
            else
                return v;
        }
    }
    Interval factors() {
        Interval v = power();
        for (;;) {
            if (eat("×"))
                v = v * power();
            else if (eat("/"))
                v = v / power();
            else
                return v;
        }
    }
    Interval power() {
        const Interval v = atom();
        if (eat("²")) return v * v;
        if (eat("⁶")) return v.rising([](double x) { return std::pow(x, 6); });
        if (!eat("^")) return v;
        const Interval by = atom();
        const double p[] = {std::pow(v.low, by.low), std::pow(v.low, by.high), std::pow(v.high, by.low),
                            std::pow(v.high, by.high)};
        return {*std::min_element(p, p + 4), *std::max_element(p, p + 4)};
    }
    Interval atom() {
        if (eat("(")) return closed(terms(), ")");
        if (eat("⌈")) return closed(terms(), "⌉").rising([](double x) { return std::ceil(x - 1e-9); });
        if (eat("⌊")) return closed(terms(), "⌋").rising([](double x) { return std::floor(x + 1e-9); });
        eat("$");
        skip();
        std::string digits;
        while (!rest_.empty() && ((rest_[0] >= '0' && rest_[0] <= '9') || rest_[0] == '.' || rest_[0] == ',')) {
            if (rest_[0] != ',') digits += rest_[0];
            rest_.remove_prefix(1);
        }
        if (digits.empty()) return good_ = false, Interval();
        const double v = std::strtod(digits.c_str(), nullptr);
        const size_t point = digits.find('.');
        // Whole numbers below a hundred are counts, and exact.
        const double half = point != std::string::npos
                                ? 0.5 * std::pow(10, -static_cast<double>(digits.size() - point - 1))
                                : (v < 100 ? 0 : 0.5);
        return Interval(v - half, v + half) * unit();
    }
    Interval closed(Interval v, std::string_view bracket) {
        if (!eat(bracket)) good_ = false;
        return v * unit();
    }
    double unit() {
        struct Unit {
            std::string_view name;
            double factor;
        };
        static constexpr double kKi = 1024;
        static constexpr Unit units[] = {{"KiB", kKi},
                                         {"MiB", kKi * kKi},
                                         {"GiB", kKi * kKi * kKi},
                                         {"TiB", kKi * kKi * kKi * kKi},
                                         {"PiB", 0x1p50},
                                         {"EiB", 0x1p60},
                                         {"ZiB", 0x1p70},
                                         {"kB/s", 1e3},
                                         {"MB/s", 1e6},
                                         {"GB/s", 1e9},
                                         {"TB/s", 1e12},
                                         {"PB/s", 1e15},
                                         {"TFLOP/s", 1e12},
                                         {"TFLOP", 1e12},
                                         {"ns", 1e-9},
                                         {"µs", 1e-6},
                                         {"ms", 1e-3},
                                         {"min", 60},
                                         {"days", 86400},
                                         {"kW", 1e3},
                                         {"W", 1},
                                         {"s", 1},
                                         {"h", 3600},
                                         {"%", 0.01}};
        static constexpr Unit numbers[] = {{"K", 1e3}, {"M", 1e6}, {"G", 1e9}, {"B", 1e9}, {"T", 1e12}, {"Q", 1e15}};
        for (const Unit& u : units)
            if (eat(u.name)) return u.factor;
        if (!large_) return eat("B") ? 1 : eat("G") ? 1e9 : 1;
        for (const Unit& u : numbers)
            if (eat(u.name)) return u.factor;
        return 1;
    }
    std::string_view rest_;
    bool large_;
    bool good_ = true;
};

// Expects the figure's shown arithmetic to give its value.
inline void expect_gives(const core::Quantity& q, const std::string& where) {
    using core::Unit;
    const bool large = q.unit != Unit::bytes && q.unit != Unit::bytes_per_token && q.unit != Unit::bytes_per_second &&
                       q.unit != Unit::seconds;
    Interval shown;
    if (!Arithmetic(q.substituted, large).read(shown)) {
        ADD_FAILURE() << "no arithmetic: " << where;
        return;
    }
    double value = q.value;
    if (q.unit == Unit::percent) value /= 100;
    if (q.unit == Unit::count && q.text.ends_with(" h")) value *= 3600;
    if (q.formula.find("at least 0") != std::string::npos)
        shown = {std::max(0.0, shown.low), std::max(0.0, shown.high)};
    // Bytes are whole.
    const double slack = 1e-9 * std::fabs(value) + (q.unit == Unit::bytes ? 1 : 1e-9);
    EXPECT_TRUE(shown.low - slack <= value && value <= shown.high + slack)
        << where << ": " << shown.low << " to " << shown.high << ", not " << value;
}

}  // namespace kvx::test
