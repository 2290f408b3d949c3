#include "scenes/parts/own_things.h"

#include "core/format.h"
#include "scenes/parts/fields.h"

namespace kvx::scenes {

using ui::Rect;

namespace {

constexpr std::string_view kFigures[] = {"own-memory", "own-bandwidth", "own-bf16", "own-fp8", "own-power"};

}  // namespace

float draw_own_things(Page& p, Rect body, bool measure) {
    ui::Ui& ui = p.ui;
    const app::OwnModel* own = p.state.own_model(p.state.in.model);
    const bool device = p.state.in.device == app::kOwnDevice;
    const float forget_h = own ? row_height(p) + 6 : 0, line = row_height(p);
    const float height = forget_h + (device ? line * static_cast<float>(1 + std::size(kFigures)) + 16 : 0);
    if (measure || height == 0) return height;
    if (own) {
        const std::string words = "Forget " + own->model.name;
        Rect row = body.cut_top(line, 6);
        if (ui::link_button(ui, "own.forget", row, words, ui::type::label, ui.theme->dim))
            p.out.push_back(app::ForgetModel{own->model.id});
    }
    if (!device) return height;
    body.cut_top(8);
    Rect name = body.cut_top(line);
    ui.text(name.cut_left(60, 8), p.label("own-name"), ui::type::label, ui.theme->dim);
    if (const std::string* text =
            ui::text_field(ui, "own-name.value", name, p.label("own-name"), p.state.in.own.name, "value"))
        p.set("own-name", *text);
    for (const std::string_view id : kFigures) draw_value_field(p, id, body.cut_top(line));
    return height;
}

void start_own_device(Page& p) {
    const core::Device& d = p.state.device();
    if (p.state.in.device != app::kOwnDevice && p.state.in.own == app::own_device()) {
        const auto set = [&](std::string_view id, double value) { p.set(id, core::significant(value, 6)); };
        set("own-memory", d.memory.gib());
        set("own-bandwidth", d.bandwidth / 1e9);
        set("own-bf16", d.bf16_flops / 1e12);
        set("own-fp8", d.fp8_flops / 1e12);
        set("own-power", d.tdp_watts);
    }
    p.set("device", std::string(app::kOwnDevice));
}

}  // namespace kvx::scenes
