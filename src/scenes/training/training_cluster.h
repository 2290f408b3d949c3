// What the devices of the training page hold now and send in a step.
#pragma once
#include "scenes/cluster/cluster_picture.h"
#include "scenes/training/training.h"

namespace kvx::scenes {

class TrainingCluster : public ClusterPicture {
  public:
    explicit TrainingCluster(const Training& t);
    core::Bytes needed(int device) const override;
    std::string describe(int device) const override;
    std::string node_words(int first_device) const override;
    std::vector<Part> bar(int device) const override;
    core::Bytes divide(int fields, int cells) override;
    uint8_t cell(int device, int field, int index) const override;

  private:
    struct Held {  // by the ranks of a stage, now
        std::vector<Part> parts;
        std::vector<uint8_t> codes;  // of the parts
        std::vector<double> ends;    // of the parts, in cells
        core::Bytes now;
    };
    const Training& t_;
    std::vector<Held> held_;
    int fields_ = 1, cells_ = 1;
};

}  // namespace kvx::scenes
