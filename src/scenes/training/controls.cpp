// Right column of the training page: what would save memory, model and devices, the recipe, the run.
#include <algorithm>
#include <cmath>

#include "app/training_runs.h"
#include "core/format.h"
#include "scenes/parts/fields.h"
#include "scenes/parts/own_things.h"
#include "scenes/training/training.h"

namespace kvx::scenes {

using ui::Align;
using ui::Choices;
using ui::Rect;
using ui::Theme;

namespace {

constexpr float kPadding = 16;

void apply_link(Page& p, const std::string& link) {  // "micro=1&accum=32"
    for (size_t at = 0; at < link.size();) {
        const size_t end = std::min(link.find('&', at), link.size()), equals = link.find('=', at);
        p.set(link.substr(at, equals - at), link.substr(equals + 1, end - equals - 1));
        at = end + 1;
    }
}

float draw_savings(Training& t, Rect body, bool measure) {
    Page& p = t.p;
    ui::Ui& ui = p.ui;
    const Theme& th = *ui.theme;
    const float row_h = ui.viewport.coarse ? 52 : 44;
    const size_t shown = std::min<size_t>(t.view.savings.size(), 6);
    const float height = kLine + 6 + row_h * static_cast<float>(std::max<size_t>(shown, 1));
    if (measure) return height;
    ui::heading(ui, "training.savings", body.cut_top(kLine, 6), "What would save memory, cheapest first",
                ui::type::caption_bold, th.dim, 2);
    if (shown == 0) {
        draw_caption(p, "saving.none", body.cut_top(row_h), "No single switch would.", ui::type::label, th.dim);
        return height;
    }
    for (size_t i = 0; i < shown; ++i) {
        const core::TrainingSaving& s = t.view.savings[i];
        Rect row = body.cut_top(row_h);
        const float bw = 64;
        const Rect b = row.cut_right(bw, 10).centered(bw, ui.viewport.coarse ? 44.0f : 32.0f);
        if (ui::button(ui, "apply." + s.id, b, "Apply",
                       i == 0 && !t.plan.fits ? ui::ButtonLook::primary : ui::ButtonLook::secondary,
                       "Apply " + s.label))
            apply_link(p, s.id), p.out.push_back(app::ReportResult{s.label});
        const core::Reading saved = core::format_bytes_in_gib(s.saved);
        const std::string number = "−" + saved.number;
        Rect value = row.cut_right(ui.width(number, ui::type::value) + ui.width(" GiB", ui::type::value) + 4, 8);
        ui.text(value.cut_right(ui.width("GiB", ui::type::value) + 1, 6), "GiB", ui::type::value, th.faint);
        ui.text(value, number, ui::type::value, s.fits && !t.plan.fits ? th.green : th.text, Align::right);
        ui.text({row.x, row.cy() - 18, row.w, 18}, s.label, ui::type::label_bold, th.text);
        const double percent = 100 * s.time;
        const std::string cost = std::fabs(percent) < 0.5
                                     ? std::string("same speed")
                                     : (percent > 0 ? "+" : "−") + core::significant(std::fabs(percent), 2) + " % time";
        const std::string effect = cost + (s.fits && !t.plan.fits ? ", fits" : "");
        ui.text({row.x, row.cy(), row.w, 16}, effect, ui::type::caption, s.fits && !t.plan.fits ? th.green : th.faint);
        if (ui.recording)
            ui.record("saving." + s.id, "text",
                      s.label + ": " + number + " GiB, " + effect + ", " + s.effect + (s.fits ? ", fits then" : ""),
                      row);
    }
    return height;
}

float draw_model_and_devices(Training& t, Rect body, bool measure) {
    Page& p = t.p;
    ui::Ui& ui = p.ui;
    const Theme& th = *ui.theme;
    const bool many = t.plan.input.parallelism.devices() > 1;
    const float pair = kLine + 4 + select_height(p), segs = segment_height(p);
    const std::string why =
        t.view.parallelism_refused.empty() ? t.view.parallelism_reason : app::parallelism_notice(p.view, p.state);
    const bool say = many || !t.view.parallelism_refused.empty();
    const float why_h = say ? ui.paragraph({0, 0, body.w, 0}, why, ui::type::caption, 0, true) + 8 : 0;
    const float own_h = draw_own_things(p, body, true);
    const float height = pair + 12 + pair + 12 + pair + 12 + own_h + row_height(p) + 4 + segs +
                         (many ? 12 + pair + 12 + pair + 10 : 10) + why_h;
    if (measure) return height;
    draw_labelled_select(p, "run", body.cut_top(pair, 12));
    draw_labelled_select(p, "model", body.cut_top(pair, 12));
    draw_labelled_select(p, "device", body.cut_top(pair, 12));
    if (own_h > 0) draw_own_things(p, body.cut_top(own_h), false);
    draw_value_field(p, "devices", body.cut_top(row_height(p), 4));
    const Rect row = body.cut_top(segs, 12);
    if (ui.viewport.coarse)
        draw_chips(p, "devices", row);
    else
        draw_segments(p, "devices", row, true);
    if (many) {
        const Rect links = body.cut_top(pair, 12);
        draw_labelled_select(p, "link", links.column(0, 2, 8));
        draw_labelled_select(p, "network", links.column(1, 2, 8));
        const Rect degrees = body.cut_top(pair, 10);
        int column = 0;
        for (const char* id : {"tp", "pp", "ep", "cp"}) draw_labelled_select(p, id, degrees.column(column++, 4, 6));
    }
    if (say) draw_note(p, "layout.reason", body, why, t.view.parallelism_refused.empty() ? th.faint : th.amber);
    return height;
}

// "46,096", "2.965 M".
std::string short_count(double v) {
    return v >= 1e6 ? core::significant(v / 1e6, 4) + " M" : core::group_digits(std::llround(v));
}

float draw_published(Training& t, Rect body, bool measure) {
    Page& p = t.p;
    ui::Ui& ui = p.ui;
    const Theme& th = *ui.theme;
    const app::TrainingRun* run = t.view.run;
    if (run == nullptr) return 0;
    struct Row {
        const char* label;
        std::string published, computed;
    };
    std::vector<Row> rows;
    const core::TrainingTime& time = t.plan.time;
    if (run->step_seconds > 0)
        rows.push_back({"Step time", core::format_seconds({run->step_seconds}).text(),
                        "≈ " + core::format_seconds(time.step).text()});
    if (run->mfu > 0)
        rows.push_back({"Model FLOPs used", core::significant(100 * run->mfu, 3) + " %",
                        "≈ " + core::significant(100 * time.mfu, 3) + " %"});
    if (run->tokens_per_second > 0)
        rows.push_back({"Tokens/s", short_count(run->tokens_per_second), "≈ " + short_count(time.tokens_per_second)});
    if (run->device_hours > 0)
        rows.push_back({"Device hours", core::group_digits(std::llround(run->device_hours)),
                        "≈ " + core::group_digits(std::llround(t.plan.device_hours))});
    const core::Bytes peak = t.plan.rank().peak();
    if (run->memory.value > 0 || !run->gap.empty())
        rows.push_back({"Peak memory",
                        run->memory.value > 0 ? core::format_bytes(run->memory).text()
                                              : "≤ " + core::format_bytes(t.plan.capacity).text(),
                        "≈ " + core::format_bytes(peak).text()});
    const std::string words = "Published: " + std::string(run->result) + ". " + std::string(run->source) + "." +
                              (run->gap.empty() ? "" : " Why the memory differs: " + std::string(run->gap) + ".");
    const float words_h = ui.paragraph({0, 0, body.w, 0}, words, ui::type::caption, 0, true) + 8;
    const float height = kLine + 6 + (rows.empty() ? 0 : 20 + 26 * static_cast<float>(rows.size()) + 6) + words_h;
    if (measure) return height;
    ui::heading(ui, "published", body.cut_top(kLine, 6), "Published against computed", ui::type::caption_bold, th.dim,
                2);
    if (!rows.empty()) {
        Rect head = body.cut_top(20);
        ui.text(head.cut_right(84, 6), "computed", ui::type::micro, th.faint, Align::right);
        ui.text(head.cut_right(70, 6), "published", ui::type::micro, th.faint, Align::right);
    }
    ui::TableRows exposed{{"Figure", "published", "computed"}};
    const Rect table{body.x, body.y, body.w, 26 * static_cast<float>(rows.size())};
    for (const Row& row : rows) {
        Rect line = body.cut_top(26);
        ui.text(line.cut_right(84, 6), row.computed, ui::type::value, th.text, Align::right);
        ui.text(line.cut_right(70, 6), row.published, ui::type::value, th.dim, Align::right);
        ui.text(line, row.label, ui::type::label, th.dim);
        exposed.push_back({row.label, row.published, row.computed});
    }
    if (!rows.empty()) ui.record_table("published.cells", "Published against computed", table, std::move(exposed));
    if (!rows.empty()) body.cut_top(6);
    draw_note(p, "published.words", body, words, th.faint);
    return height;
}

float draw_recipe(Training& t, Rect body, bool measure) {
    Page& p = t.p;
    const float seg = labelled_segments_height(p), stop = stops_height(p), pair = kLine + 4 + select_height(p);
    const float height = seg + 12 + seg + 14 + stop + 10 + stop + 10 + stop + 12 + pair + 12 + pair + 12 + pair;
    if (measure) return height;
    const core::TrainingChoice& c = p.state.in.training;
    const Choices zero = {{"0", "0"}, {"1", "1"}, {"2", "2"}, {"3", "3"}, {"hybrid", "Hybrid"}};
    const char* const zero_words[] = {"nothing sharded", "optimizer sharded", "gradients too", "weights too",
                                      "3 inside a node"};
    draw_labelled_segments(p, "zero", zero_words[static_cast<size_t>(c.sharding)], body.cut_top(seg, 12), zero);
    const char* const again[] = {"everything kept", "scores twice", "one more forward"};
    draw_labelled_segments(p, "recompute", again[static_cast<size_t>(c.recompute)], body.cut_top(seg, 14));
    draw_stops(p, "micro", body.cut_top(stop, 10));
    draw_stops(p, "seq", body.cut_top(stop, 10));
    draw_stops(p, "accum", body.cut_top(stop, 12));
    draw_labelled_select(p, "recipe", body.cut_top(pair, 12));
    draw_labelled_select(p, "optimizer", body.cut_top(pair, 12));
    draw_labelled_select(p, "offload-states", body.cut_top(pair));
    return height;
}

float draw_details(Training& t, Rect body, bool measure) {
    Page& p = t.p;
    const core::TrainingChoice& c = p.state.in.training;
    const bool pipes = t.plan.pipeline.ranks > 1, adapters = c.peft != core::Peft::none;
    const float row = p.ui.viewport.coarse ? 52 : 44, pair = kLine + 4 + select_height(p);
    const float height = row * 4 + 10 + pair + 12 + (pipes ? pair + 12 : 0) + (adapters ? pair + 12 : 0);
    if (measure) return height;
    const auto toggle = [&](std::string_view id, std::string_view effect) {
        draw_switch(p, id, body.cut_top(row), effect);
    };
    toggle("flash-training", c.flash ? "Scores stay on the chip" : "A matrix of scores is kept");
    toggle("sp", t.plan.input.parallelism.tp > 1
                     ? (c.sequence_parallel ? "Norms split too" : "Norms whole on every rank")
                     : "Only with tensor parallelism");
    toggle("chunked-loss", c.chunked_loss ? "An eighth of the logits" : "All logits at once");
    toggle("dropout", c.dropout ? "One byte per value kept" : "No masks");
    body.cut_top(10);
    const Rect two = body.cut_top(pair, 12);
    draw_labelled_select(p, "kernels", two.column(0, 2, 8));
    draw_labelled_select(p, "adapters", two.column(1, 2, 8));
    if (pipes) {
        const Rect line = body.cut_top(pair, 12);
        draw_labelled_select(p, "pipeline", line.column(0, 2, 8));
        draw_labelled_select(p, "vpp", line.column(1, 2, 8));
    }
    if (adapters) {
        const Rect line = body.cut_top(pair, 12);
        draw_labelled_select(p, "lora-rank", line.column(0, 2, 8));
        draw_labelled_select(p, "lora-on", line.column(1, 2, 8));
    }
    return height;
}

float draw_run(Training& t, Rect body, bool measure) {
    Page& p = t.p;
    const float head = row_height(p), seg = labelled_segments_height(p), pair = kLine + 4 + select_height(p);
    const float height = pair + 10 + head + 4 + section_fields_height(p, app::Section::rate) +
                         section_fields_height(p, app::Section::cost) + 8 + seg;
    if (measure) return height;
    draw_labelled_select(p, "rate", body.cut_top(pair, 10));
    std::string length = p.get("train-tokens");
    if (const double tokens = std::atof(length.c_str()); tokens > 0) {
        const core::Reading r = core::format_params(tokens);
        length = r.number + r.unit;
    }
    draw_value_field(p, "train-tokens", body.cut_top(head, 4), length, "");
    draw_section_fields(p, app::Section::rate, body);
    draw_section_fields(p, app::Section::cost, body);
    body.cut_top(8);
    draw_labelled_segments(p, "estimate", p.get("estimate") == "ideal" ? "datasheet" : "50 % of datasheet",
                           body.cut_top(seg));
    return height;
}

}  // namespace

float draw_training_controls(Training& t, const Rect& r, bool measure) {
    Page& p = t.p;
    const bool sheet = p.ui.viewport.w < 768 || p.ui.viewport.h < 600;
    const float pad = sheet ? 0 : kPadding, gap = sheet ? 18 : 12, w = r.w - 2 * pad;
    Rect area = r;
    const auto section = [&](auto draw) {
        const float h = draw(t, Rect{0, 0, w, 0}, true);
        if (h <= 0) return;
        const Rect c = area.cut_top(h + 2 * pad, gap);
        if (measure) return;
        if (!sheet) ui::card(p.ui, c);
        draw(t, c.inset(pad), false);
    };
    section(draw_savings);
    section(draw_model_and_devices);
    section(draw_published);
    section(draw_recipe);
    section(draw_details);
    section(draw_run);
    return area.y - gap - r.y;
}

}  // namespace kvx::scenes
