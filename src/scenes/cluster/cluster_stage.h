// Many devices as they are wired: each with its own memory, links with what crosses them in a decode step.
#pragma once
#include <string>
#include <vector>

#include "gfx/cell_field.h"
#include "scenes/cluster/cluster_picture.h"
#include "scenes/cluster/topology_layout.h"
#include "scenes/parts/page.h"

namespace kvx::scenes {

class ClusterStage {
  public:
    void draw(Page& p, const ui::Rect& r, ClusterPicture& picture);
    core::Bytes cell_bytes() const { return cell_bytes_; }  // of the last frame
    // One device filled r in this frame: others will come out of it.
    void note_single(const ui::Rect& r) {
        devices_ = 1;
        now_.assign(1, r);
        area_ = r;
        moved_ = 1;
    }
    void forget() { cells_.forget(); }  // lost WebGL context

  private:
    struct Load {  // of one wire in one decode step
        double bytes = 0, bandwidth = 0, seconds = 0, use = 0;
    };
    Load load_of(const Wire& w) const;
    void move_to(Page& p, const ui::Rect& r);
    void place_cells(int columns, int rows, int fields);
    void draw_wires(Page& p);
    void draw_network(Page& p) const;
    void draw_devices(Page& p);
    void draw_device(Page& p, int i, const ui::Rect& r);
    std::string describe(const Wire& w) const;
    void record(Page& p) const;

    ClusterPicture* picture_ = nullptr;  // of this frame
    TopologyLayout layout_;
    std::vector<ui::Rect> now_, from_;  // where devices stand while they move to a new layout
    float moved_ = 1;
    int devices_ = 0;
    ui::Rect area_;
    gfx::CellField cells_;
    core::Bytes cell_bytes_;
    float flow_ = 0.3f, wave_ = 0.2f;
    std::string hint_;
};
// The same as a function, for core::deferred.
void draw_cluster(ClusterStage& stage, Page& p, const ui::Rect& r, ClusterPicture& picture);

}  // namespace kvx::scenes
