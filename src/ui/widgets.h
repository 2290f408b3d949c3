// The controls of the app: each draws itself, reacts to pointer and semantic element alike, and records its node.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ui/icons.h"
#include "ui/ui.h"

namespace kvx::ui {

using Choices = std::vector<std::pair<std::string, std::string>>;  // value, label

enum class ButtonLook : uint8_t { primary, secondary, quiet };

void card(Ui& ui, const Rect& r);
void heading(Ui& ui, std::string_view id, const Rect& r, std::string_view name, const TextStyle& st, Color c,
             int level);

// `accessible_name`: for labels that occur more than once; starts with the label.
bool button(Ui& ui, std::string_view id, const Rect& r, std::string_view label, ButtonLook look = ButtonLook::secondary,
            std::string_view accessible_name = {}, std::string_view hint = {});
// Round or square, without text; `name` is its accessible name.
bool icon_button(Ui& ui, std::string_view id, const Rect& r, Icon i, std::string_view name, bool primary = false);
// A text button: no background, underlined on hover.
bool link_button(Ui& ui, std::string_view id, const Rect& r, std::string_view label, const TextStyle& st, Color c,
                 std::string_view accessible_name = {});
void external_link(Ui& ui, std::string_view id, const Rect& r, std::string_view label, std::string_view href);

// Name, one line about its effect below, the switch on the right. True when it was toggled.
bool switch_row(Ui& ui, std::string_view id, const Rect& r, std::string_view name, std::string_view effect, bool on);

struct SliderMark {
    double at = 0;
    std::string label = {};
    Color color = 0;
    bool tick = false;
};
struct Slider {
    double value = 0;                    // 0..1 along the track
    double step = 0.01;                  // of one arrow key
    std::string name = {}, spoken = {};  // accessible name, value in words
    std::vector<SliderMark> marks = {};
    double danger_from = 2;  // the track is ghost-striped from here
    double muted_from = 2;   // hatched from here
    float knob = 18, thickness = 4;
};
struct SliderChange {
    bool changed = false, released = false;
    double value = 0;
};
// Track in the vertical middle of r; marks are drawn below (and ticks above).
SliderChange slider(Ui& ui, std::string_view id, const Rect& r, const Slider& s);

// The index chosen in this frame, or -1.
int segmented(Ui& ui, std::string_view id, const Rect& r, std::string_view name, const Choices& choices,
              std::string_view selected, bool mono = false, std::string_view hint = {});
// Chips in a row that scrolls sideways; for phones.
int chips(Ui& ui, std::string_view id, const Rect& r, std::string_view name, const Choices& choices,
          std::string_view selected);

struct SelectResult {
    bool open = false;
    std::string chosen;
    std::string typed;  // letters of a search
};
// The closed select. A press asks to open it (the scene shows the picker); keyboard and screen reader choose directly.
// With `searches`, Enter and letters typed on it open the picker too.
SelectResult select(Ui& ui, std::string_view id, const Rect& r, std::string_view name, std::string_view shown,
                    std::string_view value, const Choices& choices, bool expanded, bool searches = false);

// A native text field at r; returns its new text when committed, while it is typed if it is a search. The element owns
// its text while it is edited.
const std::string* text_field(Ui& ui, std::string_view id, const Rect& r, std::string_view name, std::string_view value,
                              std::string_view style, std::string_view hint = {});
struct SearchResult {
    const std::string* text = nullptr;  // as typed so far; valid until the next event is taken
    int move = 0;                       // rows by the arrow keys
    bool take = false;                  // Enter
};
SearchResult search_field(Ui& ui, std::string_view id, const Rect& r, std::string_view name, std::string_view value,
                          std::string_view id_of_list, std::string_view id_of_row);

struct FigureRow {
    std::string_view id, label, mark, number, unit;  // mark: "≈", "≥" or empty
    Color swatch = 0;                                // 0: none
    Color color = 0;                                 // of the value; 0: text
    bool many_colors = false;                        // swatch of sequences
    bool ghost = false;                              // striped swatch
};
// True when its explanation was requested.
bool figure_row(Ui& ui, const Rect& r, const FigureRow& f, bool selected);
// For a figure that is drawn elsewhere, before or after: the press area, the node, and an outline under the pointer.
// Nothing is drawn over the figure.
bool figure_area(Ui& ui, std::string_view id, const Rect& r, std::string_view label, std::string_view value,
                 float radius = 6);

}  // namespace kvx::ui
