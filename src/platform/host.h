// What the app asks of its host. The browser is the only one; a native window would be a second file behind this
// header.
#pragma once
#include <cstdint>
#include <string>

#include "ui/rect.h"

namespace kvx::platform {

void host_semantics(const std::string& json);
void host_wake();
void host_url(const std::string& query, bool push);  // push: Back returns to the previous address
void host_save(const std::string& session);
void host_share(const std::string& query);
void host_pick();  // the browser's file dialog; chosen files arrive as an import
void host_copy(const std::string& text);
void host_say(const std::string& text, bool assertive);
void host_title(const std::string& text);  // of the window
void host_theme(const std::string& name);
void host_cursor(const std::string& name);
// A message to the learn page's lab (app/learn/lab.h); "load" requests its files.
void host_lab(const std::string& message);
// Presentation: full screen if the browser allows it, and everything drawn larger by a factor.
void host_stage(const ui::Rect& r);  // CSS px: inside, touches belong to the stage; elsewhere the browser may zoom
void host_present(bool on);
void host_zoom(float factor);
double host_now();                            // ms
double host_heap();                           // bytes of heap
int64_t host_allocations();                   // so far
void host_modules(const std::string& names);  // their code is needed now; names separated by spaces
void host_fail(const std::string& text);

// Creates the window and WebGL2 context on the page's canvas; "" or why that failed.
std::string open_window();
void set_drawing_size(int w, int h);
void clear_screen(float r, float g, float b);

}  // namespace kvx::platform
