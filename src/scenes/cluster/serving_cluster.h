// What the devices of the inference page hold and send in a decode step.
#pragma once
#include "scenes/cluster/cluster_stage.h"

namespace kvx::scenes {

void draw_serving_cluster(ClusterStage& stage, Page& p, const ui::Rect& r);

}  // namespace kvx::scenes
