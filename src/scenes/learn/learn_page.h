// The learn page: a real small model whose cache can be watched.
#pragma once
#include <memory>

#include "core/deferred.h"
#include "scenes/learn/learn.h"

namespace kvx::scenes {

class LearnPage {
  public:
    KVX_DEFERRED void draw(ui::Ui& ui, const app::State& state, const app::View& view, const ui::Rect& area,
                           std::vector<app::Action>& out);
    PageMemory& memory() { return memory_; }

  private:
    void draw_inside(Page& p, const ui::Rect& area);
    void draw_lab(Page& p, const ui::Rect& area);
    PageMemory memory_;
    std::shared_ptr<const app::LearnView> scaled_;
    HeatScale scale_;
};

}  // namespace kvx::scenes
