// Shared by the parts of every page while one frame is drawn.
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
#include "core/serving/remedies.h"
#include "ui/widgets.h"

namespace kvx::scenes {

// What the page remembers between frames but no link carries.
struct PageMemory {
    std::string explained;    // id of the quantity whose explanation is open
    ui::Rect explained_from;  // where it was requested
    std::string picker;       // "model", "device" or empty
    std::string picker_filter;
    static constexpr size_t kNoRow = static_cast<size_t>(-1);
    size_t picker_row = kNoRow;  // where the arrow keys went
    bool drawer = false;
    float sheet = 0.51f;  // the phone's sheet, as a share of the height
    std::string sheet_tab = "controls", sheet_show = "stage";
    float sheet_grab = 0, sheet_speed = 0;  // CSS px below the finger; shares of the height a second
    std::string bubble;                     // what a gesture just changed
    double bubble_until = 0, pinch_speed = 1;
    int pinch = 0;
    size_t fact = 0;
    double fact_since = 0;
    std::vector<core::Remedy> remedies;
    double remedies_at = -1;  // seconds of ui.time
    // answers, kept while their inputs stay the same
    std::shared_ptr<const app::Subject> answered;  // a key names a model, and another may get its name
    std::string fit_key, compare_key, tables_key;
    core::FitReport fit;
    std::vector<app::Compared> compared;
    std::vector<app::ReferenceTable> tables;
    std::vector<std::string> sentences;
    std::string copy;                            // text for the clipboard, taken by the platform after the frame
    bool open_file = false;                      // the file dialog was requested
    bool details = true, wants_details = false;  // their code is there; something is open that waits for it
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
    std::string_view label(std::string_view id) const;  // what the control of a parameter is called
    std::string_view unit(std::string_view id) const;   // of its present value: "sequence" where there is one
    void explain(std::string_view id, const ui::Rect& from) const;
};

struct Split {
    std::string number, unit;
};
Split split_reading(const std::string& text);       // "36.02 GiB" -> {"36.02","GiB"}
std::string short_name(const core::Link& l);        // "Infinity Fabric, 7 links" -> "Infinity Fabric"
std::string tidy(std::string text);                 // "80.00 GiB" -> "80 GiB"
std::string_view mark_of(const core::Quantity& q);  // "≈", "≥" or ""

bool has_search(std::string_view picker);  // its list is searched by typing
// Whether the code of scenes/details is loaded; asks for it.
bool details_there(const Page& p);
// The explanation or the list that is open, as soon as their code is loaded.
void draw_open_details(Page& p, const ui::Rect& bounds);

}  // namespace kvx::scenes
