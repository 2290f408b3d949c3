// Every colour, size, radius and duration of the app: the design tokens. Dark and light share their names.
#pragma once
#include <cstdint>

namespace kvx::ui {

using Color = uint32_t;  // ImGui order: 0xAABBGGRR

constexpr Color rgb(uint32_t hex, float alpha = 1.0f) {
    return (static_cast<uint32_t>(alpha * 255.0f + 0.5f) << 24) | ((hex & 0xFFu) << 16) | (hex & 0xFF00u) |
           ((hex >> 16) & 0xFFu);
}
constexpr Color fade(Color c, float alpha) {
    return (c & 0x00FFFFFFu) | (static_cast<uint32_t>(static_cast<float>(c >> 24) * alpha + 0.5f) << 24);
}
Color mix(Color a, Color b, float t);

struct Theme {
    bool dark;
    Color bg, bar, surface, raised, raised_hover, line, line2, text, dim, faint, accent, accent_ink, knob;
    Color weights, activations, free_cell, reserved, reserved_stripe, ghost, ghost_fill, green, gold, gold_head, amber,
        red, red_text;
    Color alert_surface, alert_line, selected, chip_selected, well, package_top, package_bottom, package_edge, die_top,
        die_bottom, die_line;
    Color stack_well, stack_line, attention_well, tile_idle, triangle_future, port, wave;
    Color sequence[8];
};

const Theme& dark_theme();
const Theme& light_theme();
// For people who ask for more contrast: text and lines closer to black or white.
Theme more_contrast(Theme t);
// The system-wide colours that a person has chosen (forced-colors); colours with a meaning stay.
struct SystemColors {
    Color canvas = 0, text = 0, highlight = 0, highlight_text = 0, button = 0, link = 0;
};
Theme forced_theme(Theme t, const SystemColors& c);

namespace radius {
inline constexpr float cell = 1.6f, swatch = 3, bar = 3, segment = 6, control = 8, stack = 8, die = 10, card = 12,
                       package = 16, sheet = 20;
}
namespace duration {  // seconds
inline constexpr float hover = 0.10f, toggle = 0.15f, value = 0.20f, sheet = 0.25f, cell = 0.18f;
}

enum class Face : uint8_t { regular, semibold, mono };
struct TextStyle {
    Face face;
    float size, line;
};
namespace type {
inline constexpr TextStyle micro{Face::regular, 11, 16}, micro_mono{Face::mono, 11, 16};
inline constexpr TextStyle caption{Face::regular, 12, 16}, caption_bold{Face::semibold, 12, 16},
    caption_mono{Face::mono, 12, 18};
inline constexpr TextStyle label{Face::regular, 13, 18}, label_bold{Face::semibold, 13, 18}, value{Face::mono, 13, 18};
inline constexpr TextStyle control{Face::regular, 14, 20}, control_bold{Face::semibold, 14, 20},
    control_mono{Face::mono, 14, 20};
inline constexpr TextStyle title{Face::semibold, 16, 20}, title_mono{Face::mono, 16, 20};
inline constexpr TextStyle second{Face::mono, 20, 28}, main{Face::mono, 40, 48};
}  // namespace type

}  // namespace kvx::ui
