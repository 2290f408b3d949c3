// Right column, second half: number of devices, links, parallelism; requests, estimate and prices.
#include "core/format.h"
#include "scenes/inference/inference.h"
#include "scenes/parts/fields.h"

namespace kvx::scenes {

using ui::Choices;
using ui::Rect;
using ui::Theme;

namespace {

// What distributed serving means for this parallelism, said where it starts.
std::string distributed_words(const core::Parallelism& l) {
    std::string words = "Distributed serving: ";
    if (l.tp > 1)
        words += "each device computes a share of every layer, and two all-reduces per layer add the shares up. ";
    else if (l.pp > 1)
        words += "each device holds some layers and passes its results on. ";
    else
        words += "each device serves its own sequences. ";
    return words;
}

}  // namespace

float draw_device_count(Page& p, Rect body, bool measure) {
    const bool chips = p.ui.viewport.coarse;
    const float head = chips ? 44 : 28, segment = chips ? 44 : 36;
    if (measure) return head + 4 + segment;
    draw_value_field(p, "devices", body.cut_top(head, 4));
    if (chips)
        draw_chips(p, "devices", body.cut_top(segment));
    else
        draw_segments(p, "devices", body.cut_top(segment), true);
    return head + 4 + segment;
}

float draw_device_controls(Page& p, Rect body, bool measure) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const app::View& v = p.view;
    const bool many = v.many();
    const float pair = kLine + 4 + select_height(p);
    const std::string why = v.parallelism_refused.empty() ? distributed_words(v.spread.parallelism) + v.choice.reason
                                                          : app::parallelism_notice(v, p.state);
    const float why_h = many ? ui.paragraph({0, 0, body.w, 0}, why, ui::type::caption, 0, true) : 0;
    const float height = pair + (many ? 12 + pair + 12 + pair + 10 + why_h : 0);
    if (measure) return height;

    draw_labelled_select(p, "system", body.cut_top(pair, 12));
    if (!many) return height;
    const Rect links = body.cut_top(pair, 12);
    draw_labelled_select(p, "link", links.column(0, 2, 8));
    draw_labelled_select(p, "network", links.column(1, 2, 8));
    const Rect degrees = body.cut_top(pair, 10);
    int column = 0;
    for (const char* id : {"tp", "pp", "ep", "dcp"}) draw_labelled_select(p, id, degrees.column(column++, 4, 6));
    draw_note(p, "layout.reason", body, why, v.parallelism_refused.empty() ? t.faint : t.amber);
    return height;
}

float draw_serving_controls(Page& p, Rect body, bool measure) {
    const float seg = labelled_segments_height(p), pair = kLine + 4 + select_height(p);
    const float height = seg + 10 + section_fields_height(p, app::Section::requests) +
                         section_fields_height(p, app::Section::cost) + 8 + pair;
    if (measure) return height;
    const core::ErrorBand band =
        core::error_band(p.state.in.serving.estimate, p.view.plan.params_active < 0.95 * p.view.plan.params_total);
    draw_labelled_segments(p, "estimate", "token time ±" + core::fixed(band.median, 0) + " %", body.cut_top(seg, 10));
    draw_section_fields(p, app::Section::requests, body);
    draw_section_fields(p, app::Section::cost, body);
    body.cut_top(8);
    draw_labelled_select(p, "offload", body.cut_top(pair));
    return height;
}

}  // namespace kvx::scenes
