// What the parts of the inference page share while one frame is drawn.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/action.h"
#include "app/answers/compare.h"
#include "app/answers/reference_tables.h"
#include "app/params/params.h"
#include "app/view.h"
#include "core/quantity.h"
#include "core/serving/fit_search.h"
#include "ui/widgets.h"

namespace kvx::scenes {

// What would make it fit: one way, what it costs, and the parameter that does it.
struct Remedy {
    std::string cost, name, effect, id, value, button;
    core::Bytes before, after;
};

// What the page remembers between frames and no link needs to carry.
struct PageMemory {
    std::string explained;    // id of the quantity whose explanation is open
    ui::Rect explained_from;  // where it was asked for
    std::string picker;       // "model", "device" or empty
    std::string picker_filter;
    bool drawer = false;
    float sheet = 0.51f;  // share of the height the phone's sheet takes
    std::string sheet_tab = "controls";
    float sheet_grab = 0, sheet_speed = 0;  // CSS px below the finger; shares of the height a second
    std::string bubble;                     // what a gesture just changed
    double bubble_until = 0, pinch_speed = 1;
    int pinch = 0;
    size_t fact = 0;
    double fact_since = 0;
    std::vector<Remedy> remedies;
    double remedies_at = -1;  // seconds of ui.time
    // answers, kept while what they depend on stays the same
    std::shared_ptr<const app::Subject> answered;  // a key names a model, and another may get its name
    std::string fit_key, compare_key, tables_key;
    core::FitReport fit;
    std::vector<app::Compared> compared;
    std::vector<app::ReferenceTable> tables;
    std::vector<std::string> sentences;
    std::string copy;        // text for the clipboard, taken by the platform after the frame
    bool open_file = false;  // the browser's file dialog is wanted
};

struct Page {
    ui::Ui& ui;
    const app::State& state;
    const app::View& view;
    const std::vector<core::Quantity>& quantities;
    PageMemory& memory;
    std::vector<app::Action>& out;

    const core::Quantity& quantity(std::string_view id) const;  // an empty one when unknown
    void set(std::string_view id, std::string value) const {
        out.push_back(app::SetParam{std::string(id), std::move(value)});
    }
    std::string get(std::string_view id) const;  // canonical text of a parameter
    ui::Choices choices(std::string_view id) const;
    void explain(std::string_view id, const ui::Rect& from) const;
};

struct Split {
    std::string number, unit;
};
Split split_reading(const std::string& text);       // "36.02 GiB" -> {"36.02","GiB"}
std::string short_name(const core::Link& l);        // "Infinity Fabric, 7 links" -> "Infinity Fabric"
std::string tidy(std::string text);                 // "80.00 GiB" -> "80 GiB"
std::string_view mark_of(const core::Quantity& q);  // "≈", "≥" or ""

// Each draws its part into r. Cards return the height they need when r.h is 0.
void draw_overflow(Page& p, const ui::Rect& r);
void draw_scale_bar(Page& p, const ui::Rect& r);
void draw_alert(Page& p, const ui::Rect& r);
void draw_remedies(Page& p, const ui::Rect& r);
void draw_figures(Page& p, const ui::Rect& column);
void draw_figure_strip(Page& p, const ui::Rect& r, int count);
float draw_memory_card(Page& p, const ui::Rect& r, bool measure);
float draw_speed_card(Page& p, const ui::Rect& r, bool measure);
float step_bar_height();
void draw_step_bar(Page& p, const ui::Rect& r);
// Savings, what fits, insights, comparison or tables: whichever `show` names.
float draw_answers(Page& p, const ui::Rect& r, bool measure);
void draw_answers_scrolled(Page& p, const ui::Rect& r);
float draw_formula_card(Page& p, const ui::Rect& r, bool measure);
void draw_curve_card(Page& p, const ui::Rect& r);
void draw_controls(Page& p, const ui::Rect& column);
float draw_device_controls(Page& p, ui::Rect body, bool measure);
float draw_serving_controls(Page& p, ui::Rect body, bool measure);
float draw_controls_content(Page& p, const ui::Rect& r, bool measure);
void draw_timeline(Page& p, const ui::Rect& r, bool phone);
void draw_sheet(Page& p, const ui::Rect& r, bool grab);
void draw_model_card(Page& p, const ui::Rect& r);
float model_card_height(Page& p, float width);
bool draw_fact(Page& p, const ui::Rect& r);
void draw_explanation(Page& p, const ui::Rect& bounds);
void draw_picker(Page& p, const ui::Rect& bounds);

}  // namespace kvx::scenes
