// What the devices of a page hold and send. Each page builds its own; the cluster stage draws it.
#pragma once
#include <string>
#include <vector>

#include "core/catalog/cluster.h"
#include "ui/theme.h"

namespace kvx::scenes {

class ClusterPicture {
  public:
    virtual ~ClusterPicture() = default;

    struct Rank {
        int tensor = 0, pipeline_stage = 0, replica = 0;
    };
    struct Part {
        core::Bytes bytes;
        ui::Color color = 0;
    };

    core::Cluster cluster;
    int tp = 1, pipeline_stages = 1, replicas = 1;
    int group = 1;                    // devices that exchange what `inside` counts
    bool pipeline_outermost = false;  // Megatron-LM: copies next to each other, stages far apart
    // Bytes that each device sends in a step.
    double inside = 0;                  // within its group
    double to_next_pipeline_stage = 0;  // once per boundary
    double to_copies = 0;               // to the others that hold the same weights
    core::Seconds step;
    const char* step_words = "a decode step";
    const char* explains = "needed";  // the quantity that a press on a device opens
    core::Bytes capacity;
    bool over = false, working = true;

    Rank rank_of(int device) const {
        if (pipeline_outermost) return {device % tp, device / (tp * replicas), device / tp % replicas};
        return {device % tp, device / tp % pipeline_stages, device / (tp * pipeline_stages)};
    }
    // The device that takes over what this one has computed; -1 for the last stage.
    int next_pipeline_stage(int device) const {
        if (rank_of(device).pipeline_stage + 1 >= pipeline_stages) return -1;
        return device + (pipeline_outermost ? tp * replicas : tp);
    }

    virtual core::Bytes needed(int device) const = 0;
    virtual std::string describe(int device) const = 0;
    virtual std::string node_words(int first_device) const = 0;
    virtual std::vector<Part> bar(int device) const = 0;  // what it holds, in cell order
    // Divides a device into fields × cells; returns the bytes of one cell. Then cell() gives their codes (gfx::code).
    virtual core::Bytes divide(int fields, int cells) = 0;
    virtual uint8_t cell(int device, int field, int index) const = 0;
};

}  // namespace kvx::scenes
