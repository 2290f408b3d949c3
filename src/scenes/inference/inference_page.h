// The inference page: chooses the layout for the space there is and draws its parts.
#pragma once
#include <memory>

#include "scenes/cluster/cluster_stage.h"
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

    void draw_stage(Page& p, const ui::Rect& r, bool compact);
    core::Bytes cell_bytes(const Page& p) const { return p.view.many() ? cluster_.cell_bytes() : stage_.cell_bytes(); }

    Stage stage_;
    ClusterStage cluster_;
};
std::unique_ptr<PageScene> make_inference_page();

}  // namespace kvx::scenes
