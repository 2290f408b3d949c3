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
        .bg = rgb(0x0A0E17),
        .bar = rgb(0x0C111C),
        .surface = rgb(0x111827),
        .raised = rgb(0x182134),
        .raised_hover = rgb(0x22304D),
        .line = rgb(0x222D42),
        .line2 = rgb(0x33415C),
        .text = rgb(0xE8EDF7),
        .dim = rgb(0xA3AFC7),
        .faint = rgb(0x7C89A6),
        .accent = rgb(0x7AA2FF),
        .accent_ink = rgb(0x0A1226),
        .knob = rgb(0xF4F7FF),
        .weights = rgb(0xA486FA),
        .activations = rgb(0x6B7A99),
        .free_cell = rgb(0x202C43),
        .reserved = rgb(0x141C2B),
        .reserved_stripe = rgb(0x3C4A66),
        .ghost = rgb(0xFF6B78, 0.62f),
        .ghost_fill = rgb(0xFF6B78, 0.07f),
        .green = rgb(0x3DD68C),
        .gold = rgb(0xF2C14E),
        .gold_head = rgb(0xFFEFC6),
        .amber = rgb(0xF5A524),
        .red = rgb(0xFF6B78),
        .red_text = rgb(0xFF8A94),
        .alert_surface = rgb(0x1D1622),
        .alert_line = rgb(0x6B2E3D),
        .selected = rgb(0x26334F),
        .chip_selected = rgb(0x22345C),
        .well = rgb(0x0C111C),
        .package_top = rgb(0x111A29),
        .package_bottom = rgb(0x0D1421),
        .package_edge = rgb(0x2B3852),
        .die_top = rgb(0x1C2639),
        .die_bottom = rgb(0x121A2A),
        .die_line = rgb(0x3A4A6B),
        .stack_well = rgb(0x0C121E),
        .stack_line = rgb(0x2B3852),
        .attention_well = rgb(0x0B101A),
        .tile_idle = rgb(0x222E47),
        .triangle_future = rgb(0x1A253B),
        .port = rgb(0x8A7440),
        .wave = rgb(0x2B3852),
        .sequence = {rgb(0x5BB8F0), rgb(0xF0A35E), rgb(0x1F9E8F), rgb(0xF3E3A0), rgb(0x2B5BB5), rgb(0xA3623C),
                     rgb(0xE391C6), rgb(0xD2F1F2)},
    };
    return t;
}

const Theme& light_theme() {
    static const Theme t = {
        .dark = false,
        .bg = rgb(0xF4F6FB),
        .bar = rgb(0xFFFFFF),
        .surface = rgb(0xFFFFFF),
        .raised = rgb(0xECF0F8),
        .raised_hover = rgb(0xDCE4F3),
        .line = rgb(0xDCE3EF),
        .line2 = rgb(0xB4C0D6),
        .text = rgb(0x131A2A),
        .dim = rgb(0x4A5874),
        .faint = rgb(0x5F6C88),
        .accent = rgb(0x2A59DB),
        .accent_ink = rgb(0xFFFFFF),
        .knob = rgb(0x2A59DB),
        .weights = rgb(0x6B47D6),
        .activations = rgb(0x8A97B2),
        .free_cell = rgb(0xE1E7F2),
        .reserved = rgb(0xEEF1F7),
        .reserved_stripe = rgb(0xB4C0D6),
        .ghost = rgb(0xE0475C, 0.62f),
        .ghost_fill = rgb(0xE0475C, 0.10f),
        .green = rgb(0x0B7A4A),
        .gold = rgb(0xB67B00),
        .gold_head = rgb(0x8A5C00),
        .amber = rgb(0x9A5200),
        .red = rgb(0xC4253A),
        .red_text = rgb(0xC4253A),
        .alert_surface = rgb(0xFDF0F1),
        .alert_line = rgb(0xE7A9B0),
        .selected = rgb(0xDCE6FB),
        .chip_selected = rgb(0xDCE6FB),
        .well = rgb(0xF1F4FA),
        .package_top = rgb(0xE7ECF6),
        .package_bottom = rgb(0xE1E7F2),
        .package_edge = rgb(0xB4C0D6),
        .die_top = rgb(0xFFFFFF),
        .die_bottom = rgb(0xEDF1F9),
        .die_line = rgb(0xB4C0D6),
        .stack_well = rgb(0xFFFFFF),
        .stack_line = rgb(0xB4C0D6),
        .attention_well = rgb(0xF7F9FD),
        .tile_idle = rgb(0xDCE3EF),
        .triangle_future = rgb(0xE4EAF4),
        .port = rgb(0xB69A55),
        .wave = rgb(0xC9D3E6),
        .sequence = {rgb(0x2E8FD0), rgb(0xD07320), rgb(0x0F7A6D), rgb(0xDCC455), rgb(0x1F4796), rgb(0x7C4425),
                     rgb(0xC65A9E), rgb(0x74BCC4)},
    };
    return t;
}

Theme more_contrast(Theme t) {
    const Color strongest = t.dark ? rgb(0xFFFFFF) : rgb(0x000000);
    t.text = strongest;
    for (Color* c : {&t.dim, &t.faint, &t.red_text, &t.amber}) *c = mix(*c, strongest, 0.55f);
    for (Color* c : {&t.line, &t.line2, &t.package_edge, &t.die_line, &t.stack_line, &t.alert_line})
        *c = mix(*c, strongest, 0.45f);
    t.accent = mix(t.accent, strongest, 0.25f);
    t.selected = mix(t.selected, strongest, 0.14f);
    t.chip_selected = mix(t.chip_selected, strongest, 0.14f);
    return t;
}

Theme forced_theme(Theme t, const SystemColors& c) {
    t.dark = (c.canvas & 0xFFu) + (c.canvas >> 8 & 0xFFu) + (c.canvas >> 16 & 0xFFu) < 384;
    for (Color* ground : {&t.bg, &t.bar, &t.surface, &t.well, &t.alert_surface, &t.package_top, &t.package_bottom,
                          &t.die_top, &t.die_bottom, &t.stack_well, &t.attention_well})
        *ground = c.canvas;
    for (Color* words : {&t.text, &t.dim, &t.faint, &t.red_text, &t.amber, &t.knob}) *words = c.text;
    for (Color* edge : {&t.line, &t.line2, &t.package_edge, &t.die_line, &t.stack_line, &t.alert_line, &t.wave})
        *edge = mix(c.canvas, c.text, 0.7f);
    t.raised = c.button;
    t.raised_hover = t.selected = t.chip_selected = mix(c.canvas, c.highlight, 0.35f);
    t.accent = c.highlight;
    t.accent_ink = c.highlight_text;
    t.free_cell = t.tile_idle = t.triangle_future = mix(c.canvas, c.text, 0.25f);
    return t;
}

}  // namespace kvx::ui
