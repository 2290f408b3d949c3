// Pieces that the controls of every page are made of.
#pragma once
#include <algorithm>
#include <cmath>

#include "scenes/parts/page.h"

namespace kvx::scenes {

inline constexpr float kLine = 20;  // a label above its control

// Stops of a slider: the suggested values in order, evenly spaced; a value between two stops stands between them.
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

float head_height(const Page& p);  // a line with a value field
float segment_height(const Page& p);
float select_height(const Page& p);
// A label, a field for any value, its unit.
void draw_value_field(Page& p, std::string_view id, std::string_view label, const ui::Rect& line, std::string_view text,
                      std::string_view unit);
void draw_select(Page& p, std::string_view id, std::string_view name, const ui::Rect& r);
// A select below its name.
void draw_labelled_select(Page& p, std::string_view id, std::string_view name, ui::Rect column);
// A name, a note on its right, the choices below; `shown`: which of them, all when empty.
void draw_labelled_segments(Page& p, std::string_view id, std::string_view name, std::string_view note, ui::Rect r,
                            const ui::Choices& shown = {}, bool mono = false);
float labelled_segments_height(const Page& p);
// A value field and a slider over the suggested stops, chips on a phone.
void draw_stops(Page& p, std::string_view id, std::string_view name, std::string_view shown, std::string_view unit,
                ui::Rect r);
float stops_height(const Page& p);
// A paragraph of explanation; body loses what it took.
void draw_note(Page& p, std::string_view id, ui::Rect& body, const std::string& words, ui::Color c);

}  // namespace kvx::scenes
