#include "core/quantity.h"

namespace kvx::core {

std::string Quantity::shown() const {
    if (lower_bound) return "≥ " + text;
    if (approximate) return "≈ " + text;
    return text;
}

std::string_view unit_id(Unit u) {
    switch (u) {
        case Unit::bytes:
            return "bytes";
        case Unit::bytes_per_token:
            return "bytes_per_token";
        case Unit::tokens:
            return "tokens";
        case Unit::sequences:
            return "sequences";
        case Unit::count:
            return "count";
        case Unit::percent:
            return "percent";
        case Unit::seconds:
            return "seconds";
        case Unit::parameters:
            return "parameters";
        case Unit::bytes_per_second:
            return "bytes_per_second";
        case Unit::tokens_per_second:
            return "tokens_per_second";
        case Unit::dollars:
            return "dollars";
        case Unit::joules:
            return "joules";
        case Unit::flops_per_second:
            return "flops_per_second";
        case Unit::ratio:
            return "ratio";
        case Unit::text:
            return "text";
    }
    return "";
}

}  // namespace kvx::core
