#include "app/announcer.h"

#include <cmath>
#include <utility>

#include "app/headline.h"
#include "app/pages.h"

namespace kvx::app {

namespace {

constexpr double kWarm = 0.8;  // share of the available memory

std::string percent(double share) {
    return std::to_string(std::lround(std::floor(100 * share)));  // 99.6 is not full
}

}  // namespace

std::string status(const State& s, const View& v) {
    const PageRow& page = page_row(s);
    return page.status != nullptr ? page.status(s, v) : headline(s, v) + ".";
}

std::string window_title(const State& s, const View& v) {
    return std::string(page_row(s).label) + ": " + headline(s, v) + " · KV Cache Explorer";
}

void Announcer::say(std::string words) {
    if (!words.empty()) polite_ += (polite_.empty() ? "" : " ") + std::move(words);
}

// Not `news`: another page means other memory, and a result says its own.
void Announcer::announce_memory(const State& s, const View& v, bool news) {
    const PageRow& page = page_row(s);
    const Pressure pressure = page.pressure != nullptr ? page.pressure(v) : Pressure();
    const bool over = pressure.share > 1, warm = pressure.share >= kWarm;
    const bool was_over = std::exchange(over_, over), was_warm = std::exchange(warm_, warm);
    if (!news) return;
    if (over && !was_over)
        assertive_.push_back({pressure.words, true});
    else if (was_over && !over)
        say(status(s, v));
    else if (warm && !was_warm)
        say(std::string(pressure.of) + " is " + percent(pressure.share) + " percent full.");
}

void Announcer::announce_page(const State& s, const View& v, bool same_page) {
    const PageRow& page = page_row(s);
    if (!same_page) say(std::string(page.label) + ": " + headline(s, v) + (page.status ? ". " + status(s, v) : "."));
    const std::string told = page.told != nullptr ? page.told(s) : std::string();
    if (told != std::exchange(told_, told)) say(told);
}

std::vector<Announcement> Announcer::announce(const State& s, const View& v) {
    const bool same_page = page_.value_or(s.in.page) == s.in.page;
    page_ = s.in.page;
    const PageRow& page = page_row(s);
    if (s.playing != std::exchange(playing_, s.playing))
        say(s.playing ? "Playing" : page.paused != nullptr ? page.paused(s, v) : "Paused");
    const bool result = s.results != std::exchange(results_, s.results);
    if (result) say(s.last_result + ".");
    if (result && same_page) say(status(s, v));
    announce_page(s, v, same_page);
    announce_memory(s, v, same_page && !result);
    const bool undo = !s.undo.empty();
    if (undo && !std::exchange(undo_, undo)) say(std::string(kResetWords) + " You can undo it.");
    undo_ = undo;
    if (s.noticed != std::exchange(noticed_, s.noticed)) assertive_.push_back({s.last_notice, true});
    if (!polite_.empty()) assertive_.push_back({std::exchange(polite_, {}), false});
    return std::exchange(assertive_, {});
}

}  // namespace kvx::app
