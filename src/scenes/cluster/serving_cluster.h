// What the devices of the inference page hold and send in a decode step.
#pragma once
#include "core/deferred.h"
#include "scenes/cluster/cluster_picture.h"
#include "scenes/parts/page.h"
#include "sim/placement.h"

namespace kvx::scenes {

class ServingCluster : public ClusterPicture {
  public:
    KVX_DEFERRED explicit ServingCluster(const Page& p);
    core::Bytes needed(int device) const override;
    std::string describe(int device) const override;
    std::string node_words(int first_device) const override;
    std::vector<Part> bar(int device) const override;
    core::Bytes divide(int fields, int cells) override;
    uint8_t cell(int device, int field, int index) const override;

  private:
    const Page& page_;
    sim::Placement one_;
};

}  // namespace kvx::scenes
