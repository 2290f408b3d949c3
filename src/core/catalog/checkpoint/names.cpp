#include "core/catalog/checkpoint/names.h"

namespace kvx::core {

namespace {

constexpr size_t kDigits = 5;

// Five digits; -1 if they are not.
int number_of(std::string_view s) {
    int n = 0;
    for (const char c : s) {
        if (c < '0' || c > '9') return -1;
        n = 10 * n + (c - '0');
    }
    return s.size() == kDigits ? n : -1;
}

}  // namespace

std::string shown_name(std::string_view s, size_t most) {
    std::string out;
    for (const char c : s.substr(0, most)) out += c >= 0x20 && c < 0x7F ? c : '?';
    return out;
}

uint64_t hash_of(std::string_view s) {
    uint64_t h = 0xcbf29ce484222325;
    for (const char c : s) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return h;
}

std::string listed_names(const std::vector<std::string>& all) {
    std::string out;
    for (size_t i = 0; i < all.size() && i < 3; ++i) out += (i == 0 ? "" : ", ") + all[i];
    return all.size() > 3 ? out + " and " + std::to_string(all.size() - 3) + " more" : out;
}

std::optional<SplitName> split_name(std::string_view file) {
    const size_t of = file.rfind("-of-");
    if (of == std::string_view::npos || of < kDigits + 1) return std::nullopt;
    const SplitName n{number_of(file.substr(of - kDigits, kDigits)), number_of(file.substr(of + 4, kDigits)),
                      file.substr(0, of - kDigits - 1)};
    if (n.number < 1 || n.count < n.number || file[of - kDigits - 1] != '-') return std::nullopt;
    return n;
}

}  // namespace kvx::core
