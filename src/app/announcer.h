// What is said to people who do not see the picture: another page, a result, start, stop, memory, refusals. Never a
// stream of numbers.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/view.h"

namespace kvx::app {

struct Announcement {
    std::string words;
    bool assertive = false;  // interrupts what is being said
};

class Announcer {
  public:
    // After every change, with the view of the page that is shown: what is new, the polite part in one announcement.
    std::vector<Announcement> announce(const State& s, const View& v);

  private:
    void announce_memory(const State& s, const View& v, bool news);
    void announce_page(const State& s, const View& v, bool same_page);
    void say(std::string words);

    std::string polite_;  // of this call
    std::vector<Announcement> assertive_;
    std::optional<Page> page_;
    bool playing_ = false, over_ = false, warm_ = false, undo_ = false;
    int results_ = 0, noticed_ = 0;  // of the state's counts
    std::string told_;               // by the page
};

// "Inference: Llama-3.1-8B on H100 · 65,536 tokens, batch 8 · KV Cache Explorer"
std::string window_title(const State& s, const View& v);
// The state of the page in a sentence: "It fits: 14.96 GiB of 72.85 GiB usable."
std::string status(const State& s, const View& v);

}  // namespace kvx::app
