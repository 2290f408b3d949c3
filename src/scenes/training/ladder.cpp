// The layers of the network as a ladder, each in the colour of what it does now.
#include <algorithm>
#include <cmath>

#include "core/format.h"
#include "core/serving/parallel.h"
#include "scenes/training/training.h"

namespace kvx::scenes {

using sim::StepKind;
using ui::Align;
using ui::Rect;
using ui::Theme;

namespace {

// A pass that a rank is in the middle of.
struct Running {
    int64_t first = 0, count = 0;  // its layers
    double within = 0;             // share of the pass that is done
    core::PassKind pass = core::PassKind::forward;
    bool forward() const { return pass == core::PassKind::forward; }
    int64_t layer_now() const {
        const double done = std::min(within * static_cast<double>(count), static_cast<double>(count) - 1);
        const auto layers = static_cast<int64_t>(done);
        return forward() ? first + layers : first + count - 1 - layers;
    }
};

// Every rank at this moment, by pipeline stage, so that micro-batches visibly travel through the stages.
struct RunningPasses {
    std::vector<std::vector<Running>> by_stage;
    size_t count = 0;
    void add(int stage, const Running& one) {
        by_stage[static_cast<size_t>(stage)].push_back(one);
        ++count;
    }
};

RunningPasses running_passes(const Training& t) {
    const core::TrainingPlan& plan = t.plan;
    const int64_t layers = plan.input.model->layer_count();
    const int stages = core::network_stages(plan.input);
    RunningPasses out;
    out.by_stage.resize(static_cast<size_t>(stages));
    if (plan.pipeline.ranks <= 1) {
        const bool forward = t.moment.part.kind == StepKind::forward;
        if (t.moment.layer > 0)
            out.add(0, {0, layers, t.moment.within, forward ? core::PassKind::forward : core::PassKind::backward});
        return out;
    }
    for (size_t rank = 0; rank < plan.ranks.size(); ++rank) {
        const std::vector<core::Pass>& passes = plan.pipeline.passes_of(rank);
        const auto next = std::upper_bound(passes.begin(), passes.end(), t.moment.time,
                                           [](double time, const core::Pass& x) { return time < x.start; });
        if (next == passes.begin()) continue;
        const core::Pass& x = next[-1];
        if (t.moment.time >= x.end) continue;
        const int stage = plan.ranks[rank].chunks[x.chunk].stage;
        const core::LayerSpan span = core::stage_span(layers, stages, stage);
        out.add(stage, {span.first, span.count, (t.moment.time - x.start) / (x.end - x.start), x.kind});
    }
    return out;
}

struct LayerLook {
    ui::Color color;
    bool hot = false;  // computed right now
};

LayerLook look_of(const Training& t, const std::vector<Running>& running, int64_t layer) {
    const Theme& th = *t.p.ui.theme;
    const ui::Color backward = th.sequence[0];
    LayerLook look{ui::mix(th.bg, th.line, 0.9f)};
    for (const Running& run : running) {
        const int64_t now = run.layer_now();
        const bool up = run.forward(), done = up ? layer < now : layer > now;
        look.hot = layer == now;
        if (look.hot)
            look.color = up                                     ? th.green
                         : run.pass == core::PassKind::backward ? backward
                                                                : ui::mix(th.green, backward, 0.5f);
        else if (up == done)
            look.color = ui::mix(th.bg, th.green, 0.36f);  // holds activations
        else if (!up)
            look.color = ui::mix(th.bg, backward, 0.30f);  // has given its gradients
    }
    const StepKind kind = t.moment.part.kind;
    if (kind == StepKind::update) {
        const auto layers = static_cast<double>(t.plan.input.model->layer_count());
        const bool updated = layer <= static_cast<int64_t>(t.moment.within * layers);
        look.color = ui::mix(th.bg, th.sequence[1], updated ? 0.55f : 0.2f);
    }
    if (kind == StepKind::messages) look.color = ui::mix(th.bg, th.gold, 0.32f);
    return look;
}

// The ends of the ladder: embedding, and logits with the loss.
void draw_end(ui::Ui& ui, Rect box, const char* name, const std::string& value, bool lit) {
    const Theme& th = *ui.theme;
    ui.fill(box, lit ? ui::mix(th.bg, th.green, 0.4f) : th.raised, 5);
    if (box.h < 15) return;
    const ui::Color ink = lit ? th.text : th.dim;
    Rect words = box.inset(10, 0);
    const float w = ui.width(value, ui::type::caption_mono);
    if (w + ui.width(name, ui::type::caption) + 8 < words.w)
        ui.text(words.cut_right(w + 1, 8), value, ui::type::caption_mono, ink, Align::right);
    ui.text(words, name, ui::type::caption, ink);
}

// Two bars, attention and MLP, and a dot where it computes.
void draw_layer(ui::Ui& ui, const Rect& row, const LayerLook& look, bool compact) {
    const Theme& th = *ui.theme;
    const float radius = row.h > 6 ? 2.0f : 0, part = row.w * 0.42f;
    ui.fill({row.x, row.y, part, row.h}, look.color, radius);
    ui.fill({row.x + part + 2, row.y, row.w - part - 2, row.h}, look.color, radius);
    if (!look.hot || compact) return;
    const float dot = std::clamp(row.h * 0.6f, 3.0f, 5.0f);
    if (th.dark) ui.disc(row.right(), row.cy(), dot * 2.4f, ui::fade(look.color, 0.25f));
    ui.disc(row.right(), row.cy(), dot, th.text);
}

// Numbers of layers: of the ones that compute, and of a few others that leave these room.
class LayerNumbers {
  public:
    LayerNumbers(const Training& t, size_t running, float pitch, float bottom)
        : t_(t), running_(running), pitch_(pitch), last_(bottom + 40) {}
    void draw(const Rect& at, int64_t number, bool hot) {
        if (hot) {
            if (running_ == 1) write(at, number, hot);
        } else if (marked(number) && last_ - at.cy() > 17 && !beside_moment(number)) {
            write(at, number, hot);
            last_ = at.cy();
        }
    }

  private:
    bool marked(int64_t n) const {
        const int64_t layers = t_.plan.input.model->layer_count();
        return n == 1 || n == layers || n % (layers > 64 ? 16 : 8) == 0;
    }
    bool beside_moment(int64_t n) const {
        return t_.moment.layer > 0 && n != t_.moment.layer &&
               std::fabs(static_cast<float>(n - t_.moment.layer)) * pitch_ < 15;
    }
    void write(const Rect& at, int64_t n, bool hot) const {
        const Theme& th = *t_.p.ui.theme;
        t_.p.ui.text(at, core::group_digits(n), ui::type::micro_mono, hot ? th.text : th.faint, Align::right);
    }
    const Training& t_;
    size_t running_;
    float pitch_, last_;  // centre of the last number that was drawn
};

void draw_layers(Training& t, const Rect& body, float numbers, bool compact) {
    const int64_t layers = t.plan.input.model->layer_count();
    const int stages = core::network_stages(t.plan.input);
    const RunningPasses running = running_passes(t);
    const float gap = stages > 1 && stages <= 32 ? 4.0f : 0;
    const float pitch =
        (body.h - gap * static_cast<float>(stages - 1)) / static_cast<float>(std::max<int64_t>(layers, 1));
    const float thick = pitch > 5 ? pitch - 2 : std::max(0.8f, pitch * 0.8f);
    LayerNumbers number(t, running.count, pitch, body.bottom());
    int stage = 0;
    int64_t in_stage = 0;
    float y = body.bottom();
    for (int64_t layer = 0; layer < layers; ++layer) {
        if (in_stage == core::stage_span(layers, stages, stage).count) {
            in_stage = 0;
            ++stage;
            y -= gap;
        }
        ++in_stage;
        y -= pitch;
        Rect row{body.x, y + (pitch - thick) * 0.5f, body.w, thick};
        const Rect number_at{row.x, row.cy() - 8, numbers - 6, 16};
        row.cut_left(numbers);
        const LayerLook look = look_of(t, running.by_stage[static_cast<size_t>(stage)], layer);
        draw_layer(t.p.ui, row, look, compact);
        if (!compact) number.draw(number_at, layer + 1, look.hot);
    }
}

}  // namespace

void draw_ladder(Training& t, const Rect& r, bool compact) {
    ui::Ui& ui = t.p.ui;
    const Theme& th = *ui.theme;
    ui.gradient(r, th.package_top, th.package_bottom, ui::radius::package);
    ui.stroke(r, th.package_edge, ui::radius::package);
    Rect body = r.inset(compact ? 8.0f : 14.0f, compact ? 6.0f : 12.0f);
    const float numbers = compact ? 0 : 30, cap = compact ? 16 : 22;
    const bool forward = t.moment.part.kind == StepKind::forward;
    const core::TrainingChoice& c = t.plan.input.choice;
    const auto end = [&](Rect at, const char* name, const std::string& value, bool lit) {
        at.cut_left(numbers);
        draw_end(ui, at, name, value, lit);
    };
    end(body.cut_top(cap, 6), "Logits and loss", "", forward && t.moment.logits.value > 0);
    const std::string tokens = core::group_digits(c.micro_batch * c.sequence.value) + (compact ? "" : " tokens");
    end(body.cut_bottom(cap, 6), "Embedding", tokens, forward && t.moment.layer == 1);
    draw_layers(t, body, numbers, compact);
    if (ui.recording)
        ui.record("ladder", "figure", "Layers of the network", r,
                  words_of(t).title + ". From Embedding, " + tokens + ", up to Logits and loss");
}

}  // namespace kvx::scenes
