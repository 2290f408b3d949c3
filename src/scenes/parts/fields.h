// Building blocks for the controls of every page.
#pragma once
#include <algorithm>
#include <cmath>

#include "scenes/parts/page.h"

namespace kvx::scenes {

inline constexpr float kLine = 20;  // a label above its control

// Stops of a slider: the suggested values, evenly spaced; a value between two stops lies between them.
struct Stops {
    std::vector<double> values;
    std::vector<std::string> texts, labels;
    double position(double v) const {
        if (values.size() < 2) return 0;
        const double last = static_cast<double>(values.size() - 1);
        for (size_t i = 0; i + 1 < values.size(); ++i)
            if (v <= values[i + 1]) {
                const double lo = std::log(values[i]), hi = std::log(values[i + 1]);
                return std::max(0.0,
                                (static_cast<double>(i) + (std::log(std::max(v, values[0])) - lo) / (hi - lo)) / last);
            }
        return 1;
    }
    size_t nearest(double t) const {
        return static_cast<size_t>(std::clamp(std::lround(t * static_cast<double>(values.size() - 1)), 0L,
                                              static_cast<long>(values.size()) - 1));
    }
};
Stops stops_of(const Page& p, std::string_view id);

float row_height(const Page& p);  // a line with a value field or a figure
float segment_height(const Page& p);
float select_height(const Page& p);
// Controls take their label and their unit from the parameter's row in the registry.
std::string field_text(const Page& p, std::string_view id);  // the value as a field shows it: "128K"
// A label, a field for any value, its unit; the last two where they are not simply the parameter's.
void draw_value_field(Page& p, std::string_view id, const ui::Rect& line);
void draw_value_field(Page& p, std::string_view id, const ui::Rect& line, std::string_view text, std::string_view unit);
// The value fields of a section, below each other: what is neither chosen from a list nor switched.
std::vector<const app::Param*> fields_of(const Page& p, app::Section section);
float section_fields_height(const Page& p, app::Section section);
void draw_section_fields(Page& p, app::Section section, ui::Rect& body);
void draw_switch(Page& p, std::string_view id, const ui::Rect& r, std::string_view effect);
void draw_select(Page& p, std::string_view id, const ui::Rect& r);
// A select below its label.
void draw_labelled_select(Page& p, std::string_view id, ui::Rect column);
// The choices beside each other, or chips that scroll.
void draw_segments(Page& p, std::string_view id, const ui::Rect& r, bool mono = false, const ui::Choices& shown = {},
                   std::string_view hint = {});
void draw_chips(Page& p, std::string_view id, const ui::Rect& r, const ui::Choices& shown = {});
// A label, a note on its right, the choices below; `shown`: which of them, all when empty.
void draw_labelled_segments(Page& p, std::string_view id, std::string_view note, ui::Rect r,
                            const ui::Choices& shown = {}, bool mono = false);
float labelled_segments_height(const Page& p);
// A value field and a slider over the suggested stops, chips on a phone.
void draw_stops(Page& p, std::string_view id, ui::Rect r);
float stops_height(const Page& p);
// One line of text, drawn and in the semantic tree.
void draw_caption(Page& p, std::string_view id, const ui::Rect& r, std::string_view words, const ui::TextStyle& style,
                  ui::Color c, ui::Align align = ui::Align::left);
// A paragraph of explanation; cuts its height from body.
void draw_note(Page& p, std::string_view id, ui::Rect& body, const std::string& words, ui::Color c);

}  // namespace kvx::scenes
