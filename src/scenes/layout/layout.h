// What the parts of the layout page share while one frame is drawn.
#pragma once
#include <string>

#include "app/layout/layout_view.h"
#include "gfx/strip_field.h"
#include "scenes/parts/page.h"
#include "scenes/parts/sections.h"

namespace kvx::scenes {

// Where a person looks: zoomed by powers of two, from a position and a height on.
struct LayoutCamera {
    float zoom = 0;       // doublings; 0: the whole cache
    double position = 0;  // at the left edge, counted from 0
    float top = 0;        // CSS px of the content above the stage
    int64_t column = 1;   // positions a column stood for when it was drawn last
    // a drag
    float grab_x = 0, grab_y = 0, moved = 0, top_before = 0;
    double position_before = 0;
    // two fingers
    int pinch = 0;
    float zoom_before = 0;
};

// The measures of one drawn stage. Pure geometry.
struct LayoutGeometry {
    ui::Rect area;         // of the strips, without labels
    float pitch = 20;      // CSS px from layer to layer
    float gap = 2;         // below a layer's strips
    float part_gap = 14;   // between keys and values
    double per_token = 1;  // CSS px a position, where keys stand beside values
    double first = 0;      // position at the left edge
    float top = 0;
    float scale = 1;  // device pixels a CSS px: edges lie on whole ones
    float half() const { return (area.w - part_gap) * 0.5f; }
    double visible() const { return half() / per_token; }
    ui::Rect layer(int64_t index) const;  // from 0
    // Tokens of a column where a position takes `px` of the screen.
    int64_t bin(double px, core::Tokens max) const;
};
LayoutGeometry measure_layout(const ui::Rect& area, const app::LayoutView& v, LayoutCamera& camera, float scale);
inline constexpr double kWidestCell = 28;  // CSS px: nobody needs to zoom further
float most_zoom(const ui::Rect& area, const app::LayoutView& v);

struct Layout {
    Page& p;
    const app::LayoutView& v;
    LayoutCamera& camera;
    gfx::StripField& field;
};

void draw_layout_grid(Layout& l, ui::Rect r);
void draw_layout_memory(Layout& l, ui::Rect r);
void draw_layout_title(Layout& l, ui::Rect r);
void draw_layout_legend(Layout& l, const ui::Rect& r);
int64_t layout_last(const Layout& l);  // the small model's line ends where the model ends it
void toggle_layout_play(Layout& l);
void draw_layout_timeline(Layout& l, const ui::Rect& r, bool phone);
void load_layout_values(Layout& l);  // of the small model; once a run

// Sections of the columns.
float draw_layout_figures(Layout& l, ui::Rect body, bool measure);
float draw_layout_cell(Layout& l, ui::Rect body, bool measure);
float draw_layout_source(Layout& l, ui::Rect body, bool measure);
float draw_layout_order(Layout& l, ui::Rect body, bool measure);
float draw_estimator(Layout& l, ui::Rect body, bool measure);

}  // namespace kvx::scenes
