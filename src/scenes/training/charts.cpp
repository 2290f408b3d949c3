// Below the stage: memory through a step, pipeline ranks over time, traffic.
#include <algorithm>
#include <cmath>

#include "core/format.h"
#include "scenes/parts/fields.h"
#include "scenes/training/training.h"
#include "ui/plot.h"

namespace kvx::scenes {

using sim::StepKind;
using ui::Align;
using ui::Rect;
using ui::Theme;

namespace {

// Dragging anywhere on a chart moves the moment of the step.
void scrub(Training& t, std::string_view id, const Rect& plot, double length_share) {
    ui::Ui& ui = t.p.ui;
    const ui::Hit hit = ui.hit(id, plot);
    if (hit.hovered) ui.cursor_hand();
    if (!hit.held && !hit.pressed) return;
    ui.lock_drag();
    const double x = std::clamp(static_cast<double>((ui.pointer_x() - plot.x) / plot.w), 0.0, 1.0) * length_share;
    t.p.set("phase", std::to_string(std::clamp(x, 0.0, 1.0)));
}

void playhead(ui::Ui& ui, float x, const Rect& plot) {
    ui.fill({ui.px(x) - 0.75f, plot.y, 1.5f, plot.h}, ui.theme->text);
}

void draw_memory(Training& t, const Rect& r) {
    Page& p = t.p;
    ui::Ui& ui = p.ui;
    const Theme& th = *ui.theme;
    const sim::StepPicture& s = t.picture;
    if (s.length <= 0) return;
    const double kept = (t.plan.rank().kept() + t.plan.rank().gathered).gib(), capacity = t.plan.capacity.gib();
    const double peak = kept + s.peak.gib();
    Rect plot = r;
    plot.cut_left(34);
    const Rect words = plot.cut_bottom(18);
    Rect strip = plot.cut_bottom(14);
    strip = {strip.x, strip.y + 4, strip.w, 8};
    plot.cut_top(6);
    const double below = kept - (std::max(peak, capacity) - kept) * 0.35;
    const double low = std::max(0.0, capacity < below ? capacity * 0.97 : below);  // the capacity stays in sight
    const ui::Axis y{low, std::max(peak, std::min(capacity, peak * 1.6)) * 1.06};
    const auto at = [&](double time, double gib) {
        return ImVec2{plot.x + static_cast<float>(time / s.length) * plot.w,
                      plot.bottom() - static_cast<float>(std::clamp(y.map(gib), 0.0, 1.0)) * plot.h};
    };
    for (const double v : ui::ticks(y, 3)) {
        const float py = plot.bottom() - static_cast<float>(y.map(v)) * plot.h;
        ui.fill({plot.x, ui.px(py), plot.w, 1}, ui::fade(th.line, 0.8f));
        ui.text({r.x - 4, py - 8, 32, 16}, v >= 1000 ? core::significant(v / 1000, 3) + "K" : core::significant(v, 3),
                ui::type::micro_mono, th.faint, Align::right);
    }
    ImVec2 last = at(0, kept);
    const auto to = [&](const ImVec2& next) {
        if (next.x - last.x > 0.5f)
            ui.draw->AddQuadFilled(last, next, {next.x, plot.bottom()}, {last.x, plot.bottom()},
                                   ui::fade(th.activations, 0.22f));
        ui.draw->AddLine(last, next, ui::mix(th.activations, th.text, 0.35f), 1.6f);
        last = next;
    };
    for (const sim::StepPart& part : s.parts) {
        to(at(part.start, kept + (part.before + part.working).gib()));
        to(at(part.end, kept + (part.after + part.working).gib()));
        if (part.logits.value > 0) to(at(part.end, kept + (part.after + part.logits).gib()));
        ImVec2 a = at(part.start, low), b = at(part.end, low);
        const float w = std::max(0.5f, b.x - a.x - (b.x - a.x > 4 ? 1.0f : 0.0f));
        ui.fill({a.x, strip.y, w, strip.h}, color_of(th, part.kind), w > 6 ? 3.0f : 0);
        if (part.kind == StepKind::waiting) ui.stripes({a.x, strip.y, w, strip.h}, th.reserved, 5, 1.4f);
    }
    // Each kind is labelled once, where there is room.
    float free_from = words.x;
    std::string named;
    for (const sim::StepPart& part : s.parts) {
        const std::string name = name_of(part.kind);
        const float x = at(part.start, low).x, w = ui.width(name, ui::type::caption) + 1;
        if (named.find(name) != std::string::npos) continue;
        const float from = std::min(std::max(x, free_from), words.right() - w);
        if (from < free_from) continue;
        named += (named.empty() ? "" : ", ") + name;
        ui.text({from, words.y + 2, w, 16}, name, ui::type::caption, th.dim);
        free_from = from + w + 12;
    }
    const std::string limit = "capacity " + core::format_bytes_in_gib(t.plan.capacity).text();
    if (y.map(capacity) < 1) {
        const float cy = plot.bottom() - static_cast<float>(y.map(capacity)) * plot.h;
        ui.dashed(plot.x, cy, plot.right(), cy, th.red, 4, 4);
        ui.text({plot.x, cy - 17 < plot.y - 4 ? cy + 2 : cy - 17, plot.w - 2, 16}, limit, ui::type::micro, th.red_text,
                Align::right);
    }
    const double now = (t.now - t.plan.rank().framework).value >= 0 ? t.now.gib() : 0;
    const ImVec2 dot = at(t.moment.time, now);
    playhead(ui, dot.x, {plot.x, plot.y, plot.w, strip.bottom() - plot.y});
    ui.disc(dot.x, dot.y, 4.5f, th.surface);
    ui.disc(dot.x, dot.y, 3.5f, th.text);
    const std::string spoken = "Peak " + core::format_bytes(t.plan.rank().peak()).text() + ", now " +
                               core::format_bytes(t.now).text() + ", " + limit + ". Parts of the step: " + named;
    ui.record("figure.profile", "figure", "Memory through a step", plot, spoken);
    scrub(t, "profile.scrub", {plot.x, plot.y, plot.w, strip.bottom() - plot.y}, 1);
}

void draw_ranks(Training& t, const Rect& r) {
    Page& p = t.p;
    ui::Ui& ui = p.ui;
    const Theme& th = *ui.theme;
    const core::PipelineRun& run = t.plan.pipeline;
    Rect plot = r;
    const Rect foot = plot.cut_bottom(18, 4);
    plot.cut_left(34);
    const double length = run.length;
    if (length <= 0) return;
    // As many rows as there is room for, each a replayed rank; more would not be distinguishable.
    const int rows = std::clamp(static_cast<int>(plot.h / 1.5f), 1, run.replayed_ranks());
    const auto rank_in = [&](int row) {
        return static_cast<size_t>(rows > 1 ? row * (run.replayed_ranks() - 1) / (rows - 1) : 0);
    };
    const float row_h = plot.h / static_cast<float>(rows),
                thick = row_h > 4 ? row_h - std::min(3.0f, row_h * 0.2f) : row_h;
    const auto x_of = [&](double time) { return plot.x + static_cast<float>(time / length) * plot.w; };
    const core::Pass* under = nullptr;
    size_t rank_under = 0;
    const ui::Hit hit = ui.hit("ranks.hover", plot);
    for (int i = 0; i < rows; ++i) {
        const size_t replayed = rank_in(i), rank = run.rank_of(replayed);
        const Rect row{plot.x, plot.y + row_h * static_cast<float>(i), plot.w, thick};
        ui.fill(row, th.reserved, 2);
        if (thick > 6) ui.stripes(row, th.reserved_stripe, 6, 1.2f);
        if (row_h > 11 || i == 0 || i + 1 == rows)
            ui.text({r.x - 4, row.cy() - 8, 32, 16}, core::group_digits(static_cast<int64_t>(rank) + 1),
                    ui::type::micro_mono, rank == t.plan.fullest ? th.text : th.faint, Align::right);
        const std::vector<core::Pass>& passes = run.passes[replayed];
        for (auto x = passes.begin(); x != passes.end();) {
            const float a = x_of(x->start), b = x_of(x->end);
            const Rect box{a, row.y, std::max(0.6f, b - a - (b - a > 3 ? 1.0f : 0.0f)), thick};
            if (hit.hovered && box.contains(ui.pointer_x(), ui.pointer_y())) under = &*x, rank_under = rank;
            const StepKind kind = x->kind == core::PassKind::forward    ? StepKind::forward
                                  : x->kind == core::PassKind::backward ? StepKind::backward
                                                                        : StepKind::weight_gradients;
            const bool now = t.moment.time >= x->start && t.moment.time < x->end;
            ui::Color c = color_of(th, kind);
            if (run.chunks > 1 && x->chunk % 2 == 1) c = ui::mix(c, th.bg, 0.28f);
            ui.fill(box, now ? ui::mix(c, th.text, 0.35f) : c, box.w > 6 && thick > 6 ? 2.0f : 0);
            if (box.w > 16 && thick >= 13)
                ui.text(box, core::group_digits(x->micro_batch + 1), ui::type::micro_mono,
                        kind == StepKind::forward ? th.accent_ink : th.text, Align::center);
            // Thinner than a pixel: the previous one represents those up to the next pixel.
            const double next = x->end + 0.7 / static_cast<double>(plot.w) * length;
            ++x;
            if (x != passes.end() && x->end < next)
                x = std::lower_bound(x, passes.end(), next,
                                     [](const core::Pass& y, double time) { return y.end < time; });
        }
    }
    if (t.moment.time < length) playhead(ui, x_of(t.moment.time), plot);
    std::string words = "Stages × time, " +
                        (run.replayed_ranks() < run.ranks ? core::group_digits(run.replayed_ranks()) + " of " +
                                                                core::group_digits(run.ranks) + " stages and "
                                                          : std::string()) +
                        core::group_digits(run.micro_batches) +
                        (run.micro_batches < t.plan.input.choice.accumulation
                             ? " of " + core::group_digits(t.plan.input.choice.accumulation)
                             : std::string()) +
                        " micro-batches; hatched: waiting";
    if (under != nullptr) {
        const char* kinds[] = {"forward", "backward", "weight gradients"};
        words = "Stage " + core::group_digits(static_cast<int64_t>(rank_under) + 1) + ", micro-batch " +
                core::group_digits(under->micro_batch + 1) +
                (run.chunks > 1 ? ", part " + core::group_digits(under->chunk + 1) : std::string()) + ", " +
                kinds[static_cast<size_t>(under->kind)] + ": " + core::format_seconds({under->start}).text() + " to " +
                core::format_seconds({under->end}).text();
    }
    draw_caption(p, "pipeline.words", {plot.x, foot.y, plot.w, 16}, words, ui::type::caption, under ? th.text : th.dim);
    if (ui.recording)
        ui.record("figure.pipeline", "figure", "Pipeline, stages over time", plot,
                  core::group_digits(run.ranks) + " stages; each waits " + core::format_seconds(run.bubble).text() +
                      " of a step, " + core::significant(100 * t.plan.time.bubble_share, 2) + " %");
    const double share = t.picture.length > 0 ? length / t.picture.length : 1;
    scrub(t, "ranks.scrub", plot, share);
}

void draw_traffic(Training& t, const Rect& r) {
    Page& p = t.p;
    ui::Ui& ui = p.ui;
    const Theme& th = *ui.theme;
    const core::TrainingTime& time = t.plan.time;
    struct Row {
        const char* id;
        const char* label;
        const core::TrainingTraffic* x;
    };
    const Row rows[] = {
        {"sent_gradients", "Gradients summed", &time.gradients}, {"sent_gather", "Weights gathered", &time.gather},
        {"sent_tensor", "Inside layers", &time.tensor},          {"sent_context", "Around the ring", &time.context},
        {"sent_expert", "To experts and back", &time.expert},    {"sent_pipeline", "To the next stage", &time.pipeline},
        {"sent_offload", "To and from the CPU", &time.offload}};
    int shown = 0;
    for (const Row& row : rows) shown += row.x->sent.value > 0 ? 1 : 0;
    Rect body = r;
    const Rect foot = body.cut_bottom(18, 2);
    if (shown == 0) {
        draw_caption(p, "traffic.none", body, "One device: nothing is sent.", ui::type::label, th.dim);
        return;
    }
    const float h = std::min(30.0f, body.h / static_cast<float>(shown));
    const double step = std::max(1e-12, time.step.value);
    for (const Row& row : rows) {
        if (row.x->sent.value <= 0) continue;
        Rect line = body.cut_top(h);
        if (ui::figure_area(ui, std::string("traffic.") + row.id, line.grow(2), row.label,
                            p.quantity(row.id).shown() + ", " + core::format_seconds(row.x->time).text() +
                                ", waited for " + core::format_seconds(row.x->exposed).text(),
                            4))
            p.explain(row.id, line);
        ui.text(line.cut_left(150, 8), row.label, ui::type::label, th.dim);
        ui.text(line.cut_right(92, 8), core::format_seconds(row.x->time).text(), ui::type::caption_mono, th.faint,
                Align::right);
        ui.text(line.cut_right(88, 12), core::format_bytes(row.x->sent).text(), ui::type::caption_mono, th.text,
                Align::right);
        const Rect bar = line.centered(line.w, 8);
        ui.fill(bar, th.line, 4);
        const auto part = [&](double seconds) { return bar.w * static_cast<float>(std::min(1.0, seconds / step)); };
        ui.fill({bar.x, bar.y, std::max(2.0f, part(row.x->time.value)), bar.h}, ui::fade(th.gold, 0.4f), 4);
        if (row.x->exposed.value > 0)
            ui.fill({bar.x, bar.y, std::max(1.0f, part(row.x->exposed.value)), bar.h}, th.gold, 4);
    }
    draw_caption(p, "traffic.words", foot,
                 "Sent by each device in a step. The bar is the step: pale hidden behind computing, bright waited for.",
                 ui::type::caption, th.dim);
}

}  // namespace

void draw_step_profile(Training& t, const Rect& r) {
    Page& p = t.p;
    ui::Ui& ui = p.ui;
    const Theme& th = *ui.theme;
    ui::card(ui, r);
    Rect body = r.inset(16, 12);
    Rect title = body.cut_top(28, 6);
    const std::string chart = p.get("chart");
    const bool pipes = t.plan.pipeline.ranks > 1, many = t.plan.input.parallelism.devices() > 1;
    ui::Choices choices = {{"memory", "Memory"}};
    if (pipes) choices.emplace_back("pipeline", "Pipeline");
    if (many || t.plan.time.offload.sent.value > 0) choices.emplace_back("traffic", "Traffic");
    if (choices.size() > 1) {
        const Rect seg = title.cut_right(static_cast<float>(choices.size()) * 84, 12)
                             .centered(static_cast<float>(choices.size()) * 84, ui.viewport.coarse ? 44.0f : 30.0f);
        draw_segments(p, "chart", seg, false, choices);
    }
    const auto m = static_cast<double>(t.plan.input.choice.accumulation);
    std::string words = pipes ? "Stage " + core::group_digits(static_cast<int64_t>(t.plan.fullest) + 1) + " of " +
                                    core::group_digits(t.plan.pipeline.ranks) +
                                    (t.plan.pipeline.micro_batches < t.plan.input.choice.accumulation
                                         ? ", " + core::group_digits(t.plan.pipeline.micro_batches) + " of " +
                                               core::group_digits(t.plan.input.choice.accumulation) + " micro-batches"
                                         : std::string(" through a step"))
                              : (m > 1 ? "Micro-batch " + core::group_digits(std::llround(m)) + " of " +
                                             core::group_digits(std::llround(m)) + " and the update"
                                       : std::string("One step"));
    if (chart == "pipeline" && pipes) words = "Every stage through a step";
    if (chart == "traffic" && many) words = "What devices send each other";
    const std::string length = core::format_seconds({t.picture.length}).text();
    const float lw = ui.width(length, ui::type::caption_mono) + 1;
    if (title.w > lw + ui.width(words, ui::type::label_bold) + 16)
        draw_caption(p, "profile.length", title.cut_right(lw, 10), length, ui::type::caption_mono, th.dim,
                     Align::right);
    ui::heading(ui, "profile", title, words, ui::type::label_bold, th.text, 2);
    if (body.h < 60) return;
    if (chart == "pipeline" && pipes)
        draw_ranks(t, body);
    else if (chart == "traffic" && choices.size() > 1)
        draw_traffic(t, body);
    else
        draw_memory(t, body);
}

}  // namespace kvx::scenes
