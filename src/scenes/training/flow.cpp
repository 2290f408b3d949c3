// Data moving between the memory and the layers of the training page's stage.
#include <algorithm>

#include "core/format.h"
#include "scenes/parts/stream.h"
#include "scenes/training/training.h"

namespace kvx::scenes {

using sim::StepKind;
using ui::Align;
using ui::Rect;
using ui::Theme;

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
        if (ui.recording)
            ui.record(std::string("flow.") + words, "text", std::string(words) + (amount.empty() ? "" : " " + amount),
                      {at.x, at.y, at.w, at.h + 16});
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
