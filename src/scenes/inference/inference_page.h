// The inference page: chooses the layout for the space there is and draws its parts.
#pragma once
#include <utility>

#include "scenes/cluster/cluster_stage.h"
#include "scenes/inference/stage.h"
#include "scenes/parts/page.h"

namespace kvx::scenes {

class InferencePage {
  public:
    void draw(ui::Ui& ui, const app::State& state, const app::View& view, const ui::Rect& area,
              std::vector<app::Action>& out);
    void forget() {
        stage_.forget();
        cluster_.forget();
    }
    PageMemory& memory() { return memory_; }

  private:
    void draw_phone_stage(Page& p, ui::Rect r);
    void draw_centre(Page& p, ui::Rect area);

    PageMemory memory_;
    void draw_stage(Page& p, const ui::Rect& r, bool compact);
    core::Bytes cell_bytes(const Page& p) const { return p.view.many() ? cluster_.cell_bytes() : stage_.cell_bytes(); }

    Stage stage_;
    ClusterStage cluster_;
};

}  // namespace kvx::scenes
