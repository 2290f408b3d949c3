// Right column: model, device, sizes, optimisations and the reasons for their defaults.
#include <algorithm>
#include <cmath>

#include "app/weights_choice.h"
#include "core/format.h"
#include "scenes/inference/inference.h"
#include "scenes/parts/fields.h"
#include "scenes/parts/own_things.h"

namespace kvx::scenes {

using ui::Align;
using ui::Choices;
using ui::Rect;
using ui::Theme;

namespace {

constexpr float kPadding = 16;

float draw_models(Page& p, Rect body, bool measure) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const float select_h = ui.viewport.coarse ? 44 : 40, count_h = draw_device_count(p, body, true),
                own_h = draw_own_things(p, body, true),
                height = 20 + 6 + select_h + 14 + 20 + 6 + select_h + 10 + count_h + (own_h > 0 ? own_h + 10 : 0);
    if (measure) return height;
    const core::Device& d = p.state.device();
    const auto caption = [&](std::string_view id, std::string_view name, const core::Quantity& q,
                             std::string_view accessible_name, const std::string& right) {
        Rect line = body.cut_top(20, 6);
        const float w = std::min(ui.width(right, ui::type::caption) + 1, line.w - 60);
        const Rect area = line.cut_right(w, 8);
        if (ui::figure_area(ui, std::string("figure.") + std::string(id), area.grow(3), accessible_name, right))
            p.explain(q.id, area);
        ui.text(area, right, ui::type::caption, t.faint, Align::right);
        ui.text(line, name, ui::type::label, t.dim);
    };
    const core::Reading total = core::format_params(p.view.plan.params_total),
                        active = core::format_params(p.view.plan.params_active);
    std::string params = total.text() + " parameters";
    if (p.view.plan.params_active < 0.95 * p.view.plan.params_total)
        params = total.text() + " · " + active.text() + " active";
    caption("params_total", p.label("model"), p.quantity("params_total"), "Parameters", params);
    Rect row = body.cut_top(select_h, 14);
    const app::Choice next = app::neighbour(*app::find_param("model"), p.state, 1);
    if (ui::icon_button(ui, "model.next", row.cut_right(select_h, 8), ui::Icon::chevron_right,
                        "Next model: " + next.label))
        p.set("model", next.value);
    draw_select(p, "model", row);
    caption("bandwidth", p.label("device"), p.quantity("decode_floor"), "Memory of the device",
            d.memory_type + " · " + core::format_rate(d.bandwidth).text());
    draw_select(p, "device", body.cut_top(select_h, 10));
    draw_device_count(p, body.cut_top(count_h, own_h > 0 ? 10.0f : 0.0f), false);
    draw_own_things(p, body, false);
    return height;
}

float draw_sizes(Page& p, Rect body, bool measure, bool phone) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const float head = ui.viewport.coarse ? 44 : 28, track = phone ? 44 : (ui.viewport.coarse ? 44 : 24),
                below = phone ? 12 : 26;
    const float seg = ui.viewport.coarse ? 44 : 36;
    const bool lengths = p.state.in.batch > 1;
    const std::string beyond =
        p.view.beyond_model_limit
            ? "Beyond the " + core::group_digits(p.state.model().max_context) + " tokens that this model was made for."
            : std::string();
    const float beyond_h = beyond.empty() ? 0 : ui.paragraph({0, 0, body.w, 0}, beyond, ui::type::caption, 0, true) + 8;
    const float height = head + track + below + beyond_h + head + track + (phone ? 12 : 14) +
                         (lengths ? 20 + 6 + seg + 12 : 0) + 20 + 6 + seg;
    if (measure) return height;

    const Stops contexts = stops_of(p, "context");
    const auto value = static_cast<double>(p.state.in.context.value);
    draw_value_field(p, "context", body.cut_top(head));
    if (phone) {
        Choices c;
        for (size_t i = 0; i < contexts.texts.size(); ++i) c.emplace_back(contexts.texts[i], contexts.labels[i]);
        const size_t at = contexts.nearest(contexts.position(value));
        const std::string selected = contexts.values[at] == value ? contexts.texts[at] : "";
        const int k = ui::chips(ui, "context.chips", body.cut_top(track, below), p.label("context"), c, selected);
        if (k >= 0) p.set("context", contexts.texts[static_cast<size_t>(k)]);
    } else {
        const auto limit = static_cast<double>(p.state.model().max_context);
        ui::Slider s{.value = contexts.position(value),
                     .step = 1.0 / static_cast<double>(contexts.values.size() - 1),
                     .name = std::string(p.label("context")),
                     .spoken = core::short_tokens(p.state.in.context) + " tokens"};
        const double limit_at = contexts.position(limit);
        if (limit_at > 0.16) s.marks.push_back({0, contexts.labels.front()});
        if (limit_at < 0.84) s.marks.push_back({1, contexts.labels.back()});
        s.marks.push_back({limit_at, "model limit", p.view.beyond_model_limit ? t.amber : 0});
        const ui::SliderChange c = ui::slider(ui, "context", body.cut_top(track, below), s);
        const size_t stop = contexts.nearest(c.value);
        if (c.changed && contexts.values[stop] != value) p.set("context", contexts.texts[stop]);
    }

    if (beyond_h > 0) {
        Rect note = body.cut_top(beyond_h);
        draw_note(p, "context.beyond", note, beyond, t.amber);
    }

    const Stops batches = stops_of(p, "batch");
    const auto batch = static_cast<double>(p.state.in.batch);
    draw_value_field(p, "batch", body.cut_top(head));
    if (phone) {
        draw_chips(p, "batch", body.cut_top(track, 12));
    } else {
        const ui::Slider s{.value = batches.position(batch),
                           .step = 1.0 / static_cast<double>(batches.values.size() - 1),
                           .name = std::string(p.label("batch")),
                           .spoken = p.get("batch") + " sequences"};
        const ui::SliderChange c = ui::slider(ui, "batch", body.cut_top(track, 14), s);
        const size_t stop = batches.nearest(c.value);
        if (c.changed && batches.values[stop] != batch) p.set("batch", batches.texts[stop]);
    }
    if (lengths)
        draw_labelled_segments(p, "lengths",
                               p.state.in.lengths == app::Lengths::equal
                                   ? "all equally long"
                                   : "average " + core::short_tokens(p.view.average),
                               body.cut_top(20 + 6 + seg, 12));
    const Choices common = {{std::string(app::kReleased), "Released"},
                            {"bf16", "BF16"},
                            {"fp16", "FP16"},
                            {"fp8", "FP8"},
                            {"int8", "INT8"},
                            {"int4", "INT4"}};
    const std::string dtype = p.get("dtype");
    const bool converted = p.state.in.release.empty();
    draw_labelled_segments(p, "dtype",
                           dtype == "mixed" ? "weights and cache differ"
                           : converted      ? "weights and cache"
                                            : app::weights_label(p.state),
                           body.cut_top(20 + 6 + seg), common, true);
    return height;
}

float draw_formats(Page& p, Rect body, bool measure) {
    constexpr float kGap = 10;
    const float line = kLine + 4 + select_height(p), height = 2 * line + kGap;
    if (measure) return height;
    Rect first = body.cut_top(line, kGap);
    const Rect block = first.cut_right(64, 8);  // "128" needs less than "Weight format"
    draw_labelled_select(p, "weights", first);
    draw_labelled_select(p, "block", block);
    draw_labelled_select(p, "kv", body.column(0, 2, 8));
    draw_labelled_select(p, "kv-values", body.column(1, 2, 8));
    return height;
}

float draw_switches(Page& p, Rect body, bool measure) {
    const float h = p.ui.viewport.coarse ? 52 : 44;
    if (measure) return 4 * h;
    const app::View& v = p.view;
    const std::string block = std::to_string(p.state.in.block);
    const std::string scores = core::format_bytes(core::score_bytes(p.state.model(), v.plan.longest)).text();
    const auto row = [&](std::string_view id, std::string_view effect) { draw_switch(p, id, body.cut_top(h), effect); };
    row("cb", v.cb ? "Memory allocated as needed" : "Each reserves the maximum");
    row("pa", v.pa ? "Blocks of " + block + ", placed anywhere" : "One contiguous run per sequence");
    row("fa", v.fa ? "Scores stay on the chip" : scores + " of scores stored");
    row("smw", p.state.in.smw ? "The cache alone is counted" : "Show the cache alone");
    return 4 * h;
}

float draw_why(Page& p, Rect body, bool measure) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const app::View& v = p.view;
    const bool own = p.state.in.cb || p.state.in.pa || p.state.in.fa;
    const std::string why = own ? std::string("You changed the defaults of this device.") : v.defaults.why_cb;
    const float line_h = ui.viewport.coarse ? 44 : 20;
    const float text_h = ui.paragraph({0, 0, body.w, 0}, why, ui::type::caption, 0, true);
    const bool papers = v.cb || v.pa || v.fa;
    const float height = text_h + (own ? 6 + line_h : 0) + (papers ? 6 + line_h : 0);
    if (measure) return height;
    ui.paragraph(body, why, ui::type::caption, t.faint);
    ui.record("why", "text", why, {body.x, body.y, body.w, text_h});
    body.cut_top(text_h, 6);
    if (own) {
        const std::string label = "Back to the defaults of " + p.state.device().short_name;
        const Rect line = body.cut_top(line_h, 6);
        if (ui::link_button(ui, "defaults",
                            {line.x, line.y, std::min(line.w, ui.width(label, ui::type::caption) + 1), line.h}, label,
                            ui::type::caption, t.dim))
            for (const char* id : {"cb", "pa", "fa"}) p.out.push_back(app::ResetParam{id});
    }
    if (!papers) return height;
    struct Paper {
        bool on;
        const char *name, *href;
    };
    const Paper list[] = {{v.cb, "Orca", "https://www.usenix.org/conference/osdi22/presentation/yu"},
                          {v.pa, "PagedAttention", "https://arxiv.org/abs/2309.06180"},
                          {v.fa, "FlashAttention", "https://arxiv.org/abs/2205.14135"},
                          {v.fa, "2", "https://arxiv.org/abs/2307.08691"}};
    Rect line = body.cut_top(line_h);
    ui.text(line.cut_left(ui.width("Papers:", ui::type::caption) + 1, 6), "Papers:", ui::type::caption, t.faint);
    for (const Paper& paper : list) {
        if (!paper.on) continue;
        const float w = ui.width(paper.name, ui::type::caption) + 4;
        const std::string id = std::string("paper.") + paper.name;
        ui::external_link(ui, id, line.cut_left(w, 10),
                          std::string(paper.name) == "2" ? "FlashAttention 2" : paper.name, paper.href);
    }
    return height;
}

}  // namespace

float draw_controls_content(Page& p, const Rect& r, bool measure) {
    const bool sheet = p.ui.viewport.w < 768 || p.ui.viewport.h < 600;
    const float pad = sheet ? 0 : kPadding, gap = sheet ? 16 : 12, w = r.w - 2 * pad;
    Rect area = r;
    const auto section = [&](auto draw) {
        const float h = draw(Rect{0, 0, w, 0}, true);
        const Rect c = area.cut_top(h + 2 * pad, gap);
        if (measure) return;
        if (!sheet) ui::card(p.ui, c);
        draw(c.inset(pad), false);
    };
    if (sheet && p.view.plan.pressure > 1) section([&](Rect b, bool m) { return draw_remedy_rows(p, b, m); });
    section([&](Rect b, bool m) { return draw_models(p, b, m); });
    section([&](Rect b, bool m) { return draw_sizes(p, b, m, sheet && p.ui.viewport.coarse); });
    section([&](Rect b, bool m) { return draw_switches(p, b, m); });
    section([&](Rect b, bool m) { return draw_device_controls(p, b, m); });
    section([&](Rect b, bool m) { return draw_formats(p, b, m); });
    section([&](Rect b, bool m) { return draw_serving_controls(p, b, m); });
    section([&](Rect b, bool m) { return draw_why(p, b, m); });
    return area.y - gap - r.y;
}

void draw_controls(Page& p, const Rect& column) {
    const float h = draw_controls_content(p, column, true);
    const Rect content = p.ui.begin_scroll("controls", column, h);
    draw_controls_content(p, content, false);
    p.ui.end_scroll();
}

}  // namespace kvx::scenes
