// The inference page: chooses the layout for the available space and draws its parts.
#pragma once
#include <memory>

#include "scenes/cluster/cluster_stage.h"
#include "scenes/cluster/hall.h"
#include "scenes/inference/stage.h"
#include "scenes/pages.h"
#include "scenes/parts/page.h"

namespace kvx::scenes {

class InferencePage final : public PageScene {
  public:
    void draw(ui::Ui& ui, const app::State& state, const app::View& view, const ui::Rect& area,
              std::vector<app::Action>& out) override;
    void forget() override {
        stage_.forget();
        cluster_.forget();
    }

  private:
    void draw_phone_stage(Page& p, ui::Rect r);
    void draw_centre(Page& p, ui::Rect area);
    void draw_devices(Page& p, ui::Rect area);                             // many
    void draw_device(Page& p, ui::Rect area);                              // one
    void draw_full_device(Page& p, ui::Rect area, const ui::Rect& title);  // one that cannot hold it

    void draw_presentation(Page& p, ui::Rect area);
    void draw_cluster(Page& p, const ui::Rect& r);
    bool draw_hall_if_needed(Page& p, const ui::Rect& r);

    Stage stage_;
    ClusterStage cluster_;
    Hall hall_;
    Overflow beyond_;  // what a cluster has no room for
};
std::unique_ptr<PageScene> make_inference_page();

}  // namespace kvx::scenes
