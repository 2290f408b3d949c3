#include "ui/theme.h"

#include <initializer_list>

namespace kvx::ui {

Color mix(Color a, Color b, float t) {
    Color out = 0;
    for (int shift = 0; shift < 32; shift += 8) {
        const float ca = static_cast<float>((a >> shift) & 0xFF), cb = static_cast<float>((b >> shift) & 0xFF);
        out |= static_cast<Color>(ca + (cb - ca) * t + 0.5f) << shift;
    }
    return out;
}

const Theme& dark_theme() {
    static const Theme t = {
        .dark = true,
#define KVX_COLOR(name, dark, light, contrast) .name = rgb(dark),
#include "ui/theme_tokens.inc"
        .ghost = rgb(0xFF6B78, 0.62f),
        .ghost_fill = rgb(0xFF6B78, 0.07f),
        .sequence = {rgb(0x5BB8F0), rgb(0xF0A35E), rgb(0x1F9E8F), rgb(0xF3E3A0), rgb(0x3A6BCB), rgb(0xA3623C),
                     rgb(0xE391C6), rgb(0xD2F1F2)},
    };
    return t;
}

const Theme& light_theme() {
    static const Theme t = {
        .dark = false,
#define KVX_COLOR(name, dark, light, contrast) .name = rgb(light),
#include "ui/theme_tokens.inc"
        .ghost = rgb(0xE0475C, 0.62f),
        .ghost_fill = rgb(0xE0475C, 0.10f),
        .sequence = {rgb(0x2E8FD0), rgb(0xD07320), rgb(0x0F7A6D), rgb(0xA98C10), rgb(0x1F4796), rgb(0x7C4425),
                     rgb(0xC65A9E), rgb(0x2F97A3)},
    };
    return t;
}

Theme more_contrast(Theme t) {
    const Color strongest = t.dark ? rgb(0xFFFFFF) : rgb(0x000000);
#define KVX_COLOR(name, dark, light, contrast) t.name = mix(t.name, strongest, contrast);
#include "ui/theme_tokens.inc"
    return t;
}

Theme forced_theme(Theme t, const SystemColors& c) {
    t.dark = (c.canvas & 0xFFu) + (c.canvas >> 8 & 0xFFu) + (c.canvas >> 16 & 0xFFu) < 384;
    for (Color* ground : {&t.bg, &t.bar, &t.surface, &t.well, &t.alert_surface, &t.package_top, &t.package_bottom,
                          &t.die_top, &t.die_bottom, &t.stack_well, &t.attention_well})
        *ground = c.canvas;
    for (Color* words : {&t.text, &t.dim, &t.faint, &t.red_text, &t.amber, &t.knob}) *words = c.text;
    for (Color* edge :
         {&t.line, &t.line2, &t.edge, &t.package_edge, &t.die_line, &t.stack_line, &t.alert_line, &t.wave})
        *edge = mix(c.canvas, c.text, 0.7f);
    t.raised = c.button;
    t.raised_hover = t.selected = t.chip_selected = mix(c.canvas, c.highlight, 0.35f);
    t.accent = c.highlight;
    t.accent_ink = c.highlight_text;
    t.free_cell = t.tile_idle = t.triangle_future = mix(c.canvas, c.text, 0.25f);
    return t;
}

}  // namespace kvx::ui
