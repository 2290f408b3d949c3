#include "app/notices.h"

#include <algorithm>

#include "app/text.h"

namespace kvx::app {
namespace {

constexpr size_t kMostNotices = 12;  // a link full of nonsense must not bury the page

}  // namespace

void notice(State& s, std::string sentence) {
    ++s.noticed;
    s.last_notice = sentence;
    if (s.notices.size() >= kMostNotices || std::find(s.notices.begin(), s.notices.end(), sentence) != s.notices.end())
        return;
    s.notices.push_back(std::move(sentence));
}

std::string unknown_name(std::string_view name) {
    const std::string_view hint = nearest_param(name);
    return shown_input(name) + " is not a parameter" + (hint.empty() ? "" : " (nearest: " + std::string(hint) + ")") +
           "; ignored.";
}

std::string refused(const State& s, const Refusal& r) {
    std::string sentence = shown_input(r.key) + "=" + r.reason;
    if (sentence.back() == '.') sentence.pop_back();
    return sentence + "; kept " + shown_value(*r.param, s) + ".";
}

}  // namespace kvx::app
