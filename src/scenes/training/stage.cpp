// The stage of the training page: the device's memory as a tank, the layers as a ladder, data between them.
#include <algorithm>
#include <cmath>

#include "core/format.h"
#include "core/serving/parallel.h"
#include "scenes/parts/stream.h"
#include "scenes/training/training.h"

namespace kvx::scenes {

using sim::StepKind;
using ui::Align;
using ui::Rect;
using ui::Theme;

namespace {

// A name on the left, a value on the right, if there is room; nothing on bands that are too thin.
void label_region(Training& t, const Rect& r, const Region& g, core::Bytes shown, bool compact) {
    ui::Ui& ui = t.p.ui;
    const Theme& th = *ui.theme;
    if (r.h < 20) return;
    Rect body = r.inset(compact ? 10.0f : 16.0f, 0);
    const ui::TextStyle value = r.h > 30 && !compact ? ui::type::title_mono : ui::type::value;
    const std::string number = core::format_bytes_in_gib(shown).number;
    const ui::TextStyle& bold = compact ? ui::type::label_bold : ui::type::control_bold;
    if (ui.width(g.label, bold) > body.w) return;
    // If space is tight, drop the number first, then the name.
    const bool both = ui.width(g.label, bold) + ui.width(number, value) + 12 <= body.w;
    if (both) ui.text(body.cut_right(ui.width(number, value) + 2, 10), number, value, th.text, Align::right);
    const bool two = r.h > 42 && !g.note.empty() && !compact;
    const Rect name{body.x, two ? body.cy() - 19 : body.cy() - 10, body.w, 20};
    ui.text(name, g.label, bold, th.text);
    if (two && ui.width(g.note, ui::type::label) <= body.w)
        ui.text({body.x, name.bottom(), body.w, 18}, g.note, ui::type::label, th.dim);
}

// What says where the device ends lies over the regions: a region's name goes to the larger part beside it.
Rect beside(const Rect& box, const Rect& pill) {
    const Rect above{box.x, box.y, box.w, std::min(pill.y, box.bottom()) - box.y};
    const Rect below{box.x, std::max(pill.bottom(), box.y), box.w, box.bottom() - std::max(pill.bottom(), box.y)};
    return above.h > below.h ? above : below;
}

}  // namespace

void draw_tank(Training& t, const Rect& r, bool compact) {
    ui::Ui& ui = t.p.ui;
    const Theme& th = *ui.theme;
    const core::TrainingPlan& plan = t.plan;
    ui.gradient(r, th.package_top, th.package_bottom, ui::radius::package);
    ui.stroke(r, th.package_edge, ui::radius::package);
    const Rect inside = r.inset(compact ? 5.0f : 7.0f);
    const core::Bytes peak = plan.rank().peak(), whole = plan.capacity;
    const double scale = std::max(whole.value, peak.value);
    const auto y_of = [&](double bytes) { return inside.bottom() - static_cast<float>(bytes / scale) * inside.h; };
    // Free memory as cells, up to what the device has.
    const float top = y_of(whole.value), free_to = y_of(t.now.value);
    const float pitch = compact ? 6 : 9;
    ui.fill({inside.x, top, inside.w, inside.bottom() - top}, th.stack_well, ui::radius::stack);
    ui.clip({inside.x, top, inside.w, std::max(0.0f, free_to - top)});
    for (float y = inside.bottom() - pitch; y > top - pitch && free_to - top > 2; y -= pitch)
        if (y < free_to)
            for (float x = inside.x + 2; x < inside.right() - pitch + 2; x += pitch)
                ui.draw->AddRectFilled({x, y}, {x + pitch - 1, y + pitch - 1}, th.free_cell);
    ui.unclip();
    const bool over = peak > whole;
    const std::string end = "this device ends at " + core::format_bytes_in_gib(whole).text();
    const float end_w = ui.width(end, ui::type::micro) + 16;
    const Rect mark{inside.cx() - end_w * 0.5f, top - 10, end_w, 20};
    const bool told = over && end_w <= inside.w;
    double at = 0;
    for (const Region& g : t.regions) {
        const float bottom = y_of(at), up = y_of(at + g.now.value);
        const Rect box{inside.x, ui.px(up), inside.w,
                       std::max(0.0f, ui.px(bottom) - ui.px(up) - (bottom - up > 4 ? 2.0f : 0.0f))};
        at += g.now.value;
        if (box.h < 0.5f) continue;
        ui.fill(box, ui::mix(th.stack_well, g.color, 0.32f), box.h > 8 ? 4.0f : 0);
        ui.fill({box.x, box.y, 6, box.h}, g.color, box.h > 8 ? 3.0f : 0);
        if (std::string_view(g.id) == "activations" && plan.rank().layer_stored.value > 0) {
            const float line = static_cast<float>(plan.rank().layer_stored.value / scale) * inside.h;
            if (line > 2.5f)
                for (float y = box.bottom() - line; y > box.y; y -= line)
                    ui.fill({box.x + 6, ui.px(y), box.w - 6, 1}, ui::fade(th.bg, 0.45f));
        }
        if (std::string_view(g.id) == "gradients" && t.moment.gradients > 0) {  // what this micro-batch has added
            const float done = box.h * static_cast<float>(t.moment.gradients);
            ui.fill({box.x + 6, box.y, box.w - 6, done}, ui::fade(g.color, 0.22f));
        }
        if (t.moment.part.kind == StepKind::update &&
            (std::string_view(g.id) == "optimizer" || std::string_view(g.id) == "weights"))
            ui.stroke(box, g.color, 4, 1.5f);
        std::string region_id = std::string("tank.") + g.id;
        const core::Quantity& q = t.p.quantity(g.id);
        if (box.h > 10) {
            if (ui::figure_area(ui, region_id, box, g.label,
                                core::format_bytes(g.now).text() + (g.note.empty() ? "" : ", " + g.note), 4))
                t.p.explain(q.id, box);
            label_region(t, told ? beside(box, mark) : box, g, g.now, compact);
        }
    }
    // What this step will still need at its peak.
    if (peak.value > t.now.value + scale * 0.004) {
        const float y0 = y_of(peak.value), y1 = y_of(t.now.value);
        const Rect rest{inside.x, y0, inside.w, y1 - y0 - 2};
        const bool beyond = over;
        const ui::Color c = beyond ? th.red : th.dim;
        ui.dashed(rest.x, rest.y, rest.right(), rest.y, c, 4, 4);
        ui.dashed(rest.x, rest.y, rest.x, rest.bottom(), c, 4, 4);
        ui.dashed(rest.right(), rest.y, rest.right(), rest.bottom(), c, 4, 4);
        if (beyond) ui.stripes({rest.x, y0, rest.w, std::min(y1, top) - y0}, th.ghost, 7, 2.2f);
        if (rest.h > 24) {
            const std::string more = "+" + core::format_bytes_in_gib(peak - t.now).number;
            const std::string words = compact ? "To come" : "Still to come at the peak";
            const float whole_w = ui.width(words, ui::type::label) + ui.width(more, ui::type::value) + 36;
            const bool fits_in = whole_w <= rest.w - 8;
            Rect pill = rest.centered(fits_in ? whole_w : ui.width(more, ui::type::value) + 22, 24);
            ui.fill(pill, th.bar, 8);
            pill = pill.inset(10, 0);
            if (!fits_in)
                ui.text(pill, more, ui::type::value, beyond ? th.red_text : th.text, Align::center);
            else
                ui.text(pill.cut_right(ui.width(more, ui::type::value) + 2, 8), more, ui::type::value,
                        beyond ? th.red_text : th.text, Align::right);
            if (fits_in) ui.text(pill, words, ui::type::label, th.dim);
        }
    }
    if (over) {
        ui.fill({r.x - 4, ui.px(top), r.w + 8, 2}, th.red);
        if (!told) return;
        ui.fill(mark, th.alert_surface, 10);
        ui.stroke(mark, th.alert_line, 10);
        ui.text(mark, end, ui::type::micro, th.red_text, Align::center);
    } else {
        const float y0 = top, y1 = y_of(std::max(peak.value, t.now.value));
        const std::string words = "Free at the peak " + core::format_bytes(whole - peak).text();
        const float w = ui.width(words, ui::type::label) + 24;
        if (y1 - y0 > 40 && w < inside.w) {
            const Rect pill = Rect{inside.x, y0, inside.w, y1 - y0}.centered(w, 26);
            ui.fill(pill, th.bar, 8);
            ui.text(pill, words, ui::type::label, th.dim, Align::center);
        }
    }
}

void draw_ladder(Training& t, const Rect& r, bool compact) {
    Page& p = t.p;
    ui::Ui& ui = p.ui;
    const Theme& th = *ui.theme;
    const core::TrainingPlan& plan = t.plan;
    ui.gradient(r, th.package_top, th.package_bottom, ui::radius::package);
    ui.stroke(r, th.package_edge, ui::radius::package);
    Rect body = r.inset(compact ? 8.0f : 14.0f, compact ? 6.0f : 12.0f);
    const float numbers = compact ? 0 : 30, cap = compact ? 16 : 22;
    const int64_t layers = plan.input.model->layer_count();
    const StepKind kind = t.moment.part.kind;
    const bool forward = kind == StepKind::forward;

    // Every rank at this moment, so that micro-batches visibly travel through the stages.
    struct Running {
        int64_t first = 0, count = 0;
        double within = 0;
        core::PassKind pass = core::PassKind::forward;
        int micro = 0;
    };
    std::vector<Running> running;
    const int pipeline_stages = core::network_stages(plan.input);
    std::vector<std::vector<size_t>> running_in(
        static_cast<size_t>(pipeline_stages));  // by pipeline_stage of the network
    const auto run_in = [&](int pipeline_stage, const Running& one) {
        running_in[static_cast<size_t>(pipeline_stage)].push_back(running.size());
        running.push_back(one);
    };
    if (plan.pipeline.ranks > 1) {
        for (size_t rank = 0; rank < plan.ranks.size(); ++rank) {
            const std::vector<core::Pass>& passes = plan.pipeline.passes_of(rank);
            const auto next = std::upper_bound(passes.begin(), passes.end(), t.moment.time,
                                               [](double time, const core::Pass& x) { return time < x.start; });
            if (next == passes.begin()) continue;
            const core::Pass& x = next[-1];
            if (t.moment.time >= x.end) continue;
            const int pipeline_stage = plan.ranks[rank].chunks[x.chunk].stage;
            const core::LayerSpan span = core::stage_span(layers, pipeline_stages, pipeline_stage);
            run_in(pipeline_stage,
                   {span.first, span.count, (t.moment.time - x.start) / (x.end - x.start), x.kind, x.micro_batch});
        }
    } else if (t.moment.layer > 0) {
        run_in(0, {0, layers, t.moment.within, forward ? core::PassKind::forward : core::PassKind::backward, 0});
    }

    const auto box = [&](const Rect& at, const char* name, const std::string& value, bool lit) {
        Rect b = at;
        b.cut_left(numbers);
        ui.fill(b, lit ? ui::mix(th.bg, th.green, 0.4f) : th.raised, 5);
        if (at.h < 15) return;
        Rect words = b.inset(10, 0);
        const float w = ui.width(value, ui::type::caption_mono);
        if (w + ui.width(name, ui::type::caption) + 8 < words.w)
            ui.text(words.cut_right(w + 1, 8), value, ui::type::caption_mono, lit ? th.text : th.dim, Align::right);
        ui.text(words, name, ui::type::caption, lit ? th.text : th.dim);
    };
    const bool at_head = forward && t.moment.logits.value > 0;
    box(body.cut_top(cap, 6), "Logits and loss", "", at_head);
    const core::TrainingChoice& c = plan.input.choice;
    box(body.cut_bottom(cap, 6), "Embedding",
        core::group_digits(c.micro_batch * c.sequence.value) + (compact ? "" : " tokens"),
        forward && t.moment.layer == 1);

    const float pipeline_gap = pipeline_stages > 1 && pipeline_stages <= 32 ? 4.0f : 0;
    const float pitch = (body.h - pipeline_gap * static_cast<float>(pipeline_stages - 1)) /
                        static_cast<float>(std::max<int64_t>(layers, 1));
    const float thick = pitch > 5 ? pitch - 2 : std::max(0.8f, pitch * 0.8f);
    int pipeline_stage = 0;
    int64_t in_pipeline_stage = 0;
    float y = body.bottom(), last_number = body.bottom() + 40;
    for (int64_t layer = 0; layer < layers; ++layer) {
        if (in_pipeline_stage == core::stage_span(layers, pipeline_stages, pipeline_stage).count) {
            in_pipeline_stage = 0;
            ++pipeline_stage;
            y -= pipeline_gap;
        }
        ++in_pipeline_stage;
        y -= pitch;
        Rect row{body.x, y + (pitch - thick) * 0.5f, body.w, thick};
        const Rect number_at{row.x, row.cy() - 8, numbers - 6, 16};
        row.cut_left(numbers);
        ui::Color color = ui::mix(th.bg, th.line, 0.9f);
        bool hot = false;
        for (const size_t i : running_in[static_cast<size_t>(pipeline_stage)]) {
            const Running& run = running[i];
            const auto within = static_cast<int64_t>(
                std::min(run.within * static_cast<double>(run.count), static_cast<double>(run.count) - 1));
            const bool up = run.pass == core::PassKind::forward;
            const int64_t now = up ? run.first + within : run.first + run.count - 1 - within;
            const ui::Color lit = up                                     ? th.green
                                  : run.pass == core::PassKind::backward ? th.sequence[0]
                                                                         : ui::mix(th.green, th.sequence[0], 0.5f);
            hot = layer == now;
            const bool done = up ? layer < now : layer > now;
            if (hot)
                color = lit;
            else if (up ? done : !done)
                color = ui::mix(th.bg, th.green, 0.36f);  // holds activations
            else if (!up && done)
                color = ui::mix(th.bg, th.sequence[0], 0.30f);  // has given its gradients
        }
        if (kind == StepKind::update)
            color =
                ui::mix(th.bg, th.sequence[1],
                        layer <= static_cast<int64_t>(t.moment.within * static_cast<double>(layers)) ? 0.55f : 0.2f);
        if (kind == StepKind::messages) color = ui::mix(th.bg, th.gold, 0.32f);
        const float radius = thick > 6 ? 2.0f : 0;
        const float part = row.w * 0.42f;
        ui.fill({row.x, row.y, part, row.h}, color, radius);
        ui.fill({row.x + part + 2, row.y, row.w - part - 2, row.h}, color, radius);
        if (hot && !compact) {
            const float dot = std::clamp(thick * 0.6f, 3.0f, 5.0f);
            if (th.dark) ui.disc(row.right(), row.cy(), dot * 2.4f, ui::fade(color, 0.25f));
            ui.disc(row.right(), row.cy(), dot, th.text);
        }
        const int64_t n = layer + 1;
        const bool mark = n == 1 || n == layers || n % (layers > 64 ? 16 : 8) == 0;
        if (!compact && (hot || mark) && (hot ? running.size() < 3 : last_number - row.cy() > 17)) {
            bool clash = false;
            if (!hot && t.moment.layer > 0)
                clash = std::fabs(static_cast<float>(n - t.moment.layer)) * pitch < 15 && n != t.moment.layer;
            if (!clash) {
                if (!hot || running.size() == 1)
                    ui.text(number_at, core::group_digits(n), ui::type::micro_mono, hot ? th.text : th.faint,
                            Align::right);
                if (!hot) last_number = row.cy();
            }
        }
    }
    if (ui.recording) ui.record("ladder", "figure", "Layers of the network", r, words_of(t).title);
}

void draw_between(Training& t, const Rect& tank, const Rect& ladder, float phase) {
    ui::Ui& ui = t.p.ui;
    const Theme& th = *ui.theme;
    const float x0 = tank.right(), x1 = ladder.x;
    if (x1 - x0 < 36) return;
    const StepKind kind = t.moment.part.kind;
    const bool moving = ui.viewport.reduced_motion ? false : t.p.state.playing;
    const auto port = [&](float x, float y) { ui.fill({x - 1.5f, y - 4, 3, 8}, th.port); };
    const auto bundle = [&](float y0, float y1, float spread0, float spread1, int paths, bool reversed,
                            const char* words, const std::string& amount) {
        for (int i = 0; i < paths; ++i) {
            const float f = static_cast<float>(i) / static_cast<float>(std::max(1, paths - 1)) - 0.5f;
            Stream s = level_stream(x0 + 2, y0 + f * spread0, x1 - 2, y1 + f * spread1);
            s.phase = (moving ? phase : 0.6f) + static_cast<float>(i) * 0.29f;
            s.reversed = reversed;
            draw_stream(ui, s);
            port(x0, y0 + f * spread0);
            port(x1, y1 + f * spread1);
        }
        if (x1 - x0 < 90) return;
        // The upper data flow is labelled above its paths, the lower one below.
        const float spread = std::max(spread0, spread1) * 0.5f;
        const float y = amount.empty() ? std::min(tank.bottom() - 38, std::max(y0, y1) + spread - 12)
                                       : std::max(tank.y + 4, std::min(y0, y1) - spread - 42);
        const Rect at{x0 + 2, y, x1 - x0 - 4, 18};
        if (!amount.empty()) ui.text(at, amount, ui::type::value, th.text, Align::center);
        ui.text({at.x, at.bottom(), at.w, 16}, words, ui::type::caption, th.dim, Align::center);
    };
    const double scale = std::max(t.plan.capacity.value, t.plan.rank().peak().value);
    const auto y_of = [&](const char* id) {
        double at = 0;
        for (const Region& g : t.regions) {
            if (std::string_view(g.id) == id)
                return std::clamp(
                    tank.bottom() - 7 - static_cast<float>((at + g.now.value * 0.5) / scale) * (tank.h - 14),
                    tank.y + 22, tank.bottom() - 22);  // the paths start inside the tank
            at += g.now.value;
        }
        return tank.bottom() - 20;
    };
    const float layers = static_cast<float>(std::max<int64_t>(1, t.plan.input.model->layer_count()));
    const float layer_y =
        t.moment.layer > 0
            ? ladder.bottom() - 40 - (ladder.h - 80) * (static_cast<float>(t.moment.layer) - 0.5f) / layers
            : ladder.cy();
    const std::string a_layer = core::format_bytes(t.plan.rank().layer_stored).text();
    if (kind == StepKind::forward) {
        bundle(y_of("activations"), layer_y, 26, 22, 3, true, "a layer kept", a_layer);
        bundle(y_of("weights"), std::max(layer_y + 70, ladder.bottom() - 60), 30, 40, 3, false, "weights read", "");
    } else if (kind == StepKind::backward || kind == StepKind::weight_gradients) {
        bundle(y_of("activations"), layer_y, 26, 22, 3, false, "read and freed", a_layer);
        bundle(y_of("gradients"), std::max(layer_y + 70, ladder.bottom() - 90), 26, 40, 3, true, "gradients", "");
    } else if (kind == StepKind::update) {
        bundle(y_of("optimizer"), ladder.cy(), 40, 60, 3, false, "read, written",
               core::format_bytes(t.plan.rank().states.total()).text());
    } else if (kind == StepKind::messages) {
        bundle(y_of("gradients"), ladder.cy(), 40, 60, 3, false, "to other devices",
               core::format_seconds(t.plan.time.exposed).text());
    }
}

}  // namespace kvx::scenes
