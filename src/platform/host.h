// What the app asks of the world around it. The browser is the one there is; a native window would be a second file
// behind this header.
#pragma once
#include <cstdint>
#include <string>

#include "ui/rect.h"

namespace kvx::platform {

void host_semantics(const std::string& json);
void host_wake();
void host_url(const std::string& query, bool push);  // push: Back returns to what was there
void host_save(const std::string& session);
void host_share(const std::string& query);
void host_pick();  // the browser's file dialog; what is chosen comes as an import
void host_copy(const std::string& text);
void host_say(const std::string& text, bool assertive);
void host_theme(const std::string& name);
void host_cursor(const std::string& name);
// To the lab of the learn page (app/learn/lab.h), or "load": its files.
void host_lab(const std::string& message);
// A talk: the whole screen, if the browser allows it; and everything drawn this much larger.
void host_stage(const ui::Rect& r);  // CSS px: there fingers belong to the picture, elsewhere the browser may zoom
void host_present(bool on);
void host_zoom(float factor);
double host_now();                            // ms
double host_heap();                           // bytes of memory the program has
int64_t host_allocations();                   // so far
void host_modules(const std::string& names);  // their code is needed now; names with spaces between
void host_fail(const std::string& text);

// Window and WebGL2 context on the page's canvas; "" or why there is none.
std::string open_window();
void set_drawing_size(int w, int h);
void clear_screen(float r, float g, float b);

}  // namespace kvx::platform
