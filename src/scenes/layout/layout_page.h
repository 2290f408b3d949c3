// The layout page: the shape of the cache, layers × heads × positions, and where it lies in memory.
#pragma once
#include <memory>

#include "core/deferred.h"
#include "scenes/layout/layout.h"

namespace kvx::scenes {

class LayoutPage {
  public:
    KVX_DEFERRED void draw(ui::Ui& ui, const app::State& state, const app::View& view, const ui::Rect& area,
                           std::vector<app::Action>& out);
    void forget() { field_.forget(); }
    PageMemory& memory() { return memory_; }

  private:
    void draw_view(Page& p, const ui::Rect& area);
    PageMemory memory_;
    LayoutCamera camera_;
    gfx::StripField field_;
    std::shared_ptr<const app::LearnView> loaded_;  // whose numbers the field has
    std::string camera_of_;                         // which cache it was turned on
};

}  // namespace kvx::scenes
