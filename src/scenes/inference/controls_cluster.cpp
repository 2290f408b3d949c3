// Right column, second half: how many devices, how they are wired and divided; requests, estimate and prices.
#include "core/format.h"
#include "scenes/parts/fields.h"
#include "scenes/parts/page.h"

namespace kvx::scenes {

using ui::Choices;
using ui::Rect;
using ui::Theme;

namespace {

// What distributed serving means for this division, said where it starts.
std::string distributed_words(const core::Parallelism& l) {
    std::string words = "Distributed serving: ";
    if (l.tp > 1)
        words += "each device computes a share of every layer, and two all-reduces a layer add the shares up. ";
    else if (l.pp > 1)
        words += "each device holds some layers and passes its results on. ";
    else
        words += "each device serves its own sequences. ";
    return words;
}

}  // namespace

float draw_device_controls(Page& p, Rect body, bool measure) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const app::View& v = p.view;
    const bool many = v.many(), chips = ui.viewport.coarse;
    const float head = ui.viewport.coarse ? 44 : 28, segment = ui.viewport.coarse ? 44 : 36,
                pair = kLine + 4 + select_height(p);
    const std::string why = v.parallelism_refused.empty()
                                ? distributed_words(v.spread.parallelism) + v.parallelism_reason
                                : app::parallelism_notice(v, p.state);
    const float why_h = many ? ui.paragraph({0, 0, body.w, 0}, why, ui::type::caption, 0, true) : 0;
    const float height = head + 4 + segment + 12 + pair + (many ? 12 + pair + 12 + pair + 10 + why_h : 0);
    if (measure) return height;

    draw_value_field(p, "devices", "Devices", body.cut_top(head, 4), p.get("devices"), "");
    Choices counts = p.choices("devices");
    const Rect row = body.cut_top(segment, 12);
    const int k = chips ? ui::chips(ui, "devices.chips", row, "Devices", counts, p.get("devices"))
                        : ui::segmented(ui, "devices", row, "Devices", counts, p.get("devices"), true);
    if (k >= 0) p.set("devices", counts[static_cast<size_t>(k)].first);
    draw_labelled_select(p, "system", "System", body.cut_top(pair, 12));
    if (!many) return height;
    const Rect links = body.cut_top(pair, 12);
    draw_labelled_select(p, "link", "Link", links.column(0, 2, 8));
    draw_labelled_select(p, "network", "Network", links.column(1, 2, 8));
    const Rect degrees = body.cut_top(pair, 10);
    const std::pair<std::string_view, std::string_view> names[4] = {
        {"tp", "Tensor"}, {"pp", "Stages"}, {"ep", "Experts"}, {"dcp", "Tokens"}};
    for (int i = 0; i < 4; ++i) draw_labelled_select(p, names[i].first, names[i].second, degrees.column(i, 4, 6));
    draw_note(p, "layout.reason", body, why, v.parallelism_refused.empty() ? t.faint : t.amber);
    return height;
}

float draw_serving_controls(Page& p, Rect body, bool measure) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const float head = ui.viewport.coarse ? 44 : 28, segment = ui.viewport.coarse ? 44 : 36,
                pair = kLine + 4 + select_height(p);
    struct Field {
        std::string_view id, label, unit;
        bool tokens;
    };
    static constexpr Field fields[] = {
        {"prompt", "Prompt", "tokens", true},           {"output", "Answer", "tokens", true},
        {"prefix", "Shared prefix", "tokens", true},    {"draft", "Drafted tokens", "a step", false},
        {"acceptance", "Accepted share", "", false},    {"frontend", "Frontend time", "s", false},
        {"price", "Price, 0: the row’s", "$/h", false}, {"pue", "PUE", "", false}};
    const float height = kLine + 6 + segment + 10 + static_cast<float>(std::size(fields)) * (head + 4) + 8 + pair;
    if (measure) return height;
    Rect line = body.cut_top(kLine, 6);
    const core::ErrorBand band =
        core::error_band(p.state.in.serving.estimate, p.view.plan.params_active < 0.95 * p.view.plan.params_total);
    const std::string error = "±" + core::fixed(band.median, 0) + " % typical";
    ui.text(line.cut_right(ui.width(error, ui::type::caption) + 1, 8), error, ui::type::caption, t.faint);
    ui.text(line, "Estimate of speed", ui::type::label, t.dim);
    const Choices estimates = p.choices("estimate");
    const int k = ui::segmented(ui, "estimate", body.cut_top(segment, 10), "Estimate", estimates, p.get("estimate"));
    if (k >= 0) p.set("estimate", estimates[static_cast<size_t>(k)].first);
    for (const Field& f : fields) {
        std::string text = p.get(f.id);
        if (f.tokens) text = core::short_tokens({std::atoll(text.c_str())});
        draw_value_field(p, f.id, f.label, body.cut_top(head, 4), text, f.unit);
    }
    body.cut_top(8);
    draw_labelled_select(p, "offload", "Idle caches go to", body.cut_top(pair));
    return height;
}

}  // namespace kvx::scenes
