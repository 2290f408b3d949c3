// How the cache is kept, the effect on the answers, and prompts that share a prefix.
#include <algorithm>

#include "core/format.h"
#include "scenes/learn/learn.h"
#include "scenes/parts/fields.h"

namespace kvx::scenes {

using ui::Align;
using ui::Choices;
using ui::Rect;
using ui::Theme;

namespace {

std::string effect_of(const app::LearnInputs& in, app::Keep k) {
    switch (k) {
        case app::Keep::basic:
            return "every key and value, float32";
        case app::Keep::prefix:
            return "prompts reuse common prefixes";
        case app::Keep::window:
            return "only the last " + core::group_digits(in.window) + " tokens" + (in.sinks ? " and the first 4" : "");
        case app::Keep::quantised:
            return core::group_digits(in.bits) + " bits per number";
        case app::Keep::none:
            break;
    }
    return "recompute everything";
}

}  // namespace

float draw_keep(Learn& l, Rect body, bool measure) {
    Page& p = l.p;
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const app::LearnInputs& in = l.in();
    const float row_h = ui.viewport.coarse ? 48 : 42, segs = labelled_segments_height(p),
                sw = ui.viewport.coarse ? 52 : 44;
    const Choices keeps = p.choices("keep");
    float height = kLine + 4 + row_h * static_cast<float>(keeps.size());
    if (in.keep == app::Keep::window) height += 10 + segs + 8 + sw;
    if (in.keep == app::Keep::quantised || in.keep == app::Keep::prefix) height += 10 + segs;
    if (measure) return height;
    ui::heading(ui, "keep.title", body.cut_top(kLine, 4), "How the cache is kept", ui::type::caption_bold, t.dim, 2);
    ui.record("keep", "radiogroup", "How the cache is kept",
              {body.x, body.y, body.w, row_h * static_cast<float>(keeps.size())});
    for (size_t i = 0; i < keeps.size(); ++i) {
        const auto& [value, label] = keeps[i];
        Rect row = body.cut_top(row_h);
        const std::string id = "keep." + value, effect = effect_of(in, static_cast<app::Keep>(i));
        const bool on = p.get("keep") == value;
        const ui::Hit hit = ui.hit(id, row);
        if (hit.hovered) ui.fill(row.inset(-8, 1), t.raised, 6);
        ui.control_box(row, label);
        if (ui.recording)
            ui.node(ui::make_node(id, "radio", label, row).with_parent("keep").with_checked(on).with_hint(effect));
        const float x = row.x + 9, y = row.cy();
        ui.disc(x, y, 9, on ? t.accent : t.line2);
        ui.disc(x, y, on ? 3.5f : 7.5f, on ? t.accent_ink : t.surface);
        row.cut_left(18, 12);
        ui.text({row.x, row.cy() - 18, row.w, 18}, label, ui::type::label_bold, t.text);
        ui.text({row.x, row.cy(), row.w, 16}, effect, ui::type::caption, t.faint);
        if ((hit.clicked || ui.take(id, ui::ActKind::press)) && !on) p.set("keep", value);
    }
    body.cut_top(10);
    if (in.keep == app::Keep::window) {
        draw_labelled_segments(p, "window", "tokens", body.cut_top(segs, 8), {}, true);
        draw_switch(p, "sinks", body.cut_top(sw), "StreamingLLM’s attention sinks");
    }
    if (in.keep == app::Keep::quantised)
        draw_labelled_segments(p, "cache-bits", "a number", body.cut_top(segs), {}, true);
    if (in.keep == app::Keep::prefix) draw_labelled_segments(p, "prefix-block", "tokens", body.cut_top(segs), {}, true);
    return height;
}

float draw_skills(Learn& l, Rect body, bool measure) {
    Page& p = l.p;
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const app::LearnReport& report = l.view.model->report;
    const lm::SkillScores* now = report.under(l.view.policy);
    const lm::SkillScores* full = report.under({});
    const std::string words = now == nullptr ? "This setting was not measured for this model." : "";
    const float words_h = words.empty() ? 0 : ui.paragraph({0, 0, body.w, 0}, words, ui::type::caption, 0, true) + 8;
    const float height = kLine + 4 + (now ? row_height(p) * lm::kSkills : words_h);
    if (measure) return height;
    Rect head = body.cut_top(kLine, 4);
    const bool changed = now && full && now != full;
    constexpr std::string_view kWhole = "whole cache";
    if (changed)
        draw_caption(p, "skills.whole", head.cut_right(ui.width(kWhole, ui::type::micro) + 1, 8), kWhole,
                     ui::type::micro, t.faint);
    ui::heading(ui, "skills", head, "Answers right with this cache", ui::type::caption_bold, t.dim, 2);
    if (!now) {
        draw_note(p, "skills.none", body, words, t.faint);
        return height;
    }
    for (size_t k = 0; k < lm::kSkills; ++k) {
        Rect row = body.cut_top(row_height(p));
        const core::Quantity& q = p.quantity(app::kSkillIds[k]);
        const std::string whole = full ? app::share_text(static_cast<double>(full->share[k])) : std::string();
        if (ui::figure_area(ui, "figure." + q.id, row.inset(-8, 0), q.label,
                            q.text + (changed ? "; " + std::string(kWhole) + " " + whole : std::string())))
            p.explain(q.id, row);
        if (changed) ui.text(row.cut_right(56, 8), whole, ui::type::caption_mono, t.faint, Align::right);
        const float share = now->share[k], before = full ? full->share[k] : share;
        const ui::Color c = share < before - 0.05f ? t.amber : t.text;
        ui.text(row.cut_right(62, 8), q.text, ui::type::value, c, Align::right);
        ui.text(row.cut_left(86, 8), q.label, ui::type::label, t.dim);
        const Rect bar = row.centered(row.w, 6);
        ui.fill(bar, t.raised, 3);
        ui.fill({bar.x, bar.y, bar.w * share, 6}, share < before - 0.05f ? t.amber : t.green, 3);
    }
    return height;
}

float draw_shared(Learn& l, Rect body, bool measure) {
    Page& p = l.p;
    ui::Ui& ui = p.ui;
    const Theme& t = *ui.theme;
    const std::vector<lm::SharedPrompt>& shared = l.view.shared;
    if (shared.empty()) return 0;
    const float row_h = 58, button = ui.viewport.coarse ? 44 : 32;
    const float height = 42 + 8 + row_h * static_cast<float>(shared.size()) + 8 + 2 * row_height(p) + 10 + button;
    if (measure) return height;
    Rect head = body.cut_top(42, 8);
    ui::heading(ui, "shared.title", head.cut_top(22), "One cache for several prompts", ui::type::control_bold, t.text,
                2);
    draw_caption(p, "shared.key", head, "Green blocks were found, blue ones computed", ui::type::caption, t.dim);
    size_t longest = 1;
    for (const lm::SharedPrompt& x : shared) longest = std::max(longest, x.tokens.size());
    for (size_t i = 0; i < shared.size(); ++i) {
        const lm::SharedPrompt& x = shared[i];
        Rect row = body.cut_top(row_h);
        const float close = ui.viewport.coarse ? 44 : 28;
        if (shared.size() > 1 &&
            ui::icon_button(ui, "shared.remove." + std::to_string(i), row.cut_right(close, 6).centered(close, close),
                            ui::Icon::close, "Remove prompt " + std::to_string(i + 1))) {
            std::string rest;
            for (size_t k = 0; k < shared.size(); ++k)
                if (k != i) rest += (rest.empty() ? "" : "|") + lm::text_of(shared[k].tokens);
            p.set("prompts", rest);
        }
        const std::string next = "→ " + glyph(x.best);
        const Rect answer = row.cut_right(72, 8);
        ui.text({answer.x, answer.cy() - 20, answer.w, 20}, next, ui::type::control_mono, t.text, Align::right);
        ui.text({answer.x, answer.cy(), answer.w, 16},
                core::group_digits(x.reused) + " of " + std::to_string(x.tokens.size()), ui::type::caption,
                x.reused > 0 ? t.green : t.faint, Align::right);
        const float pitch = std::min(14.0f, row.w / static_cast<float>(longest));
        for (const lm::SharedBlock& b : x.blocks) {
            const Rect r{row.x + pitch * static_cast<float>(b.first), row.y + 4,
                         pitch * static_cast<float>(b.count) - 2, 26};
            ui.fill(r, ui::mix(t.surface, b.hit ? t.green : t.accent, 0.28f), 4);
            ui.stroke(r, b.hit ? t.green : ui::fade(t.accent, 0.6f), 4);
            for (int k = 0; k < b.count && pitch >= 7; ++k)
                ui.text({r.x + pitch * static_cast<float>(k) - 3, r.y, pitch + 4, r.h},
                        glyph(x.tokens[static_cast<size_t>(b.first + k)]), ui::type::caption_mono, t.text,
                        Align::center);
            char hash[9];
            for (int k = 0; k < 8; ++k) hash[k] = "0123456789abcdef"[(b.hash >> (60 - 4 * k)) & 15];
            hash[8] = 0;
            const bool full = b.count == l.view.block;
            const std::string under =
                full ? std::string(hash, ui.width(hash, ui::type::micro_mono) <= r.w ? 8 : 4) : "";
            if (ui.width(under, ui::type::micro_mono) <= r.w + 1)
                ui.text({r.x, r.bottom() + 2, r.w + 2, 16}, under, ui::type::micro_mono, t.faint);
        }
        ui.record("shared." + std::to_string(i), "text",
                  "Prompt " + std::to_string(i + 1) + ", " + lm::text_of(x.tokens) + ": " +
                      core::group_digits(x.reused) + " of " + std::to_string(x.tokens.size()) +
                      " tokens reused, next " + lm::name_of(x.best) +
                      (x.same_bits ? ", bit-identical to computing afresh" : ", different from computing afresh"),
                  {row.x, row.y, row.w, row_h});
    }
    body.cut_top(8);
    for (const char* id : {"hit_rate", "saved_work"}) {
        const core::Quantity& q = p.quantity(id);
        const Rect row = body.cut_top(row_height(p));
        if (ui::figure_row(ui, row, {.id = id, .label = q.label, .mark = "", .number = q.text, .unit = ""},
                           p.memory.explained == id))
            p.explain(id, row);
    }
    body.cut_top(10);
    Rect row = body.cut_top(button);
    if (shared.size() < 6 &&
        ui::button(ui, "shared.add", row.column(0, 2, 8), "Add the prompt above", ui::ButtonLook::secondary))
        p.set("prompts", l.in().prompts + "|" + l.in().text);
    if (ui::button(ui, "shared.reset", row.column(1, 2, 8), "Start over", ui::ButtonLook::quiet))
        p.out.push_back(app::ResetParam{"prompts"});
    return height;
}

}  // namespace kvx::scenes
