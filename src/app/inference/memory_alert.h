// What the page says when memory is full: how many devices would hold it, and what takes the room.
#pragma once
#include <string>

#include "app/view.h"

namespace kvx::app {

struct MemoryAlert {
    std::string title, short_title;  // the short one for narrow screens
    std::string cause;               // one sentence: the largest part
};
MemoryAlert memory_alert(const View& v);
// By search, or by memory alone when no split that was tried holds it.
int64_t devices_needed(const View& v);
// "16", or "at least 5,668" when no split that was tried holds it.
std::string devices_that_hold(const View& v);

}  // namespace kvx::app
