#include "core/catalog/release_text.h"

#include <algorithm>
#include <array>

namespace kvx::core {

namespace {

struct Named {
    std::string_view name;
    PartMask parts;
};
constexpr std::array kNamed = {
    Named{"linear", kLinearParts},
    Named{"attention", kAttentionParts},
    Named{"state", mask_of(WeightPart::state_in) | mask_of(WeightPart::state_out)},
    Named{"latents",
          mask_of(WeightPart::q_a) | mask_of(WeightPart::q_b) | mask_of(WeightPart::kv_a) | mask_of(WeightPart::kv_b)},
    Named{"indexer", mask_of(WeightPart::indexer)},
    Named{"mlp", kMlpParts},
    Named{"latent", mask_of(WeightPart::latent)},
    Named{"shared", kSharedParts},
    Named{"experts", kExpertParts},
    Named{"head", mask_of(WeightPart::head)},
    Named{"embedding", mask_of(WeightPart::embedding)},
};

// The text up to `end`, which is removed with it.
std::string_view cut(std::string_view& text, char end) {
    const size_t at = std::min(text.find(end), text.size());
    const std::string_view first = text.substr(0, at);
    text.remove_prefix(std::min(at + 1, text.size()));
    return first;
}

// -1 when it is no whole number up to 65,536.
int64_t whole(std::string_view digits) {
    int64_t n = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9' || n > 65536) return -1;
        n = 10 * n + (c - '0');
    }
    return digits.empty() ? -1 : n;
}

bool read_format(std::string_view text, Format& out) {
    Dtype row = Dtype::bf16;
    if (!parse_dtype(cut(text, ':'), row) || !info(row).stores_weights) return false;
    out = format_of(row);
    if (text.empty()) return true;
    const int64_t bits = whole(cut(text, ':')), group = whole(text);
    if (!info(row).parametric || bits < 1 || bits > 16 || group < 1) return false;
    out = grouped_format(row, static_cast<double>(bits), group, row != Dtype::packed);
    return true;
}

}  // namespace

std::string read_release(std::string_view text, Release& out) {
    while (!text.empty()) {
        std::string_view word = cut(text, ' ');
        const std::string whole_word(word);
        if (word.find('=') == std::string_view::npos) {
            if (!parse_dtype(word, out.kept)) return "names the format \"" + whole_word + "\" that is not there";
            continue;
        }
        const std::string_view name = cut(word, '=');
        const auto found = std::find_if(kNamed.begin(), kNamed.end(), [&](const Named& n) { return n.name == name; });
        if (found == kNamed.end()) return "names the weights \"" + std::string(name) + "\" that are not there";
        ReleaseRule rule{found->parts, {}};
        if (!read_format(word, rule.format)) return "has the format \"" + std::string(word) + "\" that cannot be read";
        out.rules.push_back(std::move(rule));
    }
    return {};
}

}  // namespace kvx::core
