// The training page: chooses the layout for the space there is and draws its parts.
#pragma once
#include <memory>

#include "scenes/cluster/cluster_stage.h"
#include "scenes/pages.h"
#include "scenes/training/training.h"

namespace kvx::scenes {

class TrainingPage final : public PageScene {
  public:
    void draw(ui::Ui& ui, const app::State& state, const app::View& view, const ui::Rect& area,
              std::vector<app::Action>& out) override;
    void forget() override { cluster_.forget(); }

  private:
    void draw_phone_stage(Training& t, ui::Rect r);
    void draw_centre(Training& t, ui::Rect area);
    void draw_title(Training& t, ui::Rect r);
    void draw_stage(Training& t, const ui::Rect& r, bool compact);
    void draw_column(Training& t, const ui::Rect& r);

    std::shared_ptr<const app::TrainingView> pictured_;  // what picture_ and quantities_ were made from
    sim::StepPicture picture_;
    std::vector<std::vector<core::MemoryPoint>> profiles_;
    ClusterStage cluster_;
    std::vector<core::Quantity> quantities_;
    float flow_ = 0;
};
std::unique_ptr<PageScene> make_training_page();

}  // namespace kvx::scenes
