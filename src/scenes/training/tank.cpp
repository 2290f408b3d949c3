// The device's memory as a tank, filled with what it holds now.
#include <algorithm>

#include "core/format.h"
#include "scenes/parts/fields.h"
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
        ui.text({body.x, name.bottom(), body.w, 18}, g.note, ui::type::label, th.text);
}

// The mark at the end of the device lies over the regions: a region's name goes to the larger part beside it.
Rect beside(const Rect& box, const Rect& pill) {
    const Rect above{box.x, box.y, box.w, std::min(pill.y, box.bottom()) - box.y};
    const Rect below{box.x, std::max(pill.bottom(), box.y), box.w, box.bottom() - std::max(pill.bottom(), box.y)};
    return above.h > below.h ? above : below;
}

// The inside of the tank, with the memory's scale from its bottom up.
struct Tank {
    Training& t;
    Rect inside;
    bool compact;
    core::Bytes peak, whole;  // of the fullest rank; the device's
    double scale;             // bytes over the height
    bool over() const { return peak > whole; }
    float y_of(double bytes) const { return inside.bottom() - static_cast<float>(bytes / scale) * inside.h; }
    float top() const { return y_of(whole.value); }  // where the device ends
};

// Free memory as cells, up to what the device has.
void draw_free(const Tank& k) {
    ui::Ui& ui = k.t.p.ui;
    const Theme& th = *ui.theme;
    const Rect& inside = k.inside;
    const float top = k.top(), free_to = k.y_of(k.t.now.value);
    const float pitch = k.compact ? 6 : 9;
    ui.fill({inside.x, top, inside.w, inside.bottom() - top}, th.stack_well, ui::radius::stack);
    ui.clip({inside.x, top, inside.w, std::max(0.0f, free_to - top)});
    for (float y = inside.bottom() - pitch; y > top - pitch && free_to - top > 2; y -= pitch)
        if (y < free_to)
            for (float x = inside.x + 2; x < inside.right() - pitch + 2; x += pitch)
                ui.draw->AddRectFilled({x, y}, {x + pitch - 1, y + pitch - 1}, th.free_cell);
    ui.unclip();
}

// A region's fill; what moves in it at this moment.
void fill_region(const Tank& k, const Region& g, const Rect& box) {
    Training& t = k.t;
    ui::Ui& ui = t.p.ui;
    const Theme& th = *ui.theme;
    const std::string_view id = g.id;
    ui.fill(box, ui::mix(th.stack_well, g.color, 0.32f), box.h > 8 ? 4.0f : 0);
    ui.fill({box.x, box.y, 6, box.h}, g.color, box.h > 8 ? 3.0f : 0);
    const double stored = t.plan.rank().layer_stored.value;
    if (id == "activations" && stored > 0) {  // a line a layer
        const float line = static_cast<float>(stored / k.scale) * k.inside.h;
        if (line > 2.5f)
            for (float y = box.bottom() - line; y > box.y; y -= line)
                ui.fill({box.x + 6, ui.px(y), box.w - 6, 1}, ui::fade(th.bg, 0.45f));
    }
    if (id == "gradients" && t.moment.gradients > 0) {  // what this micro-batch has added
        const float done = box.h * static_cast<float>(t.moment.gradients);
        ui.fill({box.x + 6, box.y, box.w - 6, done}, ui::fade(g.color, 0.22f));
    }
    if (t.moment.part.kind == StepKind::update && (id == "optimizer" || id == "weights"))
        ui.stroke(box, g.color, 4, 1.5f);
}

// `mark`: the label at the end of the device; empty if there is none.
void draw_regions(const Tank& k, const Rect& mark) {
    Training& t = k.t;
    ui::Ui& ui = t.p.ui;
    double at = 0;
    for (const Region& g : t.regions) {
        const float bottom = k.y_of(at), up = k.y_of(at + g.now.value);
        const Rect box{k.inside.x, ui.px(up), k.inside.w,
                       std::max(0.0f, ui.px(bottom) - ui.px(up) - (bottom - up > 4 ? 2.0f : 0.0f))};
        at += g.now.value;
        if (box.h < 0.5f) continue;
        fill_region(k, g, box);
        if (box.h <= 10) continue;
        if (ui::figure_area(ui, std::string("tank.") + g.id, box, g.label,
                            core::format_bytes(g.now).text() + (g.note.empty() ? "" : ", " + g.note), 4))
            t.p.explain(t.p.quantity(g.id).id, box);
        label_region(t, mark.w > 0 ? beside(box, mark) : box, g, g.now, k.compact);
    }
}

// What this step will still need at its peak: dashed, and striped beyond the device.
void draw_still_to_come(const Tank& k) {
    ui::Ui& ui = k.t.p.ui;
    const Theme& th = *ui.theme;
    const core::Bytes now = k.t.now;
    if (k.peak.value <= now.value + k.scale * 0.004) return;
    const float y0 = k.y_of(k.peak.value), y1 = k.y_of(now.value);
    const Rect rest{k.inside.x, y0, k.inside.w, y1 - y0 - 2};
    const ui::Color c = k.over() ? th.red : th.dim, ink = k.over() ? th.red_text : th.text;
    ui.dashed(rest.x, rest.y, rest.right(), rest.y, c, 4, 4);
    ui.dashed(rest.x, rest.y, rest.x, rest.bottom(), c, 4, 4);
    ui.dashed(rest.right(), rest.y, rest.right(), rest.bottom(), c, 4, 4);
    if (k.over()) ui.stripes({rest.x, y0, rest.w, std::min(y1, k.top()) - y0}, th.ghost, 7, 2.2f);
    if (rest.h <= 24) return;
    const std::string more = "+" + core::format_bytes_in_gib(k.peak - now).number;
    const std::string words = k.compact ? "To come" : "Still to come at the peak";
    const float more_w = ui.width(more, ui::type::value);
    const float whole_w = ui.width(words, ui::type::label) + more_w + 36;
    const bool fits_in = whole_w <= rest.w - 8;
    Rect pill = rest.centered(fits_in ? whole_w : more_w + 22, 24);
    ui.fill(pill, th.bar, 8);
    pill = pill.inset(10, 0);
    ui.record("tank.to_come", "text", words + " " + more + " GiB", pill);
    if (!fits_in) {
        ui.text(pill, more, ui::type::value, ink, Align::center);
        return;
    }
    ui.text(pill.cut_right(more_w + 2, 8), more, ui::type::value, ink, Align::right);
    ui.text(pill, words, ui::type::label, th.dim);
}

void draw_free_at_peak(const Tank& k) {
    ui::Ui& ui = k.t.p.ui;
    const Theme& th = *ui.theme;
    const float y0 = k.top(), y1 = k.y_of(std::max(k.peak.value, k.t.now.value));
    const std::string words = "Free at the peak " + core::format_bytes(k.whole - k.peak).text();
    const float w = ui.width(words, ui::type::label) + 24;
    if (y1 - y0 <= 40 || w >= k.inside.w) return;
    const Rect pill = Rect{k.inside.x, y0, k.inside.w, y1 - y0}.centered(w, 26);
    ui.fill(pill, th.bar, 8);
    draw_caption(k.t.p, "tank.free_at_peak", pill, words, ui::type::label, th.dim, Align::center);
}

}  // namespace

void draw_tank(Training& t, const Rect& r, bool compact) {
    ui::Ui& ui = t.p.ui;
    const Theme& th = *ui.theme;
    ui.gradient(r, th.package_top, th.package_bottom, ui::radius::package);
    ui.stroke(r, th.package_edge, ui::radius::package);
    const core::Bytes peak = t.plan.rank().peak(), whole = t.plan.capacity;
    const Tank k{t, r.inset(compact ? 5.0f : 7.0f), compact, peak, whole, std::max(whole.value, peak.value)};
    const std::string end = "this device ends at " + core::format_bytes_in_gib(whole).text();
    const float end_w = ui.width(end, ui::type::micro) + 16, top = k.top();
    Rect mark{};
    if (k.over() && end_w <= k.inside.w) mark = {k.inside.cx() - end_w * 0.5f, top - 10, end_w, 20};
    draw_free(k);
    draw_regions(k, mark);
    draw_still_to_come(k);
    if (!k.over()) return draw_free_at_peak(k);
    ui.fill({r.x - 4, ui.px(top), r.w + 8, 2}, th.red);
    if (mark.w <= 0) return;
    ui.fill(mark, th.alert_surface, 10);
    ui.stroke(mark, th.alert_line, 10);
    draw_caption(t.p, "tank.end", mark, end, ui::type::micro, th.red_text, Align::center);
}

}  // namespace kvx::scenes
