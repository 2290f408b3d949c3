#include <GLES3/gl3.h>
#include <SDL.h>
#include <emscripten.h>
#include <emscripten/heap.h>
#include <emscripten/html5.h>

#include <cstdlib>
#include <new>

#include "platform/host.h"

// Names are quoted so that Closure Compiler keeps them.
EM_JS(void, kvx_js_text, (const char* method, const char* text, int flag),
      { Module['host'][UTF8ToString(method)](UTF8ToString(text), flag); });

// Counted for the debug overlay. Out of memory ends the page, as it would without these.
static int64_t allocations = 0;
void* operator new(size_t size) {
    ++allocations;
    void* p = std::malloc(size);
    if (!p) std::abort();
    return p;
}
void operator delete(void* p) noexcept {
    std::free(p);
}
void operator delete(void* p, size_t) noexcept {
    std::free(p);
}

namespace kvx::platform {

void host_semantics(const std::string& json) {
    kvx_js_text("semantics", json.c_str(), 0);
}
void host_wake() {
    kvx_js_text("wake", "", 0);
}
void host_url(const std::string& query, bool push) {
    kvx_js_text("url", query.c_str(), push ? 1 : 0);
}
void host_save(const std::string& session) {
    kvx_js_text("save", session.c_str(), 0);
}
void host_pick() {
    kvx_js_text("pick", "", 0);
}
void host_copy(const std::string& text) {
    kvx_js_text("copy", text.c_str(), 0);
}
void host_share(const std::string& query) {
    kvx_js_text("share", query.c_str(), 0);
}
void host_say(const std::string& text, bool assertive) {
    kvx_js_text("say", text.c_str(), assertive ? 1 : 0);
}
void host_title(const std::string& text) {
    kvx_js_text("title", text.c_str(), 0);
}
void host_theme(const std::string& name) {
    kvx_js_text("theme", name.c_str(), 0);
}
void host_cursor(const std::string& name) {
    kvx_js_text("cursor", name.c_str(), 0);
}
void host_lab(const std::string& message) {
    kvx_js_text("lab", message.c_str(), 0);
}
void host_stage(const ui::Rect& r) {
    std::string text;
    for (const float side : {r.x, r.y, r.w, r.h}) text += (text.empty() ? "" : ",") + std::to_string(side);
    kvx_js_text("stage", text.c_str(), 0);
}
void host_present(bool on) {
    kvx_js_text("present", "", on ? 1 : 0);
}
void host_zoom(float factor) {
    kvx_js_text("zoom", std::to_string(factor).c_str(), 0);
}
double host_now() {
    return emscripten_get_now();
}
double host_heap() {
    return static_cast<double>(emscripten_get_heap_size());
}
int64_t host_allocations() {
    return allocations;
}
void host_modules(const std::string& names) {
    kvx_js_text("modules", names.c_str(), 0);
}
void host_fail(const std::string& text) {
    kvx_js_text("fail", text.c_str(), 0);
}

std::string open_window() {
    SDL_SetHint(SDL_HINT_EMSCRIPTEN_ASYNCIFY, "0");
    if (SDL_Init(SDL_INIT_VIDEO) != 0) return std::string("SDL could not start: ") + SDL_GetError();
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_PROFILE_MASK, SDL_GL_CONTEXT_PROFILE_ES);
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_MAJOR_VERSION, 3);
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_MINOR_VERSION, 0);
    SDL_GL_SetAttribute(SDL_GL_DEPTH_SIZE, 0);
    SDL_GL_SetAttribute(SDL_GL_STENCIL_SIZE, 0);
    SDL_Window* window = SDL_CreateWindow("KV Cache Explorer", 0, 0, 16, 16, SDL_WINDOW_OPENGL);
    if (!window) return std::string("No window: ") + SDL_GetError();
    // SDL's own listeners would take Tab, Backspace, Ctrl and the wheel from the page's native inputs;
    // web/input.js listens instead.
    emscripten_html5_remove_all_event_listeners();
    if (!SDL_GL_CreateContext(window)) return std::string("No WebGL2: ") + SDL_GetError();
    return {};
}

void set_drawing_size(int w, int h) {
    glViewport(0, 0, w, h);
}

void clear_screen(float r, float g, float b) {
    glDisable(GL_SCISSOR_TEST);
    glClearColor(r, g, b, 1);
    glClear(GL_COLOR_BUFFER_BIT);
}

}  // namespace kvx::platform
