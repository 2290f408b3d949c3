#include "scenes/training/training_page.h"

#include <algorithm>
#include <cmath>

#include "app/training/training_page.h"
#include "app/training_runs.h"
#include "core/deferred.h"
#include "core/format.h"
#include "scenes/parts/fields.h"
#include "scenes/parts/page_frame.h"
#include "scenes/training/training_cluster.h"

namespace kvx::scenes {

using ui::Align;
using ui::Rect;
using ui::Theme;

namespace {

constexpr float kRoomForAll = 730;  // of the title: moment, stage selector, and parallelism

std::string sharding_words(const core::TrainingPlan& plan) {
    const core::TrainingParallelism& l = plan.input.parallelism;
    std::string out;
    const auto add = [&](const std::string& words) { out += (out.empty() ? "" : ", ") + words; };
    if (l.tp > 1) add("tensor " + core::group_digits(l.tp));
    if (l.cp > 1) add("context " + core::group_digits(l.cp));
    if (l.pp > 1) add(core::group_digits(l.pp) + " stages");
    if (l.ep > 1) add("experts over " + core::group_digits(l.ep));
    if (l.dp > 1) {
        const char* const kept[] = {"copies", "copies, ZeRO-1", "copies, ZeRO-2", "ranks, ZeRO-3", "ranks, hybrid"};
        add(core::group_digits(l.dp) + " " + kept[static_cast<size_t>(plan.input.choice.sharding)]);
    }
    return out.empty() ? "One device holds everything" : out;
}

}  // namespace

void TrainingPage::draw_title(Training& t, Rect r) {
    ui::Ui& ui = t.p.ui;
    const Theme& th = *ui.theme;
    const core::TrainingPlan& plan = t.plan;
    const MomentWords words = words_of(t);
    const int devices = plan.input.parallelism.devices();
    std::string who = core::group_digits(devices) + " × " + t.p.state.device().short_name;
    if (plan.pipeline.ranks > 1)
        who = "Stage " + core::group_digits(static_cast<int64_t>(plan.fullest) + 1) + " of " +
              core::group_digits(plan.pipeline.ranks) + ", " + who;
    std::string how = sharding_words(plan);
    // The stage selector is in the middle, or on the right if space is tight.
    const bool stage_tabs = devices > 1 && !ui.picture && ui.viewport.w >= 768 && ui.viewport.h >= 600,
               tabs = stage_tabs && r.w > kRoomForAll;
    const float most = tabs ? (r.w - 220) * 0.5f - 12 : r.w * 0.52f;
    if (stage_tabs && !tabs) r.cut_right(220, 16);
    if (ui.width(how, ui::type::label) > most) {  // too long in words
        const core::TrainingParallelism& l = plan.input.parallelism;
        how.clear();
        const std::pair<const char*, int> degrees[] = {
            {"tp", l.tp}, {"cp", l.cp}, {"pp", l.pp}, {"ep", l.ep}, {"dp", l.dp}};
        for (const auto& [name, n] : degrees)
            if (n > 1) how += (how.empty() ? "" : " · ") + std::string(name) + " " + core::group_digits(n);
    }
    if (ui.width(who, ui::type::title) > most)
        who = core::group_digits(devices) + " × " + t.p.state.device().short_name;
    const float w = std::min(most, std::max(ui.width(who, ui::type::title), ui.width(how, ui::type::label)) + 2);
    Rect right = r.w > 420 && (tabs || !stage_tabs) ? r.cut_right(w, 16) : Rect{};
    if (right.w > 0) {
        draw_caption(t.p, "stage.who", right.cut_top(22, 2), who, ui::type::title, th.text, Align::right);
        draw_caption(t.p, "stage.how", right.cut_top(18), how, ui::type::label, th.dim, Align::right);
    }
    if (tabs) r.w = (r.w + right.w + 16 - 220) * 0.5f - 12;
    ui::heading(ui, "stage.title", r.cut_top(22, 2), words.title, ui::type::title, th.text, 2);
    const bool ran = t.view.run != nullptr && !t.view.run->gap.empty();
    draw_caption(t.p, "stage.line", r.cut_top(18), plan.fits ? words.line : app::training_fit_words(t.view),
                 ui::type::label, plan.fits ? th.dim : (ran ? th.amber : th.red_text));
}

void TrainingPage::draw_stage(Training& t, const Rect& r, bool compact) {
    const bool many = t.plan.input.parallelism.devices() > 1;
    if (many && t.p.state.in.stage == app::TrainingStage::devices) {
        TrainingCluster picture(t);
        core::deferred(draw_cluster)(cluster_, t.p, r, picture);
        return;
    }
    cluster_.note_single(r);
    const float gap = compact ? 40 : std::clamp(r.w * 0.16f, 60.0f, 130.0f);
    const float tank_w = (r.w - gap) * 0.52f;
    const Rect tank{r.x, r.y, tank_w, r.h}, ladder{r.x + tank_w + gap, r.y, r.w - tank_w - gap, r.h};
    draw_tank(t, tank, compact);
    draw_ladder(t, ladder, compact);
    draw_between(t, tank, ladder, flow_);
}

void TrainingPage::draw_centre(Training& t, Rect area) {
    Rect title = area.cut_top(44, 12);
    if (t.plan.input.parallelism.devices() > 1 && !t.p.ui.picture) {
        const float h = t.p.ui.viewport.coarse ? 44 : 34;
        const bool middle = title.w > kRoomForAll;
        const Rect tabs = Rect{middle ? title.cx() - 110 : title.right() - 220, title.y, 220, title.h}.centered(220, h);
        draw_segments(t.p, "stage", tabs);
    }
    draw_title(t, title);
    if (area.h > 380) draw_step_profile(t, area.cut_bottom(std::clamp(area.h * 0.31f, 170.0f, 250.0f), 16));
    draw_stage(t, area, area.w < 420);
}

void TrainingPage::draw_column(Training& t, const Rect& r) {
    const float h = draw_training_controls(t, r, true);
    const Rect content = t.p.ui.begin_scroll("training.controls", r, h);
    draw_training_controls(t, content, false);
    t.p.ui.end_scroll();
}

// Above the phone's sheet: the moment, the stage, the figures that matter.
void TrainingPage::draw_phone_stage(Training& t, Rect r) {
    if (r.h <= 150) {
        if (r.h > 48) draw_training_strip(t, r.cut_top(48), 3);
        return;
    }
    draw_training_strip(t, r.cut_bottom(48, 8), 3);
    if (!is_low(t.p.ui) && r.h > 220) draw_title(t, r.cut_top(42, 8));
    draw_stage(t, r, true);
}

void TrainingPage::draw(ui::Ui& ui, const app::State& state, const app::View& view, const Rect& area,
                        std::vector<app::Action>& out) {
    if (!view.training) return;
    if (pictured_ != view.training) {
        pictured_ = view.training;
        picture_ = sim::picture_step(pictured_->plan, pictured_->plan.fullest);
        quantities_ = app::quantities(view, state);
    }
    Page p{ui, state, view, quantities_, memory_, out};
    const core::TrainingPlan& plan = pictured_->plan;
    Training t{p, *pictured_, plan, picture_, sim::moment_at(plan, picture_, state.in.phase), {}, {}};
    t.regions = regions_of(p, plan, t.moment);
    for (const Region& g : t.regions) t.now += g.now;
    if (state.playing) {
        flow_ += ui.dt / 1.4f;
        flow_ -= std::floor(flow_);
    }
    PageFrame f;
    f.left = [&](const Rect& r) { draw_training_figures(t, r); };
    f.centre = [&](const Rect& r) { draw_centre(t, r); };
    f.right = [&](const Rect& r) { draw_column(t, r); };
    f.timeline = [&](const Rect& r) { draw_training_timeline(t, r, false); };
    f.strip_height = 48;
    f.strip = [&](const Rect& r) { draw_training_strip(t, r, 6); };
    f.stage = [&](const Rect& r) { draw_phone_stage(t, r); };
    f.sheet = [&](const Rect& r, bool grab) { draw_training_sheet(t, r, grab); };
    f.bar = [&](const Rect& r) { draw_training_timeline(t, r, true); };
    const double at = state.in.pace == app::Pace::run ? state.in.progress : state.in.phase;
    f.transport = {at, 0.01, 0, 1, {}, true};
    draw_page_frame(p, area, f);
    draw_open_details(p, area);
    if (state.playing) ui.ask_frame();
}

std::unique_ptr<PageScene> make_training_page() {
    return std::make_unique<TrainingPage>();
}

}  // namespace kvx::scenes
