// The functions the page calls; docs/bridge.md lists them. They only convert and forward.
#include <emscripten.h>

#include <cstdlib>
#include <string>

#include "app/export.h"
#include "app/headline.h"
#include "app/params/params.h"
#include "app/report.h"
#include "platform/application.h"
#include "platform/host.h"

namespace {

kvx::platform::Application& app() {
    static auto* const running = new kvx::platform::Application;  // lives as long as the page
    return *running;
}

// A returned text stays valid until the next call that returns one.
const char* give(std::string text) {
    static std::string kept;
    kept = std::move(text);
    return kept.c_str();
}

}  // namespace

extern "C" {

EMSCRIPTEN_KEEPALIVE void* kvx_alloc(int bytes) {
    return std::malloc(static_cast<size_t>(bytes));
}
EMSCRIPTEN_KEEPALIVE void kvx_free(void* p) {
    std::free(p);
}

EMSCRIPTEN_KEEPALIVE void kvx_provide(const char* name, const char* data, int size) {
    app().provide(name, std::string(data, static_cast<size_t>(size)));
}

EMSCRIPTEN_KEEPALIVE int kvx_start(const char* query, const char* session, int webgl) {
    const std::string error = app().start(query, session, webgl != 0);
    if (error.empty()) return 1;
    kvx::platform::host_fail(error);
    return 0;
}

EMSCRIPTEN_KEEPALIVE void kvx_viewport(float w, float h, int pixel_w, int pixel_h, float top, float right, float bottom,
                                       float left, int flags) {
    using kvx::ui::ViewportFlag;
    const auto has = [flags](ViewportFlag f) { return (flags & static_cast<int>(f)) != 0; };
    kvx::ui::Viewport v;
    v.w = w;
    v.h = h;
    v.scale = w > 0 ? static_cast<float>(pixel_w) / w : 1;
    v.safe_top = top;
    v.safe_right = right;
    v.safe_bottom = bottom;
    v.safe_left = left;
    v.coarse = has(ViewportFlag::coarse);
    v.reduced_motion = has(ViewportFlag::reduced_motion);
    v.prefers_light = has(ViewportFlag::light);
    v.forced_colors = has(ViewportFlag::forced_colors);
    v.hidden = has(ViewportFlag::hidden);
    v.software = has(ViewportFlag::software);
    v.more_contrast = has(ViewportFlag::more_contrast);
    v.reduced_transparency = has(ViewportFlag::less_transparency);
    v.text_only = has(ViewportFlag::text_only);
    app().set_viewport(v, pixel_w, pixel_h);
}

// 0xBBGGRR each: the system colours as the page's CSS reports them.
EMSCRIPTEN_KEEPALIVE void kvx_colors(int canvas, int text, int highlight, int highlight_text, int button, int link) {
    const auto opaque = [](int c) { return static_cast<kvx::ui::Color>(c) | 0xFF000000u; };
    app().set_colors(
        {opaque(canvas), opaque(text), opaque(highlight), opaque(highlight_text), opaque(button), opaque(link)});
}

EMSCRIPTEN_KEEPALIVE void kvx_pointer(int phase, int id, float x, float y, int, int kind, int) {
    app().pointer({static_cast<kvx::ui::PointerPhase>(phase), static_cast<kvx::ui::PointerKind>(kind), id, x, y});
}

EMSCRIPTEN_KEEPALIVE void kvx_wheel(float x, float y, float dx, float dy, int) {
    app().wheel(x, y, dx, dy);
}

EMSCRIPTEN_KEEPALIVE int kvx_key(const char* key, int down, int mods) {
    const bool plain = !(mods & ~static_cast<int>(kvx::ui::Modifier::shift));
    return down && plain && app().key(key) ? 1 : 0;
}
EMSCRIPTEN_KEEPALIVE double kvx_frame(double now_ms) {
    return app().frame(now_ms);
}

EMSCRIPTEN_KEEPALIVE void kvx_picture(double now_ms) {
    app().picture(now_ms);
}

EMSCRIPTEN_KEEPALIVE void kvx_act(const char* id, int kind, const char* value) {
    app().ui.act({id, static_cast<kvx::ui::ActKind>(kind), value});
    kvx::platform::host_wake();
}

EMSCRIPTEN_KEEPALIVE void kvx_modules(const char* names) {
    app().modules_loaded(names);
}
EMSCRIPTEN_KEEPALIVE const char* kvx_needs(const char* query, const char* session) {
    return give(app().missing_modules(query, session));
}
EMSCRIPTEN_KEEPALIVE void kvx_resend() {
    app().ui.tree.forget();
    kvx::platform::host_wake();
}
EMSCRIPTEN_KEEPALIVE void kvx_query(const char* query) {
    app().go(query);
}
EMSCRIPTEN_KEEPALIVE void kvx_context(int lost) {
    app().context_lost(lost != 0);
}

EMSCRIPTEN_KEEPALIVE const char* kvx_get(const char* id) {
    const kvx::app::Param* p = kvx::app::find_param(id);
    return give(p ? p->get(app().state) : std::string());
}

EMSCRIPTEN_KEEPALIVE const char* kvx_set(const char* id, const char* value) {
    return give(app().try_apply(kvx::app::SetParam{id, value}));
}

EMSCRIPTEN_KEEPALIVE void kvx_lab(const char* reply) {
    app().apply(kvx::app::LabReply{reply, {}});
}

EMSCRIPTEN_KEEPALIVE const char* kvx_params() {
    return give(kvx::app::params_json(app().state));
}
EMSCRIPTEN_KEEPALIVE const char* kvx_quantities() {
    return give(kvx::app::quantities_json(app().state));
}
// "csv", "markdown", or "headline": the page in one line.
EMSCRIPTEN_KEEPALIVE const char* kvx_export(const char* kind) {
    const std::string what = kind;
    const kvx::app::State& s = app().state;
    return give(what == "csv"        ? kvx::app::figures_csv(s)
                : what == "markdown" ? kvx::app::figures_markdown(s)
                                     : kvx::app::headline(s, kvx::app::derive(s)));
}
EMSCRIPTEN_KEEPALIVE const char* kvx_lint() {
    return give(app().lint());
}

EMSCRIPTEN_KEEPALIVE const char* kvx_import(const char* text) {
    return give(app().try_apply(kvx::app::Import{text}));  // the page says it
}

// Files that are opened together: each is begun, then given piece by piece while 1 is returned; kvx_opened ends it.
EMSCRIPTEN_KEEPALIVE int kvx_file(const char* name, double bytes) {
    return app().open_file(name, static_cast<uint64_t>(bytes)) ? 1 : 0;
}
EMSCRIPTEN_KEEPALIVE int kvx_bytes(const char* data, int size) {
    return app().take_bytes({data, static_cast<size_t>(size)}) ? 1 : 0;
}
EMSCRIPTEN_KEEPALIVE const char* kvx_opened() {
    return give(app().import_opened());
}

}  // extern "C"
