// What no machine holds: the picture pulls back from the chip to its node, its rack and the hall that it would take.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/serving/datacenter.h"
#include "scenes/parts/page.h"

namespace kvx::scenes {

class Hall {
  public:
    void draw(Page& p, const ui::Rect& r);
    void leave() { seconds_ = 0, shown_.clear(), chosen_.reset(); }  // the next time it pulls back again

  private:
    struct View;
    void think(Page& p);
    void draw_ground(Page& p, const ui::Rect& r, float red) const;
    void draw_rows(Page& p, View& v) const;
    void draw_row(Page& p, View& v, int row) const;
    void draw_chip(Page& p, const View& v) const;
    void draw_small_words(Page& p, const ui::Rect& r, int64_t in_sight) const;
    void draw_words(Page& p, const ui::Rect& r, int64_t in_sight) const;
    void draw_sequences(Page& p, const View& v, const ui::Rect& line) const;
    const core::Relief* draw_captions(Page& p, ui::Rect r);
    void dim_unneeded(Page& p, const core::Relief* hovered);
    ui::Color light(const Page& p, int64_t device, int column, int row) const;

    core::Datacenter center_;
    std::vector<core::Relief> reliefs_;
    std::string shown_;       // the workload they belong to
    double thought_at_ = -1;  // seconds of ui.time
    float seconds_ = 0;       // since the camera left the chip
    float wave_ = 0;
    double lit_ = 0;                                                  // devices that are not dimmed
    std::optional<core::Relief> chosen_;                              // applied once the hall is dimmed
    int64_t each_ = 1;                                                // devices of one light
    int across_ = 8, rows_ = 1, light_columns_ = 4, light_rows_ = 8;  // racks on each side of the aisle; rows; lights
};

// The same as a function, for core::deferred.
void draw_hall(Hall& hall, Page& p, const ui::Rect& r);

}  // namespace kvx::scenes
