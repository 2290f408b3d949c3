// Left column of the training page: memory now and at the peak, time and money, the expected loss.
#include <algorithm>
#include <cmath>

#include "core/format.h"
#include "scenes/parts/fields.h"
#include "scenes/training/training.h"
#include "ui/plot.h"

namespace kvx::scenes {

using ui::Align;
using ui::Rect;
using ui::Theme;

namespace {

constexpr float kPadding = 16;

void draw_rows(Training& t, Rect& body, std::initializer_list<std::pair<const char*, const char*>> rows) {
    Page& p = t.p;
    for (const auto& [id, label] : rows) {
        const core::Quantity& q = p.quantity(id);
        if (q.id.empty()) continue;
        const Split reading = split_reading(q.text);
        const Rect row = body.cut_top(row_height(p));
        const ui::FigureRow f{
            .id = id, .label = label, .mark = mark_of(q), .number = reading.number, .unit = reading.unit};
        if (ui::figure_row(p.ui, row, f, p.memory.explained == id)) p.explain(id, row);
    }
}

int count_rows(const Page& p, std::initializer_list<std::pair<const char*, const char*>> rows) {
    int n = 0;
    for (const auto& [id, label] : rows) n += p.quantity(id).id.empty() ? 0 : 1;
    return n;
}

const std::initializer_list<std::pair<const char*, const char*>> kTime = {{"step_time", "Step time"},
                                                                          {"bubble", "Pipeline bubble"},
                                                                          {"waiting", "Communication share"},
                                                                          {"mfu", "Model FLOPs used"},
                                                                          {"training_rate", "Speed"},
                                                                          {"tokens_per_step", "Batch"},
                                                                          {"run_tokens", "Tokens to train"},
                                                                          {"steps", "Steps"},
                                                                          {"run_time", "Run time"},
                                                                          {"run_cost", "Cost"},
                                                                          {"run_energy", "Energy"},
                                                                          {"checkpoint", "Checkpoint"},
                                                                          {"devices_needed", "Devices needed"},
                                                                          {"cluster_memory", "All devices hold"},
                                                                          {"cpu_memory", "CPU memory each"},
                                                                          {"sent_gradients", "Gradients summed"},
                                                                          {"sent_gather", "Weights gathered"},
                                                                          {"sent_tensor", "Inside layers"},
                                                                          {"sent_context", "Around the ring"},
                                                                          {"sent_expert", "To experts and back"},
                                                                          {"sent_pipeline", "To the next stage"},
                                                                          {"sent_offload", "To and from the CPU"}};

}  // namespace

float draw_training_memory(Training& t, const Rect& r, bool measure) {
    Page& p = t.p;
    ui::Ui& ui = p.ui;
    const Theme& th = *ui.theme;
    const float height = 2 * kPadding + 16 + 2 + 48 + 6 + 6 + 8 + row_height(p) + 7 +
                         row_height(p) * static_cast<float>(t.regions.size() + 1);
    if (measure) return height;
    ui::card(ui, r);
    Rect body = r.inset(kPadding);
    const bool over = !t.plan.fits, warm = t.plan.rank().peak() / t.plan.capacity > 0.9;
    ui::heading(
        ui, "memory", body.cut_top(16, 2),
        t.plan.input.parallelism.devices() > 1 ? "Memory of the fullest device, now" : "Memory of the device, now",
        ui::type::caption_bold, th.dim, 2);
    Rect big = body.cut_top(48, 6);
    const core::Reading now = core::format_bytes_in_gib(t.now), whole = core::format_bytes_in_gib(t.plan.capacity);
    if (ui::figure_area(ui, "figure.now", big.inset(-8, 0), "Memory now", now.text() + " of " + whole.text()))
        p.explain("peak", big);
    ui::TextStyle st = ui::type::main;
    const std::string rest = "GiB of " + whole.number;
    while (st.size > 24 && ui.width(now.number, st) + ui.width(rest, ui::type::control) + 10 > big.w) st.size -= 2;
    const float w = ui.text(big, now.number, st, t.now > t.plan.capacity ? th.red_text : th.text);
    ui.text({big.x + w + 8, big.y + 9, big.w - w - 8, 30}, rest, ui::type::control, th.dim);
    const Rect bar = body.cut_top(6, 8);
    const double scale = std::max(t.plan.capacity.value, t.now.value);
    ui.fill(bar, th.line, ui::radius::bar);
    float x = bar.x;
    for (const Region& g : t.regions) {
        const float part = static_cast<float>(g.now.value / scale) * bar.w;
        ui.fill({x, bar.y, part, bar.h}, g.color, part > 4 ? 1.0f : 0);
        x += part;
    }
    if (t.now > t.plan.capacity) {
        const float at = bar.x + static_cast<float>(t.plan.capacity.value / scale) * bar.w;
        ui.fill({at, bar.y - 3, 2, bar.h + 6}, th.red);
    }
    const core::Quantity& peak = p.quantity("peak");
    const Rect peak_row = body.cut_top(row_height(p));
    const Split reading = split_reading(peak.text);
    const ui::FigureRow pf{.id = "peak",
                           .label = "Peak in a step",
                           .mark = mark_of(peak),
                           .number = reading.number,
                           .unit = reading.unit,
                           .color = over   ? th.red_text
                                    : warm ? th.amber
                                           : th.text};
    if (ui::figure_row(ui, peak_row, pf, p.memory.explained == "peak")) p.explain("peak", peak_row);
    ui.fill(body.cut_top(1, 6), th.line);
    for (const Region& g : t.regions) {
        const core::Quantity& q = p.quantity(g.id);
        const core::Reading value = core::format_bytes(g.now);
        const Rect row = body.cut_top(row_height(p));
        const ui::FigureRow f{.id = g.id,
                              .label = g.label,
                              .mark = mark_of(q),
                              .number = value.number,
                              .unit = value.unit,
                              .swatch = g.color};
        if (ui::figure_row(ui, row, f, p.memory.explained == g.id)) p.explain(g.id, row);
    }
    draw_rows(t, body, {{"free", over ? "Missing at the peak" : "Free at the peak"}});
    return height;
}

float draw_training_time(Training& t, const Rect& r, bool measure) {
    Page& p = t.p;
    const double done = p.state.in.progress;
    const float height =
        2 * kPadding + 16 + 8 + row_height(p) * static_cast<float>(count_rows(p, kTime) + (done > 0 ? 1 : 0));
    if (measure) return height;
    ui::card(p.ui, r);
    Rect body = r.inset(kPadding);
    ui::heading(p.ui, "time.card", body.cut_top(16, 8), t.plan.fits ? "Time and money" : "Time and money, if it fitted",
                ui::type::caption_bold, p.ui.theme->dim, 2);
    if (done > 0) {  // where the run stands
        const double days = t.plan.days * done, dollars = t.plan.dollars * done;
        std::string words =
            days >= 2 ? core::group_digits(std::llround(days)) + " days" : core::format_seconds({days * 86400}).text();
        if (dollars > 0)
            words += dollars >= 1e6 ? ", $" + core::significant(dollars / 1e6, 3) + "M"
                                    : ", $" + core::group_digits(std::llround(dollars));
        const Rect row = body.cut_top(row_height(p));
        const ui::FigureRow f{.id = "so_far", .label = "So far", .mark = "≈", .number = words, .unit = ""};
        if (ui::figure_row(p.ui, row, f, false)) p.explain("run_time", row);
    }
    draw_rows(t, body, kTime);
    return height;
}

void draw_loss_card(Training& t, const Rect& r) {
    Page& p = t.p;
    ui::Ui& ui = p.ui;
    const Theme& th = *ui.theme;
    const core::TrainingPlan& plan = t.plan;
    const core::Model& m = *plan.input.model;
    ui::card(ui, r);
    Rect body = r.inset(kPadding);
    Rect title = body.cut_top(16, 10);
    if (plan.final_loss <= 0 || plan.input.choice.peft != core::Peft::none) {
        ui::heading(ui, "loss", title, "Loss", ui::type::caption_bold, th.dim, 2);
        draw_note(p, "loss.note", body,
                  "No published law says how far adapters lower the loss; it depends on the task.", th.faint);
        return;
    }
    const double params = core::active_params(m) - static_cast<double>(m.vocab * m.hidden) * (m.tied ? 0 : 1);
    const auto loss = [&](double at) {
        return core::loss_at(core::kEpoch, params, static_cast<double>(m.vocab), plan.input.choice.rate, at,
                             plan.run_tokens);
    };
    const double here = p.state.in.progress, now = loss(here);
    const std::string words = "≈ " + core::fixed(now, 2) + " now";
    const Rect right = title.cut_right(ui.width(words, ui::type::value) + 2, 8);
    ui.text(right, words, ui::type::value, th.text, Align::right);
    if (ui::figure_area(ui, "figure.loss", right.grow(4), "Loss, predicted", words)) p.explain("final_loss", right);
    ui::heading(ui, "loss", title, "Loss, predicted", ui::type::caption_bold, th.dim, 2);
    if (body.h < 80) return;
    Rect plot = body;
    plot.cut_left(26);
    plot.cut_bottom(20);
    const ui::Axis x{std::max(1.0, plan.steps / 1e5), std::max(10.0, plan.steps), ui::Scale::log10};
    const double top = std::log(static_cast<double>(std::max<int64_t>(m.vocab, 2))) + 0.5,
                 bottom = std::floor(plan.final_loss);
    const ui::Axis y{bottom, std::ceil(top)};
    for (const double v : ui::ticks(y, 5)) {
        const float py = plot.bottom() - static_cast<float>(y.map(v)) * plot.h;
        ui.fill({plot.x, ui.px(py), plot.w, 1}, ui::fade(th.line, 0.8f));
        ui.text({body.x - 2, py - 8, 22, 16}, core::significant(v, 2), ui::type::micro_mono, th.faint, Align::right);
    }
    const auto point = [&](double share) {
        const double at = x.unmap(share) / plan.steps;
        return ImVec2{plot.x + static_cast<float>(share) * plot.w,
                      plot.bottom() - static_cast<float>(std::clamp(y.map(loss(at)), 0.0, 1.0)) * plot.h};
    };
    // The learning rate, faint in the background: the loss follows it.
    const auto rate = [&](double share) {
        return ImVec2{
            plot.x + static_cast<float>(share) * plot.w,
            plot.bottom() -
                static_cast<float>(core::rate_at(plan.input.choice.rate, x.unmap(share) / plan.steps)) * plot.h * 0.5f};
    };
    constexpr int kPoints = 72;
    for (int i = 0; i < kPoints; ++i) {
        const double a = static_cast<double>(i) / kPoints, b = static_cast<double>(i + 1) / kPoints,
                     at = x.unmap(b) / plan.steps;
        ui.draw->AddLine(rate(a), rate(b), th.sequence[1], 1.2f);
        const bool rough = at * plan.run_tokens < core::kLossRoughBefore;
        if (rough && i % 2) continue;  // dashed where the law is known to be inaccurate
        ui.draw->AddLine(point(a), point(b), at <= here ? th.accent : ui::fade(th.accent, 0.55f), 2);
    }
    const double share = std::clamp(x.map(std::max(1e-9, here * plan.steps)), 0.0, 1.0);
    const ImVec2 dot = point(share);
    ui.disc(dot.x, dot.y, 4.5f, th.surface);
    ui.disc(dot.x, dot.y, 3.5f, th.text);
    const Rect ends{plot.x, plot.bottom() + 4, plot.w, 16};
    ui.text(ends, core::format_params(x.min).text(), ui::type::micro_mono, th.faint);
    const std::string steps = core::format_params(plan.steps).text() + " steps";
    ui.text(ends, steps, ui::type::micro_mono, th.faint, Align::right);
    const std::string end = "≈ " + core::fixed(plan.final_loss, 2) + " at the end";
    ui.text({plot.x, plot.y, plot.w - 2, 16}, end, ui::type::micro, th.dim, Align::right);
    if (plot.h > 96)
        ui.text({plot.x, plot.y + 16, plot.w - 2, 16}, "dashed: a guess", ui::type::micro, th.faint, Align::right);
    if (plot.h > 96)
        ui.text({plot.x, plot.y + 32, plot.w - 2, 16}, "learning rate", ui::type::micro,
                ui::mix(th.sequence[1], th.text, 0.25f), Align::right);
    const std::string spoken =
        "Falls over " + steps + ": " + words + ", " + end + "; dashed: a guess. The learning rate is drawn behind it";
    if (ui::figure_area(ui, "figure.loss_curve", plot, "Loss over steps, predicted", spoken, 0))
        p.explain("final_loss", plot);
}

void draw_training_figures(Training& t, const Rect& column) {
    const float memory = draw_training_memory(t, column, true), time = draw_training_time(t, column, true), loss = 250;
    const float total = memory + 12 + loss + 12 + time;
    Rect content = t.p.ui.begin_scroll("training.figures", column, std::max(total, column.h));
    draw_training_memory(t, content.cut_top(memory, 12), false);
    draw_loss_card(t, content.cut_top(loss, 12));
    draw_training_time(t, content.cut_top(time), false);
    t.p.ui.end_scroll();
}

void draw_training_strip(Training& t, const Rect& r, int count) {
    Page& p = t.p;
    ui::Ui& ui = p.ui;
    const Theme& th = *ui.theme;
    const std::pair<const char*, const char*> items[] = {{"peak", "Peak"},    {"step_time", "Step"},
                                                         {"mfu", "MFU"},      {"training_rate", "Speed"},
                                                         {"run_time", "Run"}, {"run_cost", "Cost"}};
    const ui::Color edges[] = {th.text, th.green, th.gold, th.accent, th.sequence[0], th.sequence[1]};
    for (int i = 0; i < count; ++i) {
        const core::Quantity& q = p.quantity(items[i].first);
        Rect c = r.column(i, count, 8);
        const bool over = i == 0 && !t.plan.fits;
        if (ui::figure_area(ui, "strip." + q.id, c, items[i].second, q.shown())) p.explain(q.id, c);
        ui.fill(c.cut_left(2, 10), over ? th.red : edges[i]);
        const Split s = split_reading(q.text);
        ui.text({c.x, c.y + 2, c.w, 16}, items[i].second, ui::type::caption, th.dim);
        const Rect line{c.x, c.y + 18, c.w, 26};
        ui::TextStyle st = ui::type::second;
        const std::string tail = i == 0 ? "of " + core::format_bytes_in_gib(t.plan.capacity).number : s.unit,
                          number = std::string(mark_of(q)) +
                                   (i == 0 ? core::format_bytes_in_gib(t.plan.rank().peak()).number : s.number);
        while (st.size > 13 && ui.width(number, st) + ui.width(tail, ui::type::caption) + 6 > line.w) st.size -= 1;
        const float w = ui.text(line, number, st, over ? th.red_text : th.text);
        const float left = line.w - w - 5;
        if (left >= ui.width(tail, ui::type::caption))
            ui.text({line.x + w + 5, line.y + 1, left, 26}, tail, ui::type::caption, th.dim);
    }
}

}  // namespace kvx::scenes
