// The answers that replace the stage: savings, what fits, insights, comparison, tables.
#include <algorithm>
#include <cmath>

#include "app/answers/reference_tables.h"
#include "app/answers/stories.h"
#include "app/codec.h"
#include "app/inference/inference_view.h"
#include "core/format.h"
#include "core/memory/kv_variants.h"
#include "scenes/answers/answers.h"
#include "scenes/parts/fields.h"
#include "ui/plot.h"

namespace kvx::scenes {

using ui::Align;
using ui::Rect;
using ui::Theme;

namespace {

constexpr float kPadding = 16, kGap = 12;

// A press that opens the stage with something to see there: it is announced, and the focus follows.
void show_result(Page& p, std::string_view what) {
    p.out.push_back(app::ReportResult{std::string(what)});
    p.ui.tree.focus("stage");
}

// One line under a title: the longer wording if it fits.
void subtitle(Page& p, const Rect& r, const std::string& words, const std::string& shorter) {
    draw_caption(p, "answers.subtitle", r, p.ui.width(words, ui::type::label) <= r.w ? words : shorter, ui::type::label,
                 p.ui.theme->dim);
}

float savings(Page& p, const Rect& r, bool measure) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const std::vector<core::KvVariant> all = core::kv_variants(p.view.requested);
    const float row = 46, head = 20 + 22 + 10;
    const float height = head + row * static_cast<float>(std::max<size_t>(all.size(), 1));
    if (measure) return height;
    Rect body = r;
    const char* const long_title = "What this model’s cache would need under each";
    ui::heading(ui, "savings", body.cut_top(20),
                ui.width(long_title, ui::type::title) <= body.w ? long_title : "This model’s cache under each",
                ui::type::title, t.text, 2);
    const std::string load = core::group_digits(p.state.in.batch) + " × " + core::short_tokens(p.view.now) + " tokens";
    subtitle(p, body.cut_top(22, 10), p.state.model().name + ", " + load + "; layers and query heads unchanged", load);
    if (all.empty()) {
        ui.text(body.cut_top(row), "The layers of this model keep no tokens: there is nothing to save.",
                ui::type::label, t.dim);
        return height;
    }
    double most = 1;
    for (const core::KvVariant& k : all) most = std::max(most, k.bytes.value);
    const bool narrow = body.w < 480;
    for (const core::KvVariant& k : all) {
        Rect line = body.cut_top(row);
        const core::Reading size = core::format_bytes(k.bytes);
        const std::string ratio =
            k.current
                ? "as it is"
                : (k.ratio > 1.005
                       ? core::significant(k.ratio, 3) + " ×"
                       : (k.ratio < 0.995 ? "÷ " + core::significant(1 / std::max(k.ratio, 1e-9), 3) : "the same"));
        Rect right = line.cut_right(narrow ? 88.0f : 150.0f, 10);
        ui.text({right.x, right.y + 4, right.w, 18}, size.text(), ui::type::value, t.text, Align::right);
        ui.text({right.x, right.y + 22, right.w, 16}, ratio, ui::type::caption,
                k.ratio < 0.995 ? t.green : (k.ratio > 1.005 ? t.red_text : t.faint), Align::right);
        ui.text({line.x, line.y + 2, line.w, 18}, k.name, k.current ? ui::type::label_bold : ui::type::label, t.text);
        const float name_w = ui.width(k.name, k.current ? ui::type::label_bold : ui::type::label) + 12;
        if (!narrow && ui.width(k.what, ui::type::caption) <= line.w - name_w)
            ui.text({line.x + name_w, line.y + 3, line.w - name_w, 16}, k.what, ui::type::caption, t.faint);
        const Rect bar{line.x, line.y + 24, line.w, 12};
        ui.fill(bar, t.well, 3);
        const float w = std::max(2.0f, static_cast<float>(k.bytes.value / most) * bar.w);
        ui.fill({bar.x, bar.y, w, bar.h},
                k.current ? t.accent : (k.ratio > 1.005 ? ui::mix(t.bg, t.red, 0.45f) : t.sequence[0]), 3);
        if (k.ratio > 1.005) ui.stripes({bar.x, bar.y, w, bar.h}, t.ghost, 6, 2);
        p.ui.record("savings." + k.id, "text",
                    k.name + ": " + size.text() + ", " + ratio + ". " + k.what + ". Source: " + k.source, line);
    }
    return height;
}

void forget_other_answers(Page& p) {
    if (p.memory.answered == p.view.subject) return;
    p.memory.answered = p.view.subject;
    p.memory.fit_key.clear();
    p.memory.compare_key.clear();
    p.memory.tables_key.clear();
}

const core::FitReport& fit_report(Page& p) {
    app::State bare = p.state;  // the answer does not depend on position, speed or what is shown
    bare.in.at.reset();
    bare.in.speed = 1;
    bare.in.show = "fits";
    const std::string key = app::to_query(bare);
    if (p.memory.fit_key != key) {
        p.memory.fit_key = key;
        p.memory.fit = app::what_fits(p.state, p.view);
    }
    return p.memory.fit;
}

float fits(Page& p, const Rect& r, bool measure) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const core::FitReport& report = fit_report(p);
    const float button_h = ui.viewport.coarse ? 44 : 36, inner = r.w - 2 * kPadding - 98;
    float cards = 0;
    std::vector<float> card_h;
    for (const core::FitAnswer& a : report.answers) {
        card_h.push_back(2 * 14 + 16 + 2 + 22 + 2 +
                         ui.paragraph({0, 0, inner, 0}, a.detail, ui::type::caption, 0, true));
        cards += card_h.back() + kGap;
    }
    const size_t shown = std::min<size_t>(report.failures.size(), 12);
    const float line_h = 18, height = 20 + 22 + 10 + cards + (shown ? 8 + 20 + line_h * static_cast<float>(shown) : 0);
    if (measure) return height;
    Rect body = r;
    ui::heading(ui, "fits", body.cut_top(20), "What fits?", ui::type::title, t.text, 2);
    const std::string load =
        core::group_digits(p.state.in.batch) + " × " + core::short_tokens(p.state.in.context) + " tokens";
    subtitle(p, body.cut_top(22, 10),
             "For " + p.state.model().name + ", " + load + ": all devices, counts and layouts tried", "For " + load);
    for (size_t i = 0; i < report.answers.size(); ++i) {
        const core::FitAnswer& a = report.answers[i];
        const Rect c = body.cut_top(card_h[i], kGap);
        ui::card(ui, c);
        Rect in = c.inset(kPadding, 14);
        if (!a.changes.empty()) {
            const Rect button = in.cut_right(86, 12).centered(86, button_h);
            if (ui::button(ui, "fits.load." + a.id, button, "Load", ui::ButtonLook::secondary, "Load: " + a.question)) {
                for (const auto& [id, value] : a.changes) p.set(id, value);
                p.set("show", "stage");
                show_result(p, a.question + ": " + a.answer);
            }
        }
        ui.text(in.cut_top(16, 2), a.question, ui::type::caption, t.dim);
        ui.text(in.cut_top(22, 2), a.answer, ui::type::control_bold, t.text);
        ui.paragraph(in, a.detail, ui::type::caption, t.faint);
        p.ui.record("fits." + a.id, "text", a.question + ": " + a.answer + ". " + a.detail, c);
    }
    if (shown == 0) return height;
    body.cut_top(8);
    ui::heading(ui, "fits.not", body.cut_top(20), "Why others do not fit, even 128 of them", ui::type::label_bold,
                t.dim, 3);
    for (size_t i = 0; i < shown; ++i) {
        const Rect line = body.cut_top(line_h);
        ui.text(line, report.failures[i], ui::type::caption, t.faint);
        p.ui.record("fits.not." + std::to_string(i), "text", report.failures[i], line);
    }
    return height;
}

float insights(Page& p, const Rect& r, bool measure) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const std::vector<app::Story>& all = app::stories();
    if (p.memory.sentences.size() != all.size()) {
        p.memory.sentences.clear();
        for (const app::Story& s : all) p.memory.sentences.push_back(s.sentence(app::with_story(p.state, s)));
    }
    const int columns = r.w > 560 ? 2 : 1;
    const float w = (r.w - kGap * static_cast<float>(columns - 1)) / static_cast<float>(columns),
                inner = w - 2 * kPadding;
    std::vector<float> heights;
    for (size_t i = 0; i < all.size(); i += static_cast<size_t>(columns)) {
        float h = 0;
        for (size_t k = i; k < std::min(all.size(), i + static_cast<size_t>(columns)); ++k)
            h = std::max(h, ui.paragraph({0, 0, inner, 0}, p.memory.sentences[k], ui::type::label, 0, true));
        heights.push_back(h + 2 * 14 + 20 + 4);
    }
    float height = 20 + 22 + 10;
    for (const float h : heights) height += h + kGap;
    if (measure) return height;
    Rect body = r;
    ui::heading(ui, "insights", body.cut_top(20), "Key insights", ui::type::title, t.text, 2);
    subtitle(p, body.cut_top(22, 10), "Each card loads the configuration that shows it", "Press one to load it");
    for (size_t i = 0; i < all.size(); ++i) {
        const size_t line = i / static_cast<size_t>(columns);
        const int column = static_cast<int>(i) % columns;
        const Rect c{body.x + static_cast<float>(column) * (w + kGap), body.y, w, heights[line]};
        if (column == columns - 1 || i + 1 == all.size()) body.cut_top(heights[line], kGap);
        const std::string id = "insight." + std::string(all[i].id);
        const ui::Hit h = ui.hit(id, c);
        ui.fill(c, h.hovered ? t.raised : t.surface, ui::radius::card);
        ui.stroke(c, h.hovered ? t.accent : t.line, ui::radius::card);
        Rect in = c.inset(kPadding, 14);
        ui.text(in.cut_top(20, 4), all[i].title, ui::type::control_bold, t.text);
        ui.paragraph(in, p.memory.sentences[i], ui::type::label, t.dim);
        ui.record(id, "button", std::string(all[i].title) + ": " + p.memory.sentences[i], c);
        if (h.clicked || ui.take(id, ui::ActKind::press))
            p.out.push_back(app::SetQuery{app::story_query(p.state, all[i])}), show_result(p, all[i].title);
    }
    return height;
}

struct Chart {
    const char *id, *title;
    std::vector<app::Compared::Point> app::Compared::*points;
    bool log_x;
};

void draw_chart(Page& p, const Rect& r, const Chart& chart, const std::vector<app::Compared>& all) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    ui::card(ui, r);
    Rect body = r.inset(kPadding, 14);
    ui.text(body.cut_top(16, 8), chart.title, ui::type::caption_bold, t.dim);
    double x0 = 1e300, x1 = 0, y1 = 0;
    for (const app::Compared& c : all)
        for (const auto& at : c.*chart.points)
            x0 = std::min(x0, at.x), x1 = std::max(x1, at.x), y1 = std::max(y1, at.y);
    if (x1 <= x0 || y1 <= 0) {
        ui.text(body.cut_top(20), "No figure for these.", ui::type::caption, t.faint);
        return;
    }
    const ui::Axis x{chart.log_x ? std::max(1.0, x0) : x0, x1, chart.log_x ? ui::Scale::log10 : ui::Scale::linear};
    const ui::Axis y{0, ui::nice_ceiling(y1 * 1.05), ui::Scale::linear};
    Rect plot = body;
    plot.cut_left(40);
    plot.cut_bottom(20);
    for (const double tick : ui::ticks(y, 4)) {
        const float py = plot.bottom() - static_cast<float>(y.map(tick)) * plot.h;
        ui.fill({plot.x, ui.px(py), plot.w, 1}, ui::fade(t.line, 0.8f));
        const std::string words =
            tick >= 1e6 ? core::significant(tick / 1e6, 3) + "M"
                        : (tick >= 1e4 ? core::significant(tick / 1e3, 3) + "K" : core::significant(tick, 3));
        ui.text({body.x - 4, py - 8, 40, 16}, words, ui::type::micro_mono, t.faint, Align::right);
    }
    std::string summary;
    for (size_t i = 0; i < all.size(); ++i) {
        const auto& points = all[i].*chart.points;
        const ui::Color c = i == 0 ? t.accent : t.sequence[i];
        for (size_t k = 0; k + 1 < points.size(); ++k) {
            const auto at = [&](const app::Compared::Point& q) {
                return ImVec2{plot.x + static_cast<float>(x.map(q.x)) * plot.w,
                              plot.bottom() - static_cast<float>(y.map(q.y)) * plot.h};
            };
            const ImVec2 a = at(points[k]), b = at(points[k + 1]);
            if (i == 0 || k % 2 == 0 || points.size() < 10) ui.draw->AddLine(a, b, c, i == 0 ? 2.5f : 2);
        }
        if (!points.empty()) summary += all[i].name + " ends at " + core::significant(points.back().y, 3) + "; ";
    }
    const auto label = [&](double v) {
        return chart.log_x ? core::significant(v, 3) : core::short_tokens({static_cast<int64_t>(v)});
    };
    ui.text({plot.x, plot.bottom() + 4, 80, 16}, label(x.min), ui::type::micro_mono, t.faint);
    ui.text({plot.right() - 80, plot.bottom() + 4, 80, 16}, label(x.max), ui::type::micro_mono, t.faint, Align::right);
    p.ui.record(std::string("compare.") + chart.id, "text", std::string(chart.title) + ": " + summary, r);
}

float comparison(Page& p, const Rect& r, bool measure) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const std::vector<std::string> pins = app::split_pins(p.state.in.pins);
    const float line = 32, button_h = ui.viewport.coarse ? 44 : 36, chart_h = 190,
                name_h = ui.viewport.coarse ? 48 : 32;
    static constexpr std::pair<std::string_view, std::string_view> rows[] = {
        {"needed", "Memory, each"}, {"kv_used", "KV cache, each"},      {"fits_context", "Fits up to"},
        {"ttft", "First token"},    {"decode_step", "Token every"},     {"cluster_rate", "All users"},
        {"price", "Price"},         {"cost_output", "1M output tokens"}};
    const size_t columns = pins.size() + 1;
    const float height = 20 + 22 + 10 + button_h + 14 + name_h * static_cast<float>(columns) + 8 + 2 * 14 +
                         line * static_cast<float>(std::size(rows)) + kGap + 3 * (chart_h + kGap);
    if (measure) return height;
    if (p.memory.compare_key != app::to_query(p.state)) {
        p.memory.compare_key = app::to_query(p.state);
        p.memory.compared = app::compare(p.state);
    }
    const std::vector<app::Compared>& all = p.memory.compared;
    Rect body = r;
    ui::heading(ui, "compare", body.cut_top(20), "Compare", ui::type::title, t.text, 2);
    subtitle(p, body.cut_top(22, 10), "Pin a configuration, change something, and see both",
             "Pin one, change, see both");
    if (ui::button(ui, "compare.pin", body.cut_top(button_h, 14).cut_left(200), "Pin this configuration",
                   ui::ButtonLook::primary))
        p.set("pins", app::with_pin(p.state));
    for (size_t i = 0; i < all.size(); ++i) {
        Rect row = body.cut_top(name_h);
        ui.fill(row.cut_left(12, 8).centered(12, 12), i == 0 ? t.accent : t.sequence[i], 3);
        if (i > 0) {
            if (ui::link_button(ui, "compare.drop" + std::to_string(i), row.cut_right(52, 8), "Remove",
                                ui::type::caption, t.dim, "Remove " + all[i].name))
                p.set("pins", app::without_pin(p.state, i - 1));
            if (ui::link_button(ui, "compare.load" + std::to_string(i), row.cut_right(36, 12), "Load",
                                ui::type::caption, t.dim, "Load " + all[i].name)) {
                const app::State there = app::pinned_state(p.state, pins[i - 1]);
                app::State back = there;
                back.in.pins = p.state.in.pins;
                back.in.show = "compare";
                p.out.push_back(app::SetQuery{app::to_query(back)});
                p.out.push_back(app::ReportResult{all[i].name});
            }
        }
        const std::string whole = (i == 0 ? "Now: " : "") + all[i].name;
        std::string name = whole;
        if (ui.width(name, ui::type::label) > row.w) name = name.substr(0, name.find(','));
        ui.text(row, name, ui::type::label, t.text);
        p.ui.record("compare.name" + std::to_string(i), "text", whole, row);
    }
    body.cut_top(8);
    Rect card = body.cut_top(2 * 14 + line * static_cast<float>(std::size(rows)), kGap);
    ui::card(ui, card);
    Rect in = card.inset(kPadding, 14);
    ui::TableRows exposed{{"Figure"}};
    for (const app::Compared& c : all) exposed.front().push_back(c.name);
    for (const auto& [id, label] : rows) {
        Rect row = in.cut_top(line);
        ui.text(row.cut_left(std::min(130.0f, row.w * 0.34f), 8), label, ui::type::label, t.dim);
        std::vector<std::string>& spoken = exposed.emplace_back(1, std::string(label));
        double most = 0;
        for (const app::Compared& c : all)
            for (const core::Quantity& q : c.quantities)
                if (q.id == id) most = std::max(most, q.value);
        for (size_t i = 0; i < all.size(); ++i) {
            std::string text = "–";
            double value = 0;
            for (const core::Quantity& q : all[i].quantities)
                if (q.id == id) text = q.shown(), value = q.value;
            const Rect cell = row.column(static_cast<int>(i), static_cast<int>(all.size()), 12);
            const float w = most > 0 ? static_cast<float>(value / most) * cell.w : 0;
            ui.fill({cell.right() - w, cell.bottom() - 4, w, 3}, i == 0 ? t.accent : t.sequence[i], 1.5f);
            if (all.size() > 2 && row.w < 420) {
                const size_t space = text.rfind(' ');
                if (space != std::string::npos && space > 3) text = text.substr(0, space);
            }
            ui.text({cell.x, cell.y, cell.w, cell.h - 4}, text, ui::type::caption_mono, i == 0 ? t.text : t.dim,
                    Align::right);
            spoken.push_back(text);
        }
    }
    ui.record_table("compare.cells", "Compared", card, std::move(exposed));
    static const Chart charts[] = {
        {"memory", "GiB on each device against context", &app::Compared::memory, false},
        {"throughput", "Tokens per second of all users against batch", &app::Compared::throughput, true},
        {"cost", "Dollars per million output tokens against batch", &app::Compared::cost, true}};
    for (const Chart& c : charts) draw_chart(p, body.cut_top(chart_h, kGap), c, all);
    return height;
}

float tables(Page& p, const Rect& r, bool measure) {
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const std::string key = p.state.in.model + p.get("kv") + p.get("util") + p.get("block");
    if (p.memory.tables_key != key) {
        p.memory.tables_key = key;
        p.memory.tables = app::reference_tables(p.state);
    }
    const float line = 26, button_h = ui.viewport.coarse ? 44 : 32;
    const bool narrow = r.w < 480;
    constexpr float kLeastColumn = 46;
    const float title_h = narrow ? 24 : 0;  // above the buttons instead of beside them
    float height = 0;
    Rect body = r;
    for (const app::ReferenceTable& table : p.memory.tables) {
        const float note_h = ui.paragraph({0, 0, r.w, 0}, table.note, ui::type::caption, 0, true);
        const float card_h = 2 * 12 + line * static_cast<float>(table.rows.size() + 1);
        height += title_h + button_h + 8 + card_h + 8 + note_h + 24;
        if (measure) continue;
        const Rect title = body.cut_top(title_h);
        Rect head = body.cut_top(button_h, 8);
        if (ui::button(ui, "tables.csv." + table.id, head.cut_right(64, 8), "CSV", ui::ButtonLook::secondary,
                       "CSV of " + table.title))
            p.memory.copy = app::to_csv(table);
        if (ui::button(ui, "tables.md." + table.id, head.cut_right(96, 8), "Markdown", ui::ButtonLook::secondary,
                       "Markdown of " + table.title))
            p.memory.copy = app::to_markdown(table);
        ui::heading(ui, "tables." + table.id, narrow ? title : head, table.title,
                    narrow ? ui::type::label_bold : ui::type::title, t.text, 2);
        const Rect card = body.cut_top(card_h, 8);
        ui::card(ui, card);
        Rect in = card.inset(14, 12);
        const auto cells = [&](const std::vector<std::string>& row, bool first) {
            Rect l = in.cut_top(line);
            const Rect name = l.cut_left(l.w * (narrow ? 0.45f : 0.3f), 6);
            ui.text(name, row[0], first || narrow ? ui::type::caption : ui::type::label, first ? t.faint : t.text);
            const auto n = static_cast<int>(row.size()) - 1;
            // As many columns as have room, spread over all; what is read and copied has every one.
            const int seen = std::clamp(static_cast<int>(l.w / kLeastColumn), 1, n);
            for (int i = 0; i < seen; ++i) {
                const Rect c = l.column(i, seen, 4);
                const int at = seen > 1 ? i * (n - 1) / (seen - 1) : n - 1;
                std::string text = row[static_cast<size_t>(at) + 1];
                if (ui.width(text, ui::type::caption_mono) > c.w) text = text.substr(0, text.find(first ? '\0' : ' '));
                ui.text(c, text, first ? ui::type::caption : ui::type::caption_mono, first ? t.faint : t.dim,
                        Align::right);
            }
        };
        if (ui.recording) {
            ui::TableRows rows{table.columns};
            rows.insert(rows.end(), table.rows.begin(), table.rows.end());
            ui.record_table("tables." + table.id + ".cells", table.title, card, std::move(rows));
        }
        cells(table.columns, true);
        for (const auto& row : table.rows) cells(row, false);
        Rect note = body.cut_top(note_h, 24);
        if (!table.note.empty()) draw_note(p, "tables." + table.id + ".note", note, table.note, t.faint);
    }
    return height;
}

}  // namespace

float draw_answers(Page& p, const Rect& r, bool measure) {
    forget_other_answers(p);
    const std::string& show = p.state.in.show;
    if (show == "savings") return savings(p, r, measure);
    if (show == "fits") return fits(p, r, measure);
    if (show == "insights") return insights(p, r, measure);
    if (show == "compare") return comparison(p, r, measure);
    if (show == "tables") return tables(p, r, measure);
    return 0;
}

void draw_answers_scrolled(Page& p, const Rect& r) {
    const float h = draw_answers(p, {r.x, r.y, r.w - 12, 0}, true) + 12;
    Rect content = p.ui.begin_scroll("answers." + p.state.in.show, r, h);
    content.w = r.w - 12;
    draw_answers(p, content, false);
    p.ui.end_scroll();
}

}  // namespace kvx::scenes
