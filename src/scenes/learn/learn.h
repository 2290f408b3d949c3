// Shared by the parts of the learn page while one frame is drawn.
#pragma once
#include <string>
#include <vector>

#include "app/learn/learn_view.h"
#include "app/tour.h"
#include "scenes/parts/page.h"

namespace kvx::scenes {

// Maximum magnitudes over a run, so that a colour means the same number at every step.
struct HeatScale {
    float key = 1, value = 1, stream = 1;
};
HeatScale scale_of(const app::LearnView& view);

struct Learn {
    Page& p;
    const app::LearnView& view;
    const HeatScale& scale;
    int token = 1;  // shown, from 1
    app::HeadAt explained;
    ui::Rect pointed = {};    // what the tour points at, as far as it is in view
    bool tour_moved = false;  // its step or answer is new in this frame: what it speaks of is brought into view
    const app::LearnInputs& in() const { return p.state.in.learn; }
    const lm::StepTrace& step() const { return view.steps[static_cast<size_t>(token - 1)]; }
    const lm::Shape& shape() const { return view.model->weights.shape(); }
    int layer() const { return explained.layer; }
    int head() const { return explained.head; }
    bool touring() const { return in().tour > 0; }
    bool hides(app::TourHides what) const { return app::tour_hides(p.state, what); }
};

// A section of a column; with `measure`, only returns its height.
using Section = float (*)(Learn& l, ui::Rect body, bool measure);
// Stacked cards that scroll together; plain sections on a phone.
void draw_sections(Learn& l, const ui::Rect& r, std::string_view id, const std::vector<Section>& sections);

float draw_prompt(Learn& l, ui::Rect body, bool measure);
float draw_pipeline(Learn& l, ui::Rect body, bool measure);
float draw_next_token(Learn& l, ui::Rect body, bool measure);
float draw_keep(Learn& l, ui::Rect body, bool measure);
float draw_skills(Learn& l, ui::Rect body, bool measure);
float draw_what_happened(Learn& l, ui::Rect body, bool measure);
float draw_cost(Learn& l, ui::Rect body, bool measure);    // with and without, one below the other
float draw_shared(Learn& l, ui::Rect body, bool measure);  // prompts that share a prefix
float draw_head_choice(Learn& l, ui::Rect body, bool measure);

void draw_heads_title(Learn& l, const ui::Rect& r);
void draw_heads(Learn& l, const ui::Rect& r);
void draw_compare(Learn& l, const ui::Rect& r);
void draw_learn_timeline(Learn& l, const ui::Rect& r, bool phone);

// The tour: its card, which is pinned, and what a step speaks of where there is no room for everything.
float coach_height(Learn& l, float width);
void draw_coach(Learn& l, const ui::Rect& r);
void draw_coach_in_sheet(Learn& l, const ui::Rect& body);
void leave_tour(Learn& l);
void draw_tour_stage(Learn& l, const ui::Rect& r);
float draw_real_model(Learn& l, ui::Rect body, bool measure);
void point_at(Learn& l, app::TourTarget what, const ui::Rect& r);  // r shows it
void draw_pointer(Learn& l, const ui::Rect& coach);                // from the card to it

// The training lab, drawn from the state's report alone.
void draw_lab_centre(Page& p, const ui::Rect& r);
float draw_lab_settings(Page& p, ui::Rect body, bool measure);
float draw_lab_memory(Page& p, ui::Rect body, bool measure);
float draw_lab_heads(Page& p, ui::Rect body, bool measure);
float draw_lab_curve(Page& p, ui::Rect body, bool measure, bool skills);
void draw_lab_bar(Page& p, const ui::Rect& r);
void draw_lesson_choice(Page& p, const ui::Rect& r);

// Prose is drawn by the browser, so that it can be selected, translated and read aloud. Cuts its height from body.
float prose(ui::Ui& ui, std::string_view id, ui::Rect& body, const std::string& words, std::string_view style,
            const ui::TextStyle& st, bool measure);

std::string glyph(lm::Token t);  // how a token is drawn: one character
// At a position from 0, one behind the last for what is expected; "?" while the tour asks what comes.
std::string shown_glyph(const Learn& l, int position);

}  // namespace kvx::scenes
