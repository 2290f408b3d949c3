#include "scenes/parts/page.h"

#include "core/deferred.h"
#include "scenes/details/popovers.h"

namespace kvx::scenes {

bool has_search(std::string_view picker) {
    return picker == "model" || picker == "device" || picker == "system";
}

bool details_there(const Page& p) {
    if (!p.memory.details) p.memory.wants_details = true;
    return p.memory.details;
}

void draw_open_details(Page& p, const ui::Rect& bounds) {
    if ((p.memory.explained.empty() && p.memory.picker.empty()) || !details_there(p)) return;
    core::deferred(draw_explanation)(p, bounds);
    core::deferred(draw_picker)(p, bounds);
}

const core::Quantity& Page::quantity(std::string_view id) const {
    static const core::Quantity none;
    for (const core::Quantity& q : quantities)
        if (q.id == id) return q;
    return none;
}

std::string Page::get(std::string_view id) const {
    const app::Param* p = app::find_param(id);
    return p ? p->get(state) : std::string();
}

ui::Choices Page::choices(std::string_view id) const {
    ui::Choices list;
    const app::Param* p = app::find_param(id);
    if (!p || !p->choices) return list;
    for (app::Choice& c : p->choices(state)) list.emplace_back(std::move(c.value), std::move(c.label));
    return list;
}

std::string_view Page::label(std::string_view id) const {
    const app::Param* p = app::find_param(id);
    return p ? p->control_label() : id;
}

std::string_view Page::unit(std::string_view id) const {
    const app::Param* p = app::find_param(id);
    if (!p) return {};
    const bool plural = p->unit.size() > 2 && p->unit.back() == 's';
    return plural && p->get(state) == "1" ? p->unit.substr(0, p->unit.size() - 1) : p->unit;
}

void Page::explain(std::string_view id, const ui::Rect& from) const {
    memory.explained = memory.explained == id ? std::string() : std::string(id);
    memory.explained_from = from;
    ui.ask_frame();
}

Split split_reading(const std::string& text) {
    const size_t space = text.rfind(' ');
    if (space == std::string::npos) return {text, ""};
    return {text.substr(0, space), text.substr(space + 1)};
}

std::string short_name(const core::Link& l) {
    return l.name.substr(0, l.name.find(','));
}

std::string tidy(std::string text) {
    for (const char* zeros : {".00 ", ".0 "}) {
        const size_t at = text.find(zeros);
        if (at != std::string::npos) text.erase(at, std::string_view(zeros).size() - 1);
    }
    return text;
}

std::string_view mark_of(const core::Quantity& q) {
    return q.approximate ? "≈" : (q.lower_bound ? "≥" : "");
}

}  // namespace kvx::scenes
