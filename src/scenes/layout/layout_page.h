// The layout page: the shape of the cache, layers × heads × positions, and where it lies in memory.
#pragma once
#include <memory>

#include "scenes/layout/layout.h"
#include "scenes/pages.h"

namespace kvx::scenes {

class LayoutPage final : public PageScene {
  public:
    void draw(ui::Ui& ui, const app::State& state, const app::View& view, const ui::Rect& area,
              std::vector<app::Action>& out) override;
    void forget() override { field_.forget(); }

  private:
    void draw_view(Page& p, const ui::Rect& area);
    LayoutCamera camera_;
    gfx::StripField field_;
    std::shared_ptr<const app::LearnView> loaded_;  // whose numbers the field has
    std::string camera_of_;                         // which cache it was turned on
};
std::unique_ptr<PageScene> make_layout_page();

}  // namespace kvx::scenes
