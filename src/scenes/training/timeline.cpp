// The training page's timeline: through one step, or through the run.
#include <algorithm>
#include <cmath>

#include "core/format.h"
#include "scenes/parts/transport.h"
#include "scenes/training/training.h"

namespace kvx::scenes {

using ui::Rect;
using ui::Theme;

namespace {

struct Reading {
    std::string big, small, spoken;
};

Reading reading_of(const Training& t) {
    const core::TrainingPlan& plan = t.plan;
    const double done = t.p.state.in.progress;
    if (t.p.state.in.pace == app::Pace::run) {
        const double steps = std::floor(plan.steps * done);
        std::string small = "step, " + core::format_params(plan.run_tokens * done).text() + " tokens seen";
        return {
            core::group_digits(std::llround(steps)), small,
            core::group_digits(std::llround(steps)) + " of " + core::group_digits(std::llround(plan.steps)) + " steps"};
    }
    const std::string at = core::format_seconds({t.moment.time}).text(),
                      whole = core::format_seconds({t.picture.length}).text();
    return {at, "of " + whole + ", " + name_of(t.moment.part.kind), at + " of " + whole + ", " + words_of(t).title};
}

void draw_scrubber(Training& t, const Rect& r, bool wide) {
    Page& p = t.p;
    const Theme& th = *p.ui.theme;
    const bool run = p.state.in.pace == app::Pace::run;
    ui::Slider s{.value = run ? p.state.in.progress : p.state.in.phase,
                 .step = 0.01,
                 .name = run ? "Run done" : "Moment of the step",
                 .spoken = reading_of(t).spoken,
                 .thickness = 6};
    if (!wide) s.knob = 22;
    if (wide && run) {
        const int marks = r.w > 420 ? 4 : r.w > 260 ? 2 : 1;
        for (int i = 0; i <= marks; ++i)
            s.marks.push_back({static_cast<double>(i) / marks,
                               core::format_params(t.plan.steps * i / marks).text() + (i == marks ? " steps" : "")});
        const double warm = p.state.in.training.rate.warm_up;
        if (warm > 0) s.marks.push_back({warm, "end of warm-up", th.dim, true});
    } else if (wide && t.picture.length > 0) {
        s.marks.push_back({0, "0"});
        double last = -1;
        for (const sim::StepPart& part : t.picture.parts) {
            const double at = part.start / t.picture.length;
            const bool first_of_kind = part.kind == sim::StepKind::update ||
                                       (t.plan.pipeline.ranks == 1 && part.kind == sim::StepKind::backward);
            if (first_of_kind && at - last > 0.08 && at < 0.9)
                s.marks.push_back({at, name_of(part.kind), th.dim, true}), last = at;
        }
        s.marks.push_back({1, core::format_seconds({t.picture.length}).text()});
    }
    const ui::SliderChange c = ui::slider(p.ui, run ? "progress" : "phase", r, s);
    if (c.changed) p.out.push_back(app::Seek{c.value});
}

}  // namespace

void draw_training_timeline(Training& t, const Rect& r, bool phone) {
    Page& p = t.p;
    ui::Ui& ui = p.ui;
    const Reading reading = reading_of(t);
    const bool run = p.state.in.pace == app::Pace::run;
    Timeline timeline;
    timeline.reading = [&](Rect& bar) { draw_reading(p, bar.cut_left(172, 20), reading.big, reading.small); };
    timeline.rate = [&](Rect& bar) {
        if (phone) {
            draw_next_speed(p, bar.cut_right(52, 10).centered(52, 44));
            if (ui::button(ui, "pace.next", bar.cut_right(58, 10).centered(58, 44), run ? "Run" : "Step",
                           ui::ButtonLook::quiet))
                p.set("pace", run ? "step" : "run");
            return;
        }
        const bool many = bar.w > 1060;
        if (bar.w < 640)
            draw_next_speed(p, bar.cut_right(56, 8).centered(56, 44));
        else
            draw_speeds(p, bar.cut_right(many ? 400 : 230, 12), many);
        const ui::Choices paces = p.choices("pace");
        const Rect pace = bar.cut_right(176, 24);
        const int k = ui::segmented(ui, "pace", pace.centered(pace.w, ui.viewport.coarse ? 44.0f : 36.0f), "Play",
                                    paces, p.get("pace"));
        if (k >= 0) p.set("pace", paces[static_cast<size_t>(k)].first);
    };
    timeline.line = [&](const Rect& bar) {
        if (!phone) return draw_scrubber(t, scrubber_track(bar), true);
        const PhoneLine line = phone_line(bar);
        const std::string words = run ? reading.big + " steps" : reading.big + ", " + name_of(t.moment.part.kind);
        ui.text(line.words, ui.width(words, ui::type::caption) <= bar.w ? words : reading.big, ui::type::caption,
                ui.theme->text);
        draw_scrubber(t, line.track, false);
    };
    draw_timeline_bar(p, r, phone, timeline);
}

}  // namespace kvx::scenes
