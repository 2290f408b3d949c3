// What the parts of the learn page share while one frame is drawn.
#pragma once
#include <string>
#include <vector>

#include "app/learn/learn_view.h"
#include "scenes/parts/page.h"

namespace kvx::scenes {

// Largest sizes in a run, so that one colour means one number at every step.
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
    const app::LearnInputs& in() const { return p.state.in.learn; }
    const lm::StepTrace& step() const { return view.steps[static_cast<size_t>(token - 1)]; }
    const lm::Shape& shape() const { return view.model->weights.shape(); }
    int layer() const { return explained.layer; }
    int head() const { return explained.head; }
};

// A section of a column: with `measure` only its height is wanted.
using Section = float (*)(Learn& l, ui::Rect body, bool measure);
// Cards below each other that scroll together; plain sections on a phone.
void draw_sections(Learn& l, const ui::Rect& r, std::string_view id, const std::vector<Section>& sections);

float draw_prompt(Learn& l, ui::Rect body, bool measure);
float draw_pipeline(Learn& l, ui::Rect body, bool measure);
float draw_tour(Learn& l, ui::Rect body, bool measure);
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

// The training lab, from the state's report alone.
void draw_lab_centre(Page& p, const ui::Rect& r);
float draw_lab_settings(Page& p, ui::Rect body, bool measure);
float draw_lab_memory(Page& p, ui::Rect body, bool measure);
float draw_lab_heads(Page& p, ui::Rect body, bool measure);
float draw_lab_curve(Page& p, ui::Rect body, bool measure, bool skills);
void draw_lab_bar(Page& p, const ui::Rect& r);
void draw_lesson_choice(Page& p, const ui::Rect& r);

std::string glyph(lm::Token t);  // how a token is drawn: one character

}  // namespace kvx::scenes
