// The whole window: top bar, page, notices. The platform draws it each frame.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "app/action.h"
#include "app/view.h"
#include "scenes/frame/frame_cost.h"
#include "scenes/pages.h"
#include "ui/ui.h"

namespace kvx::scenes {

// What a press on the top bar requests from the platform.
struct Requests {
    bool share = false, open_file = false;
    std::string copy;
    bool has_details = true;     // told: the code of scenes/details is there
    bool wants_details = false;  // something is open that waits for it
};

class AppFrame {
  public:
    void draw(ui::Ui& ui, const app::State& state, const app::View& view, std::vector<app::Action>& out,
              Requests& requests, const FrameCost& cost);
    // While the code of the page is on its way: the bars, and that it loads.
    void draw_waiting(ui::Ui& ui, const app::State& state, std::vector<app::Action>& out, Requests& requests);
    void forget();  // drops what was in a lost WebGL context

  private:
    void draw_top_bar(ui::Ui& ui, const app::State& state, std::vector<app::Action>& out, Requests& requests,
                      const ui::Rect& r);
    void draw_embed_bar(ui::Ui& ui, const app::State& state, const ui::Rect& r);
    void draw_notice(ui::Ui& ui, const app::State& state, std::vector<app::Action>& out, const ui::Rect& area);
    ui::Rect draw_ground(ui::Ui& ui, ui::Rect& bar);
    void draw_headline(ui::Ui& ui, const app::State& state, const app::View& view, std::vector<app::Action>& out,
                       const ui::Rect& r);
    void take_keys(ui::Ui& ui, const app::State& state, std::vector<app::Action>& out, Requests& requests);
    PageScene& scene(app::Page page);
    std::vector<std::unique_ptr<PageScene>> scenes_;  // by page; null: not drawn yet
    bool help_ = false;
};

}  // namespace kvx::scenes
