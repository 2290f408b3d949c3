// The learn page: a small but real model whose cache can be watched.
#pragma once
#include <memory>

#include "scenes/learn/learn.h"
#include "scenes/pages.h"

namespace kvx::scenes {

class LearnPage final : public PageScene {
  public:
    void draw(ui::Ui& ui, const app::State& state, const app::View& view, const ui::Rect& area,
              std::vector<app::Action>& out) override;

  private:
    void draw_inside(Page& p, const ui::Rect& area);
    void draw_lab(Page& p, const ui::Rect& area);
    std::shared_ptr<const app::LearnView> scaled_;
    HeatScale scale_;
    int tour_step_ = 0, tour_answer_ = 0;  // as drawn last
};
std::unique_ptr<PageScene> make_learn_page();

}  // namespace kvx::scenes
