// The training lab: the same model is trained from scratch in this page.
#include <algorithm>
#include <cmath>

#include "core/format.h"
#include "scenes/learn/heat.h"
#include "scenes/learn/learn.h"
#include "scenes/parts/fields.h"
#include "ui/plot.h"

namespace kvx::scenes {

using ui::Align;
using ui::Rect;
using ui::Theme;

namespace {

const app::LearnState& lab_of(const Page& p) {
    return p.state.learn;
}
// What is drawn: the run in this page, or the shipped model's training until there is one.
const app::LearnReport* report_of(const Page& p) {
    const app::LearnState& s = lab_of(p);
    if (!s.lab_report.loss.empty()) return &s.lab_report;
    return s.shipped ? &s.shipped->report : nullptr;
}
bool own_run(const Page& p) {
    return !lab_of(p).lab_report.loss.empty();
}

struct Series {
    std::string name;
    ui::Color color;
    std::vector<std::pair<double, double>> points;
};

void draw_series(Page& p, Rect r, double x_most, double y_most, const std::vector<Series>& all,
                 const std::string& y_unit) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const Rect plot{r.x + 34, r.y + 6, r.w - 44, r.h - 28};
    const ui::Axis x{0, x_most}, y{0, y_most};
    for (const double v : ui::ticks(y, 4)) {
        const float at = ui.px(plot.bottom() - static_cast<float>(y.map(v)) * plot.h);
        ui.line(plot.x, at, plot.right(), at, t.line);
        ui.text({r.x, at - 8, 28, 16}, core::significant(v, 2) + y_unit, ui::type::micro, t.faint, Align::right);
    }
    for (const double v : ui::ticks(x, plot.w > 400 ? 6 : 3)) {
        const float at = plot.x + static_cast<float>(x.map(v)) * plot.w;
        ui.text({at - 24, plot.bottom() + 4, 48, 16}, core::group_digits(std::llround(v)), ui::type::micro, t.faint,
                Align::center);
    }
    for (const Series& s : all) {
        const size_t stride = std::max<size_t>(1, s.points.size() / 400);
        for (size_t i = 0; i < s.points.size(); i += stride)
            ui.draw->PathLineTo(
                {plot.x + static_cast<float>(std::min(1.0, x.map(s.points[i].first))) * plot.w,
                 plot.bottom() - static_cast<float>(std::clamp(y.map(s.points[i].second), 0.0, 1.0)) * plot.h});
        ui.draw->PathStroke(s.color, 0, 2);
    }
}

// Names in their colours on one line, with the last values if all of them fit.
void draw_legend(Page& p, Rect line, const std::vector<Series>& all) {
    ui::Ui& ui = p.ui;
    constexpr float kSwatch = 14, kGap = 14;
    const auto words = [](const Series& s, bool values) {
        return s.name + (values && !s.points.empty() ? " " + core::fixed(100 * s.points.back().second, 0) + " %" : "");
    };
    const auto width = [&](bool values) {
        float w = -kGap;
        for (const Series& s : all) w += ui.width(words(s, values), ui::type::caption) + kSwatch + kGap;
        return w;
    };
    const bool values = width(true) <= line.w;
    for (const Series& s : all) {
        const std::string text = words(s, values);
        Rect item = line.cut_left(ui.width(text, ui::type::caption) + kSwatch + 1, kGap - 1);
        ui.fill(item.cut_left(8, 6).centered(8, 8), s.color, 2);
        ui.text(item, text, ui::type::caption, ui.theme->dim);
    }
}

std::string state_words(const Page& p) {
    const app::LearnState& s = lab_of(p);
    const app::LearnReport& r = s.lab_report;
    const std::string steps = core::group_digits(r.step) + " of " + core::group_digits(r.config.steps) + " steps";
    switch (s.lab) {
        case app::LabStatus::starting:
            return "Starting the worker";
        case app::LabStatus::running: {
            if (r.steps_per_second <= 0) return steps;
            const double left = (r.config.steps - r.step) / r.steps_per_second;
            return steps + ", " + core::significant(r.steps_per_second, 2) + " per second, about " +
                   core::format_seconds({left}).text() + " left";
        }
        case app::LabStatus::paused:
            return "Paused after " + steps;
        case app::LabStatus::done:
            return "Trained: " + steps;
        case app::LabStatus::failed:
            return s.lab_trouble;
        case app::LabStatus::idle:
            break;
    }
    return "Shown: how the shipped model was trained";
}

}  // namespace

float draw_lab_curve(Page& p, Rect body, bool measure, bool skills) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const float height = skills ? 236 : 216;
    if (measure) return height;
    const app::LearnReport* r = report_of(p);
    std::vector<Series> all;
    double y_most = 1;
    std::string spoken;
    if (r && !skills) {
        Series s{"Loss", t.accent, {}};
        for (const auto& [step, loss] : r->loss) {
            s.points.emplace_back(step, static_cast<double>(loss));
            y_most = std::max(y_most, static_cast<double>(loss));
        }
        y_most = ui::nice_ceiling(y_most);
        if (!s.points.empty())
            spoken =
                "Loss " + core::fixed(s.points.back().second, 2) + " after " + core::group_digits(r->step) + " steps";
        all.push_back(std::move(s));
    } else if (r) {
        static constexpr int colors[lm::kSkills] = {0, 1, 6, 2};
        for (size_t k = 0; k < lm::kSkills; ++k) {
            Series s{lm::name_of(static_cast<lm::Skill>(k)), t.sequence[colors[k]], {}};
            for (const auto& [step, share] : r->skills) s.points.emplace_back(step, static_cast<double>(share[k]));
            if (!s.points.empty())
                spoken += (k ? ", " : "") + s.name + " " + core::fixed(100 * s.points.back().second, 0) + " percent";
            all.push_back(std::move(s));
        }
    }
    ui::heading(ui, skills ? "lab.skills" : "lab.loss", body.cut_top(20, 2), skills ? "What it can do" : "Loss",
                ui::type::control_bold, t.text, 2);
    if (skills)
        draw_legend(p, body.cut_top(20, 4), all);
    else
        draw_caption(p, "lab.loss.unit", body.cut_top(16, 4), "nats per token", ui::type::caption, t.dim);
    const double most = r ? std::max(1, r->config.steps) : 1;
    const Rect area = body.cut_top(skills ? height - 46 : height - 42);
    draw_series(p, area, most, y_most, all, "");
    ui.record(skills ? "lab.skills.picture" : "lab.loss.picture", "image", spoken, area);
    return height;
}

float draw_lab_heads(Page& p, Rect body, bool measure) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    constexpr float kRow = 22;
    const app::LearnReport* r = report_of(p);
    const auto rows = static_cast<float>(r ? r->heads.size() : 0);
    const float height = 20 + 2 + 16 + 8 + 18 + kRow * rows;
    if (measure) return height;
    ui::heading(ui, "lab.heads", body.cut_top(20, 2), "Heads taking shape", ui::type::control_bold, t.text, 2);
    draw_caption(p, "lab.heads.key", body.cut_top(16, 8), "Share of attention; named from 40 %", ui::type::caption,
                 t.dim);
    if (!r) return height;
    const float name_w = 64, cell = (body.w - name_w) / lm::kRoles;
    static constexpr const char* names[2][lm::kRoles] = {{"prev", "induct", "recall", "bracket", "subject", "same"},
                                                         {"prev", "ind", "rec", "brk", "subj", "same"}};
    const auto& shorts = names[cell < 44 ? 1 : 0];
    const auto percent = [](float v) { return core::fixed(100 * static_cast<double>(v), 0); };
    Rect head = body.cut_top(18);
    head.cut_left(name_w);
    for (int i = 0; i < lm::kRoles; ++i)
        ui.text(head.cut_left(cell), shorts[i], ui::type::micro, t.faint, Align::center);
    const int heads = lm::Shape{}.heads;
    ui::TableRows exposed{{"Head", "Role"}};
    exposed.front().insert(exposed.front().end(), std::begin(shorts), std::end(shorts));
    const Rect table{body.x, body.y, body.w, kRow * rows};
    for (size_t h = 0; h < r->heads.size(); ++h) {
        Rect row = body.cut_top(kRow);
        const std::string name = "L" + std::to_string(static_cast<int>(h) / heads + 1) + " H" +
                                 std::to_string(static_cast<int>(h) % heads + 1);
        std::vector<std::string>& cells = exposed.emplace_back(1, name);
        cells.push_back(app::role_name(r->heads[h]));
        for (size_t i = 0; i < lm::kRoles; ++i) cells.push_back(percent(r->heads[h].score[i]));
        ui.text(row.cut_left(name_w), name, ui::type::caption_mono, t.dim);
        for (int i = 0; i < lm::kRoles; ++i) {
            const float v = r->heads[h].score[static_cast<size_t>(i)];
            const Rect c = row.cut_left(cell).inset(1.5f);
            ui.fill(c, attention_color(t, v), 3);
            ui.text(c, percent(v), ui::type::micro_mono, ink_on(attention_color(t, v)), Align::center);
        }
    }
    ui.record_table("lab.heads.cells", "Heads taking shape", table, std::move(exposed));
    return height;
}

float draw_lab_memory(Page& p, Rect body, bool measure) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    constexpr float kRow = 26;
    const app::LearnState& s = lab_of(p);
    const lm::ByKind predicted = lm::predicted_peak(lm::Shape{}, p.state.in.learn.lab);
    const bool same = own_run(p) && s.lab_report.config == p.state.in.learn.lab;
    const lm::ByKind measured = same ? s.lab_report.measured : lm::ByKind{};
    const float height = 20 + 2 + 16 + 10 + 18 + kRow * 7 + 8 + kRow + (same ? 30 : 0);
    if (measure) return height;
    ui::heading(ui, "lab.memory", body.cut_top(20, 2), "Memory at the peak of a step", ui::type::control_bold, t.text,
                2);
    draw_caption(p, "lab.memory.key", body.cut_top(16, 10), "every allocation by kind", ui::type::caption, t.dim);
    Rect head = body.cut_top(18);
    ui.text(head.cut_right(78, 8), "counted", ui::type::micro, t.faint, Align::right);
    ui.text(head.cut_right(78, 8), "formula", ui::type::micro, t.faint, Align::right);
    const ui::Color colors[lm::kKinds] = {t.weights, t.sequence[0], t.sequence[1], t.activations,
                                          t.green,   t.sequence[6], t.line2,       t.gold};
    ui::TableRows exposed{{"Kind", "formula", "counted"}};
    const Rect table{body.x, body.y, body.w, kRow * 8 + 8};
    const auto line = [&](Rect row, const char* name, int64_t formula, int64_t counted, ui::Color c) {
        const std::string f = core::group_digits(formula), m = same ? core::group_digits(counted) : "…";
        ui.text(row.cut_right(78, 8), m, ui::type::caption_mono, counted == formula || !same ? t.text : t.red_text,
                Align::right);
        ui.text(row.cut_right(78, 8), f, ui::type::caption_mono, t.dim, Align::right);
        if (c) ui.fill(row.cut_left(8, 6).centered(8, 8), c, 2);
        ui.text(row, name, ui::type::label, t.dim);
        exposed.push_back({name, f + " bytes", same ? m + " bytes" : "not trained here yet"});
    };
    for (int k = 0; k < 7; ++k) {
        std::string name = lm::name_of(static_cast<lm::Kind>(k));
        name[0] = static_cast<char>(name[0] - 'a' + 'A');
        const auto i = static_cast<size_t>(k);
        line(body.cut_top(kRow), name.c_str(), predicted.bytes[i], measured.bytes[i], colors[k]);
    }
    body.cut_top(8);
    line(body.cut_top(kRow), "Total bytes", predicted.total(), measured.total(), 0);
    ui.record_table("lab.memory.cells", "Memory at the peak of a step", table, std::move(exposed));
    if (same) {
        const bool equal = measured == predicted;
        const std::string words = equal ? "Count and formula agree to the byte." : "Count and formula differ.";
        const Rect r = body.cut_top(30);
        ui.text(r, words, ui::type::caption, equal ? t.green : t.red_text);
        ui.record("ledger.verdict", "text", words, r);
    }
    return height;
}

float draw_lab_settings(Page& p, Rect body, bool measure) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const float seg = labelled_segments_height(p), button = ui.viewport.coarse ? 44 : 40;
    const app::LearnState& s = lab_of(p);
    const bool busy =
        s.lab == app::LabStatus::running || s.lab == app::LabStatus::paused || s.lab == app::LabStatus::starting;
    const bool has_model = own_run(p) && s.lab_report.step > 0;
    const float height =
        kLine + 8 + 5 * (seg + 12) + button + (busy ? 8 + button : 0) + (has_model || s.use_trained ? 8 + button : 0);
    if (measure) return height;
    ui::heading(ui, "lab.settings", body.cut_top(kLine, 8), "Train it here", ui::type::caption_bold, t.dim, 2);
    const char* const again[] = {"everything kept", "score rows recomputed", "one more forward"};
    draw_labelled_segments(p, "lab-batch", "sequences", body.cut_top(seg, 12), {}, true);
    draw_labelled_segments(p, "lab-length", "tokens", body.cut_top(seg, 12), {}, true);
    draw_labelled_segments(p, "lab-steps", "", body.cut_top(seg, 12), {}, true);
    draw_labelled_segments(p, "lab-recompute", again[static_cast<size_t>(p.state.in.learn.lab.recompute)],
                           body.cut_top(seg, 12));
    draw_labelled_segments(p, "lab-optimizer", "", body.cut_top(seg, 12));
    if (ui::button(ui, "lab.train", body.cut_top(button), busy || own_run(p) ? "Train again from scratch" : "Train",
                   ui::ButtonLook::primary))
        p.out.push_back(app::AskLab{app::LabRequest::train});
    if (busy) {
        body.cut_top(8);
        const bool paused = s.lab == app::LabStatus::paused;
        if (ui::button(ui, "lab.pause", body.cut_top(button), paused ? "Go on" : "Pause"))
            p.out.push_back(app::AskLab{paused ? app::LabRequest::resume : app::LabRequest::pause});
    }
    if (has_model || s.use_trained) {
        body.cut_top(8);
        if (ui::button(ui, "lab.use", body.cut_top(button),
                       s.use_trained ? "Back to the shipped model" : "Look inside this model"))
            p.out.push_back(app::AskLab{s.use_trained ? app::LabRequest::shipped : app::LabRequest::weights});
    }
    return height;
}

void draw_lab_centre(Page& p, const Rect& area) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    Rect r = area;
    Rect title = r.cut_top(44, 12);
    draw_lesson_choice(p, title.cut_right(230, 16).centered(230, ui.viewport.coarse ? 44.0f : 34.0f));
    ui::heading(ui, "stage.title", title.cut_top(22, 2), "Training lab", ui::type::title, t.text, 2);
    const std::string words = state_words(p);
    const Rect line = title.cut_top(18);
    ui.text(line, words, ui::type::label, lab_of(p).lab == app::LabStatus::failed ? t.red_text : t.dim);
    ui.record("lab.state", "status", words, line);
    const float loss_h = draw_lab_curve(p, {}, true, false) + 32, skills_h = draw_lab_curve(p, {}, true, true) + 32;
    const float heads_h = draw_lab_heads(p, {0, 0, r.w - 32, 0}, true) + 32;
    const bool beside = r.w > 620;
    const float total = beside ? std::max(loss_h, skills_h) + 12 + heads_h : loss_h + skills_h + heads_h + 24;
    Rect content = ui.begin_scroll("lab.centre", r, total);
    const auto put = [&](const Rect& c, auto draw) {
        ui::card(ui, c);
        draw(c.inset(16));
    };
    if (beside) {
        const Rect top = content.cut_top(std::max(loss_h, skills_h), 12);
        put(top.column(0, 2, 12), [&](const Rect& c) { draw_lab_curve(p, c, false, false); });
        put(top.column(1, 2, 12), [&](const Rect& c) { draw_lab_curve(p, c, false, true); });
    } else {
        put(content.cut_top(loss_h, 12), [&](const Rect& c) { draw_lab_curve(p, c, false, false); });
        put(content.cut_top(skills_h, 12), [&](const Rect& c) { draw_lab_curve(p, c, false, true); });
    }
    put(content.cut_top(heads_h), [&](const Rect& c) { draw_lab_heads(p, c, false); });
    ui.end_scroll();
}

void draw_lab_bar(Page& p, const Rect& r) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    ui.fill(r, t.bar);
    ui.fill({r.x, r.y, r.w, 1}, t.line);
    const app::LearnState& s = lab_of(p);
    Rect bar{r.x + 16 + ui.viewport.safe_left, r.y, r.w - 32 - ui.viewport.safe_left - ui.viewport.safe_right,
             r.h - ui.viewport.safe_bottom};
    const bool running = s.lab == app::LabStatus::running || s.lab == app::LabStatus::starting;
    const Rect play = bar.cut_left(44, 16).centered(44, 44);
    if (ui::icon_button(ui, "lab.play", play, running ? ui::Icon::pause : ui::Icon::play,
                        running ? "Pause training" : "Train the model", true))
        p.out.push_back(app::AskLab{running                           ? app::LabRequest::pause
                                    : s.lab == app::LabStatus::paused ? app::LabRequest::resume
                                                                      : app::LabRequest::train});
    const app::LearnReport& rep = s.lab_report;
    const float done = rep.config.steps > 0 ? static_cast<float>(rep.step) / static_cast<float>(rep.config.steps) : 0;
    const std::string words =
        own_run(p) ? core::group_digits(rep.step) + " of " + core::group_digits(rep.config.steps) + " steps"
                   : "not started";
    if (bar.w > 240) ui.text(bar.cut_right(150, 16), words, ui::type::value, t.dim, Align::right);
    const Rect track = bar.centered(bar.w, 6);
    ui.fill(track, t.line2, 3);
    ui.fill({track.x, track.y, track.w * done, 6}, t.accent, 3);
    ui.record("lab.progress", "text", "Training: " + words, {bar.x, bar.cy() - 10, bar.w, 20});
}

}  // namespace kvx::scenes
