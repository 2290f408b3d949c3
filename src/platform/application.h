// The running app: input → actions → state → view → picture and semantic tree. One object, owned by the bridge.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "app/action.h"
#include "app/announcer.h"
#include "app/view.h"
#include "scenes/frame/app_frame.h"
#include "ui/ui.h"

namespace kvx::platform {

class Application {
  public:
    // Files of the page: data and fonts before start(), the learn page's when it asks for them.
    void provide(std::string name, std::string bytes);
    // Empty, or one sentence that says why the app cannot run.
    std::string start(const std::string& query, const std::string& session, bool drawing);
    double frame(double now_ms);  // ms until the next, 0 at once, -1 none
    void picture(double now_ms);  // draws a frame without tabs and buttons, to be saved; the next one has them again
    void set_viewport(const ui::Viewport& v, int pixel_w, int pixel_h);
    void set_colors(const ui::SystemColors& c);  // with forced colours
    bool key(const std::string& name);           // true when the page must not handle it too
    void apply(const app::Action& a);
    std::string try_apply(const app::Action& a);  // "" or why it was refused, for the caller to report
    // Files that are opened together, see app/import/open_files.h.
    bool open_file(std::string_view name, uint64_t bytes);
    bool take_bytes(std::string_view next_bytes);
    std::string import_opened();  // "" or why they were refused, for the caller to report
    void go(const std::string& query);            // where the browser went, so its history already has it
    void context_lost(bool lost);
    void modules_loaded(const std::string& names);  // their code is loaded; "*": all of it
    // Space-separated names of the modules that a link and a saved session still need; if both are empty, those that
    // the current state needs.
    std::string missing_modules(const std::string& query, const std::string& session);
    // In CSS px of the canvas.
    void pointer(ui::PointerEvent e);
    void wheel(float x, float y, float dx, float dy);
    std::string lint();

    ui::Ui ui;
    app::State state;

  private:
    std::string load_data();
    std::string missing(const std::vector<std::string_view>& needed) const;
    ui::Theme theme() const;
    bool frame_once(double seconds, bool record);
    void submit();
    void fit_viewport();
    void measure(double derived, double drawn);
    void publish(double seconds, bool resting);
    void announce();

    std::map<std::string, std::string> files_;
    std::shared_ptr<app::OpenFiles> opening_;
    std::vector<app::Action> actions_;
    std::optional<std::string> data_error_;  // once the data was read; empty: it is fine
    app::View view_;
    std::optional<app::Page> viewed_;  // whose view it is
    scenes::AppFrame frame_;
    bool drawing_ = true, lost_ = false, started_ = false;
    int pixel_w_ = 0, pixel_h_ = 0;
    double last_record_ = -1, last_publish_ = -1;
    ui::Theme theme_;
    ui::Viewport window_;  // as the browser reports it; a presentation draws larger
    float zoom_ = 1;
    ui::Rect sent_stage_;
    scenes::FrameCost cost_;
    int64_t allocations_ = 0;
    std::set<std::string, std::less<>> modules_;  // loaded; "*": all
    std::string asked_modules_;                   // of the page, not loaded yet
    bool was_present_ = false;
    app::Announcer announcer_;
    std::string sent_query_, sent_session_, sent_theme_, sent_cursor_, sent_title_;
    std::optional<app::Page> sent_page_;
};

}  // namespace kvx::platform
