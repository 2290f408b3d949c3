// How each page is drawn: one row a page. A scene is made when its page is first drawn, when its code is there.
#pragma once
#include <memory>
#include <vector>

#include "app/action.h"
#include "app/view.h"
#include "scenes/parts/page.h"
#include "ui/ui.h"

namespace kvx::scenes {

class PageScene {
  public:
    PageScene() = default;
    PageScene(const PageScene&) = delete;
    PageScene& operator=(const PageScene&) = delete;
    virtual ~PageScene() = default;
    virtual void draw(ui::Ui& ui, const app::State& state, const app::View& view, const ui::Rect& area,
                      std::vector<app::Action>& out) = 0;
    virtual void forget() {}  // what lay in a lost WebGL context
    PageMemory& memory() { return memory_; }

  protected:
    PageMemory memory_;
};

std::unique_ptr<PageScene> make_scene(app::Page page);

}  // namespace kvx::scenes
