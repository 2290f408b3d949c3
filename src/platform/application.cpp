#include "platform/application.h"

#include <backends/imgui_impl_opengl3.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "app/codec.h"
#include "app/notices.h"
#include "app/pages.h"
#include "app/playback.h"
#include "core/deferred.h"
#include "core/format.h"
#include "platform/host.h"
#include "platform/layout_lint.h"
#include "scenes/frame/shortcuts.h"

namespace kvx::platform {

namespace {

constexpr float kWidest = 1920, kTallest = 1080;                 // CSS px that a page uses; a larger window enlarges it
constexpr double kMirrorInterval = 0.1, kPublishInterval = 0.5;  // seconds between updates while something moves

// A clock that was set back must not delay updates until it has caught up.
bool passed(double since, double now, double interval) {
    return now < since || now - since >= interval;
}

std::vector<std::string_view> words(std::string_view text) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        const size_t end = std::min(text.find(' '), text.size());
        if (end > 0) out.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

float channel(ui::Color c, int shift) {
    return static_cast<float>((c >> shift) & 0xFF) / 255.0f;
}

}  // namespace

ui::Theme Application::theme() const {
    const bool light =
        state.theme == app::Theme::light || (state.theme == app::Theme::automatic && window_.prefers_light);
    const ui::Theme& plain = light ? ui::light_theme() : ui::dark_theme();
    if (window_.forced_colors) return ui::forced_theme(plain, window_.system);
    return window_.more_contrast ? ui::more_contrast(plain) : plain;
}

void Application::provide(std::string name, std::string bytes) {
    if (started_ && name == "lab/weights") return apply(app::LabReply{{}, std::move(bytes)});
    files_[std::move(name)] = std::move(bytes);
    if (started_ && files_.contains("learn/report.json") && files_.contains("learn/model.bin")) {
        apply(app::ProvideModel{files_["learn/model.bin"], files_["learn/report.json"]});
        files_.erase("learn/report.json");
        files_.erase("learn/model.bin");
    }
}

std::string Application::load_data() {
    if (data_error_) return *data_error_;  // read once: the start asks again what its modules need
    std::string error = core::load_models(files_["models.json"], state.catalog.models);
    if (error.empty()) error = core::load_devices(files_["devices.json"], state.catalog.devices);
    if (error.empty()) error = core::load_clusters(files_["clusters.json"], state.catalog.clusters);
    if (!error.empty()) return *(data_error_ = "The app's data could not be read: " + error);
    if (!core::load_facts(files_["facts.json"], state.facts).empty())
        state.facts.clear();  // optional: the page works without them
    return *(data_error_ = std::string());
}

std::string Application::start(const std::string& query, const std::string& session, bool drawing) {
    drawing_ = drawing;
    std::string error = load_data();
    if (!error.empty()) return error;
    if (drawing_) {
        error = open_window();
        if (!error.empty()) return error;
    }
    IMGUI_CHECKVERSION();
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.LogFilename = nullptr;
    if (drawing_) {
        ImGui_ImplOpenGL3_Init("#version 300 es");
    } else {
        io.BackendFlags |= ImGuiBackendFlags_RendererHasTextures;  // without drawing, no textures are requested
    }
    ui.add_font(ui::Face::regular, files_["fonts/inter-400"]);
    ui.add_font(ui::Face::semibold, files_["fonts/inter-600"]);
    ui.add_font(ui::Face::mono, files_["fonts/mono-500"]);

    app::welcome(state);
    const bool embedded = query.find("embed=1") != std::string::npos;
    const std::string told = embedded ? std::string() : app::session_notice(app::from_session(state, session), session);
    if (query.find('=') != std::string::npos) app::from_query(state, query);
    if (!told.empty()) app::notice(state, told);
    started_ = true;
    return {};
}

void Application::apply(const app::Action& a) {
    app::apply(state, a);
    host_wake();
}

std::string Application::try_apply(const app::Action& a) {
    const std::vector<app::Refusal> refusals = app::try_apply(state, a);
    host_wake();
    return refusals.empty() ? std::string() : refusals.front().reason;
}

bool Application::open_file(std::string_view name, uint64_t bytes) {
    if (!opening_) opening_ = core::deferred(app::open_files)();
    return opening_->open(name, bytes);
}

bool Application::take_bytes(std::string_view next_bytes) {
    return opening_ && opening_->take(next_bytes);
}

std::string Application::import_opened() {
    if (!opening_) return "there is nothing to open.";
    const app::ImportFiles files{std::move(opening_)};
    opening_.reset();
    return try_apply(files);
}

void Application::go(const std::string& query) {
    apply(app::SetQuery{query});
    sent_page_ = state.in.page;
}

void Application::set_viewport(const ui::Viewport& v, int pixel_w, int pixel_h) {
    const ui::SystemColors system = window_.system;
    window_ = v;
    window_.system = system;
    pixel_w_ = pixel_w;
    pixel_h_ = pixel_h;
    host_wake();
}

// A presentation must be readable from the last row: as large as a stage of 960 × 640 px allows.
void Application::fit_viewport() {
    const float zoom = state.in.present ? std::clamp(std::min(window_.w / 960, window_.h / 640), 1.0f, 4.0f)
                                        : std::clamp(std::min(window_.w / kWidest, window_.h / kTallest), 1.0f, 2.0f);
    if (zoom != zoom_) host_zoom(zoom);
    zoom_ = zoom;
    ui.viewport = window_;
    ui.viewport.scale *= zoom;
    for (float* side : {&ui.viewport.w, &ui.viewport.h, &ui.viewport.safe_top, &ui.viewport.safe_right,
                        &ui.viewport.safe_bottom, &ui.viewport.safe_left})
        *side /= zoom;
}

void Application::set_colors(const ui::SystemColors& c) {
    window_.system = c;
    host_wake();
}

void Application::pointer(ui::PointerEvent e) {
    e.x /= zoom_;
    e.y /= zoom_;
    ui.pointer(e);
    host_wake();
}

void Application::wheel(float x, float y, float dx, float dy) {
    ui.wheel(x / zoom_, y / zoom_, dx, dy);
    host_wake();
}

bool Application::key(const std::string& name) {
    if (!scenes::wants_key(name, state)) return false;
    ui.key(name);
    host_wake();
    return true;
}

void Application::context_lost(bool lost) {
    lost_ = lost;
    if (lost) {
        // The objects died with the context: while it is lost, deleting them frees their names without an error.
        frame_.forget();
        ImGui_ImplOpenGL3_DestroyDeviceObjects();
        return;
    }
    ImGui_ImplOpenGL3_CreateDeviceObjects();
    host_wake();
}

// One pass from input to picture. True when the state changed, which makes the picture outdated.
bool Application::frame_once(double seconds, bool record) {
    fit_viewport();
    const std::string needed = missing(app::modules_for(state));
    const bool waiting = !needed.empty();
    if (needed != std::exchange(asked_modules_, needed) && waiting) host_modules(needed);
    theme_ = theme();
    const double began = host_now();
    if (!waiting) view_ = app::derive(state, &view_), viewed_ = state.in.page;
    const double derived = host_now();
    if (drawing_) ImGui_ImplOpenGL3_NewFrame();
    ui.begin(seconds, theme_, record);
    scenes::Requests requests;
    if (waiting)
        frame_.draw_waiting(ui, state, actions_, requests);
    else
        frame_.draw(ui, state, view_, actions_, requests, cost_);
    ui.end();
    measure(derived - began, host_now() - derived);
    if (requests.share) host_share(app::to_query(state));
    if (!requests.copy.empty()) host_copy(requests.copy);
    if (requests.open_file) host_pick();
    if (app::runs_small_model(state) && !waiting && !state.learn.wanted)
        actions_.push_back(app::AskLab{app::LabRequest::load});
    const bool changed = !actions_.empty();
    for (const app::Action& a : actions_) app::apply(state, a);
    actions_.clear();
    for (const std::string& message : state.learn.messages) host_lab(message);
    state.learn.messages.clear();
    return changed;
}

void Application::modules_loaded(const std::string& names) {
    for (const std::string_view name : words(names)) modules_.emplace(name);
    asked_modules_.clear();
    host_wake();
}

std::string Application::missing(const std::vector<std::string_view>& needed) const {
    std::string out;
    if (modules_.contains("*")) return out;
    for (const std::string_view name : needed)
        if (!modules_.contains(name)) out += (out.empty() ? "" : " ") + std::string(name);
    return out;
}

std::string Application::missing_modules(const std::string& query, const std::string& session) {
    if (query.empty() && session.empty()) return missing(app::modules_for(state));
    if (!load_data().empty()) return {};  // start() reports it
    return missing(app::modules_for(state, query, session));
}

void Application::measure(double derived, double drawn) {
    cost_.derive = derived;
    cost_.draw = drawn;
    const ImDrawData* d = ImGui::GetDrawData();
    cost_.vertices = d->TotalVtxCount;
    cost_.commands = 0;
    for (const ImDrawList* list : d->CmdLists) cost_.commands += list->CmdBuffer.Size;
    if (ui.recording) cost_.nodes = static_cast<int>(ui.tree.nodes().size());
    cost_.plans = view_.plans;
    cost_.allocations = host_allocations() - allocations_;
    allocations_ += cost_.allocations;
    cost_.heap = host_heap();
    ++cost_.frames;
}

// What was drawn goes to the screen.
void Application::submit() {
    const double began = host_now();
    if (drawing_ && !ui.viewport.text_only) {
        set_drawing_size(pixel_w_, pixel_h_);
        const ui::Color bg = ui.theme->bg;
        clear_screen(channel(bg, 0), channel(bg, 8), channel(bg, 16));
        ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    } else if (!drawing_) {
        for (ImTextureData* texture : ImGui::GetPlatformIO().Textures) texture->SetStatus(ImTextureStatus_OK);
    }
    cost_.submit = host_now() - began;
}

void Application::picture(double now_ms) {
    if (!started_ || lost_) return;
    ui.picture = true;
    frame_once(now_ms / 1000, false);
    submit();
    ui.picture = false;
    host_wake();
}

double Application::frame(double now_ms) {
    if (!started_ || lost_) return -1;
    const double seconds = now_ms / 1000;
    const bool there = missing(app::modules_for(state)).empty();
    if (state.playing && there)
        app::apply(state, app::Tick{std::clamp(seconds - ui.time, 0.0, 0.25 + app::next_tick(state))});
    const bool due = !state.playing || passed(last_record_, seconds, kMirrorInterval);
    const bool changed = frame_once(seconds, due);
    submit();
    if (ui.recording) {
        last_record_ = seconds;
        const std::string difference = ui.tree.difference();
        if (!difference.empty()) host_semantics(difference);
    }
    const double next = changed ? 0 : ui.next_frame();
    const bool resting = next < 0 && !state.playing;
    publish(seconds, resting);
    if (there) announce();
    if (state.playing && there && next < 0) return app::next_tick(state) * 1000;
    return next < 0 ? -1 : (next == 0 ? 0 : next * 1000);
}

// Address bar, saved session, theme and cursor follow the state, at most twice a second while it changes.
void Application::publish(double seconds, bool resting) {
    const std::string name = ui.theme->dark ? "dark" : "light";
    if (name != sent_theme_) host_theme(sent_theme_ = name);
    const std::string cursor = ui.wants_hand() ? "pointer" : "default";
    if (cursor != sent_cursor_) host_cursor(sent_cursor_ = cursor);
    if (state.in.present != was_present_) host_present(was_present_ = state.in.present);
    const ui::Rect stage{ui.stage.x * zoom_, ui.stage.y * zoom_, ui.stage.w * zoom_, ui.stage.h * zoom_};
    if (stage.x != sent_stage_.x || stage.y != sent_stage_.y || stage.w != sent_stage_.w || stage.h != sent_stage_.h)
        host_stage(sent_stage_ = stage);
    if (!resting && !passed(last_publish_, seconds, kPublishInterval)) return;
    last_publish_ = seconds;
    if (resting && viewed_ == state.in.page) {
        const std::string title = app::window_title(state, view_);
        if (title != sent_title_) host_title(sent_title_ = title);
    }
    const std::string query = app::to_query(state);
    // Another page of the app is a new history entry, unless the browser itself went there.
    const bool push = sent_page_ && state.in.page != *sent_page_ && !state.in.embed;
    sent_page_ = state.in.page;
    if (query != sent_query_) host_url(sent_query_ = query, push);
    if (state.in.embed) return;  // nothing is stored when embedded
    const std::string session = app::to_session(state);
    if (session != sent_session_) host_save(sent_session_ = session);
}

// Another page may have been chosen in this frame: its code and its view come with the next.
void Application::announce() {
    if (viewed_ != state.in.page) return;
    for (const app::Announcement& a : announcer_.announce(state, view_)) host_say(a.words, a.assertive);
}

std::string Application::lint() {
    if (!started_ || !missing(app::modules_for(state)).empty()) return "[]";
    ui.linting = true;
    const double now = ui.time;
    frame_once(now, true);
    ui.linting = false;
    const std::string faults = lint_layout(ui);
    host_wake();
    return faults;
}

}  // namespace kvx::platform
