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

// `accessible_name`: the accessible name where the same label stands on several; starts with the label.
bool button(Ui& ui, std::string_view id, const Rect& r, std::string_view label, ButtonLook look = ButtonLook::secondary,
            std::string_view accessible_name = {});
// Round or square, no words on it; `name` is what it is called.
bool icon_button(Ui& ui, std::string_view id, const Rect& r, Icon i, std::string_view name, bool primary = false);
// A text that is a button: no ground, underlined on hover.
bool link_button(Ui& ui, std::string_view id, const Rect& r, std::string_view label, const TextStyle& st, Color c,
                 std::string_view accessible_name = {});
void external_link(Ui& ui, std::string_view id, const Rect& r, std::string_view label, std::string_view href);

// Name, one line of effect below, the switch on the right. True when it was turned.
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
    double danger_from = 2;  // the track is ghost-striped from here on
    double muted_from = 2;   // hatched from here on
    float knob = 18, thickness = 4;
};
struct SliderChange {
    bool changed = false, released = false;
    double value = 0;
};
// Track in the vertical middle of r; marks are drawn below (and ticks above).
SliderChange slider(Ui& ui, std::string_view id, const Rect& r, const Slider& s);

// Index chosen now, or -1.
int segmented(Ui& ui, std::string_view id, const Rect& r, std::string_view name, const Choices& choices,
              std::string_view selected, bool mono = false);
// Chips in a row that scrolls sideways on its own; for phones.
int chips(Ui& ui, std::string_view id, const Rect& r, std::string_view name, const Choices& choices,
          std::string_view selected);

struct SelectResult {
    bool open = false;
    std::string chosen;
};
// The closed select. A press wants it opened (the scene shows the picker); keyboard and screen reader choose at once.
SelectResult select(Ui& ui, std::string_view id, const Rect& r, std::string_view name, std::string_view shown,
                    std::string_view value, const Choices& choices, bool expanded);

// A real text field of the browser at r; its new text when it was committed.
const std::string* text_field(Ui& ui, std::string_view id, const Rect& r, std::string_view name, std::string_view value,
                              std::string_view style, bool search = false);

struct FigureRow {
    std::string_view id, label, mark, number, unit;  // mark: "≈", "≥" or empty
    Color swatch = 0;                                // 0: none
    Color color = 0;                                 // of the value; 0: text
    bool many_colors = false;                        // swatch of sequences
    bool ghost = false;                              // striped swatch
};
// True when its explanation was asked for.
bool figure_row(Ui& ui, const Rect& r, const FigureRow& f, bool selected);
// Any drawn figure that explains itself: the press area and node only.
bool figure_area(Ui& ui, std::string_view id, const Rect& r, std::string_view label, std::string_view value,
                 float radius = 6);

}  // namespace kvx::ui
