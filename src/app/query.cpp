// State <-> URL query.
#include <algorithm>
#include <iterator>
#include <utility>

#include "app/codec.h"
#include "app/notices.h"
#include "app/pages.h"
#include "app/playback.h"
#include "app/text.h"

namespace kvx::app {
namespace {

constexpr size_t kLongestQuery = 8192;

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// A "%" that starts no escape stays; if that makes the value wrong, it is refused by name.
std::string decoded(std::string_view text) {
    std::string result;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            result += ' ';
        } else if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
                   hex_digit(text[i + 2]) >= 0) {
            result += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            result += text[i];
        }
    }
    return result;
}

std::string encoded(std::string_view text) {
    std::string result;
    for (const char c : text) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                           c == '.' || c == '_' || c == '~';
        if (plain) {
            result += c;
        } else {
            constexpr char kHex[] = "0123456789ABCDEF";
            const auto byte = static_cast<unsigned char>(c);
            result += '%';
            result += kHex[byte >> 4];
            result += kHex[byte & 15];
        }
    }
    return result;
}

// What mail programs and social networks append to links: nobody typed it, so it needs no notice.
bool tracking(std::string_view key) {
    return key.substr(0, 4) == "utm_" || key == "fbclid" || key == "gclid" || key == "ref" || key == "source";
}

// Where a pair ends: at "&", or at a "?" that another parameter follows (kvcache.io joined some pairs with it).
size_t end_of_pair(std::string_view query) {
    for (size_t at = query.find_first_of("&?"); at != std::string_view::npos; at = query.find_first_of("&?", at + 1)) {
        if (query[at] == '&') return at;
        constexpr size_t kLongestName = 40;
        const std::string_view next = query.substr(at + 1, kLongestName);
        const size_t equals = next.find('=');
        if (equals != std::string_view::npos && find_param(next.substr(0, equals)) != nullptr) return at;
    }
    return query.size();
}

// The part after "?" and before "#"; a bare query is returned unchanged.
std::string_view query_part(std::string_view text) {
    text = trimmed(text);
    text = text.substr(0, text.find('#'));
    const size_t question = text.find('?');
    if (question != std::string_view::npos) return text.substr(question + 1);
    return text.find("://") == std::string_view::npos ? text : std::string_view();
}

}  // namespace

std::vector<Assignment> read_query(std::string_view query, std::vector<std::string>& unknown) {
    std::vector<Assignment> result;
    query = query_part(query);
    if (query.size() > kLongestQuery) {
        unknown.push_back("The link is longer than 8 KiB; the rest was ignored.");
        query = query.substr(0, kLongestQuery);
        query = query.substr(0, query.rfind('&'));  // the last pair may be truncated
    }
    while (!query.empty()) {
        const size_t end = end_of_pair(query);
        const std::string_view pair = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (pair.empty()) continue;
        const size_t equals = pair.find('=');
        const std::string key = decoded(pair.substr(0, equals));
        const Param* p = find_param(key);
        if (p == nullptr) {
            if (!tracking(key)) unknown.push_back(unknown_name(key));
            continue;
        }
        const bool bare = equals == std::string_view::npos && p->kind == ParamKind::toggle;  // "?cb" means on
        result.push_back({p, key,
                          bare                               ? "1"
                          : equals == std::string_view::npos ? ""
                                                             : decoded(pair.substr(equals + 1))});
    }
    return result;
}

std::string to_query(const State& s) {
    std::string result = "?view=" + std::string(page_row(s).name);
    for (const Param& p : params().subspan(1)) {
        if (!p.per_view || p.derived) continue;
        const std::string value = p.get(s);
        if (value == p.initial(s)) continue;
        result += '&';
        result += p.url.empty() ? p.id : p.url;
        result += '=';
        result += encoded(value);
    }
    return result;
}

void from_query(State& s, std::string_view query) {
    std::vector<std::string> unknown;
    const std::vector<Assignment> assignments = read_query(query, unknown);
    s.in = Inputs{};
    s.notices.clear();
    s.playing = false;
    move_to(s, static_cast<double>(s.in.context.value));
    for (const Refusal& r : assign(s, assignments)) notice(s, refused(s, r));
    for (std::string& sentence : unknown) notice(s, std::move(sentence));
}

void reset(State& s) {
    std::string before = to_query(s);
    const Page page = s.in.page;
    const std::string pins = s.in.pins;
    const bool embed = s.in.embed, present = s.in.present;
    welcome(s);
    s.in.page = page;
    s.in.pins = pins;
    s.in.embed = embed;
    s.in.present = present;
    if (to_query(s) != before) s.undo = std::move(before);
}

void undo(State& s) {
    const std::string before = std::exchange(s.undo, {});
    if (!before.empty()) from_query(s, before);
}

void welcome(State& s) {
    s.in = Inputs{};
    s.in.batch = 8;
    s.in.lengths = Lengths::staggered;
    s.in.training.peft = core::Peft::lora;  // what one card can train
    s.playing = false;
    move_to(s, 65536);
}

}  // namespace kvx::app
