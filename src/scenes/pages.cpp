#include "scenes/pages.h"

#include "scenes/inference/inference_page.h"
#include "scenes/layout/layout_page.h"
#include "scenes/learn/learn_page.h"
#include "scenes/training/training_page.h"

namespace kvx::scenes {
namespace {

using MakeScene = std::unique_ptr<PageScene> (*)();

// In the order of app::Page.
constexpr MakeScene kScenes[] = {make_inference_page, make_training_page, make_learn_page, make_layout_page};

}  // namespace

std::unique_ptr<PageScene> make_scene(app::Page page) {
    return kScenes[static_cast<size_t>(page)]();
}

}  // namespace kvx::scenes
