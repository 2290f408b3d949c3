// The parts of the inference page.
#pragma once
#include "scenes/parts/page.h"

namespace kvx::scenes {

// Each draws its part into r. Cards return the height they need when r.h is 0.
void draw_alert(Page& p, const ui::Rect& r);
float alert_height(Page& p, float width);
constexpr float kRemedyCards = 222, kRemedyRows = 96;  // of the cards of remedies, with their heading
float remedies_height(float room);                     // cards, two lines each, or 0 where neither has room
void draw_figures(Page& p, const ui::Rect& column);
void draw_figure_strip(Page& p, const ui::Rect& r, int count);
float draw_memory_card(Page& p, const ui::Rect& r, bool measure);
float draw_speed_card(Page& p, const ui::Rect& r, bool measure);
float step_bar_height();
void draw_step_bar(Page& p, const ui::Rect& r);
float draw_formula_card(Page& p, const ui::Rect& r, bool measure);
void draw_curve_card(Page& p, const ui::Rect& r);
void draw_controls(Page& p, const ui::Rect& column);
float draw_device_count(Page& p, ui::Rect body, bool measure);
float draw_device_controls(Page& p, ui::Rect body, bool measure);
float draw_serving_controls(Page& p, ui::Rect body, bool measure);
float draw_controls_content(Page& p, const ui::Rect& r, bool measure);
void draw_timeline(Page& p, const ui::Rect& r, bool phone);
void draw_sheet(Page& p, const ui::Rect& r, bool grab);
void draw_model_card(Page& p, const ui::Rect& r);
float model_card_height(Page& p, float width);

}  // namespace kvx::scenes
