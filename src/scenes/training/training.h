// What the parts of the training page share while one frame is drawn.
#pragma once
#include <string>
#include <vector>

#include "scenes/parts/page.h"
#include "sim/training/training_step.h"

namespace kvx::scenes {

// A part of a device's memory, in the order in which it is stacked.
struct Region {
    const char* id;  // of its quantity
    std::string label, note;
    core::Bytes now, peak;
    ui::Color color = 0;
};

struct Training {
    Page& p;
    const app::TrainingView& view;
    const core::TrainingPlan& plan;
    const sim::StepPicture& picture;  // of the fullest rank
    sim::StepMoment moment;
    std::vector<Region> regions;                                  // from the bottom
    core::Bytes now;                                              // of the fullest rank at this moment
    const std::vector<std::vector<core::MemoryPoint>>& profiles;  // of every rank through the replay
};

std::vector<Region> regions_of(const Page& p, const core::TrainingPlan& plan, const sim::StepMoment& m);
// "Forward, layer 23 of 32" and one line of what it means.
struct MomentWords {
    std::string title, line;
};
MomentWords words_of(const Training& t);
ui::Color color_of(const ui::Theme& t, sim::StepKind k);
const char* name_of(sim::StepKind k);

float draw_training_memory(Training& t, const ui::Rect& r, bool measure);
float draw_training_time(Training& t, const ui::Rect& r, bool measure);
void draw_loss_card(Training& t, const ui::Rect& r);
void draw_training_strip(Training& t, const ui::Rect& r, int count);
void draw_training_figures(Training& t, const ui::Rect& column);

void draw_tank(Training& t, const ui::Rect& r, bool compact);
void draw_ladder(Training& t, const ui::Rect& r, bool compact);
void draw_between(Training& t, const ui::Rect& tank, const ui::Rect& ladder, float phase);
void draw_step_profile(Training& t, const ui::Rect& r);

float draw_training_controls(Training& t, const ui::Rect& r, bool measure);
void draw_training_timeline(Training& t, const ui::Rect& r, bool phone);
void draw_training_sheet(Training& t, const ui::Rect& r, bool grab);

}  // namespace kvx::scenes
