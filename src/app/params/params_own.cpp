#include "app/params/params_own.h"

#include "app/import/import.h"
#include "app/params/param_rows.h"
#include "core/deferred.h"

namespace kvx::app {
namespace {

constexpr size_t kLongestInLink = 4000;  // bytes: with its escapes it stays below the 8 KiB a link may have

std::string config_of(const State& s) {
    const OwnModel* own = s.own_model(s.in.model);
    return own && own->config.size() <= kLongestInLink ? own->config : std::string();
}

// The unit a figure of the own device is asked in.
enum class Scale : uint8_t { one, giga, tera, gib };
constexpr double factor_of(Scale s) {
    constexpr double kFactors[] = {1, 1e9, 1e12, 1073741824.0};
    return kFactors[static_cast<size_t>(s)];
}

template <auto member, Scale scale>
double figure(const core::Device& d) {
    if constexpr (requires { (d.*member).value; })
        return (d.*member).value / factor_of(scale);
    else
        return d.*member / factor_of(scale);
}

template <auto member, Scale scale, int64_t least_thousandths, int64_t greatest>
constexpr Param figure_row(std::string_view id, std::string_view label, std::string_view unit, std::string_view help) {
    Param p = row(ParamKind::real, "", id, "", label, help);
    p.unit = unit;
    p.min = static_cast<double>(least_thousandths) / 1000;
    p.max = static_cast<double>(greatest);
    p.get = [](const State& s) { return real_text(figure<member, scale>(s.in.own)); };
    p.initial = [](const State&) { return real_text(figure<member, scale>(own_device())); };
    p.set = [](State& s, std::string_view v) {
        constexpr double least = static_cast<double>(least_thousandths) / 1000, most = static_cast<double>(greatest);
        double number = 0;
        std::string reason =
            set_real(v, least, most, "is not a number from " + real_text(least) + " to " + real_text(most), number);
        if (!reason.empty()) return reason;
        if constexpr (requires { (s.in.own.*member).value; })
            (s.in.own.*member).value = number * factor_of(scale);
        else
            s.in.own.*member = number * factor_of(scale);
        s.in.own.reported = s.in.own.memory;
        return reason;
    };
    return p;
}

constexpr Param name_row() {
    Param p = row(ParamKind::text, "", "own-name", "", "Name", "Of the device with your own figures.");
    p.get = [](const State& s) { return s.in.own.name; };
    p.initial = [](const State&) { return own_device().name; };
    p.set = [](State& s, std::string_view v) {
        if (trimmed(v).empty()) return refuse(v, "is no name");
        const std::string name = shown_input(trimmed(v));
        s.in.own.name = s.in.own.short_name = name;
        return std::string();
    };
    return p;
}

constexpr Param config_row() {
    Param p = row(ParamKind::text, "", "own", "", "Own model",
                  "A config.json as text, with the fields that matter: how a link carries a model of one’s own.");
    p.get = config_of;
    p.initial = [](const State&) { return std::string(); };
    p.set = [](State& s, std::string_view v) {
        return trimmed(v).empty() ? std::string() : core::deferred(import_model)(s, v);
    };
    return p;
}

constexpr Param kRows[] = {
    config_row(),
    name_row(),
    figure_row<&core::Device::memory, Scale::gib, 100, 1000000>("own-memory", "Memory", "GiB",
                                                                "Of the device with your own figures."),
    figure_row<&core::Device::bandwidth, Scale::giga, 1000, 10000000>("own-bandwidth", "Bandwidth", "GB/s",
                                                                      "Of its memory: 3,350 for HBM3 on an H100."),
    figure_row<&core::Device::bf16_flops, Scale::tera, 0, 1000000>("own-bf16", "BF16", "TFLOP/s",
                                                                   "Dense, without sparsity; 0 is unknown."),
    figure_row<&core::Device::fp8_flops, Scale::tera, 0, 1000000>("own-fp8", "FP8", "TFLOP/s",
                                                                  "Dense, without sparsity; 0 is unknown."),
    figure_row<&core::Device::tdp_watts, Scale::one, 0, 1000000>("own-power", "Power", "W",
                                                                 "Of the whole device; 0 is unknown."),
};

}  // namespace

std::span<const Param> own_params() {
    return kRows;
}

}  // namespace kvx::app
